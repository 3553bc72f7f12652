//! `ssc hsm`: a vault's roots in a real SoftHSM, and what is said where that does not go.

mod support;

use std::path::Path;

use ssc_harness::softhsm::{PIN, SoftHsm};
use support::{err, finish, json, out, ssc, text};

const PASSPHRASE: &str = "synthetic passphrase";

/// `ssc` with these tokens and `pin`.
fn with(softhsm: &SoftHsm, pin: &str, args: &[&str]) -> assert_cmd::Command {
    let mut command = ssc(args);
    let configuration = softhsm.configuration();
    command.env("SOFTHSM2_CONF", configuration);
    command.env("SSC_HSM_PIN", pin);
    command.env("SSC_PASSPHRASE", PASSPHRASE);
    command
}

fn tokens(folder: &Path) -> SoftHsm {
    let softhsm = SoftHsm::new(folder).expect("SoftHSM");
    for label in ["trial", "real"] {
        softhsm.token(label).unwrap();
    }
    softhsm
}

#[test]
fn roots_are_loaded_shown_and_audited() {
    let folder = tempfile::tempdir().unwrap();
    let softhsm = tokens(folder.path());
    let module = text(softhsm.module());
    let vault = text(&folder.path().join("keys.vault"));
    finish(&mut with(&softhsm, PIN, &["keys", "new", &vault]), 0);
    let token = ["--hsm", &module, "--token-label", "real"];
    let load = [&["hsm", "load"], &token[..], &["--vault", &vault]].concat();
    let loaded = json(&finish(
        &mut with(&softhsm, PIN, &[&load[..], &["--json"]].concat()),
        0,
    ));
    let count = loaded["loaded"].as_u64().unwrap();
    assert!(count > 100, "{loaded}");
    assert_eq!(loaded["demo_keys"], false);
    // A second time nothing is left to do.
    let again = json(&finish(
        &mut with(&softhsm, PIN, &[&load[..], &["--json"]].concat()),
        0,
    ));
    assert_eq!(
        (again["loaded"].as_u64(), again["there_already"].as_u64()),
        (Some(0), Some(count))
    );

    // The token's own check values are the vault's.
    let show = [&["hsm", "show", "--json"], &token[..]].concat();
    let shown = json(&finish(&mut with(&softhsm, PIN, &show), 0));
    let of_vault = json(&finish(
        &mut with(&softhsm, PIN, &["keys", "show", &vault, "--json"]),
        0,
    ));
    let mut expected: Vec<_> = of_vault["roots"].as_array().unwrap().clone();
    expected.retain(|root| root["algorithm"] != "SM4");
    // A token has another check value for an AES key, which is not shown.
    for root in expected
        .iter_mut()
        .filter(|root| root["algorithm"] == "AES")
    {
        root["kcv"] = serde_json::Value::Null;
    }
    let mut found: Vec<_> = shown["roots"].as_array().unwrap().clone();
    let order = |root: &serde_json::Value| root.to_string();
    expected.sort_by_key(order);
    found.sort_by_key(order);
    assert_eq!(found, expected);

    let log = std::fs::read_to_string(folder.path().join("keys.vault.audit")).unwrap();
    assert!(
        log.contains("hsm load") && log.contains("\"token\":\"real\""),
        "{log}"
    );
}

/// A terminal's commands with keys in a token: cards of 1.00 and 2.00 are served, one of 3.00 is refused in words.
#[test]
fn terminals_use_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let softhsm = tokens(folder.path());
    let module = text(softhsm.module());
    let token = ["--hsm", &module, "--token-label", "trial"];
    let load = [&["hsm", "load"], &token[..]].concat();
    finish(&mut with(&softhsm, PIN, &load), 0);
    let batch = text(&folder.path().join("batch.csv"));
    let sample = [
        "batch", "sample", "--count", "1", "--seed", "7", "-o", &batch,
    ];
    finish(&mut ssc(&sample), 0);
    for (generation, code) in [("1.00", 0), ("2.00", 0), ("3.00", 6)] {
        let cards = folder.path().join(generation);
        let (images, returned) = (
            text(&cards),
            text(&folder.path().join(format!("{generation}.csv"))),
        );
        let issue = [
            "issue",
            &batch,
            "--generation",
            generation,
            "--images",
            &images,
            "--first-card-number",
            "1",
            "--output",
            &returned,
        ];
        finish(&mut ssc(&issue), 0);
        let image = std::fs::read_dir(&cards)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let image = text(&image);
        let verify = [&["verify", "--image", &image], &token[..]].concat();
        let done = finish(&mut with(&softhsm, PIN, &verify), code);
        if code == 0 {
            assert!(
                out(&done).to_lowercase().contains("genuine"),
                "{}",
                out(&done)
            );
        } else {
            assert!(
                err(&done).contains("no SM4") && err(&done).contains("3.00"),
                "{}",
                err(&done)
            );
        }
        let unblock = [&["terminal", "unblock-pin", "--image", &image], &token[..]].concat();
        finish(&mut with(&softhsm, PIN, &unblock), code);
    }
}

