//! `scripts/no-secrets`: looks through logs for every key and PIN that the tests use.
//!
//! Keys: every root of the demo vault, and every key that it gives to a card seen in the logs (by the ATR) or in the tests, in
//! each region of the sample batches. Not the transport key, nor what the repository publishes as known answers: both are
//! printed on purpose. Keys of sessions, whose challenges are random, cannot be listed; `tests/no_secrets.rs` of `ssc` covers
//! what would print them, with keys of its own.
//! PINs: those of the sample batches that are long enough to be told from other numbers, and the demo PIN inside its APDUs.

use apdu_specs::applications::domain;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ssc_harness::secrets::Secrets;
use ssc_keys::{RootKind, demo, roots};
use ssc_scenarios::oracle::{Algorithm, OracleKey};

type Failure = Box<dyn std::error::Error>;

/// Factors of cards that the tests make by hand: `host-tools/simulator/tests`, `test-vectors/images`.
const FACTORS: [[u8; 8]; 2] = [
    [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01],
    [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x02],
];
/// Fewer digits stand in other numbers by chance.
const TELLING_DIGITS: usize = 10;

fn main() -> ExitCode {
    match look() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("no-secrets: {error}");
            ExitCode::FAILURE
        }
    }
}

fn look() -> Result<bool, Failure> {
    let mut files = Vec::new();
    for path in std::env::args_os().skip(1) {
        collect(Path::new(&path), &mut files)?;
    }
    if files.is_empty() {
        return Err("no log to look through; name files or folders".into());
    }
    let mut texts = Vec::new();
    for file in files {
        let text = std::fs::read(&file)?;
        texts.push((file, text));
    }
    let mut factors = BTreeSet::from(FACTORS);
    for (_, text) in &texts {
        factors_in(text, &mut factors);
    }
    let secrets = secrets(&factors)?;
    prove(&secrets)?;

    let mut clean = true;
    for (file, text) in &texts {
        for name in secrets.found_in(text) {
            println!("{}: {name}", file.display());
            clean = false;
        }
    }
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    println!(
        "{} keys of {} cards and the demo roots, {} PINs in {} logs, {bytes} bytes: {}; the planted ones were found",
        secrets.keys(),
        factors.len(),
        secrets.texts(),
        texts.len(),
        if clean { "none there" } else { "SECRETS THERE" },
    );
    Ok(clean)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

/// The factors of all cards whose ATR (`3B6D0000` and 13 historical bytes) stands in a log.
fn factors_in(text: &[u8], factors: &mut BTreeSet<[u8; 8]>) {
    let digits: String = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b':')
        .map(|byte| byte.to_ascii_uppercase() as char)
        .collect();
    for (at, start) in digits.match_indices("3B6D0000") {
        let bytes = digits
            .get(at + start.len() + 10..at + start.len() + 26)
            .and_then(|digits| hex::decode(digits).ok());
        if let Some(Ok(factor)) = bytes.map(<[u8; 8]>::try_from) {
            factors.insert(factor);
        }
    }
}

fn secrets(factors: &BTreeSet<[u8; 8]>) -> Result<Secrets, Failure> {
    let (regions, pins) = batches()?;
    let mut secrets = Secrets::default();
    for (id, version, kind) in roots::all() {
        let root = demo::root(id, version, kind);
        secrets.key(
            format!("demo root {id} {kind} version {version}"),
            root.as_bytes(),
        );
        let algorithm = match kind {
            RootKind::TripleDes => Algorithm::TripleDes,
            RootKind::Sm4 => Algorithm::Sm4,
            RootKind::Aes => continue,
        };
        for factor in factors {
            for region in &regions {
                let key = OracleKey::from_root(algorithm, *root.as_bytes(), region, factor);
                let card = hex::encode_upper(factor);
                secrets.key(
                    format!("{id} {kind} version {version} of card {card}"),
                    key.bytes(),
                );
            }
        }
    }
    for id in [domain::keys::ISD_VAULT_ID, domain::keys::INITIAL_VAULT_ID] {
        let root = demo::root(id, 1, RootKind::Aes);
        for factor in factors {
            let keys = card_crypto::diversify::scp03_keys(root.as_bytes(), factor);
            for (name, key) in [("ENC", &keys.enc), ("MAC", &keys.mac), ("DEK", &keys.dek)] {
                let card = hex::encode_upper(factor);
                secrets.key(format!("{id} {name} of card {card}"), key.as_bytes());
            }
        }
    }
    for pin in pins.iter().filter(|pin| pin.len() >= TELLING_DIGITS) {
        secrets.digits("a PIN of a sample batch", pin);
    }
    for (apdu, name) in [
        ("0020000003123456", "the demo PIN in VERIFY"),
        ("805e010007123456ff", "the demo PIN in CHANGE PIN"),
        ("03123456800000", "the demo PIN as PIN RELOAD carries it"),
        ("123456ffffffffff", "the demo PIN as the card keeps it"),
    ] {
        secrets.digits(name, apdu);
    }
    Ok(secrets)
}

/// Regions and PINs of the sample batches.
fn batches() -> Result<(BTreeSet<[u8; 6]>, BTreeSet<String>), Failure> {
    let root = test_vectors::vectors::directory();
    let (mut regions, mut pins) = (BTreeSet::from([*b"110000"]), BTreeSet::new());
    for file in ["batches/good-utf8.csv", "images/people.csv"] {
        let text = std::fs::read_to_string(root.join(file))?;
        let mut rows = text.lines().map(|row| row.split(',').collect::<Vec<_>>());
        let heading = rows.next().ok_or("an empty batch")?;
        for row in rows {
            for (name, cell) in heading.iter().zip(row) {
                match (*name, <[u8; 6]>::try_from(cell.as_bytes())) {
                    ("AAB301", Ok(region)) => drop(regions.insert(region)),
                    ("pin", _) => drop(pins.insert(cell.to_string())),
                    _ => {}
                }
            }
        }
    }
    Ok((regions, pins))
}

/// That the search finds what is there: one key of each sort, and a PIN, in a log made for it.
fn prove(secrets: &Secrets) -> Result<(), Failure> {
    let factor = FACTORS[0];
    let root = demo::root("SSSE/RK", 1, RootKind::Sm4);
    let card = OracleKey::demo(Algorithm::TripleDes, "DF01/RK1", b"110000", &factor);
    let issuer = demo::root(domain::keys::ISD_VAULT_ID, 1, RootKind::Aes);
    let issuer = card_crypto::diversify::scp03_keys(issuer.as_bytes(), &factor);
    for planted in [
        format!("test ok\nroot {}\n", hex::encode(root.as_bytes())),
        format!("OracleKey {{ bytes: {:?} }}", card.bytes()),
        format!("half of it: {:02X?}", &card.bytes()[8..]),
        format!("DEK = {}", hex::encode_upper(issuer.dek.as_bytes())),
        "> 00 20 00 00 03 12 34 56   VERIFY".to_string(),
        "PIN 0123456789012345".to_string(),
    ] {
        if secrets.found_in(planted.as_bytes()).len() != 1 {
            return Err(format!("the search does not find what was planted: {planted}").into());
        }
    }
    Ok(())
}
