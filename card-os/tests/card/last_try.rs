//! The last try is for contact only: a stranger who passes by cannot block a card.

use card_os::Interface::{Contactless, T0, T1};

use crate::attempts::{ATTEMPTS, Attempt, card};
use crate::support::{TestCard, hex};

/// A card over the air on which this secret has one try left, and the flash operations that this took.
fn passed_by(attempt: &Attempt) -> TestCard {
    let mut card = card(Contactless);
    attempt.prepare(&mut card);
    for left in (1..attempt.tries).rev() {
        let sw = attempt.try_once(&mut card, false);
        let told = format!("{}: {sw:04X} with {left} left", attempt.name);
        assert!(sw == 0x63C0 | u16::from(left) || sw == 0x6988, "{told}");
    }
    card
}

/// The attack: wrong PINs, cryptograms and MACs over the air until everything is blocked.
#[test]
fn nobody_blocks_a_card_over_the_air() {
    for attempt in ATTEMPTS.iter().filter(|attempt| attempt.over_the_air) {
        let mut card = passed_by(attempt);
        let (writes, objects) = (card.writes(), card.objects());
        for _ in 0..3 {
            for right in [false, true] {
                let sw = attempt.try_once(&mut card, right);
                assert_eq!(sw, 0x6985, "{} {right}", attempt.name);
            }
            card.reset();
            attempt.prepare(&mut card);
        }
        assert_eq!(card.writes(), writes, "{}: nothing is spent", attempt.name);
        assert_eq!(card.objects(), objects, "{}", attempt.name);
        // By contact it is there, and counts.
        for interface in [T0, T1] {
            let mut card = TestCard::with_flash(passed_by(attempt).into_flash(), interface);
            attempt.prepare(&mut card);
            let sw = attempt.try_once(&mut card, false);
            assert!(matches!(sw, 0x63C0 | 0x6988), "{}: {sw:04X}", attempt.name);
            attempt.expect(&mut card, true, 0x6983);
            card.switch(Contactless);
            attempt.prepare(&mut card);
            attempt.expect(&mut card, true, 0x6983);
        }
    }
}

#[test]
fn a_right_presentation_by_contact_opens_the_contactless_side_again() {
    for attempt in ATTEMPTS.iter().filter(|attempt| attempt.over_the_air) {
        for interface in [T0, T1] {
            let mut card = passed_by(attempt);
            card.switch(interface);
            attempt.prepare(&mut card);
            attempt.expect(&mut card, true, 0x9000);
            card.switch(Contactless);
            attempt.prepare(&mut card);
            attempt.expect(&mut card, true, 0x9000);
            // All its tries: as many wrong ones as at the beginning.
            for _ in 1..attempt.tries {
                let sw = attempt.try_once(&mut card, false);
                assert!(matches!(sw, 0x63C1..=0x63CF | 0x6988), "{sw:04X}");
            }
            attempt.expect(&mut card, false, 0x6985);
        }
    }
}

/// Whatever is for contact only costs nothing over the air, however many are left.
#[test]
fn what_is_for_contact_only_costs_nothing_over_the_air() {
    for attempt in ATTEMPTS.iter().filter(|attempt| !attempt.over_the_air) {
        let mut card = card(Contactless);
        attempt.prepare(&mut card);
        let writes = card.writes();
        for _ in 0..20 {
            for right in [false, true] {
                attempt.expect(&mut card, right, 0x6985);
            }
        }
        assert_eq!(card.writes(), writes, "{}", attempt.name);
    }
}

/// The holder must be able to learn why: the tries left are told as ever.
#[test]
fn verify_without_data_tells_the_tries_left() {
    for (name, ask) in [
        ("VERIFY", "0020000000"),
        ("certificate PIN", "0020018100"),
        ("administrator", "0020010000"),
    ] {
        let attempt = ATTEMPTS
            .iter()
            .find(|attempt| attempt.name == name)
            .unwrap();
        let mut card = passed_by(attempt);
        for interface in [Contactless, T0, T1] {
            card.switch(interface);
            attempt.prepare(&mut card);
            card.expect(ask, "63C1");
        }
    }
}

/// The attack as it was carried out: every counter of the card, one after the other, over the air.
#[test]
fn after_a_passer_by_everything_works_by_contact() {
    let mut card = card(Contactless);
    let mut commands = 0;
    for attempt in ATTEMPTS.iter().filter(|attempt| !attempt.puk) {
        attempt.prepare(&mut card);
        for _ in 0..20 {
            attempt.try_once(&mut card, false);
            commands += 1;
        }
    }
    assert!(commands > 124);
    for attempt in ATTEMPTS.iter().filter(|attempt| attempt.over_the_air) {
        card.switch(Contactless);
        attempt.prepare(&mut card);
        let sw = attempt.try_once(&mut card, true);
        assert_eq!(sw, 0x6985, "{}", attempt.name);
        card.switch(T1);
        attempt.prepare(&mut card);
        let sw = attempt.try_once(&mut card, true);
        assert_eq!(sw, 0x9000, "{}", attempt.name);
        // Others share its counter: spend what it gave back.
        card.switch(Contactless);
        attempt.prepare(&mut card);
        for _ in 0..20 {
            attempt.try_once(&mut card, false);
        }
    }
}

/// A card whose profile gives a secret one try alone never takes it over the air.
#[test]
fn one_try_in_all_is_a_last_try() {
    use crate::support::ciphers::FieldKey;
    use crate::support::handmade::{SSSE, authenticate, dgi, entry, keys};
    use crate::support::host::{Host, TRANSPORT};
    let key = FieldKey::Sm4([0x0B; 16]);
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let entry = entry(0x02, 0x0B, 1, key);
    let stream = [dgi(0x0061, &hex("DDF1")), keys(TRANSPORT[2], &[entry])].concat();
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    for (interface, sw) in [(Contactless, 0x6985), (T1, 0x9000), (Contactless, 0x6985)] {
        card.switch(interface);
        card.ok(SSSE);
        assert_eq!(authenticate(&mut card, 0x0B, key), sw);
    }
}
