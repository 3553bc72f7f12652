//! OpenSSL verifies what this crate signs and opens what it enciphers, and the other way round: random each time, so these
//! answers stand in no file.

use std::path::Path;
use std::process::{Command, Output};

use card_crypto::sm2::{Ciphertext, DEFAULT_ID, PrivateKey, decrypt, encrypt, message_hash, za};

use crate::{Given, key, numbers};

/// Runs `openssl` with these arguments in `folder`.
fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl runs")
}

/// The private key as RFC 5915 has it, without the public one.
fn private_der(key: &PrivateKey) -> Vec<u8> {
    let mut der = vec![0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
    der.extend(key.to_bytes());
    der.extend([
        0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D,
    ]);
    der
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("short");
    let mut der = match length {
        0..=0x7F => vec![tag, length],
        _ => vec![tag, 0x81, length],
    };
    der.extend(value);
    der
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
    let mut value = bytes[start..].to_vec();
    if value[0] & 0x80 != 0 {
        value.insert(0, 0);
    }
    tlv(0x02, &value)
}

/// The values of a SEQUENCE's members, integers brought to 32 bytes.
fn members(der: &[u8]) -> Vec<Vec<u8>> {
    fn next(der: &[u8]) -> (u8, &[u8], &[u8]) {
        let (length, at) = match der[1] {
            0x81 => (usize::from(der[2]), 3),
            length => (usize::from(length), 2),
        };
        (der[0], &der[at..at + length], &der[at + length..])
    }
    let (tag, mut rest, after) = next(der);
    assert!(tag == 0x30 && after.is_empty());
    let mut members = Vec::new();
    while !rest.is_empty() {
        let (tag, value, after) = next(rest);
        rest = after;
        members.push(if tag == 0x02 {
            let value = value.strip_prefix(&[0]).unwrap_or(value);
            let mut whole = vec![0; 32 - value.len()];
            whole.extend(value);
            whole
        } else {
            value.to_vec()
        });
    }
    members
}

const ID: &str = "distid:1234567812345678";

#[test]
fn openssl_verifies_our_signatures_and_we_verify_openssls() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    for round in 0..8 {
        let label = format!("openssl signature {round}");
        let key = key(&label);
        let message = vec![round; 13 * usize::from(round)];
        std::fs::write(here.join("key"), private_der(&key)).expect("written");
        std::fs::write(here.join("message"), &message).expect("written");
        let public = key.public_key();
        let e = message_hash(&za(DEFAULT_ID, &public.to_bytes()), &[&message]);

        let ours = key
            .sign(&mut Given(numbers(&label, 3)), &e)
            .expect("signed");
        let der = tlv(0x30, &[integer(&ours[..32]), integer(&ours[32..])].concat());
        std::fs::write(here.join("ours"), der).expect("written");
        let base = [
            "pkeyutl", "-rawin", "-digest", "sm3", "-pkeyopt", ID, "-keyform", "DER", "-inkey",
            "key", "-in", "message",
        ];
        let verified = openssl(
            here,
            &[&base[..], &["-verify", "-sigfile", "ours"]].concat(),
        );
        assert!(verified.status.success(), "{verified:?}");

        let signed = openssl(here, &[&base[..], &["-sign"]].concat());
        assert!(signed.status.success(), "{signed:?}");
        let theirs: [u8; 64] = members(&signed.stdout)
            .concat()
            .try_into()
            .expect("r and s");
        assert!(public.verifies(&e, &theirs), "round {round}");
    }
}

#[test]
fn openssl_opens_our_envelopes_and_we_open_openssls() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    for length in [1, 16, 31, 32, 33, 64, 100] {
        let label = format!("openssl envelope {length}");
        let key = key(&label);
        let plain: Vec<u8> = (0..length).map(|at| at ^ 0x5A).collect();
        std::fs::write(here.join("key"), private_der(&key)).expect("written");

        let mut c2 = plain.clone();
        let parts = encrypt(&key.public_key(), &mut Given(numbers(&label, 2)), &mut c2)
            .expect("enciphered");
        let members_of = [
            integer(&parts.c1[..32]),
            integer(&parts.c1[32..]),
            tlv(0x04, &parts.c3),
            tlv(0x04, &c2),
        ];
        std::fs::write(here.join("ours"), tlv(0x30, &members_of.concat())).expect("written");
        let base = ["pkeyutl", "-keyform", "DER", "-inkey", "key"];
        let opened = openssl(here, &[&base[..], &["-decrypt", "-in", "ours"]].concat());
        assert_eq!(opened.stdout, plain, "{opened:?}");

        std::fs::write(here.join("plain"), &plain).expect("written");
        let closed = openssl(here, &[&base[..], &["-encrypt", "-in", "plain"]].concat());
        assert!(closed.status.success(), "{closed:?}");
        let [x, y, c3, c2] = &members(&closed.stdout)[..] else {
            panic!("four members")
        };
        let line = [&x[..], y, c3, c2].concat();
        let (parts, c2) = Ciphertext::split(&line).expect("C1, C3, C2");
        let mut data = c2.to_vec();
        assert_eq!(decrypt(&key, &parts, &mut data), Ok(()));
        assert_eq!(data, plain);
    }
}
