//! A clone: the same ATR and the same data under other keys. It reads like the real card and cannot do what its keys do.

use apdu_specs::Generation;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::Key16;
use card_os::Interface;
use ssc_keys::{KeyService, Vault};
use ssc_scenarios::oracle::{Algorithm, OracleKey};

use crate::chip::{Chip, issue};
use ssc_scenarios::issued::{FACTOR, REGION, SERIAL};

/// A card with the serial and the person of the real one, made by somebody who has no key of its issuer, and who then put
/// the real identification code into it.
fn cloned(generation: Generation, identification_code: &[u8]) -> Chip {
    let vault = Vault::from_master(&Key16::new([0xC1; 16]));
    let flash = issue(generation, SERIAL[5], &vault);
    let mut clone = Chip::with(flash, generation, Interface::T0, SERIAL[5]);
    let (for_vault, algorithm) = match generation {
        Generation::V3 => (card_crypto::Algorithm::Sm4, Algorithm::Sm4),
        _ => (card_crypto::Algorithm::TripleDes, Algorithm::TripleDes),
    };
    let uk = vault.card_key("SSSE/UK", FIRST_KEY_VERSION, for_vault, &REGION, &FACTOR);
    let uk = OracleKey::new(algorithm, *uk.unwrap().as_bytes());
    clone.ssse();
    let challenge = clone.challenge();
    assert_eq!(
        clone.sw(&Chip::authentication(0x04, &uk, &challenge)),
        0x9000
    );
    let write = [&[0x00, 0xDC, 0x01, 0x2C, 0x12][..], identification_code].concat();
    assert_eq!(clone.sw(&write), 0x9000);
    clone.reset();
    clone.ssse();
    clone
}

#[test]
fn a_clone_reads_the_same_and_fails_every_authentication() {
    for generation in Generation::ALL {
        let mut real = Chip::new(generation, Interface::T0);
        real.ssse();
        let mut clone = cloned(generation, &real.ok("00B2012C12"));
        for record in 1..=7 {
            let read = format!("00B2{record:02X}2C00");
            assert_eq!(real.ok(&read), clone.ok(&read), "record {record}");
        }

        // Internal authentication: the real card answers what the issuer's terminals expect, the clone does not.
        let (factor, source) = ([0x11; 8], [0x22; 8]);
        let ask = format!("00880000 10 {} {}", "11".repeat(8), "22".repeat(8));
        let expected = real.key("SSSE", 0x00).cryptogram(&factor, &source);
        assert_eq!(real.ok(&ask), expected, "{generation}");
        assert_ne!(clone.ok(&ask), expected, "{generation}: a clone with IRK");

        // External authentication: the issuer's terminal is turned away, so that it knows.
        let uk = real.key("SSSE", 0x04);
        let challenge = clone.challenge();
        clone.costs_a_try(&Chip::authentication(0x04, &uk, &challenge), 0x63CE);
    }
}
