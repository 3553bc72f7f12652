//! A PSAM's derivations, CRYPT and MACs against OpenSSL's answers.

use card_crypto::session;
use card_crypto::{Algorithm, Key16, LengthError, SessionKey, Software, diversify, sam};
use test_vectors::{Case, VectorError, cases};

type Outcome = Result<(), VectorError>;

/// The session key of a case, as a PSAM comes to it: the last factor first.
fn session_key(case: &Case, factors: &[u8], challenge: &[u8]) -> Result<SessionKey, VectorError> {
    let [marker] = case.array("algorithm")?;
    let algorithm = Algorithm::from_marker(marker).expect("a marker of the FCI");
    let mut key = Key16::new(case.array("key")?);
    for factor in factors.as_chunks::<8>().0.iter().rev() {
        key = diversify::diversify(algorithm, key.as_bytes(), factor);
    }
    let factor = session::factor_from_challenge(algorithm, challenge).expect("a challenge");
    let session = session::session_key(algorithm, key.as_bytes(), &factor);
    assert_eq!(
        session.as_bytes(),
        case.bytes("session")?,
        "{}",
        case.origin()
    );
    Ok(session)
}

/// Catches: factors in the wrong order, ECB and CBC exchanged, padding of a whole block or none of an incomplete one.
#[test]
fn crypt_and_mac() -> Outcome {
    for case in cases("generated/sam")? {
        let [levels] = case.array("levels")?;
        let (factors, challenge) = case.bytes("init")?.split_at(usize::from(levels) * 8);
        let session = session_key(&case, factors, challenge)?;
        let mut block = case.bytes("block")?.to_vec();
        assert_eq!(session.encrypt_block(&mut block), Ok(()));
        assert_eq!(block, case.bytes("crypt")?, "{}", case.origin());
        for at in 0..5 {
            let mut block = case.bytes("iv")?.to_vec();
            let data = case.bytes(&format!("data-{at}"))?;
            assert_eq!(sam::mac::<Software>(&session, &mut block, data), Ok(()));
            assert_eq!(
                block,
                case.bytes(&format!("mac-{at}"))?,
                "{}",
                case.origin()
            );
        }
        let mut short = vec![0x55; case.bytes("iv")?.len() - 1];
        assert_eq!(
            sam::mac::<Software>(&session, &mut short, &[1]),
            Err(LengthError)
        );
        assert!(short.iter().all(|byte| *byte == 0x55));
    }
    Ok(())
}

/// Catches: a factor of random, sequence and the wrong half of the terminal sequence; amounts out of order.
#[test]
fn debit() -> Outcome {
    for case in cases("generated/sam-debit")? {
        let (init, sequence) = (case.bytes("init")?, case.bytes("terminal-sequence")?);
        let factor: [u8; 8] = [&init[..6], &sequence[2..]]
            .concat()
            .try_into()
            .expect("8 bytes");
        let session = session_key(&case, &init[28..], &factor)?;
        let mac1 = sam::debit_mac(
            &session,
            &[&init[6..19], case.bytes("terminal")?, &init[19..26]],
        );
        assert_eq!(mac1, case.array("mac1")?, "{}", case.origin());
        let mac2 = sam::debit_mac(&session, &[&init[6..18]]);
        assert_eq!(mac2, case.array("mac2")?, "{}", case.origin());
    }
    Ok(())
}
