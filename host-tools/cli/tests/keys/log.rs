//! The audit log of it all.

use super::ceremony::*;
use crate::support::*;

#[test]
fn the_log_is_checked_and_what_was_done_to_it_is_shown() {
    let it = Ceremony::held();
    it.run("keys show keys.vault", 0);
    let whole = it.order.read("keys.vault.audit");
    let shown = it.run("keys audit keys.vault", 0);
    assert!(
        out(&shown).contains("4 lines; hash of the last one: "),
        "{}",
        out(&shown)
    );
    let report = json(&it.run("keys audit keys.vault --json", 0));
    assert_eq!(report["lines"][2]["command"], "keys show");
    let head = report["head"]["hash"].as_str().unwrap().to_owned();
    it.run(&format!("keys audit keys.vault --head {head}"), 0);
    let made_anew = format!("keys audit keys.vault --head {}", "0A".repeat(32));
    assert!(err(&it.run(&made_anew, 6)).contains("made anew"));

    let put = |text: &str| std::fs::write(it.order.path("keys.vault.audit"), text).unwrap();
    let changed = whole.replacen("\"command\":\"keys show\"", "\"command\":\"keys sh0w\"", 1);
    put(&changed);
    let broken = it.run("keys audit keys.vault", 6);
    let line = changed.lines().nth(2).unwrap();
    assert!(
        err(&broken).contains(&format!("line 3 was changed\n  {line}")),
        "{}",
        err(&broken)
    );
    let broken = json(&it.run("keys audit keys.vault --json", 6));
    assert_eq!(
        (&broken["faults"][0]["line"], &broken["faults"][0]["text"]),
        (&3.into(), &line.into())
    );
    // Nothing more is done with the vault, whatever it is.
    for line in [
        "keys show keys.vault",
        "vault show keys.vault",
        "issue batch.csv --generation 2.00 --vault keys.vault --throw-away",
    ] {
        assert!(
            err(&it.run(line, 6)).contains("the audit log is broken"),
            "{line}"
        );
    }
    assert!(!it.names().iter().any(|name| name.contains("return")));
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    put(&[lines[0], lines[2], lines[3]].concat());
    assert!(
        err(&it.run("keys audit keys.vault", 6)).contains("number 2 was taken out before line 2")
    );
    put(&lines[..3].concat());
    let broken = err(&it.run("keys audit keys.vault --lang zh", 6));
    assert!(broken.contains("末尾缺少编号 4"), "{broken}");
    put(&whole);
    it.run("keys audit keys.vault", 0);
}

#[test]
fn a_vault_whose_use_cannot_be_written_down_is_not_used() {
    let it = Ceremony::held();
    let log = it.order.read("keys.vault.audit");
    let nowhere = it.order.path("none/log");
    for (line, said) in [
        ("keys show keys.vault", "the audit log has vanished"),
        (
            "issue batch.csv --generation 3.00 --vault keys.vault --throw-away",
            "the audit log has vanished",
        ),
        ("vault new other.vault", "without it no key is used"),
    ] {
        let output = finish(it.command(line).env("SSC_AUDIT_LOG", &nowhere), 6);
        assert!(err(&output).contains(said), "{line}: {}", err(&output));
    }
    assert!(!it.names().contains(&"other.vault".to_owned()));
    assert_eq!(it.order.read("keys.vault.audit"), log);
    // Somewhere else it may be; and published keys need none.
    let elsewhere = it.order.path("elsewhere");
    for end in ["", ".head"] {
        let log = it.order.path(&format!("keys.vault.audit{end}"));
        std::fs::copy(log, format!("{elsewhere}{end}")).unwrap();
    }
    finish(
        it.command("keys show keys.vault")
            .env("SSC_AUDIT_LOG", &elsewhere),
        0,
    );
    assert_eq!(it.order.read("elsewhere").lines().count(), 4);
    finish(
        it.command("keys audit keys.vault")
            .env("SSC_AUDIT_LOG", &elsewhere),
        0,
    );
    finish(it.command("keys show").env("SSC_AUDIT_LOG", &nowhere), 0);
    // A wrong passphrase leaves a line.
    finish(
        it.command("keys show keys.vault")
            .env("SSC_PASSPHRASE", "wrong passphrase"),
        6,
    );
    assert_eq!(it.log().last().unwrap()["event"], "refused");
}
