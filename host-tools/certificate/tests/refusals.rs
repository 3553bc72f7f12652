//! What is refused for the card's sake: a last try over the air, and a challenge that ends in zeros.

mod support;

use ssc_certificate::{CertificateError, Environment, Holder};
use ssc_reader::{Card, Interface, ReaderError, Tapped};
use ssc_simulator::{Image, SimulatedCard};
use ssc_words::{Bilingual, Lang};

use support::{PIN, card};

#[test]
fn a_last_try_over_the_air_asks_for_the_card_to_be_inserted() {
    let folder = tempfile::tempdir().unwrap();
    let mut over_the_air = card(folder.path(), 1, true, Interface::Contactless);
    let mut environment = Environment::open(&mut over_the_air).unwrap();
    for _ in 0..2 {
        let error = environment.verify_pin(&[0x65, 0x43, 0x21]).unwrap_err();
        assert!(matches!(error, CertificateError::Wrong { .. }), "{error}");
    }
    for pin in [PIN, &[0x65, 0x43, 0x21], PIN] {
        let error = environment.verify_pin(pin).unwrap_err();
        let holder = Holder::Cardholder;
        assert!(
            matches!(error, CertificateError::InsertCard { holder: found } if found == holder),
            "{error}"
        );
        assert!(error.say(Lang::En).contains("insert the card"));
        assert!(error.say(Lang::Zh).contains("请插卡"));
    }
    // The same card by contact, and over the air again.
    drop(over_the_air);
    let stack = folder.path().join("stack-1");
    let file = std::fs::read_dir(stack).unwrap().next().unwrap().unwrap();
    for interface in [Interface::T0, Interface::Contactless] {
        let image = Image::open(&file.path()).unwrap();
        let mut card = SimulatedCard::from_image(image, interface).unwrap();
        let mut environment = Environment::open(&mut card).unwrap();
        environment.verify_pin(PIN).unwrap();
    }
}

/// Somebody between card and terminal who wants cryptograms for challenges of four bytes.
fn zeros(card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
    assert!(
        !matches!(command, [_, 0x20 | 0x5E | 0xD4, ..]),
        "a cryptogram was sent"
    );
    let mut answer = card.transmit(command)?;
    if let ([_, 0x84, ..], [.., a, b, c, d, 0x90, 0x00]) = (command, &mut answer[..]) {
        (*a, *b, *c, *d) = (0, 0, 0, 0);
    }
    Ok(answer)
}

#[test]
fn no_cryptogram_for_a_challenge_that_ends_in_zeros() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = Tapped::new(card(folder.path(), 1, true, Interface::T1), zeros);
    let vault = ssc_keys::Vault::demo().unwrap();
    let mut environment = Environment::open(&mut card).unwrap();
    for error in [
        environment.verify_pin(PIN).unwrap_err(),
        environment
            .change_pin(PIN, &[0x24, 0x68, 0x10])
            .unwrap_err(),
        environment.verify_administrator(&vault).unwrap_err(),
    ] {
        assert!(matches!(error, CertificateError::ShortChallenge), "{error}");
        assert!(error.say(Lang::En).contains("four zero bytes"));
        assert!(error.say(Lang::Zh).contains("四个零字节"));
    }
}
