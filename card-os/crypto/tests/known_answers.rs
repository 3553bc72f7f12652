//! Ciphers, MACs and padding against answers from outside: standards, other people's tests, OpenSSL. Each test names the fault that
//! it is there to catch.

use card_crypto::session::{self, Factor};
use card_crypto::{Algorithm, LengthError, UnsupportedAlgorithm, block, kcv, mac, padding};
use test_vectors::{Case, VectorError, cases};

type Outcome = Result<(), VectorError>;

/// Each way of cutting `message` in two: a MAC that forgets its place between parts shows itself.
fn cuts(message: &[u8]) -> impl Iterator<Item = [&[u8]; 2]> {
    (0..=message.len()).map(|at| {
        let (head, tail) = message.split_at(at);
        [head, tail]
    })
}

/// Catches: halves of the 3DES key exchanged, encryption and decryption exchanged.
#[test]
fn single_blocks() -> Outcome {
    for case in cases("published/des")? {
        let (key, plain, cipher) = (
            case.array("key")?,
            case.array("plain")?,
            case.array("cipher")?,
        );
        let mut data: [u8; 8] = plain;
        block::des_encrypt(&key, &mut data);
        assert_eq!(data, cipher, "{}", case.origin());
        block::des_decrypt(&key, &mut data);
        assert_eq!(data, plain, "{}", case.origin());
    }
    for case in cases("published/tdes")? {
        if case.get("iv").is_some() {
            continue;
        }
        let key = case.array("key")?;
        let plain = case.bytes("plain")?.as_chunks::<8>().0;
        let cipher = case.bytes("cipher")?.as_chunks::<8>().0;
        assert_eq!(plain.len(), cipher.len());
        for (plain, cipher) in plain.iter().zip(cipher) {
            let mut data = *plain;
            block::tdes_encrypt(&key, &mut data);
            assert_eq!(data, *cipher, "{}", case.origin());
            block::tdes_decrypt(&key, &mut data);
            assert_eq!(data, *plain, "{}", case.origin());
        }
    }
    for case in cases("published/aes")? {
        if case.get("iv").is_some() {
            continue;
        }
        let (key, plain) = (case.array("key")?, case.array("plain")?);
        let mut data = plain;
        block::aes_encrypt(&key, &mut data);
        assert_eq!(data, case.array("cipher")?, "{}", case.origin());
        block::aes_decrypt(&key, &mut data);
        assert_eq!(data, plain, "{}", case.origin());
    }
    Ok(())
}

/// Catches: a wrong round key that one block would not show (the million-round answer of GB/T 32907).
#[test]
fn sm4_one_and_a_million_rounds() -> Outcome {
    for case in cases("published/sm4")? {
        let (key, plain) = (case.array("key")?, case.array("plain")?);
        let [a, b, c] = case.array("rounds")?;
        let rounds = u32::from_be_bytes([0, a, b, c]);
        let mut data = plain;
        for _ in 0..rounds {
            block::sm4_encrypt(&key, &mut data);
        }
        assert_eq!(data, case.array("cipher")?, "{}", case.origin());
        if rounds == 1 {
            block::sm4_decrypt(&key, &mut data);
            assert_eq!(data, plain, "{}", case.origin());
        }
    }
    Ok(())
}

type Cbc = fn(&[u8; 16], &[u8], &mut [u8]) -> Result<(), LengthError>;

fn cbc_agrees(case: &Case, encrypt: Cbc, decrypt: Cbc) -> Outcome {
    let (key, iv) = (case.array("key")?, case.bytes("iv")?);
    let (plain, cipher) = (case.bytes("plain")?, case.bytes("cipher")?);
    let mut data = plain.to_vec();
    assert_eq!(encrypt(&key, iv, &mut data), Ok(()));
    assert_eq!(data, cipher, "{}", case.origin());
    assert_eq!(decrypt(&key, iv, &mut data), Ok(()));
    assert_eq!(data, plain, "{}", case.origin());
    // One byte short or long is refused, and nothing is changed.
    data.pop();
    let before = data.clone();
    assert_eq!(encrypt(&key, iv, &mut data), Err(LengthError));
    assert_eq!(decrypt(&key, iv, &mut data), Err(LengthError));
    assert_eq!(data, before);
    data.extend([0, 0]);
    assert_eq!(encrypt(&key, iv, &mut data), Err(LengthError));
    assert_eq!(decrypt(&key, iv, &mut data), Err(LengthError));
    Ok(())
}

const TDES: [Cbc; 2] = [
    |key, iv, data| block::tdes_cbc_encrypt(key, iv.try_into().unwrap(), data),
    |key, iv, data| block::tdes_cbc_decrypt(key, iv.try_into().unwrap(), data),
];
const SM4: [Cbc; 2] = [
    |key, iv, data| block::sm4_cbc_encrypt(key, iv.try_into().unwrap(), data),
    |key, iv, data| block::sm4_cbc_decrypt(key, iv.try_into().unwrap(), data),
];
const AES: [Cbc; 2] = [
    |key, iv, data| block::aes_cbc_encrypt(key, iv.try_into().unwrap(), data),
    |key, iv, data| block::aes_cbc_decrypt(key, iv.try_into().unwrap(), data),
];

/// Catches: an ignored initial value, no chaining, a rest that is passed over in silence.
#[test]
fn cbc() -> Outcome {
    for (file, [encrypt, decrypt]) in [("published/tdes", TDES), ("published/aes", AES)] {
        let mut seen = 0;
        for case in cases(file)?.iter().filter(|case| case.get("iv").is_some()) {
            cbc_agrees(case, encrypt, decrypt)?;
            seen += 1;
        }
        assert!(seen > 0, "{file} has no CBC case");
    }
    for case in cases("generated/cbc")? {
        let [encrypt, decrypt] = match case.array("kind")? {
            [0x01] => TDES,
            [0x03] => SM4,
            [0x88] => AES,
            other => panic!("{}: kind {other:02X?}", case.origin()),
        };
        cbc_agrees(&case, encrypt, decrypt)?;
    }
    Ok(())
}

