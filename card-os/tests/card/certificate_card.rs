//! A card with the certificate environment alone; signatures and envelopes by OpenSSL.

use std::path::Path;
use std::process::{Command, Output};

pub use crate::support::handmade_certificates::{
    ADF, ADMINISTRATOR, EAK, GENERATE, PIN, PKI, READ, change, enciphered, flash, pin_key, stream,
    write_key,
};
use crate::support::{TestCard, hex};
use card_os::Interface;

/// A card with it, SECURED.
pub fn card(interface: Interface) -> TestCard {
    TestCard::with_flash(flash(), interface)
}

/// The same with the application selected.
pub fn selected(interface: Interface) -> TestCard {
    let mut card = card(interface);
    card.ok(PKI);
    card.ok(ADF);
    card
}

/// The same with the PIN verified and a signing pair made.
pub fn with_pair(interface: Interface) -> TestCard {
    let mut card = selected(interface);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.ok(GENERATE);
    card
}

/// GET CHALLENGE of 16 bytes, then VERIFY with P2.
pub fn verify(card: &mut TestCard, p2: u8, key: [u8; 16]) -> u16 {
    let challenge = card.ok("0084000010");
    let cryptogram = enciphered(key, &challenge);
    card.send(&[&[0x00, 0x20, 0x01, p2, 0x10][..], &cryptogram].concat())
        .sw
}

/// GET CHALLENGE, then EXTERNAL AUTHENTICATE with EAK.
pub fn authenticate(card: &mut TestCard, key: [u8; 16]) -> u16 {
    let challenge = card.ok("0084000010");
    let cryptogram = enciphered(key, &challenge);
    card.send(&[&[0x00, 0x82, 0x00, 0x00, 0x10][..], &cryptogram].concat())
        .sw
}

/// A public key as OpenSSL reads it.
pub fn public_der(key: &[u8]) -> Vec<u8> {
    [
        hex("3059301306072A8648CE3D020106082A811CCF5501822D03420004"),
        key.to_vec(),
    ]
    .concat()
}

/// Runs `openssl` with these files, and gives what it said.
pub fn openssl(files: &[(&str, &[u8])], arguments: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(Path::new(folder.path()).join(name), bytes).expect("written");
    }
    Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .output()
        .expect("openssl runs")
}

/// `r ‖ s` as OpenSSL reads it.
pub fn signature_der(signature: &[u8]) -> Vec<u8> {
    let integers: Vec<u8> = signature
        .chunks(32)
        .flat_map(|part| {
            let digits = &part[part.iter().position(|byte| *byte != 0).expect("not zero")..];
            let sign = usize::from(digits[0] >= 0x80);
            let mut der = vec![0x02, (digits.len() + sign) as u8];
            der.resize(2 + sign, 0);
            der.extend(digits);
            der
        })
        .collect();
    [vec![0x30, integers.len() as u8], integers].concat()
}

/// C1 ‖ C3 ‖ C2 of what OpenSSL enciphers for a public key.
pub fn envelope(public: &[u8], plain: &[u8]) -> Vec<u8> {
    let done = openssl(
        &[("key", &public_der(public)), ("plain", plain)],
        "pkeyutl -encrypt -pubin -keyform DER -inkey key -in plain",
    );
    assert!(done.status.success(), "{done:?}");
    let mut rest = &done.stdout[2..];
    if done.stdout[1] == 0x81 {
        rest = &done.stdout[3..];
    }
    let mut line = Vec::new();
    while let [tag, length, after @ ..] = rest {
        let (value, next) = after.split_at(usize::from(*length));
        if *tag == 0x02 {
            let digits = value.strip_prefix(&[0]).unwrap_or(value);
            line.resize(line.len() + 32 - digits.len(), 0);
            line.extend(digits);
        } else {
            line.extend(value);
        }
        rest = next;
    }
    line
}

/// OPEN ENVELOPE with C1 ‖ C3 ‖ C2, as the facts have it.
pub fn open_envelope(card: &mut TestCard, envelope: &[u8]) -> u16 {
    let mut command = hex("804E000178 C2020013 C1820070");
    command.extend(envelope);
    card.send(&command).sw
}
