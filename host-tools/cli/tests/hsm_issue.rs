//! `ssc issue` with the master keys in a token and no vault anywhere: cards of 1.00 and 2.00 are right, and no master leaves the token.
//!
//! OpenSC's spy writes down every call of the token with its data. The test knows the masters, since it loaded them.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use card_crypto::Key16;
use ssc_harness::softhsm::{PIN, SoftHsm};
use ssc_keys::{RootKind, Vault, wrapped};
use support::{finish, out, ssc, text};

const PASSPHRASE: &str = "synthetic passphrase";

fn spy() -> PathBuf {
    let places = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
    ];
    let found = places
        .iter()
        .map(|place| Path::new(place).join("pkcs11-spy.so"));
    found
        .into_iter()
        .find(|spy| spy.is_file())
        .expect("OpenSC's spy; scripts/install installs it (apt-get install opensc-pkcs11)")
}

/// The 3DES and AES roots, 3DES also with the parity that a token may want.
fn masters(vault: &Path) -> BTreeSet<[u8; 16]> {
    let vault = Vault::open(vault, PASSPHRASE).unwrap();
    let kek = Key16::new([0x5A; 16]);
    let (file, _) = wrapped::export(&vault, &kek, |_, _, kind| kind != RootKind::Sm4).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let mut masters = BTreeSet::new();
    for key in json["keys"].as_array().unwrap() {
        let bytes = hex::decode(key["wrapped"].as_str().unwrap()).unwrap();
        let root = *wrapped::unwrap(&kek, &bytes.try_into().unwrap())
            .unwrap()
            .as_bytes();
        masters.insert(root);
        masters
            .insert(root.map(|byte| (byte & 0xFE) | u8::from((byte >> 1).count_ones() % 2 == 0)));
    }
    assert!(masters.len() > 200, "{}", masters.len());
    masters
}

