//! `{:?}` of whatever holds a key or a PIN shows nothing of it.

use std::fmt::Debug;
use std::path::Path;

use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::scp03::KeySet;
use card_crypto::session::session_key;
use card_crypto::{Algorithm, Factor, Key16};
use ssc_harness::secrets::Secrets;
use ssc_keys::component::{Purpose, generate};
use ssc_keys::{KeyService, Vault};
use ssc_reader::CommandApdu;
use ssc_scenarios::oracle;

const KEY: [u8; 16] = [
    0xF7, 0x6F, 0xEC, 0x9A, 0x14, 0x7C, 0x08, 0xBD, 0x82, 0x05, 0x2F, 0x6B, 0x5C, 0x36, 0x04, 0xD9,
];
const PIN: &str = "8361927450";

#[track_caller]
fn shows_nothing(secrets: &Secrets, holder: &impl Debug) {
    for shown in [
        format!("{holder:?}"),
        format!("{holder:#?}"),
        format!("{holder:02X?}"),
    ] {
        assert!(secrets.found_in(shown.as_bytes()).is_empty(), "{shown}");
    }
}

#[test]
fn keys_show_nothing() {
    let mut secrets = Secrets::default();
    secrets.key("the key", &KEY);
    let key = || Key16::new(KEY);
    shows_nothing(&secrets, &key());
    shows_nothing(&secrets, &Some(vec![key()]));
    shows_nothing(
        &secrets,
        &KeySet {
            enc: key(),
            mac: key(),
            dek: key(),
        },
    );
    let of_tests = oracle::OracleKey::new(oracle::Algorithm::Sm4, KEY);
    shows_nothing(&secrets, &of_tests);

    // A session key of either algorithm; what it is, the tests' own oracle says.
    for (algorithm, same) in [
        (Algorithm::TripleDes, oracle::Algorithm::TripleDes),
        (Algorithm::Sm4, oracle::Algorithm::Sm4),
    ] {
        let session = session_key(algorithm, &KEY, &Factor::new(&[1; 8]));
        let mut secrets = Secrets::default();
        secrets.key(
            "the session key",
            &oracle::OracleKey::new(same, KEY).session(&[1; 8]),
        );
        shows_nothing(&secrets, &session);
    }
}

#[test]
fn vaults_and_components_show_nothing() {
    let mut secrets = Secrets::default();
    secrets.key("the master", &KEY);
    let vault = Vault::from_master(&Key16::new(KEY));
    let factor = [0x86, 0xFF, 1, 2, 3, 4, 5, 6];
    for algorithm in [Algorithm::TripleDes, Algorithm::Sm4] {
        let key = vault.card_key("SSSE/RK", FIRST_KEY_VERSION, algorithm, b"110000", &factor);
        secrets.key("a card's key", key.unwrap().as_bytes());
    }
    shows_nothing(&secrets, &vault);
    shows_nothing(&secrets, &vault.issuer_keys(&factor).unwrap());

    for component in generate(Purpose::Master, 2, 3).unwrap() {
        let mut secrets = Secrets::default();
        // The line that is written down holds the component's bytes in groups.
        let line = component.to_line();
        let digits: Vec<String> = line
            .split(|character: char| !character.is_ascii_hexdigit())
            .filter(|group| group.len() >= 4 && group.len().is_multiple_of(2))
            .map(Into::into)
            .collect();
        let bytes = hex::decode(digits.concat()).unwrap();
        assert!(bytes.len() >= 16, "a component has sixteen bytes");
        secrets.key("the component", &bytes);
        shows_nothing(&secrets, &component);
    }
}

#[test]
fn pins_show_nothing() {
    let mut secrets = Secrets::default();
    secrets.digits("the PIN", PIN);
    shows_nothing(&secrets, &ssc_person::FirstPin::parse(PIN).unwrap());
    let digits: Vec<u8> = PIN.bytes().map(|digit| digit - b'0').collect();
    shows_nothing(&secrets, &ssc_terminal::Pin::from_digits(&digits).unwrap());
    let bcd = hex::decode(PIN).unwrap();
    let change = [&bcd[..], &[0xFF], &bcd].concat();
    for command in [
        CommandApdu::new(0x00, 0x20, 0x00, 0x00).data(&bcd),
        CommandApdu::new(0x80, 0x5E, 0x01, 0x00).data(&change),
        CommandApdu::new(0x00, 0xDA, 0x01, 0x02).data(&bcd).secret(),
    ] {
        shows_nothing(&secrets, &command);
    }
}

/// On the card, what holds keys, PINs, messages or answers has no `Debug` at all: these are all the types that derive it.
#[test]
fn on_the_card_nothing_that_holds_a_secret_has_debug() {
    const HARMLESS: &[&str] = &[
        "Slot",
        "Identity",
        "Kind",
        "FileState",
        "Descriptor",
        "InterfaceBusy",
        "ObjectId",
        "StoreError",
        "Space",
    ];
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../card-os/src");
    let mut looked_at = 0;
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            looked_at += 1;
            for (at, _) in text.match_indices("Debug") {
                let line = text[..at].rsplit('\n').next().unwrap();
                assert!(
                    line.trim_start().starts_with("#[derive("),
                    "{}: Debug that is not derived",
                    path.display()
                );
                let behind = &text[at..];
                let declared = behind.split(['\n', '{', '(', ';']).find_map(|line| {
                    let line = line.trim();
                    let name = line
                        .split(" struct ")
                        .nth(1)
                        .or(line.split(" enum ").nth(1));
                    name.or(line.strip_prefix("struct "))
                        .or(line.strip_prefix("enum "))
                });
                let name = declared.unwrap().split(['<', ' ']).next().unwrap();
                assert!(HARMLESS.contains(&name), "{}: {name}", path.display());
            }
        }
    }
    assert!(looked_at > 50, "{looked_at} files are not the card");
}
