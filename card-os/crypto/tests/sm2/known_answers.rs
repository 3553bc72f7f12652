//! Answers that stand in files.

use card_crypto::block::sm4_encrypt;
use card_crypto::certificate::{
    enciphered_challenge, maintenance_session, protect, seal_key, seal_mac, unprotect, unseal_key,
};
use card_crypto::session::factor_from_challenge;
use card_crypto::sm2::{
    Ciphertext, DEFAULT_ID, PrivateKey, PublicKey, Sm2Error, decrypt, encrypt, message_hash, za,
};
use card_crypto::sm3::{pin_key, sm3};
use card_crypto::{Algorithm, Key16, Software};
use test_vectors::{VectorError, cases};

use crate::{Given, key, numbers};

type Outcome = Result<(), VectorError>;

/// Catches: parts that are hashed with something between them, or a wrong last block.
#[test]
fn sm3_of_the_standard_and_of_openssl() -> Outcome {
    for case in cases("published/sm3")?
        .into_iter()
        .chain(cases("generated/sm3")?)
    {
        let (message, hash) = (case.bytes("message")?, case.array::<32>("hash")?);
        for at in 0..=message.len() {
            let (head, tail) = message.split_at(at);
            assert_eq!(sm3(&[head, tail]), hash, "{}", case.origin());
        }
        assert_eq!(pin_key(message).as_bytes(), &hash[..16]);
    }
    Ok(())
}

/// Catches: coordinates exchanged, the tag 04 left in, ENTL in bytes, parameters of another curve.
#[test]
fn public_keys_za_and_e() -> Outcome {
    let mut with_signature = 0;
    for case in cases("published/sm2")?
        .into_iter()
        .chain(cases("generated/sm2")?)
    {
        let private = PrivateKey::from_bytes(&case.array("private-key")?).expect("a private key");
        let public = case.array("public-key")?;
        assert_eq!(private.public_key().to_bytes(), public, "{}", case.origin());
        assert_eq!(
            PublicKey::from_bytes(&public).map(|key| key.to_bytes()),
            Ok(public)
        );
        let Some(id) = case.get("id") else { continue };
        let za = za(id, &public);
        if case.get("za").is_some() {
            assert_eq!(za, case.array("za")?, "{}", case.origin());
        }
        let message = case.bytes("message")?;
        let (head, tail) = message.split_at(message.len() / 2);
        assert_eq!(
            message_hash(&za, &[head, tail]),
            case.array("e")?,
            "{}",
            case.origin()
        );
        with_signature += 1;
    }
    assert!(with_signature >= 7);
    Ok(())
}

/// Catches: r and s exchanged, a signature over the hash of the hash, a check that passes whatever comes.
#[test]
fn signatures_of_the_standard_and_of_gmssl() -> Outcome {
    for case in cases("published/sm2")?
        .iter()
        .filter(|case| case.get("signature").is_some())
    {
        let private = PrivateKey::from_bytes(&case.array("private-key")?).expect("a private key");
        let e = case.array("e")?;
        let signature = case.array::<64>("signature")?;
        let signed = private.sign(&mut Given(vec![case.array("k")?]), &e);
        assert_eq!(signed, Ok(signature), "{}", case.origin());
        let public = private.public_key();
        assert!(public.verifies(&e, &signature), "{}", case.origin());
        for bit in 0..64 * 8 {
            let mut other = signature;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.verifies(&e, &other), "bit {bit} of the signature");
        }
        let mut other = e;
        other[31] ^= 1;
        assert!(!public.verifies(&other, &signature));
        assert!(!key("somebody else").public_key().verifies(&e, &signature));
    }
    Ok(())
}

/// Catches: r or s of zero or beyond n taken for numbers, which would let anyone sign.
#[test]
fn signatures_out_of_range_are_refused() {
    let public = key("range").public_key();
    let n = hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
    for r in [[0; 32], n, [0xFF; 32]] {
        for s in [[0; 32], n, [0xFF; 32], [1; 32]] {
            let signature: [u8; 64] =
                core::array::from_fn(|at| if at < 32 { r[at] } else { s[at - 32] });
            for signature in [signature, {
                let mut turned = signature;
                turned.rotate_left(32);
                turned
            }] {
                assert!(!public.verifies(&[7; 32], &signature));
            }
        }
    }
}

/// Catches: the older order C1 C2 C3, a key stream that starts at another counter, C3 over the ciphertext.
#[test]
fn the_standards_ciphertext() -> Outcome {
    for case in cases("published/sm2")?
        .iter()
        .filter(|case| case.get("c1").is_some())
    {
        let private = PrivateKey::from_bytes(&case.array("private-key")?).expect("a private key");
        let plain = case.bytes("plain")?;
        let mut data = plain.to_vec();
        let parts = encrypt(
            &private.public_key(),
            &mut Given(vec![case.array("k")?]),
            &mut data,
        );
        let expected = Ciphertext {
            c1: case.array("c1")?,
            c3: case.array("c3")?,
        };
        assert_eq!(parts, Ok(expected));
        assert_eq!(data, case.bytes("c2")?);
        assert_eq!(decrypt(&private, &expected, &mut data), Ok(()));
        assert_eq!(data, plain);

        let mut wrong = expected;
        wrong.c3[0] ^= 1;
        data.copy_from_slice(case.bytes("c2")?);
        assert_eq!(
            decrypt(&private, &wrong, &mut data),
            Err(Sm2Error::Ciphertext)
        );
        assert!(
            data.iter().all(|byte| *byte == 0),
            "what was deciphered is wiped"
        );
    }
    Ok(())
}

