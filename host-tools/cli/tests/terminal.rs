//! `ssc terminal …` and `ssc verify` on cards in this process.

mod support;

use std::path::Path;

use apdu_specs::Generation;
use ssc_bureau::batch::{ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::issue_one;
use ssc_bureau::job::{OrderOptions, PinPolicy};
use ssc_keys::Vault;
use ssc_person::Date;
use ssc_reader::feeder::Feeder as _;
use ssc_simulator::Serials;
use ssc_simulator::feeder::SimulatedFeeder;
use support::{err, finish, json, out, run, ssc, text};

/// Synthetic, as its number's region 110101 and its name say.
const ROW: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,pin\n\
                   110101199003079964,王小明,2,01,19900307,110100,X00000019,123456\n";
const SERIAL: [u8; 6] = [0x20, 0x26, 0x11, 0x21, 0x00, 0x02];

/// A folder with one card in it, issued with `vault`.
fn card(generation: Generation, vault: &Vault, folder: &Path) -> String {
    let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.into()));
    let batch = read_bytes(ROW.as_bytes(), &ReadOptions::default()).unwrap();
    let options = OrderOptions {
        model: CardModel::plain(generation),
        region: None,
        first_card_number: None,
        issue_date: Date::new(2026, 11, 21).unwrap(),
        pins: PinPolicy::Demo,
    };
    let decided = options.decide(&batch).unwrap();
    let mut card = feeder.next_card().unwrap();
    issue_one(&mut *card, &decided[0], vault, Line::Trusted).unwrap();
    drop(card);
    text(&folder.join("202611210002.ssccard"))
}

struct Card {
    image: String,
    folder: tempfile::TempDir,
}

impl Card {
    fn demo(generation: Generation) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let image = card(generation, &Vault::demo().unwrap(), folder.path());
        Self { image, folder }
    }

    fn path(&self, name: &str) -> String {
        text(&self.folder.path().join(name))
    }

    /// `ssc terminal` on this card.
    fn terminal(&self, args: &[&str], code: i32) -> std::process::Output {
        self.with_pins(args, &[], code)
    }

    fn with_pins(&self, args: &[&str], pins: &[(&str, &str)], code: i32) -> std::process::Output {
        let image = ["--image", &self.image, "--json"];
        let mut command = ssc(&[&["terminal"], args, &image].concat());
        command.env_remove("SSC_NEW_PIN");
        for (name, value) in pins {
            command.env(name, value);
        }
        finish(&mut command, code)
    }
}

#[test]
fn basic_data_items_and_writing_in_each_generation() {
    for generation in Generation::ALL {
        let card = Card::demo(generation);
        let basic = json(&card.terminal(&["read-basic"], 0));
        let line = basic["line"].as_str().unwrap();
        assert!(
            line.starts_with("110100|110101199003079964|X00000019|"),
            "{line}"
        );

        // In 1.00 the telephone is the PIN's alone; later RK1 opens it too.
        let address = "SSSEEF05|05|07|$DF01EF06|28|$";
        let read = match generation {
            Generation::V1 => {
                let by_pin = ["read", address, "--by", "pin"];
                card.with_pins(&by_pin, &[("SSC_PIN", "123456")], 0)
            }
            _ => card.terminal(&["read", address], 0),
        };
        let read = json(&read);
        assert_eq!(read["line"], "SSSEEF05|20261121|X00000019|$DF01EF06||$");
        assert_eq!(read["files"][0]["values"][1], "X00000019");

        let data = card.path("data.txt");
        std::fs::write(&data, "DF01EF06|13800000000|$\n").unwrap();
        card.terminal(&["write", "DF01EF06|28|$", "--data", &data], 0);
        let by_pin = ["read", "DF01EF06|28|$", "--by", "pin", "--no-keys"];
        let read = json(&card.with_pins(&by_pin, &[("SSC_PIN", "123456")], 0));
        assert_eq!(read["line"], "DF01EF06|13800000000|$");
    }
}

