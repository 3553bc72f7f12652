//! What others have written and `ssc` shows: the name on a card, a certificate's subject, the names of readers, files and users, an
//! unknown word on the command line. None of it may steer the screen, turn the text around or begin a line of its own.

mod support;

use std::process::Output;

use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_reader::{Card, CommandApdu, exchange};
use ssc_simulator::{Image, Interface, SimulatedCard};
use ssc_terminal::Dialogue;
use support::{Order, err, finish, json, out, run, ssc, text};

/// Clears the screen, turns the direction, begins a line that looks like ours.
const HOSTILE: &str = "\u{1B}[2J\u{202E}x\nerror: y\u{9B}31m\u{2028}";
/// What has to be gone from it, and the line that it would begin.
const STEERING: [char; 5] = ['\u{1B}', '\u{202E}', '\u{9B}', '\u{2028}', '\r'];

fn is_clean(output: &Output) {
    for shown in [out(output), err(output)] {
        assert!(!shown.contains(STEERING), "{shown:?}");
        assert!(
            !shown.lines().any(|line| line.starts_with("error: y")),
            "{shown}"
        );
    }
}

/// A card of 2.00 on which somebody with the issuer's key has written a name that steers: GB18030 has all of Unicode.
fn card_with_a_hostile_name(order: &Order, name: &str) -> String {
    run(
        &[
            "issue",
            &order.path("batch.csv"),
            "--generation",
            "2.00",
            "--images",
            &order.path("cards"),
        ],
        0,
    );
    let path = order.images()[0].clone();
    let vault = Vault::demo().unwrap();
    let image = Image::open(&path).unwrap();
    let mut card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    {
        let mut session = Dialogue::open(&mut card, Some(&vault)).unwrap();
        let update = apdu_specs::applications::ssc::keys::SSSE
            .iter()
            .find(|key| key.name == "UK");
        session.external_authenticate(update.unwrap()).unwrap();
    }
    let select = CommandApdu::new(0x00, 0xA4, 0x02, 0x00).data(&[0xEF, 0x06]);
    exchange(&mut card, &select).unwrap().ok().unwrap();
    let (bytes, _, unmappable) = encoding_rs::GB18030.encode(name);
    assert!(!unmappable);
    let mut record = vec![0x09, 30];
    record.extend_from_slice(&bytes);
    record.resize(32, 0);
    let update = CommandApdu::new(0x00, 0xDC, 0x02, 0x04).data(&record);
    exchange(&mut card, &update).unwrap().ok().unwrap();
    card.reset().unwrap();
    text(&path)
}

#[test]
fn the_name_on_a_card_turns_nothing_around() {
    let order = Order::of("1");
    let image = card_with_a_hostile_name(&order, "张\u{202E}三\u{200B}");
    for args in [
        &["read", "--image", &image][..],
        &["read", "--image", &image, "--all"],
        &["terminal", "read-basic", "--image", &image],
        &["terminal", "read", "SSSEEF06|09|$", "--image", &image],
        &[
            "apdu",
            "--image",
            &image,
            "00A404000F7378312E73682EC9E7BBE1B1A3D5CF",
        ],
    ] {
        let shown = run(args, 0);
        is_clean(&shown);
        if args[0] != "apdu" {
            assert!(
                out(&shown).contains("张\u{FFFD}三\u{FFFD}"),
                "{}",
                out(&shown)
            );
        }
    }
    // For a program the name is what it is, and a screen that shows the document is not turned either.
    let document = run(&["read", "--image", &image, "--json"], 0);
    is_clean(&document);
    assert!(out(&document).contains("张\\u202e三"), "{}", out(&document));
    assert_eq!(json(&document)["name"], "张\u{202E}三\u{200B}");
}

/// The user's name stands in the audit log: in escapes there, and clean where it is listed.
#[test]
fn a_users_name_steers_neither_the_audit_log_nor_its_list() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    let with = |args: &[&str]| {
        let mut command = ssc(args);
        command
            .env("SSC_PASSPHRASE", "passphrase of a test")
            .env("LOGNAME", HOSTILE);
        finish(&mut command, 0)
    };
    is_clean(&with(&["keys", "new", &vault]));
    let log = order.read("keys.vault.audit");
    assert!(!log.contains(STEERING), "{log:?}");
    assert!(log.contains("\\u202e"), "{log}");
    assert_eq!(log.lines().count(), 2, "{log}");
    let listed = with(&["keys", "audit", &vault]);
    is_clean(&listed);
    assert!(
        out(&listed).contains("\u{FFFD}x\u{FFFD}error: y"),
        "{}",
        out(&listed)
    );
    is_clean(&with(&["keys", "audit", &vault, "--json"]));
    // a line that somebody put in is shown, as clean
    std::fs::write(format!("{vault}.audit"), format!("{log}{HOSTILE}")).unwrap();
    let broken = finish(ssc(&["keys", "audit", &vault]).env("LOGNAME", "x"), 6);
    is_clean(&broken);
    assert!(err(&broken).contains("line 3"), "{}", err(&broken));
}

