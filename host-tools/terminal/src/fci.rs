//! The algorithm of a card's keys out of the FCI of SSSE (LD/T 32.3; evidence C).

use apdu_specs::tags::{FCI_ALGORITHM, FCI_ISSUER_DATA, FCI_TEMPLATE};
use card_crypto::{Algorithm, UnsupportedAlgorithm};
use iso7816_tlv::ber::{Tag, Tlv, Value};

use crate::TerminalError;

/// What `9F0C 03 86 01 AA` anywhere in the FCI says; 3DES where there is none, or no FCI at all.
///
/// # Errors
/// [`TerminalError::Ssf33`], [`TerminalError::UnknownAlgorithm`], and [`TerminalError::Fci`] where the answer is no FCI:
/// to guess the algorithm would cost tries of a key.
pub(crate) fn algorithm(answer: &[u8]) -> Result<Algorithm, TerminalError> {
    match marker(answer)? {
        None => Ok(Algorithm::TripleDes),
        Some(marker) => Algorithm::from_marker(marker).map_err(|unsupported| match unsupported {
            UnsupportedAlgorithm::Ssf33 => TerminalError::Ssf33,
            UnsupportedAlgorithm::Unknown(marker) => TerminalError::UnknownAlgorithm { marker },
        }),
    }
}

fn marker(answer: &[u8]) -> Result<Option<u8>, TerminalError> {
    if answer.is_empty() {
        return Ok(None);
    }
    let fci = Tlv::parse(answer).0.map_err(|_| TerminalError::Fci)?;
    if *fci.tag() != tag(u64::from(FCI_TEMPLATE))? {
        return Err(TerminalError::Fci);
    }
    let Some(Value::Primitive(issuer_data)) =
        fci.find(&tag(u64::from(FCI_ISSUER_DATA))?).map(Tlv::value)
    else {
        return Ok(None);
    };
    let wanted = tag(u64::from(FCI_ALGORITHM))?;
    let inside = Tlv::parse_all(issuer_data);
    // Issuer data of another shape is some other issuer's: it says nothing of the algorithm.
    Ok(inside
        .iter()
        .find(|tlv| *tlv.tag() == wanted)
        .and_then(|tlv| match tlv.value() {
            Value::Primitive(value) => value.first().copied(),
            Value::Constructed(_) => None,
        }))
}

fn tag(number: u64) -> Result<Tag, TerminalError> {
    Tag::try_from(number).map_err(|_| TerminalError::Fci)
}

#[cfg(test)]
mod tests {
    use super::algorithm;
    use crate::TerminalError;
    use card_crypto::Algorithm;
    use proptest::prelude::*;

    fn of(hex: &str) -> Result<Algorithm, TerminalError> {
        algorithm(&hex::decode(hex).unwrap())
    }

    #[test]
    fn the_marker_decides() {
        // The real 2.00 card's FCI, 24 bytes; with the marker it is 30 (ssc-facts).
        let unmarked = "6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E";
        assert_eq!(of(unmarked).unwrap(), Algorithm::TripleDes);
        assert_eq!(of("").unwrap(), Algorithm::TripleDes);
        let marked = |aa: &str| {
            of(&format!(
                "6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA50988011E9F0C038601{aa}"
            ))
        };
        assert_eq!(marked("01").unwrap(), Algorithm::TripleDes);
        assert!(matches!(marked("02"), Err(TerminalError::Ssf33)));
        assert_eq!(marked("03").unwrap(), Algorithm::Sm4);
        assert!(matches!(
            marked("07"),
            Err(TerminalError::UnknownAlgorithm { marker: 7 })
        ));
        // beside A5 instead of inside it: the place is P
        let beside = "6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E9F0C03860103";
        assert_eq!(of(beside).unwrap(), Algorithm::Sm4);
    }

    #[test]
    fn what_is_no_fci_is_refused() {
        for answer in ["00", "6F", "6F16840F", "8401AA"] {
            assert!(matches!(of(answer), Err(TerminalError::Fci)), "{answer}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = algorithm(&bytes);
        }
    }
}