#[test]
fn refusals_carry_their_return_code() {
    let card = Card::demo(Generation::V3);
    let code = |output: &std::process::Output| json(output)["return_code"].as_i64().unwrap();
    assert_eq!(
        code(&card.terminal(&["read", "SSSEEF06|08|$", "--no-keys"], 6)),
        -2201
    );
    assert_eq!(code(&card.terminal(&["read", "SSSEEF06|08|"], 3)), -23);
    assert_eq!(code(&card.terminal(&["read", "SSSEEF06|7A|$"], 3)), -25);
    let data = card.path("data.txt");
    std::fs::write(&data, "SSSEEF06|x1|$").unwrap();
    assert_eq!(
        code(&card.terminal(&["write", "SSSEEF06|0B|$", "--data", &data], 3)),
        -41
    );
    let wrong = card.with_pins(&["verify-pin"], &[("SSC_PIN", "654321")], 5);
    assert_eq!(code(&wrong), -51);
    assert!(!err(&wrong).contains("654321"));
    // A social security card is no PSAM.
    let other = Card::demo(Generation::V2);
    let psam = ["read-basic", "--psam-image", &other.image];
    assert_eq!(code(&card.terminal(&psam, 6)), -2201);
}

#[test]
fn the_life_of_a_pin_and_where_it_comes_from() {
    let card = Card::demo(Generation::V3);
    let (old, new) = (("SSC_PIN", "123456"), ("SSC_NEW_PIN", "246810"));
    card.with_pins(&["change-pin"], &[old, new], 0);
    let file = card.path("pin");
    support::secret(&file, "246810\n");
    card.terminal(&["verify-pin", "--pin-file", &file], 0);
    let mut piped = ssc(&[
        "terminal",
        "verify-pin",
        "--pin-file",
        "-",
        "--image",
        &card.image,
    ]);
    let right = finish(piped.write_stdin("246810\n"), 0);
    assert_eq!(out(&right), "the PIN is right\n");
    for _ in 0..3 {
        card.with_pins(&["verify-pin"], &[old], 5);
    }
    let blocked = card.terminal(&["verify-pin", "--pin-file", &file], 5);
    assert_eq!(json(&blocked)["return_code"], -52);
    card.terminal(&["unblock-pin"], 0);
    card.terminal(&["verify-pin", "--pin-file", &file], 0);
    // One digit repeated is refused with its reason, before anything goes to the card.
    let repeated = card.with_pins(&["reload-pin"], &[("SSC_NEW_PIN", "111111")], 3);
    assert!(
        err(&repeated).contains("one digit repeated"),
        "{}",
        err(&repeated)
    );
    assert!(!err(&repeated).contains("111111"));
    card.with_pins(&["verify-pin"], &[("SSC_PIN", "246810")], 0);
    card.with_pins(&["reload-pin"], &[("SSC_NEW_PIN", "97531")], 0);
    card.with_pins(&["verify-pin"], &[("SSC_PIN", "97531")], 0);
    // Neither is asked for where nobody would see the question.
    let nobody = card.terminal(&["reload-pin"], 2);
    assert!(err(&nobody).contains("SSC_NEW_PIN"), "{}", err(&nobody));
    card.terminal(&["verify-pin", "--pin-file", &card.path("nothing")], 3);
}