#[test]
fn names_of_files_and_words_on_the_command_line_are_shown_clean() {
    let order = Order::of("1");
    let missing = order.path(HOSTILE);
    for args in [
        &["read", "--image", &missing][..],
        &["batch", "check", &missing],
        &["keys", "show", &missing],
        &["issue", &missing, "--generation", "3.00"],
        &[HOSTILE],
        &["read", &format!("--{HOSTILE}")],
        &["issue", "x", "--generation", HOSTILE],
    ] {
        for lang in ["en", "zh"] {
            let mut command = ssc(args);
            command.args(["--lang", lang]);
            let shown = command.output().unwrap();
            assert_ne!(shown.status.code(), Some(0), "{args:?}");
            is_clean(&shown);
            assert!(!err(&shown).is_empty());
        }
    }
    // a photo's name out of a batch
    let batch = order.read("batch.csv").replace("note", "photo");
    let photo = "a\u{1B}[2J\u{202E}gpj.jpg";
    std::fs::write(
        order.path("photos.csv"),
        batch.replace("SYNTHETIC 合成数据", photo),
    )
    .unwrap();
    let shown = run(&["batch", "check", &order.path("photos.csv")], 3);
    is_clean(&shown);
    assert!(
        out(&shown).contains("a\u{FFFD}[2J\u{FFFD}gpj.jpg"),
        "{}",
        out(&shown)
    );
}

#[test]
fn a_readers_name_is_shown_clean() {
    let name = "H\u{1B}[2J\u{202E}ead";
    let pcscd = match PrivatePcscd::start_named(1, name) {
        Ok(pcscd) => pcscd,
        Err(error) => panic!("{error}"),
    };
    assert!(
        pcscd.readers()[0].contains('\u{202E}'),
        "the reader has the name"
    );
    for args in [
        &["readers"][..],
        &["readers", "--json"],
        &["read", "--reader", "H"],
        &["read", "--reader", "nowhere"],
        &["read"],
    ] {
        let mut command = support::pcsc::ssc(&pcscd, args);
        let shown = command.output().unwrap();
        is_clean(&shown);
        let words = format!("{}{}", out(&shown), err(&shown));
        if args != ["readers", "--json"] {
            assert!(words.contains("H\u{FFFD}[2J\u{FFFD}ead"), "{words}");
        }
    }
}

#[test]
fn a_certificates_subject_is_shown_clean() {
    let order = Order::of("1");
    run(
        &[
            "issue",
            &order.path("batch.csv"),
            "--generation",
            "3.00",
            "--certificates",
            "--images",
            &order.path("cards"),
        ],
        0,
    );
    let image = text(&order.images()[0]);
    let on = |words: &[&str]| {
        let arguments = [words, &["--image", &image]].concat();
        finish(ssc(&arguments).env("SSC_PIN", "123456"), 0)
    };
    let (request, certificate) = (order.path("card.csr"), order.path("card.pem"));
    let subject = "CN=张\u{202E}三,C=CN";
    is_clean(&on(&[
        "cert",
        "request",
        "--new-pair",
        "--subject",
        subject,
        "-o",
        &request,
    ]));
    for line in [
        "genpkey -algorithm SM2 -out ca.key",
        "req -x509 -new -key ca.key -sm3 -subj /CN=Test-CA -days 30 -out ca.pem",
        "x509 -req -in card.csr -CA ca.pem -CAkey ca.key -CAcreateserial -sm3 -vfyopt distid:1234567812345678 -days 30 -out card.pem",
    ] {
        let done = std::process::Command::new("openssl")
            .args(line.split(' '))
            .current_dir(order.folder.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "openssl {line}: {}", err(&done));
    }
    is_clean(&on(&["cert", "write", &certificate]));
    for words in [&["cert", "show"][..], &["cert", "show", "--json"]] {
        is_clean(&on(words));
    }
    let shown = json(&on(&["cert", "show", "--json"]));
    let subject = shown["pairs"][0]["subject"].as_str().unwrap();
    assert!(
        subject.contains('\u{202E}'),
        "{subject}: the test tests something"
    );
}
