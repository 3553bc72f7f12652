//! A card with the certificate environment alone, its PIN 123456, and the terminal's side of its cryptograms over the bare
//! crates sm3 and sm4; signatures and envelopes by OpenSSL.
//!
//! ```text
//! MF ── PKI DDF4 "PKI.社会保障"        keys 00 EAK, 02 administrator
//!        └─ ADF1 "SS.CERT.ADF1"      0012 to 0015, 0018, 0019; key 81 the PIN
//! ```

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, OnceLock};

use card_os::Interface;
use sm3::Digest;

use crate::support::ciphers::{FieldKey, pad80, sm4};
use crate::support::handmade::{dgi, entry, fcp, keys};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{Flash, TestCard, blank_flash, hex};

/// Select the environment.
pub const PKI: &str = "00A404000C504B492EC9E7BBE1B1A3D5CF";
/// Select the application.
pub const ADF: &str = "00A404000C53532E434552542E41444631";
/// Make the signing pair.
pub const GENERATE: &str = "8040000008 C0020012 C2020013";
/// READ PUBLIC KEY.
pub const READ: &str = "80C9828042";
/// The PIN.
pub const PIN: &[u8] = b"123456";
/// EAK and the administrator's key.
pub const EAK: [u8; 16] = [0xEA; 16];
pub const ADMINISTRATOR: [u8; 16] = [0xAD; 16];

/// The first half of SM3 over a PIN.
pub fn pin_key(pin: &[u8]) -> [u8; 16] {
    *sm3::Sm3::digest(pin).first_chunk().expect("16 of 32")
}

/// The directories with their files and keys.
pub fn stream(dek: [u8; 16]) -> Vec<u8> {
    let mut stream = [
        fcp("820138 8302DDF4 840C504B492EC9E7BBE1B1A3D5CF C00102"),
        keys(
            dek,
            &[
                entry(0x02, 0x00, 15, FieldKey::Sm4(EAK)),
                entry(0x08, 0x02, 15, FieldKey::Sm4(ADMINISTRATOR)),
            ],
        ),
        fcp("820138 8302ADF1 840C53532E434552542E41444631 C00102"),
        keys(dek, &[entry(0x07, 0x81, 3, FieldKey::Sm4(pin_key(PIN)))]),
    ]
    .concat();
    for file in ["0012", "0014"] {
        stream.extend(fcp(&format!("820101 80020042 8302{file} 8604 0000 FF00")));
    }
    for file in ["0013", "0015"] {
        stream.extend(fcp(&format!("820101 80020022 8302{file} 8604 FF00 FF00")));
    }
    for file in ["0018", "0019"] {
        stream.extend(fcp(&format!("820101 80020800 8302{file} 8604 0000 0202")));
    }
    stream.extend(dgi(0x0061, &hex("3F00")));
    stream
}

/// A card with it, SECURED.
pub fn card(interface: Interface) -> TestCard {
    static MADE: OnceLock<Mutex<Flash>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let mut card = TestCard::with_flash(blank_flash(), Interface::ContactT1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        assert_eq!(host.store(&mut card, &stream(TRANSPORT[2]), 247), 0x9000);
        let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
        assert_eq!(answer.sw, 0x9000);
        Mutex::new(card.into_flash())
    });
    let flash = made.lock().expect("nothing panics under it").clone();
    TestCard::with_flash(flash, interface)
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

/// A challenge, zeros behind it to a whole block, under a key.
pub fn enciphered(key: [u8; 16], challenge: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    block[..challenge.len()].copy_from_slice(challenge);
    sm4(key, block)
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

/// CHANGE PIN or WRITE KEY for `challenge`: the data enciphered and the MAC (P).
pub fn change(key: [u8; 16], challenge: &[u8], header: [u8; 5], data: &[u8]) -> Vec<u8> {
    let derived = pin_key(&[&key[..], &[0x84]].concat());
    let session = enciphered(derived, challenge);
    let cbc = |data: &[u8]| {
        let mut last = [0; 16];
        data.chunks(16)
            .flat_map(|block| {
                last = sm4(session, std::array::from_fn(|at| block[at] ^ last[at]));
                last
            })
            .collect::<Vec<u8>>()
    };
    let enciphered = cbc(data);
    let chain = cbc(&pad80(&[&header[..], &enciphered].concat()));
    let last = &chain[chain.len() - 16..];
    let mac: [u8; 4] =
        std::array::from_fn(|at| last[at] ^ last[at + 4] ^ last[at + 8] ^ last[at + 12]);
    [&header[..], &enciphered, &mac].concat()
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