/// Whether one of the masters is in the bytes, as such or in hexadecimal digits, in lines of the spy too.
fn leaks(bytes: &[u8], masters: &BTreeSet<[u8; 16]>) -> bool {
    let inside = |bytes: &[u8]| {
        let mut parts = bytes.windows(16).filter_map(|part| part.first_chunk());
        parts.any(|part| masters.contains(part))
    };
    let mut dumped = Vec::new();
    for line in String::from_utf8_lossy(bytes).lines() {
        // 00000000  0A 1B …  text
        let words = line.split_whitespace().skip(1).take(16);
        let byte = |word: &str| (word.len() == 2).then(|| u8::from_str_radix(word, 16).ok())?;
        dumped.extend(words.map_while(byte));
    }
    let digits: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(u8::is_ascii_hexdigit)
        .collect();
    let halves = |from: usize| {
        let digits = digits.get(from..).unwrap_or_default();
        let (pairs, _) = digits.as_chunks::<2>();
        let nibble = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
        let bytes = pairs
            .iter()
            .map(|[high, low]| nibble(*high) << 4 | nibble(*low));
        bytes.collect::<Vec<u8>>()
    };
    inside(bytes) || inside(&dumped) || inside(&halves(0)) || inside(&halves(1))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn cards_are_issued_without_a_vault_and_no_master_leaves_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text(&folder.path().join(name));
    let away = tempfile::tempdir().unwrap();
    let vault = text(&away.path().join("keys.vault"));
    let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
    softhsm.token("bureau").unwrap();
    let spied_on = |log: &str, args: &[&str]| {
        let mut command = ssc(args);
        command.env("SOFTHSM2_CONF", softhsm.configuration());
        command.env("SSC_HSM_PIN", PIN);
        command.env("SSC_PASSPHRASE", PASSPHRASE);
        command.env("PKCS11SPY", softhsm.module());
        command.env("PKCS11SPY_OUTPUT", log);
        command.current_dir(folder.path());
        command
    };
    let run = |log: &str, args: &[&str], code: i32| finish(&mut spied_on(log, args), code);
    let module = text(&spy());
    let token = ["--hsm", &module, "--token-label", "bureau"];
    let loading = text(&away.path().join("loading.log"));
    run(&loading, &["keys", "new", &vault], 0);
    let masters = masters(Path::new(&vault));
    let load = [&["hsm", "load", "--vault", &vault], &token[..]].concat();
    run(&loading, &load, 0);
    // Where they do go into the token, the search finds them: it would find them elsewhere.
    assert!(leaks(&std::fs::read(&loading).unwrap(), &masters));

    let batch = at("batch.csv");
    let sample = [
        "batch", "sample", "--count", "2", "--seed", "7", "-o", &batch,
    ];
    run("/dev/null", &sample, 0);
    let issuing = at("issuing.log");
    for (generation, code) in [("1.00", 0), ("2.00", 0), ("3.00", 6)] {
        let images = at(generation);
        let returned = at(&format!("{generation}.return.csv"));
        let mut issue = vec![
            "issue",
            &batch,
            "--generation",
            generation,
            "--images",
            &images,
        ];
        issue.extend(["--first-card-number", "1", "--output", &returned]);
        let pins = at(&format!("{generation}.pins"));
        issue.extend(["--pins", &pins]);
        issue.extend(token);
        let done = run(&issuing, &issue, code);
        if code != 0 {
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(said.contains("SM4"), "{said}");
            continue;
        }
        // The vault, which was not there, knows the cards.
        for image in std::fs::read_dir(&images).unwrap() {
            let image = text(&image.unwrap().path());
            let verify = ["verify", "--image", &image, "--vault", &vault];
            let said = out(&run("/dev/null", &verify, 0)).to_lowercase();
            assert!(said.contains("genuine"), "{said}");
        }
        // For 3.00 the vault gives what the token has not.
    }
    // A job of the register, on two heads at once.
    let (store, images) = (at("bureau.db"), at("job"));
    let on_token = |words: &[&str]| {
        let words = [words, &["--store", &store], &token[..]].concat();
        run(&issuing, &words, 0);
    };
    let create = ["job", "create", &batch, "--generation", "2.00"];
    on_token(&[&create[..], &["--first-card-number", "1"]].concat());
    on_token(&[
        "job", "run", "batch", "--heads", "sim:2", "--images", &images,
    ]);
    let mut made = 0;
    for image in std::fs::read_dir(&images).unwrap() {
        let image = text(&image.unwrap().path());
        let verify = ["verify", "--image", &image, "--vault", &vault];
        let said = out(&run("/dev/null", &verify, 0)).to_lowercase();
        assert!(said.contains("genuine"), "{said}");
        made += 1;
    }
    assert_eq!(made, 2);
    // A lost card of it, replaced with the token too: the old card is read with the token's keys.
    let image = std::fs::read_dir(&images).unwrap().next().unwrap().unwrap();
    let (image, again) = (text(&image.path()), at("again"));
    let reissue = ["job", "reissue", "batch", "--why", "damaged", "--from-card"];
    let mut made = 0;
    for row in ["2", "3"] {
        // The image is one of the two rows' card: the other row says that they differ.
        let from = ["--line", row, "--image", &image, "--store", &store];
        let mut command = spied_on(&issuing, &[&reissue[..], &from, &token].concat());
        let done = command.output().unwrap();
        made += usize::from(done.status.success());
    }
    assert_eq!(made, 1);
    on_token(&[
        "job",
        "run",
        "batch-reissue-1",
        "--heads",
        "sim:1",
        "--images",
        &again,
    ]);
    let image = std::fs::read_dir(&again).unwrap().next().unwrap().unwrap();
    let verify = ["verify", "--image", &text(&image.path()), "--vault", &vault];
    let said = out(&run("/dev/null", &verify, 0)).to_lowercase();
    assert!(said.contains("genuine"), "{said}");
    let spied = std::fs::read_to_string(&issuing).unwrap();
    assert!(
        spied.contains("C_DeriveKey") && spied.contains("C_Sign"),
        "the spy saw nothing"
    );
    assert!(!spied.contains("CKA_VALUE "), "a value was asked for");
    let mut all = Vec::new();
    files(folder.path(), &mut all);
    assert!(all.len() > 200, "{}", all.len());
    for file in all {
        assert!(
            !leaks(&std::fs::read(&file).unwrap(), &masters),
            "{}",
            file.display()
        );
    }
    // Both together make a card of 3.00.
    let (images, returned, pins) = (at("mixed"), at("mixed.csv"), at("mixed.pins"));
    let mut issue = vec!["issue", &batch, "--generation", "3.00", "--images", &images];
    issue.extend([
        "--first-card-number",
        "1",
        "--output",
        &returned,
        "--pins",
        &pins,
    ]);
    issue.extend(["--vault", &vault]);
    issue.extend(token);
    run("/dev/null", &issue, 0);
    let image = std::fs::read_dir(&images)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let image = text(&image);
    let said = out(&run(
        "/dev/null",
        &["verify", "--image", &image, "--vault", &vault],
        0,
    ));
    assert!(said.to_lowercase().contains("genuine"), "{said}");
}