/// Catches: zero padding instead of 80 00, no padding block after whole blocks, parts that are not gathered.
#[test]
fn macs() -> Outcome {
    for case in cases("published/cmac")? {
        let (key, message) = (case.array("key")?, case.bytes("message")?);
        for parts in cuts(message) {
            assert_eq!(
                mac::aes_cmac(&key, &parts),
                case.array("mac")?,
                "{}",
                case.origin()
            );
        }
    }
    for case in cases("published/retail-mac")? {
        let (key, message) = (case.array("key")?, case.bytes("message")?);
        for parts in cuts(message) {
            assert_eq!(
                mac::retail_mac(&key, &parts),
                case.array("mac")?,
                "{}",
                case.origin()
            );
        }
    }
    for case in cases("generated/mac")? {
        let (key, iv, message) = (
            case.array::<16>("key")?,
            case.array("iv")?,
            case.bytes("message")?,
        );
        let des_key = key.first_chunk().unwrap();
        for parts in cuts(message) {
            let origin = case.origin();
            assert_eq!(
                mac::retail_mac(&key, &parts),
                case.array("retail-mac")?,
                "{origin}"
            );
            assert_eq!(
                mac::des_cbc_mac(des_key, &iv, &parts),
                case.array("des-cbc-mac")?,
                "{origin}"
            );
            assert_eq!(
                mac::sm4_cbc_mac_folded(&key, &parts),
                case.array("sm4-folded")?,
                "{origin}"
            );
            assert_eq!(
                mac::aes_cmac(&key, &parts),
                case.array("aes-cmac")?,
                "{origin}"
            );
        }
    }
    Ok(())
}

/// Catches: zeros where AES takes 01, a block of 8 for SM4.
#[test]
fn check_values() -> Outcome {
    for case in cases("generated/kcv")? {
        let key = case.array("key")?;
        assert_eq!(kcv::kcv(Algorithm::TripleDes, &key), case.array("tdes")?);
        assert_eq!(kcv::kcv(Algorithm::Sm4, &key), case.array("sm4")?);
        assert_eq!(kcv::aes_kcv(&key), case.array("aes")?);
    }
    Ok(())
}

/// Catches: SSF33 taken for something we have; a challenge of an odd length padded in silence.
#[test]
fn what_is_refused() {
    assert_eq!(
        Algorithm::from_marker(0x02),
        Err(UnsupportedAlgorithm::Ssf33)
    );
    assert_eq!(
        Algorithm::from_marker(0x00),
        Err(UnsupportedAlgorithm::Unknown(0))
    );
    for algorithm in [Algorithm::TripleDes, Algorithm::Sm4] {
        assert_eq!(Algorithm::from_marker(algorithm.marker()), Ok(algorithm));
        for len in 0..=20 {
            let challenge = [0x5A; 20];
            let fits = len == 8 || (len == 16 && algorithm == Algorithm::Sm4);
            let factor = session::factor_from_challenge(algorithm, &challenge[..len]);
            assert_eq!(factor.is_ok(), fits, "{algorithm} {len}");
        }
    }
}

/// Catches: no padding after a whole block, a write past the padded end, padding accepted that is none.
#[test]
fn padding_of_80() {
    for len in 0..=17 {
        let mut buffer = [0xEE; 33];
        let padded = padding::pad80(&mut buffer, len, 16).unwrap();
        assert_eq!(padded, if len < 16 { 16 } else { 32 });
        assert!(buffer[..len].iter().all(|&b| b == 0xEE));
        assert_eq!(buffer[len], 0x80);
        assert!(buffer[len + 1..padded].iter().all(|&b| b == 0));
        assert!(buffer[padded..].iter().all(|&b| b == 0xEE));
        assert_eq!(padding::unpad80(&buffer[..padded]), Ok(len));
    }
    assert_eq!(padding::pad80(&mut [0; 15], 3, 16), Err(LengthError));
    assert_eq!(padding::pad80(&mut [0; 16], 16, 16), Err(LengthError));
    assert_eq!(
        padding::pad80(&mut [0; 16], usize::MAX, 16),
        Err(LengthError)
    );
    assert_eq!(padding::pad80(&mut [0; 16], 0, 0), Err(LengthError));
    for bad in [&[][..], &[0, 0], &[0x80, 1], &[0x81, 0]] {
        assert_eq!(padding::unpad80(bad), Err(LengthError));
    }
}

/// Catches: a derived `Debug` on anything that holds a key.
#[test]
fn debug_shows_no_secret() {
    let key = card_crypto::Key16::new([0xA7; 16]);
    let set = card_crypto::scp03::KeySet {
        enc: key.clone(),
        mac: key.clone(),
        dek: key.clone(),
    };
    let session_keys = card_crypto::scp03::SessionKeys::derive(&set, &[1; 8], &[2; 8]);
    let session = session::session_key(Algorithm::Sm4, key.as_bytes(), &Factor::new(&[0; 8]));
    let shown = format!("{key:?} {set:?} {session_keys:?} {session:?}").to_lowercase();
    assert!(!shown.contains("a7") && !shown.contains("167"), "{shown}");
    let digits = shown.chars().filter(char::is_ascii_digit).count();
    assert!(digits <= 4, "{shown}"); // Key16, SM4
}
