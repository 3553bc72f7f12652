//! `ssc psam`: a PSAM in an image, from blank to shown, and what is refused.

mod support;

use support::{err, finish, json, out, run, ssc, text};

const TERMINAL: &str = "440300000001";

/// The same command as one line of words and the path of an image.
fn command<'a>(words: &'a str, image: &'a str) -> Vec<&'a str> {
    words.split(' ').chain(["--image", image]).collect()
}

#[test]
fn issued_shown_and_issued_once() {
    let folder = tempfile::tempdir().unwrap();
    let image = text(&folder.path().join("psam.ssccard"));
    let issue = format!("psam issue --region 440300 --terminal-id {TERMINAL}");

    let issued = json(&run(&command(&format!("{issue} --json"), &image), 0));
    assert_eq!(issued["terminal"], TERMINAL);
    let keys = 2 * apdu_specs::applications::psam::keys().count();
    assert_eq!(
        (&issued["keys"], &issued["missing"]),
        (&keys.into(), &serde_json::json!([]))
    );
    assert_eq!(issued["demo_keys"], true);

    let shown = json(&run(&command("psam show --json", &image), 0));
    assert_eq!(shown["terminal"], TERMINAL);
    assert_eq!(shown["region"], "440300");
    let environments = shown["environments"].as_array().unwrap();
    assert_eq!(environments.len(), 2);
    for environment in environments {
        let keys = environment["keys"].as_array().unwrap();
        assert_eq!(keys.len(), apdu_specs::applications::psam::keys().count());
        let uk = keys.iter().find(|key| key["name"] == "SSSE/UK").unwrap();
        assert_eq!(
            (&uk["identifier"], &uk["use"]),
            (&"12".into(), &"48".into())
        );
        assert_eq!((&uk["levels"], &uk["version"]), (&2.into(), &1.into()));
    }
    let english = out(&run(&command("psam show", &image), 0));
    assert!(
        english.contains("SSSE/RK") && english.contains(TERMINAL),
        "{english}"
    );
    let chinese = out(&run(&command("psam show --lang zh", &image), 0));
    assert!(chinese.contains("终端机编号"), "{chinese}");

    // SECURED: not again
    let again = run(&command(&issue, &image), 5);
    assert!(err(&again).contains("personalized already"));
}

/// The three kinds of level and the national PSAM, as `ssc psam show` tells them.
#[test]
fn levels_as_they_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (option, name, reading, update, words) in [
        ("--levels 1", "1", ("27", 1), ("28", 1), "region 440300"),
        ("--levels 2", "2", ("47", 2), ("48", 2), "province 440000"),
        ("--levels 3", "3", ("67", 3), ("68", 3), "every region"),
        (
            "--national",
            "national",
            ("67", 3),
            ("48", 2),
            "province 440000",
        ),
    ] {
        let image = text(&folder.path().join(format!("{name}.ssccard")));
        let issue = format!("psam issue {option} --region 440300 --terminal-id {TERMINAL} --json");
        let issued = json(&run(&command(&issue, &image), 0));
        assert_eq!(issued["levels"], name);
        let shown = json(&run(&command("psam show --json", &image), 0));
        for environment in shown["environments"].as_array().unwrap() {
            let keys = environment["keys"].as_array().unwrap();
            let key = |name: &str| keys.iter().find(|key| key["name"] == name).unwrap();
            for (id, (byte, levels)) in [
                ("SSSE/RK", reading),
                ("SSSE/IRK", reading),
                ("DF01/RK1", reading),
                ("SSSE/UK", update),
                ("DF01/UK1", update),
            ] {
                assert_eq!(key(id)["use"], byte, "{option} {id}");
                assert_eq!(key(id)["levels"], levels, "{option} {id}");
            }
        }
        let english = out(&run(&command("psam show", &image), 0));
        assert!(english.contains(words), "{option}: {english}");
    }
    let image = text(&folder.path().join("none.ssccard"));
    let issue = format!("psam issue --region 440300 --terminal-id {TERMINAL}");
    for wrong in ["--levels 0", "--levels 4", "--levels 1 --national"] {
        run(&command(&format!("{issue} {wrong}"), &image), 2);
    }
}

#[test]
fn what_is_no_psam_and_wrong_command_lines() {
    let folder = tempfile::tempdir().unwrap();
    let image = text(&folder.path().join("none.ssccard"));
    assert!(err(&run(&["psam", "show", "--reader", "sim"], 5)).contains("no PSAM"));
    for (words, code) in [
        (
            format!("psam issue --region 4403 --terminal-id {TERMINAL}"),
            2,
        ),
        (
            "psam issue --region 440300 --terminal-id 44030000000".to_owned(),
            2,
        ),
        (
            format!("psam issue --region 440300 --terminal-id {TERMINAL} --key-version 4"),
            2,
        ),
        (format!("psam issue --terminal-id {TERMINAL}"), 2),
        (
            format!("psam issue --region 440300 --terminal-id {TERMINAL} --vault nowhere.vault"),
            6,
        ),
    ] {
        run(&command(&words, &image), code);
        assert!(!std::path::Path::new(&image).exists(), "{words}");
    }
    // a version that the demo vault has too: its PSAM has other keys under the same numbers
    let words =
        format!("psam issue --region 440300 --terminal-id {TERMINAL} --key-version 3 --json");
    let issued = json(&run(&command(&words, &image), 0));
    assert_eq!(issued["key_version"], 3);
}

/// Which roots left a vault whole is in its audit log: a national PSAM holds more of them.
#[test]
fn the_audit_log_says_what_kind_of_psam_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let [vault, image] = ["keys.vault", "psam.ssccard"].map(|name| text(&folder.path().join(name)));
    let secret = ("SSC_PASSPHRASE", "correct horse battery");
    finish(ssc(&["keys", "new", &vault]).env(secret.0, secret.1), 0);
    let issue = format!("psam issue --national --region 440300 --terminal-id {TERMINAL}");
    let arguments = [&command(&issue, &image)[..], &["--vault", &vault]].concat();
    finish(ssc(&arguments).env(secret.0, secret.1), 0);
    let log = std::fs::read_to_string(format!("{vault}.audit")).unwrap();
    for part in ["\"levels\":\"national\"", "\"region\":\"440300\"", TERMINAL] {
        assert!(log.contains(part), "{part}: {log}");
    }
}