/// Catches: a point that is on another curve (which gives the private key away), 0 or n − 1 as a private key, a random
/// source that gives nothing and a card that then hangs or signs with k = 0.
#[test]
fn what_is_refused() {
    let mut point = key("point").public_key().to_bytes();
    point[63] ^= 1;
    assert_eq!(PublicKey::from_bytes(&point), Err(Sm2Error::Point));
    assert_eq!(PublicKey::from_bytes(&[0; 64]), Err(Sm2Error::Point));
    let parts = Ciphertext {
        c1: point,
        c3: [0; 32],
    };
    assert_eq!(
        decrypt(&key("point"), &parts, &mut [0; 16]),
        Err(Sm2Error::Point)
    );

    let n = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d541";
    for (last, taken) in [("21", true), ("22", false), ("23", false), ("24", false)] {
        let bytes = hex(&format!("{n}{last}"));
        assert_eq!(
            PrivateKey::from_bytes(&bytes).is_ok(),
            taken,
            "n - 0x23 + 0x{last}"
        );
    }
    assert!(PrivateKey::from_bytes(&[0; 32]).is_err());

    let zeros = || Given(Vec::new());
    assert_eq!(
        PrivateKey::generate(&mut zeros()).err(),
        Some(Sm2Error::Random)
    );
    assert_eq!(key("k").sign(&mut zeros(), &[1; 32]), Err(Sm2Error::Random));
    assert_eq!(
        encrypt(&key("k").public_key(), &mut zeros(), &mut [1]),
        Err(Sm2Error::Random)
    );
}

/// Catches: a first draw that is out of range ending the matter, or being used.
#[test]
fn a_draw_out_of_range_is_drawn_again() {
    let mut draws = vec![[0; 32], [0xFF; 32]];
    draws.extend(numbers("again", 1));
    let made = PrivateKey::generate(&mut Given(draws.clone())).expect("the third");
    assert_eq!(made.to_bytes(), draws[2]);
    let e = [9; 32];
    let signature = made.sign(&mut Given(draws), &e).expect("signed");
    assert!(made.public_key().verifies(&e, &signature));
}

/// Catches: a Debug that shows the key.
#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?}", key("debug"));
    assert_eq!(shown, "sm2::PrivateKey(secret)");
    assert_eq!(DEFAULT_ID.len(), 16);
}

fn hex(text: &str) -> [u8; 32] {
    core::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex"))
}

/// Catches: VERIFY's cryptogram being the session key of a change, a MAC over the plain data, a challenge of 8 that is not
/// padded.
#[test]
fn the_certificate_environments_pin_and_keys() -> Outcome {
    for case in cases("generated/certificate-environment")? {
        let key = pin_key(case.bytes("pin")?);
        assert_eq!(key.as_bytes(), &case.array("pin-key")?);
        let challenge =
            factor_from_challenge(Algorithm::Sm4, case.bytes("challenge")?).expect("a challenge");
        assert_eq!(
            enciphered_challenge(&key, &challenge),
            case.array("verify")?
        );
        let session = maintenance_session(&key, &challenge);
        assert_eq!(session.as_bytes(), case.bytes("maintenance-session")?);
        assert_ne!(session.as_bytes(), case.bytes("verify")?);
        let mut data = case.bytes("change-plain")?.to_vec();
        let header = case.array("change-header")?;
        let mac = protect(&session, &header, &mut data).expect("whole blocks");
        assert_eq!(data, case.bytes("change-enciphered")?, "{}", case.origin());
        assert_eq!(mac, case.array("change-mac")?, "{}", case.origin());
        unprotect::<Software>(&session, &mut data).expect("whole blocks");
        assert_eq!(data, case.bytes("change-plain")?);
    }
    Ok(())
}

/// Catches: CBC where it is ECB, a MAC with an initial value of zeros, a clear text without its head or with another padding.
#[test]
fn the_certificate_environments_write_key() -> Outcome {
    for case in cases("generated/certificate-environment")? {
        let authority = Key16::new(case.array("authority")?);
        let key = Key16::new(case.array("write-key")?);
        let challenge =
            factor_from_challenge(Algorithm::Sm4, case.bytes("challenge")?).expect("a challenge");
        let sealed = seal_key(&authority, &key);
        assert_eq!(sealed, case.array("write-enciphered")?, "{}", case.origin());
        let mac = seal_mac(
            &authority,
            &challenge,
            &case.array("write-header")?,
            &sealed,
        );
        assert_eq!(mac, case.array("write-mac")?, "{}", case.origin());
        let opened = unseal_key::<Software>(&authority, &sealed).expect("a key");
        assert_eq!(opened.as_bytes(), key.as_bytes());
        assert!(unseal_key::<Software>(&key, &sealed).is_none());
        // every byte of the clear text but the key's is judged
        for at in (0..4).chain(20..32) {
            let mut plain = [0; 32];
            let head = [0x13, 0, 0, 0];
            let parts = [&head[..], key.as_bytes(), &[0x80]].concat();
            plain[..parts.len()].copy_from_slice(&parts);
            plain[at] ^= 0x01;
            for block in plain.as_chunks_mut().0 {
                sm4_encrypt(authority.as_bytes(), block);
            }
            assert!(
                unseal_key::<Software>(&authority, &plain).is_none(),
                "byte {at}"
            );
        }
    }
    Ok(())
}
