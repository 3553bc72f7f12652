//! Every derivation against answers from outside: other people's tests, OpenSSL. Each test names the fault that it is there to
//! catch.

use card_crypto::LengthError;
use card_crypto::session::{self, Factor};
use card_crypto::{Algorithm, diversify, padding};
use test_vectors::{Case, VectorError, cases};

type Outcome = Result<(), VectorError>;

fn algorithm(case: &Case) -> Result<Algorithm, VectorError> {
    let [marker] = case.array("algorithm")?;
    Ok(Algorithm::from_marker(marker).expect("a marker of the FCI"))
}

/// Catches: province and city exchanged, the complement left out or first, the wrong eight historical bytes.
#[test]
fn diversification() -> Outcome {
    for case in cases("generated/diversification")? {
        let (algorithm, root, region) = (
            algorithm(&case)?,
            case.array("root")?,
            case.array("region")?,
        );
        let factor = diversify::card_factor(&case.array("historical-bytes")?);
        let province = diversify::diversify(algorithm, &root, &diversify::province_factor(&region));
        assert_eq!(
            *province.as_bytes(),
            case.array("province")?,
            "{}",
            case.origin()
        );
        let city = diversify::diversify(
            algorithm,
            province.as_bytes(),
            &diversify::city_factor(&region),
        );
        assert_eq!(*city.as_bytes(), case.array("city")?, "{}", case.origin());
        let card = diversify::card_key(algorithm, &root, &region, &factor);
        assert_eq!(*card.as_bytes(), case.array("card")?, "{}", case.origin());
    }
    Ok(())
}

/// Catches: the counter or the length forgotten or behind, a name run into its algorithm, two versions with one root.
#[test]
fn roots_of_a_ceremony() -> Outcome {
    for case in cases("generated/hierarchy")? {
        let master = case.array("master")?;
        let context = std::str::from_utf8(case.bytes("context")?).unwrap();
        let derived = match context.split(' ').collect::<Vec<_>>()[..] {
            [name, algorithm, version] => {
                diversify::root_key(&master, name, algorithm, version.parse().unwrap())
            }
            _ => diversify::export_mac_key(&master),
        };
        assert_eq!(*derived.as_bytes(), case.array("derived")?, "{context}");
    }
    Ok(())
}

/// Catches: levels counted from the other end, a SAM given the root where it should have the province's key.
#[test]
fn keys_in_a_sam() -> Outcome {
    for case in cases("generated/diversification")? {
        let (root, region) = (case.array("root")?, case.array("region")?);
        let algorithm = algorithm(&case)?;
        let kept = |levels| {
            let key = diversify::sam_key(algorithm, &root, &region, levels);
            key.map(|key| *key.as_bytes())
        };
        assert_eq!(kept(3), Some(root), "{}", case.origin());
        assert_eq!(kept(2), Some(case.array("province")?), "{}", case.origin());
        assert_eq!(kept(1), Some(case.array("city")?), "{}", case.origin());
        assert_eq!([kept(0), kept(4)], [None, None], "{}", case.origin());
    }
    Ok(())
}

/// Catches: two of the three keys exchanged or equal, the zeros of the diversification data left out or behind.
#[test]
fn issuer_keys() -> Outcome {
    for case in cases("generated/issuer-keys")? {
        let keys = diversify::scp03_keys(&case.array("root")?, &case.array("card-factor")?);
        assert_eq!(
            *keys.enc.as_bytes(),
            case.array("enc")?,
            "{}",
            case.origin()
        );
        assert_eq!(
            *keys.mac.as_bytes(),
            case.array("mac")?,
            "{}",
            case.origin()
        );
        assert_eq!(
            *keys.dek.as_bytes(),
            case.array("dek")?,
            "{}",
            case.origin()
        );
    }
    Ok(())
}

/// Catches: padding on the left, a challenge of 4 taken, SM4's halves not folded.
#[test]
fn sessions() -> Outcome {
    for case in cases("generated/session")? {
        let algorithm = algorithm(&case)?;
        let mut challenge = case.bytes("challenge")?.to_vec();
        if challenge.len() == 4 {
            let factor = session::factor_from_challenge(algorithm, &challenge);
            assert_eq!(factor, Err(LengthError), "{}", case.origin());
            // Who pads it gets what the known answer has, which is why terminals look at the last four bytes.
            challenge.resize(8, 0);
        }
        let factor = session::factor_from_challenge(algorithm, &challenge).unwrap();
        let key = session::session_key(algorithm, &case.array("card-key")?, &factor);
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.as_bytes(), case.bytes("session")?, "{}", case.origin());
        let source = case.array("source")?;
        assert_eq!(
            session::cryptogram(&key, &source),
            case.array("cryptogram")?,
            "{}",
            case.origin()
        );

        let mut pin = [0; 16];
        pin[..4].copy_from_slice(&[0x03, 0x12, 0x34, 0x56]);
        let len = padding::pad80(&mut pin, 4, algorithm.block_len()).unwrap();
        let pin = &mut pin[..len];
        assert_eq!(pin, case.bytes("pin-block")?, "{}", case.origin());
        key.encrypt_block(pin).unwrap();
        assert_eq!(pin, case.bytes("pin-enciphered")?, "{}", case.origin());
        key.decrypt_block(pin).unwrap();
        assert_eq!(pin, case.bytes("pin-block")?, "{}", case.origin());
        assert_eq!(key.encrypt_block(&mut pin[1..]), Err(LengthError));
        if let Ok(eight) = case.array::<8>("challenge") {
            assert_eq!(factor, Factor::new(&eight));
        }
    }
    Ok(())
}

/// Catches: a MAC that leaves out Lc, or takes the last four bytes instead of the first.
#[test]
fn secure_messaging() -> Outcome {
    for case in cases("generated/secure-messaging")? {
        let algorithm = algorithm(&case)?;
        let factor = session::factor_from_challenge(algorithm, case.bytes("challenge")?).unwrap();
        let key = session::session_key(algorithm, &case.array("stk")?, &factor);
        let mac = session::secure_messaging_mac(&key, &case.array("header")?, case.bytes("data")?);
        assert_eq!(mac, case.array("mac")?, "{}", case.origin());
    }
    Ok(())
}

/// Catches: a DES-CBC-MAC where the retail MAC belongs.
#[test]
fn identification_code() -> Outcome {
    for case in cases("generated/identification-code")? {
        let mac = session::identification_code_mac(
            algorithm(&case)?,
            &case.array("irk")?,
            &case.array("first-twelve")?,
        );
        assert_eq!(mac, case.array("mac")?, "{}", case.origin());
    }
    Ok(())
}