#[test]
fn genuine_copied_altered_and_foreign_cards() {
    for generation in [Generation::V2, Generation::V3] {
        let genuine = Card::demo(generation);
        let verify = |image: &str, code| {
            let report = json(&run(&["verify", "--image", image, "--json"], code));
            report["verdict"].as_str().unwrap().to_owned()
        };
        assert_eq!(verify(&genuine.image, 0), "genuine");
        let chinese = run(&["verify", "--image", &genuine.image, "--lang", "zh"], 0);
        assert!(out(&chinese).contains("真卡"));

        // The same chip number, the same person, other master keys.
        let other = tempfile::tempdir().unwrap();
        let vault = text(&other.path().join("other.vault"));
        let passphrase = ("SSC_PASSPHRASE", "correct horse battery");
        finish(
            ssc(&["keys", "new", &vault]).env(passphrase.0, passphrase.1),
            0,
        );
        let keys = Vault::open(Path::new(&vault), passphrase.1).unwrap();
        let image = card(generation, &keys, other.path());
        assert_eq!(verify(&image, 8), "not_of_these_keys");

        // Now with the genuine card's own identification code, MAC and all: a copy.
        let code = run(
            &[
                "terminal",
                "read",
                "SSSEEF05|01|$",
                "--image",
                &genuine.image,
            ],
            0,
        );
        let line = text(&other.path().join("code.txt"));
        std::fs::write(&line, out(&code)).unwrap();
        let write = [
            "terminal",
            "write",
            "SSSEEF05|01|$",
            "--data",
            &line,
            "--image",
            &image,
            "--vault",
            &vault,
        ];
        finish(ssc(&write).env(passphrase.0, passphrase.1), 0);
        assert_eq!(verify(&image, 8), "copy");
        let said = run(&["verify", "--image", &image], 8);
        assert!(err(&said).contains("a COPY"), "{}", err(&said));
        let basic = run(&["terminal", "read-basic", "--image", &image, "--json"], 8);
        assert_eq!(json(&basic)["return_code"], -21);

        // And the genuine card, whose code somebody has changed: its MAC is the issuer's secret.
        let mac = code_of(&code).split_off(24);
        let other_mac = if mac == "00000000" {
            "00000001"
        } else {
            "00000000"
        };
        let changed = out(&code).replace(&mac, other_mac);
        let data = genuine.path("code.txt");
        std::fs::write(&data, changed).unwrap();
        genuine.terminal(&["write", "SSSEEF05|01|$", "--data", &data], 0);
        let verdict = json(&run(&["verify", "--image", &genuine.image, "--json"], 8));
        assert_eq!(verdict["verdict"], "altered");
        assert_eq!(verdict["genuine"], false);
        assert_eq!(verdict["error"]["kind"], "not_genuine");
    }
}

/// The identification code out of `SSSEEF05|code|$`.
fn code_of(read: &std::process::Output) -> String {
    out(read).split('|').nth(1).unwrap().to_owned()
}

/// A card with keys of version 1, and version 2 asked for: of a vault and of a PSAM, an older version is never taken for it.
#[test]
fn an_older_key_version_is_not_what_was_asked_for() {
    let card = Card::demo(Generation::V2);
    let psam = card.path("psam.ssccard");
    let issue = ["psam", "issue", "--region", "110100", "--image", &psam];
    run(
        &[&issue[..], &["--terminal-id", "110100000001"]].concat(),
        0,
    );
    let with = |words: &[&str], version: &str, code| {
        let rest = ["--image", &card.image, "--key-version", version, "--json"];
        json(&run(&[words, &rest].concat(), code))
    };
    let verify: [&[&str]; 2] = [&["verify"], &["verify", "--psam-image", &psam]];
    assert_eq!(with(verify[0], "1", 0)["verdict"], "genuine");
    assert_eq!(with(verify[1], "1", 0)["verdict"], "genuine");
    for version in ["2", "3"] {
        let report = with(verify[0], version, 8);
        assert_eq!(report["verdict"], "old_version", "{report}");
        let check = &report["internal_authentication"];
        assert_eq!(
            (&check["result"], &check["version"]),
            (&"older".into(), &1.into())
        );
        // the PSAM's keys are of version 1: nothing is computed with them
        let report = with(verify[1], version, 6);
        assert_eq!(report["return_code"], -27272, "{report}");
        assert_eq!(
            with(&["terminal", "read-basic"], version, 8)["return_code"],
            -21
        );
        let basic = ["terminal", "read-basic", "--psam-image", &psam];
        assert_eq!(with(&basic, version, 6)["return_code"], -27272);
    }
    let said = run(&["verify", "--image", &card.image, "--key-version", "2"], 8);
    assert!(out(&said).contains("version 1"), "{}", out(&said));
}
