//! `ssc chip prepare` and what follows it: cards and PSAMs with a vault of one's own.

mod support;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use apdu_specs::Generation;
use serde_json::Value;
use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::{Vault, roots};
use ssc_simulator::{Identity, Image};
use support::pcsc::{Sim, card_in};
use support::{Order, column, err, finish, json, out, ssc};

const PASSPHRASE: &str = "correct horse battery";

/// A folder with a batch and a vault of one's own.
struct Room {
    order: Order,
}

impl Room {
    fn new(persons: &str) -> Self {
        let room = Self {
            order: Order::of(persons),
        };
        let vault = Vault::generate(roots::all()).unwrap();
        room.keep(&vault, "keys.vault");
        room
    }

    fn keep(&self, vault: &Vault, name: &str) {
        let path = PathBuf::from(self.order.path(name));
        vault.write_new(&path, PASSPHRASE).unwrap();
    }

    /// A vault as they were before chips had initial keys.
    fn keep_older(&self) {
        let older = roots::all().filter(|(id, ..)| *id != "ISD/INITIAL");
        self.keep(&Vault::generate(older).unwrap(), "older.vault");
    }

    /// `ssc` with words of which those with a dot are files of the folder.
    fn run(&self, line: &str, code: i32) -> std::process::Output {
        let words: Vec<String> = line
            .split(' ')
            .map(|word| match word {
                "cards" | "stack" => self.order.path(word),
                word if word.contains('.') && word != "3.00" => self.order.path(word),
                word => word.to_owned(),
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        finish(ssc(&words).env("SSC_PASSPHRASE", PASSPHRASE), code)
    }

    /// A blank card with published keys.
    fn blank(&self, name: &str, serial: u8) {
        let identity = Identity::from_serial([0x90, 0, 0, 0, 0, serial]);
        drop(Image::create(self.order.path(name).as_ref(), &identity).unwrap());
    }

    /// Version of the key set that the card in this image names (GET DATA 00E0).
    fn key_version(&self, image: &str) -> String {
        let answer = self.run(
            &format!("apdu --json --image {image} 00A4040008A000000151000000 80CA00E000"),
            0,
        );
        let told = json(&answer);
        let data = told["exchanges"][1]["data"].as_str().unwrap();
        // E0 12, then for each key C0 04 identifier version 88 10.
        let (_, key) = data.split_once("C004").unwrap();
        key[2..4].to_owned()
    }
}

const PREPARE: &str = "chip prepare --vault keys.vault --image";
const PSAM: &str = "psam issue --region 110000 --terminal-id 110000000042";

#[test]
fn a_chip_is_prepared_once_and_a_second_time_is_harmless() {
    let room = Room::new("1");
    room.blank("a.ssccard", 1);
    assert_eq!(room.key_version("a.ssccard"), "30");
    let first = room.run(&format!("{PREPARE} a.ssccard"), 0);
    assert!(
        out(&first).contains("prepared, it has initial keys"),
        "{}",
        out(&first)
    );
    assert_eq!(room.key_version("a.ssccard"), "32");
    let again = room.run(&format!("{PREPARE} a.ssccard"), 0);
    assert!(
        out(&again).contains("nothing was written"),
        "{}",
        out(&again)
    );
    let chinese = room.run(&format!("--lang zh {PREPARE} a.ssccard"), 0);
    assert!(out(&chinese).contains("未写入"), "{}", out(&chinese));
    let report = json(&room.run(&format!("{PREPARE} a.ssccard --json"), 0));
    assert_eq!(report["prepared_before"], 1);
    assert_eq!(report["chips"][0]["result"], "prepared_before");
    assert_eq!(
        report["chips"][0]["atr"],
        "3B6D0000000000000186FF900000000001"
    );
    // The vault's log says for how many cards it was used.
    let audit = room.order.read("keys.vault.audit");
    assert!(audit.contains("\"command\":\"chip prepare\""), "{audit}");
    assert!(audit.contains("ISD/INITIAL AES 1"), "{audit}");
}

#[test]
fn what_cannot_be_prepared_says_why() {
    let room = Room::new("1");
    room.keep(&Vault::generate(roots::all()).unwrap(), "other.vault");
    room.keep_older();
    room.blank("a.ssccard", 1);
    // Without a vault, before anything is looked for.
    let demo = room.run("chip prepare --image a.ssccard --json", 6);
    assert!(err(&demo).contains("--vault"), "{}", err(&demo));
    assert!(!err(&demo).contains("DEMO KEYS"), "{}", err(&demo));
    assert_eq!(room.key_version("a.ssccard"), "30");
    let older = room.run("chip prepare --vault older.vault --image a.ssccard", 6);
    assert!(err(&older).contains("ssc keys complete"), "{}", err(&older));

    room.run(&format!("{PREPARE} a.ssccard"), 0);
    let other = room.run(
        "chip prepare --vault other.vault --image a.ssccard --json",
        6,
    );
    assert!(err(&other).contains("not this vault's"), "{}", err(&other));
    assert_eq!(json(&other)["chips"][0]["result"], "failed");
    let other = room.run(&format!("{PSAM} --vault other.vault --image a.ssccard"), 6);
    assert!(err(&other).contains("key version 32"), "{}", err(&other));

    room.run(&format!("{PSAM} --vault keys.vault --image a.ssccard"), 0);
    assert_eq!(room.key_version("a.ssccard"), "31");
    let done = room.run(&format!("{PREPARE} a.ssccard"), 5);
    assert!(err(&done).contains("not blank"), "{}", err(&done));
    let missing = room.run(&format!("{PREPARE} nowhere.ssccard"), 3);
    assert!(err(&missing).contains("no such file"), "{}", err(&missing));
}

#[test]
fn published_keys_are_refused_unless_the_line_is_trusted() {
    let room = Room::new("1");
    room.blank("a.ssccard", 1);
    room.blank("b.ssccard", 2);
    let line = format!("{PSAM} --vault keys.vault --image a.ssccard");
    let refused = room.run(&line, 6);
    for words in [
        "published keys (version 30)",
        "ssc chip prepare",
        "--trusted-line",
    ] {
        assert!(err(&refused).contains(words), "{}", err(&refused));
    }
    assert_eq!(room.key_version("a.ssccard"), "30");
    let report = json(&room.run(&format!("{line} --trusted-line --json"), 0));
    assert_eq!(report["trusted_line"], true);
    assert_eq!(room.key_version("a.ssccard"), "31");
    // With the demo keys as ever.
    let demo = room.run(&format!("{PSAM} --image b.ssccard"), 0);
    assert!(err(&demo).contains("DEMO KEYS"), "{}", err(&demo));
}

#[test]
fn blanks_of_this_process_come_with_the_vaults_initial_keys() {
    let room = Room::new("2");
    room.keep_older();
    let issue = "issue batch.csv --generation 3.00 --images cards -o return.csv";
    let report = json(&room.run(&format!("{issue} --vault keys.vault --json"), 0));
    assert_eq!(
        (&report["issued"], &report["trusted_line"]),
        (&2.into(), &false.into())
    );
    for image in room.order.images() {
        let image = image.file_name().unwrap().to_str().unwrap().to_owned();
        std::fs::copy(
            room.order.path(&format!("cards/{image}")),
            room.order.path(&image),
        )
        .unwrap();
        assert_eq!(room.key_version(&image), "31");
        room.run(&format!("verify --vault keys.vault --image {image}"), 0);
    }
    room.run(&format!("{PSAM} --vault keys.vault --image new.ssccard"), 0);
    assert_eq!(room.key_version("new.ssccard"), "31");
    room.run(&format!("{PSAM} --vault keys.vault --reader sim"), 0);

    // An older vault says what it lacks before anything is made, and goes on over a trusted line as it did.
    let again = "issue batch.csv --generation 3.00 --images stack -o older.csv --pins older.pins";
    let refused = room.run(&format!("{again} --vault older.vault"), 6);
    assert!(
        err(&refused).contains("ssc keys complete"),
        "{}",
        err(&refused)
    );
    assert!(!PathBuf::from(room.order.path("older.csv")).exists());
    assert!(!PathBuf::from(room.order.path("stack")).exists());
    let psam = format!("{PSAM} --vault older.vault --image older.ssccard");
    room.run(&psam, 6);
    assert!(!PathBuf::from(room.order.path("older.ssccard")).exists());
    room.run(&format!("{psam} --trusted-line"), 0);
    room.run(&format!("{again} --vault older.vault --trusted-line"), 0);

    // Completed, it makes blanks with initial keys too.
    let added = json(&room.run("vault complete older.vault --json", 0));
    assert_eq!(added["added"].as_array().unwrap().len(), 1);
    assert_eq!(added["added"][0]["name"], "ISD/INITIAL");
    let nothing = room.run("vault complete older.vault", 0);
    assert!(
        err(&nothing).contains("lacks no root key"),
        "{}",
        err(&nothing)
    );
    room.run(
        &format!("{PSAM} --vault older.vault --image last.ssccard"),
        0,
    );
}

#[test]
fn a_vault_from_a_ceremony_and_published_keys_are_not_completed() {
    let room = Room::new("1");
    support::secret(room.order.path("pass.phrase"), PASSPHRASE);
    let both = "--component-passphrase-file pass.phrase --component-passphrase-file pass.phrase";
    room.run(
        &format!("keys component --need 2 a.component b.component {both}"),
        0,
    );
    room.run(
        &format!("keys ceremony made.vault --component a.component --component b.component {both}"),
        0,
    );
    let refused = room.run("vault complete made.vault", 6);
    assert!(
        err(&refused).contains("ceremony again"),
        "{}",
        err(&refused)
    );
    let demo = test_vectors::vectors::directory().join("keys/demo-format-1.vault");
    std::fs::copy(demo, room.order.path("demo.vault")).unwrap();
    let before = std::fs::read(room.order.path("demo.vault")).unwrap();
    std::fs::write(room.order.path("pass.phrase"), "demo").unwrap();
    let refused = room.run("vault complete demo.vault --passphrase-file pass.phrase", 6);
    assert!(err(&refused).contains("published"), "{}", err(&refused));
    assert_eq!(
        std::fs::read(room.order.path("demo.vault")).unwrap(),
        before
    );
}

/// A person changes the chip as soon as it is said to be done.
#[test]
fn one_chip_follows_the_other_in_a_reader() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let room = Room::new("1");
    let images = ["a.ssccard", "b.ssccard"];
    for (serial, image) in (1..).zip(images) {
        room.blank(image, serial);
    }
    let (vault, reader) = (room.order.path("keys.vault"), &pcscd.readers()[0]);
    let words = [
        "chip", "prepare", "--vault", &vault, "--reader", reader, "--count", "2",
    ];
    let mut command = support::pcsc::ssc(&pcscd, &words);
    let prepare = command
        .env("SSC_PASSPHRASE", PASSPHRASE)
        .stdout(Stdio::piped());
    let mut prepare = prepare.spawn().unwrap();
    let mut told = BufReader::new(prepare.stdout.take().unwrap()).lines();
    for (number, image) in (1..).zip(images) {
        let mut sim = Sim::start(&pcscd, 0, &["--image", &room.order.path(image)]);
        let line = told.next().unwrap().unwrap();
        let done = format!("chip {number} 3B6D0000000000000186FF90000000000{number}: prepared");
        assert!(line.starts_with(&done), "{line}");
        sim.pull();
        // pcscd looks every 400 ms whether a card lies in the virtual reader; it must see that there is none.
        std::thread::sleep(Duration::from_millis(1_000));
    }
    assert!(prepare.wait().unwrap().success());
    for image in images {
        assert_eq!(room.key_version(image), "32");
    }
}

/// A chip in a PC/SC reader: refused, prepared there, then issued there with the same vault.
#[test]
fn chips_in_a_reader_are_prepared_one_after_the_other_and_then_issued() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let room = Room::new("1");
    room.blank("a.ssccard", 1);
    let reader = pcscd.readers()[0].clone();
    let (vault, image) = (room.order.path("keys.vault"), room.order.path("a.ssccard"));
    let with = |words: &[&str], code| {
        let keys = [
            "--vault", &vault, "--reader", &reader, "--wait", "3", "--json",
        ];
        support::pcsc::run_with(
            &pcscd,
            &[words, &keys].concat(),
            &[("SSC_PASSPHRASE", PASSPHRASE)],
            code,
        )
    };
    let batch = room.order.path("batch.csv");
    let issue = |to: &str, code| {
        let (output, pins) = (room.order.path(to), room.order.path(&format!("{to}.pins")));
        let issue = ["issue", &batch, "--generation", "3.00"];
        with(
            &[&issue[..], &["-o", &output, "--pins", &pins]].concat(),
            code,
        )
    };