#[test]
fn published_keys_say_so_and_errors_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let softhsm = tokens(folder.path());
    let module = text(softhsm.module());
    let token = ["--hsm", &module, "--token-label", "trial"];
    let load = [&["hsm", "load"], &token[..]].concat();
    let done = finish(&mut with(&softhsm, PIN, &load), 0);
    assert!(err(&done).contains("DEMO KEYS"), "{}", err(&done));
    let show = [&["hsm", "show"], &token[..]].concat();
    let shown = finish(&mut with(&softhsm, PIN, &show), 0);
    assert!(err(&shown).contains("DEMO KEYS"));
    assert!(out(&shown).contains("SSSE/RK"));

    let wrong = finish(&mut with(&softhsm, "wrong-pin-1111", &show), 6);
    assert!(err(&wrong).contains("the PIN is wrong"), "{}", err(&wrong));
    assert!(!err(&wrong).contains("1111"));
    let chinese = [&show[..], &["--lang", "zh"]].concat();
    let wrong = finish(&mut with(&softhsm, "wrong-pin-1111", &chinese), 6);
    assert!(err(&wrong).contains("PIN 错误"));
    let missing = ["hsm", "show", "--hsm", "/nowhere.so"];
    let missing = finish(&mut with(&softhsm, PIN, &missing), 6);
    assert!(err(&missing).contains("softhsm2"), "{}", err(&missing));
    let several = ["hsm", "show", "--hsm", &module];
    let several = finish(&mut with(&softhsm, PIN, &several), 6);
    assert!(err(&several).contains("choose one by its label"));
    // Without a PIN and without a terminal nothing waits.
    let mut command = with(&softhsm, PIN, &show);
    let silent = finish(command.env_remove("SSC_HSM_PIN"), 2);
    assert!(err(&silent).contains("SSC_HSM_PIN"));
}

fn lines(log: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Every use of a token is written down: which keys, for how many cards; a wrong PIN too. The log can be checked.
#[test]
fn every_use_of_a_token_is_audited() {
    let folder = tempfile::tempdir().unwrap();
    let softhsm = tokens(folder.path());
    let module = text(softhsm.module());
    let vault = text(&folder.path().join("keys.vault"));
    let own = |args: &[&str], code: i32| {
        let mut command = with(&softhsm, PIN, args);
        command.env("XDG_STATE_HOME", folder.path());
        finish(&mut command, code)
    };
    own(&["keys", "new", &vault], 0);
    let token = ["--hsm", &module, "--token-label", "real"];
    own(
        &[&["hsm", "load"], &token[..], &["--vault", &vault]].concat(),
        0,
    );
    let state = folder.path().join("ssc");
    let log = std::fs::read_dir(&state)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let log: Vec<_> = log
        .filter(|path| path.extension() == Some("audit".as_ref()))
        .collect();
    let [log] = &log[..] else { panic!("{log:?}") };
    let name = log.file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with("real-") && name.len() > "real-.audit".len(),
        "{name}"
    );
    let before = lines(log).len();
    assert_eq!(before, 2, "the loading is a use");

    // a card of this vault's keys, checked and unblocked by the token
    let batch = text(&folder.path().join("batch.csv"));
    own(
        &[
            "batch", "sample", "--count", "1", "--seed", "7", "-o", &batch,
        ],
        0,
    );
    let cards = text(&folder.path().join("cards"));
    own(
        &[
            "issue",
            &batch,
            "--generation",
            "2.00",
            "--images",
            &cards,
            "--vault",
            &vault,
        ],
        0,
    );
    let image = std::fs::read_dir(&cards)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let image = text(&image);
    own(&[&["verify", "--image", &image], &token[..]].concat(), 0);
    own(
        &[&["terminal", "unblock-pin", "--image", &image], &token[..]].concat(),
        0,
    );
    own(&[&["hsm", "show"], &token[..]].concat(), 0);
    let used = lines(log);
    let closed: Vec<_> = used[before..]
        .iter()
        .filter(|line| line["event"] == "close")
        .collect();
    let commands: Vec<_> = closed
        .iter()
        .map(|line| line["command"].as_str().unwrap())
        .collect();
    assert_eq!(commands, ["verify", "terminal unblock-pin", "hsm show"]);
    for (line, cards) in closed.iter().zip([1, 1, 0]) {
        assert_eq!(
            (&line["token"], &line["result"]),
            (&"real".into(), &"done".into())
        );
        assert_eq!(line["cards"], cards, "{line}");
    }
    let keys = closed[0]["keys"].as_array().unwrap();
    // Check values are those of the vault.
    let of_vault = json(&own(&["keys", "show", &vault, "--json"], 0));
    let irk = of_vault["roots"].as_array().unwrap().iter().find(|root| {
        root["name"] == "SSSE/IRK" && root["algorithm"] == "3DES" && root["version"] == 1
    });
    let irk = format!("SSSE/IRK 3DES 1 {}", irk.unwrap()["kcv"].as_str().unwrap());
    assert!(keys.contains(&irk.into()), "{keys:?}");

    // a wrong PIN is a line too, and a log that cannot be written refuses the token
    let mut wrong = with(
        &softhsm,
        "wrong-pin-1111",
        &[&["hsm", "show"], &token[..]].concat(),
    );
    finish(wrong.env("XDG_STATE_HOME", folder.path()), 6);
    assert_eq!(lines(log).last().unwrap()["event"], "refused");
    let checked = own(&["keys", "audit", "--log", &text(log)], 0);
    assert!(
        out(&checked).contains("terminal unblock-pin"),
        "{}",
        out(&checked)
    );
    let mut nowhere = with(&softhsm, PIN, &[&["hsm", "show"], &token[..]].concat());
    let refused = finish(nowhere.env_remove("XDG_STATE_HOME").env_remove("HOME"), 6);
    assert!(err(&refused).contains("SSC_AUDIT_LOG"), "{}", err(&refused));
    let elsewhere = folder.path().join("all.audit");
    let mut named = with(&softhsm, PIN, &[&["hsm", "show"], &token[..]].concat());
    finish(named.env("SSC_AUDIT_LOG", &elsewhere), 0);
    assert_eq!(lines(&elsewhere).len(), 2);
    std::fs::write(log, "").unwrap();
    let refused = own(&[&["hsm", "show"], &token[..]].concat(), 6);
    assert!(
        err(&refused).contains("the audit log is broken"),
        "{}",
        err(&refused)
    );
}
