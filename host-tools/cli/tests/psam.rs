//! `ssc psam`: a PSAM in an image, from blank to shown, and what is refused.

mod support;

use support::{err, json, out, run, text};

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
    assert_eq!(
        (&issued["keys"], &issued["missing"]),
        (&74.into(), &serde_json::json!([]))
    );
    assert_eq!(issued["demo_keys"], true);

    let shown = json(&run(&command("psam show --json", &image), 0));
    assert_eq!(shown["terminal"], TERMINAL);
    assert_eq!(shown["region"], "440300");
    let environments = shown["environments"].as_array().unwrap();
    assert_eq!(environments.len(), 2);
    for environment in environments {
        let keys = environment["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 37);
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
