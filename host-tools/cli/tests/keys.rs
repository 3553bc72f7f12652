//! `ssc keys`: a ceremony from components to a card, keys on their way to another vault, and the audit log of it all.
//! All keys and persons are synthetic.

mod keys {
    pub mod ceremony;
    mod log;
    mod typed;
}
mod support;

use keys::ceremony::*;
use serde_json::Value;
use support::{err, json, out, secret};

const BOTH: &str = "--component k1 --component k2";

#[test]
fn any_two_holders_make_the_same_vault_and_cards_are_issued_from_it() {
    let it = Ceremony::held();
    for (a, b) in [("1", "2"), ("2", "3"), ("3", "1")] {
        let made = json(&it.run(
            &format!(
                "keys ceremony {a}{b}.vault --component c{a} --component c{b} {} --json",
                sealed(&format!("{a}{b}"))
            ),
            0,
        ));
        assert_eq!(made["roots"], it.roots("keys.vault"));
        assert_eq!(made["components"].as_array().unwrap().len(), 2);
        assert_eq!(made["master_kcv"], made["components"][0]["key_kcv"]);
    }
    // All three agree too.
    let all = format!(
        "keys ceremony all.vault --component c1 --component c2 --component c3 {}",
        sealed("123")
    );
    let shown = it.run(&all, 0);
    assert!(out(&shown).contains("master check value "));
    assert!(err(&shown).contains("c2: component 2, check value "));
    assert_eq!(it.roots("all.vault"), it.roots("keys.vault"));

    it.run(
        "issue batch.csv --generation 3.00 --vault keys.vault --images cards",
        0,
    );
    let image = it.order.images()[0].display().to_string();
    it.run(&format!("read --image {image} --all --vault keys.vault"), 0);
    it.run(&format!("read --image {image} --all --vault 12.vault"), 0);
    it.run(&format!("read --image {image} --no-keys"), 5);

    let log = it.log();
    let closed = |command: &str| {
        let of = |line: &&Value| line["command"] == command && line["event"] == "close";
        log.iter().find(of).unwrap().clone()
    };
    assert_eq!(
        closed("keys ceremony")["master"],
        closed("keys ceremony")["master"]
    );
    assert_eq!(
        closed("keys ceremony")["components"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let issued = closed("issue");
    assert_eq!(
        (&issued["cards"], &issued["result"]),
        (&2.into(), &"done".into())
    );
    let roots = it.roots("keys.vault");
    let kcv = |name: &str, kind: &str, version: u8| {
        let of = |root: &&Value| {
            root["name"] == name && root["algorithm"] == kind && root["version"] == version
        };
        let kcv = roots.as_array().unwrap().iter().find(of).unwrap()["kcv"].clone();
        Value::from(format!("{name} {kind} {version} {}", kcv.as_str().unwrap()))
    };
    let used = issued["keys"].as_array().unwrap();
    assert!(used.contains(&kcv("SSSE/RK", "SM4", 1)) && used.contains(&kcv("ISD/SCP03", "AES", 1)));
    assert!(
        !used.contains(&kcv("SSSE/RK", "SM4", 2)),
        "new cards get version 1"
    );
    assert_eq!(closed("read")["cards"], 1);
    // Without keys the vault is not opened, and nothing is written.
    let reads = log.iter().filter(|line| line["command"] == "read");
    assert_eq!(reads.count(), 2);
}

#[cfg(unix)]
#[test]
fn whatever_is_wrong_is_named_and_nothing_is_made() {
    use std::os::unix::fs::PermissionsExt as _;
    let it = Ceremony::held();
    it.kek();
    it.run("keys component --need 2 --plain x1 x2 x3", 0);
    // Component 2 of x with other bytes and the check value that openssl gives for them.
    let forged = "SSC-COMPONENT MASTER 2 2/3 KCV 000102030405060708090A0B0C0D0E0F C35280";
    let whole = it.order.read("x1").split(' ').nth(4).unwrap().to_owned();
    let path = it.order.path("forged");
    std::fs::write(&path, forged.replace("KCV", &whole)).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let lax = it.order.path("lax");
    std::fs::copy(it.order.path("x2"), &lax).unwrap();
    std::fs::set_permissions(&lax, std::fs::Permissions::from_mode(0o640)).unwrap();
    secret(it.order.path("short"), "1234567\n");
    let cut = it.order.path("cut");
    std::fs::write(&cut, &it.order.read("x2")[..50]).unwrap();
    std::fs::set_permissions(&cut, std::fs::Permissions::from_mode(0o600)).unwrap();

    let before = it.names();
    let log = it.order.read("keys.vault.audit");
    let new = "keys ceremony new.vault";
    for (line, code, said) in [
        (format!("{new} --component x1"), 6, "1 components are not enough; this key needs 2"),
        (new.to_owned(), 6, "0 components are not enough"),
        (format!("{new} --component x1 --component k2"), 6, "k2: this is a component of a KEK key"),
        (format!("{new} --component x1 --component x1"), 6, "x1 and x1 are both component 1"),
        (format!("{new} --component x1 --component forged --component x3"), 6, "forged: component 2 does not belong"),
        (format!("{new} --component x1 --component forged"), 6, "one of x1, forged was changed"),
        (format!("{new} --component x1 --component lax"), 6, "lax: other users have access"),
        (format!("{new} --component x1 --component cut"), 6, "cut: this is not a component"),
        (format!("{new} --component x1 --component batch.csv"), 6, "batch.csv: "),
        (format!("{new} --component x1 --component none"), 6, "none: the file cannot be read"),
        (format!("{new} --component x1 --enter 1"), 2, "only in a terminal"),
        (format!("{new} --component c1 --component x2 {}", sealed("1")), 6, "belongs to the key"),
        (format!("{new} --component c1 --component c2 {}", sealed("13")), 6, "c2: the passphrase is wrong"),
        (format!("{new} --component c1 --component c2 {}", sealed("1")), 2, "no passphrase for c2"),
        ("keys ceremony keys.vault --component x1 --component x2".to_owned(), 6, "never overwritten"),
        (format!("{new} --component x1 --component x2 --passphrase-file short"), 6, "fewer than 8"),
        ("keys ceremony no/new.vault --component x1 --component x2".to_owned(), 6, "audit log cannot be written"),
        ("keys component --need 3 --plain y1 y2".to_owned(), 6, "3 of 2 components cannot be"),
        ("keys component --need 1 --plain y1 y2".to_owned(), 6, "1 of 2 components cannot be"),
        ("keys component --need 2 --plain y1".to_owned(), 2, "y1"),
        ("keys component --need 2 --plain y1 c1".to_owned(), 6, "c1: there is a file already"),
        ("keys component --need 2 --plain y1 no/y2".to_owned(), 6, "no/y2: the file cannot be written"),
        ("keys component --need 2 y1 y2 --component-passphrase-file p1 --component-passphrase-file short".to_owned(), 6, "fewer than 8"),
        (format!("keys export keys.vault -o new.json {BOTH} --key SSSE/XX"), 6, "no root key of the vault has such a name"),
        ("keys export keys.vault -o new.json --component x1 --component x2".to_owned(), 6, "of a MASTER key"),
        (format!("keys export keys.vault -o c1 {BOTH}"), 6, "c1: there is a file already"),
        (format!("keys import batch.csv new.vault {BOTH}"), 6, "not a file of wrapped root keys"),
        (format!("keys import none new.vault {BOTH}"), 6, "none: the file cannot be read"),
        ("keys audit none.vault".to_owned(), 3, "there is no audit log"),
        ("keys audit keys.vault --head 12".to_owned(), 2, "64 hexadecimal digits"),
    ] {
        let output = it.run(&line, code);
        let told = err(&output);
        // clap does not repeat what may be a secret.
        assert!(told.contains(said) || said == "y1", "{line}\n{told}");
        assert_eq!(it.names(), before, "{line}");
        let chinese = err(&it.run(&format!("{line} --lang zh"), code));
        assert!(chinese.contains("错误："), "{chinese}");
        assert_eq!(it.names(), before, "{line}");
    }
    // Only what opened the vault left lines in its log: the export of a name that is not there, twice.
    assert_eq!(it.log().len(), log.lines().count() + 4);
    assert_eq!(it.log().last().unwrap()["result"], "failed");
    it.run("keys audit keys.vault", 0);
}

#[test]
fn exported_roots_are_imported_elsewhere_and_a_changed_file_is_refused() {
    let it = Ceremony::held();
    it.kek();
    let exported = json(&it.run(
        &format!("keys export keys.vault -o roots.json {BOTH} --json"),
        0,
    ));
    assert!(out(&it.run("keys show roots.json", 0)).contains("wrapped under the key"));
    it.run(&format!("keys import roots.json copy.vault {BOTH}"), 0);
    assert_eq!(it.roots("copy.vault"), it.roots("keys.vault"));
    assert_eq!(
        exported["roots"],
        it.roots("copy.vault").as_array().unwrap().len()
    );

    it.run(
        &format!("keys export keys.vault -o some.json {BOTH} --key SSSE/RK --key ISD/SCP03"),
        0,
    );
    it.run(&format!("keys import some.json some.vault {BOTH}"), 0);
    assert_eq!(it.roots("some.vault").as_array().unwrap().len(), 7);
    let changed = it.order.read("some.json").replacen("SSSE/RK", "SSSE/UK", 1);
    std::fs::write(it.order.path("changed.json"), changed).unwrap();
    let refused = it.run(&format!("keys import changed.json new.vault {BOTH}"), 6);
    assert!(err(&refused).contains("cut short or changed"));
    it.run("keys component --for kek --need 2 --plain other1 other2", 0);
    let refused = it.run(
        "keys import some.json new.vault --component other1 --component other2",
        6,
    );
    assert!(err(&refused).contains("bring its components"));
    assert!(!it.names().contains(&"new.vault".to_owned()));

    // Nothing that was said or written holds the wrapping key; the log has its check value.
    let log = it.order.read("keys.vault.audit");
    assert!(log.contains(exported["kek_kcv"].as_str().unwrap()));
    for component in ["k1", "k2"] {
        let line = it.order.read(component);
        let secret = line.split(' ').nth(5).unwrap();
        for name in it
            .names()
            .iter()
            .filter(|name| !["k1", "k2", "cards"].contains(&name.as_str()))
        {
            let bytes = std::fs::read(it.order.path(name)).unwrap();
            let text = String::from_utf8_lossy(&bytes).to_uppercase();
            assert!(!text.contains(secret), "{name}");
        }
    }
}

#[test]
fn check_values_of_the_demo_keys_components_and_three_versions() {
    let it = Ceremony::new();
    let demo = json(&it.run("keys show --json", 0));
    assert_eq!(demo["demo_keys"], true);
    let versions = demo["roots"].as_array().unwrap().iter();
    let of = |root: &&Value| root["name"] == "SSSE/RK" && root["algorithm"] == "SM4";
    let kcvs: Vec<&Value> = versions.filter(of).map(|root| &root["kcv"]).collect();
    assert_eq!(kcvs.len(), 3);
    assert!(kcvs[0] != kcvs[1] && kcvs[1] != kcvs[2]);
    it.run(
        &format!("keys component --need 3 c1 c2 c3 {}", sealed("123")),
        0,
    );
    let shown = json(&it.run(&format!("keys show c2 --json {}", sealed("2")), 0));
    assert_eq!(
        (&shown["number"], &shown["need"], &shown["purpose"]),
        (&2.into(), &3.into(), &"MASTER".into())
    );
    let shown = out(&it.run(&format!("keys show c2 --lang zh {}", sealed("2")), 0));
    assert!(
        shown.contains("分量 2") && shown.contains("3 取 3"),
        "{shown}"
    );
    assert_eq!(
        it.run(&format!("keys show c2 {}", sealed("3")), 6).stdout,
        b""
    );
}
