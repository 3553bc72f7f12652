//! SELECT of another application ends what was shown to the last one; the directories of the social security card, the MF
//! with them, are one application.

use card_os::Interface::{Contactless, T0, T1};

use crate::attempts::card;
use crate::certificate_card::{ADF, ADMINISTRATOR, PIN, PKI, pin_key, verify};
use crate::support::handmade::{DF01, DF01_83, RIGHT_PIN, RK, SSSE, UK, authenticate};
use crate::support::{TestCard, hex};

/// In DF01 under the PIN, PIN or key 83, PIN or key 04, PIN and key 0A.
const READS: [&str; 5] = [
    "00B0820002",
    "00B0830002",
    "00B0840002",
    "00B0870002",
    "00B0890002",
];
const DOMAIN: &str = "00A4040008A000000151000000";

/// What of [`READS`] is open.
fn open(card: &mut TestCard) -> [bool; 5] {
    READS.map(|read| card.send(&hex(read)).sw == 0x9000)
}

fn shown(card: &mut TestCard) {
    card.ok(SSSE);
    assert_eq!(authenticate(card, 0x04, UK), 0x9000);
    assert_eq!(authenticate(card, 0x0A, RK), 0x9000);
    card.ok(DF01);
    assert_eq!(authenticate(card, 0x83, DF01_83), 0x9000);
    card.expect(RIGHT_PIN, "9000");
    assert_eq!(open(card), [true; 5]);
}

/// The attack: a program that has selected the security domain or signs leaves the holder's card open for the next one.
#[test]
fn another_application_ends_pin_and_keys() {
    for interface in [T0, T1, Contactless] {
        for other in [DOMAIN, "00A4040000", PKI, ADF, "00A4000002DDF4"] {
            let mut card = card(interface);
            shown(&mut card);
            card.ok(other);
            // Back by name, by FID, and by an EF of the directory that stayed current behind the domain.
            card.ok(DF01);
            assert_eq!(open(&mut card), [false; 5], "{other} {interface:?}");
            card.expect("0020000000", "63C3");
            card.ok(SSSE);
            card.expect("00B0880004", "6982");
        }
    }
    let mut card = card(T1);
    shown(&mut card);
    card.ok(DOMAIN);
    card.ok("00A40200020002");
    card.expect("00B0000002", "6982");
    assert_eq!(open(&mut card), [false; 5]);
}

/// Programs go from directory to directory, over the MF too, and do not show everything again.
#[test]
fn the_directories_and_the_mf_are_one_application() {
    for back in [
        &[SSSE, DF01][..],
        &["00A40000023F00", DF01],
        &["00A4000000", SSSE, "00A4000002DF01"],
        &["00A4000002DF02", "00A4000002DF01"],
        &["00A4040006D15600000501", DF01],
        &["00A4000002DF0A", "00A40000023F00", SSSE, DF01],
    ] {
        let mut card = card(T1);
        shown(&mut card);
        for select in back {
            card.ok(select);
        }
        // The directory's own key alone has gone.
        assert_eq!(open(&mut card), [true, false, true, true, true], "{back:?}");
    }
}

/// A selection that fails ends nothing.
#[test]
fn an_unknown_application_ends_nothing() {
    let mut card = card(T1);
    shown(&mut card);
    for select in [
        "00A4040006D15600000590",
        "00A4040005A000000333",
        "00A4000002DF99",
    ] {
        assert_eq!(card.send(&hex(select)).sw, 0x6A82);
        assert_eq!(open(&mut card), [true; 5]);
    }
}

/// The certificate environment's own states end too, and are not the card's.
#[test]
fn the_certificate_environments_states_end_with_it() {
    for other in [DOMAIN, SSSE, "00A40000023F00", DF01] {
        let mut card = card(T1);
        card.ok(PKI);
        card.ok(ADF);
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
        assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
        // The SSC's PIN verified there ends with it as well.
        card.expect(RIGHT_PIN, "9000");
        card.ok(other);
        if other == DF01 {
            assert_eq!(open(&mut card), [false; 5]);
        }
        card.ok(ADF);
        card.expect("0020018100", "63C3");
        card.expect("0020010000", "63CF");
        card.expect("0020000000", "63C3");
    }
}

/// The attack: the way over the security domain back to a file of the certificate environment, where the card's own PIN, for
/// reading fields, would then do for the environment's.
#[test]
fn the_cards_pin_is_not_the_environments_by_a_detour() {
    for interface in [T0, T1, Contactless] {
        let mut card = card(interface);
        card.ok(PKI);
        card.ok(ADF);
        card.ok(DOMAIN);
        card.ok("00A40200020018");
        card.expect(RIGHT_PIN, "9000");
        card.expect("00D6980001 30", "6982");
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
        card.expect("00D6980001 30", "9000");
    }
}