    let mut sim = Sim::start(&pcscd, 0, &["--image", &image]);
    sim.event();
    card_in(&pcscd, 0);
    let refused = issue("refused.csv", 7);
    assert!(
        err(&refused).contains("ssc chip prepare"),
        "{}",
        err(&refused)
    );
    assert!(room.order.read("refused.csv").contains("published keys"));
    // The only chip there is, and a second one that does not come.
    let report = with(&["chip", "prepare", "--count", "2"], 7);
    let told = json(&report);
    assert_eq!((&told["prepared"], &told["failed"]), (&1.into(), &1.into()));
    assert!(
        err(&report).contains("take the card out"),
        "{}",
        err(&report)
    );
    let again = json(&with(&["chip", "prepare"], 0));
    assert_eq!(again["chips"][0]["result"], "prepared_before");
    assert_eq!(again["reader"], reader.as_str());
    let report = json(&issue("return.csv", 0));
    assert_eq!(report["issued"], 1);
    assert_eq!(column(&room.order.read("return.csv"), 5), ["delivered"]);
    sim.pull();
    room.run("verify --vault keys.vault --image a.ssccard", 0);
}

/// `ssc sim` with a vault: new blank cards have its initial keys, a stack is issued from with the same vault.
#[test]
fn a_simulated_stack_comes_with_the_vaults_initial_keys() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let room = Room::new("2");
    support::secret(room.order.path("passphrase"), PASSPHRASE);
    let keys = [
        "--vault",
        &room.order.path("keys.vault"),
        "--passphrase-file",
        &room.order.path("passphrase"),
    ];
    let mut stack = Sim::start(&pcscd, 0, &[&["--stack", "2"][..], &keys].concat());
    assert_eq!(stack.event()["event"], "inserted");
    card_in(&pcscd, 0);
    let (batch, reader) = (room.order.path("batch.csv"), pcscd.readers()[0].clone());
    let version = Generation::V3.to_string();
    let issue = [
        "issue",
        &batch,
        "--generation",
        &version,
        "--reader",
        &reader,
    ];
    let report = support::pcsc::run(
        &pcscd,
        &[&issue[..], &keys, &["--json", "--wait", "20"]].concat(),
        0,
    );
    assert_eq!(json(&report)["issued"], 2);
    while stack.event() != Value::Null {}

    let image = room.order.path("one.ssccard");
    let mut one = Sim::start(&pcscd, 0, &[&["--image", &image][..], &keys].concat());
    one.event();
    one.pull();
    assert_eq!(room.key_version("one.ssccard"), "32");
}
