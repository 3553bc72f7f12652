//! VERIFY and CHANGE PIN: tries, states, digits odd and even, resets and cuts.

use card_os::Interface::{Contactless, T0, T1};
use simulated_flash::Cut;

use crate::support::TestCard;
use crate::support::handmade::{DF01, DF02, RIGHT_PIN, SSSE, WRONG_PIN};

/// Readable after the PIN, and only then.
const UNDER_PIN: &str = "00B0820002";
/// Asks for the tries left.
const TRIES: &str = "0020000000";

#[test]
fn three_tries_then_blocked_for_good() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(DF01);
        card.expect(TRIES, "63C3");
        card.expect(WRONG_PIN, "63C2");
        card.expect(TRIES, "63C2");
        // neither reset nor loss of power gives a try back
        card.reset();
        card.expect(TRIES, "63C2");
        card.expect(WRONG_PIN, "63C1");
        let mut card = card.power_cycle();
        card.expect(TRIES, "63C1");
        // a success does; where one is left, by contact
        if interface == Contactless {
            card.expect(RIGHT_PIN, "6985");
            card.switch(T0);
        }
        card.expect(RIGHT_PIN, "9000");
        card.expect(TRIES, "9000");
        card.reset();
        card.expect(TRIES, "63C3");
        for status in ["63C2", "63C1", "63C0"] {
            card.expect(WRONG_PIN, status);
        }
        card.switch(interface);
        for _ in 0..2 {
            card.expect(WRONG_PIN, "6983");
            card.expect(RIGHT_PIN, "6983");
            card.expect(TRIES, "6983");
            card.ok(DF01);
            card.expect(UNDER_PIN, "6982");
            card = card.power_cycle();
        }
    }
}

#[test]
fn one_pin_for_every_directory_and_for_the_session() {
    let mut card = TestCard::personalized(T1);
    for select in [SSSE, DF01, DF02, "00A40000023F00"] {
        card.reset();
        card.ok(DF01);
        card.expect(UNDER_PIN, "6982");
        card.ok(select);
        card.expect(RIGHT_PIN, "9000");
        // through every selection within the application
        card.ok(DF02);
        card.ok("00A40000023F00");
        card.ok(SSSE);
        card.ok(DF01);
        card.expect(UNDER_PIN, "0202 9000");
        card.expect(TRIES, "9000");
        // but not through the security domain's
        card.ok("00A4040008A000000151000000");
        card.ok(DF01);
        card.expect(UNDER_PIN, "6982");
        card.expect(TRIES, "63C3");
    }
    card.reset();
    card.ok(DF01);
    card.expect(UNDER_PIN, "6982");
    // a change of interface is a reset
    card.expect(RIGHT_PIN, "9000");
    card.switch(Contactless);
    card.ok(DF01);
    card.expect(UNDER_PIN, "6982");
}

#[test]
fn a_wrong_pin_takes_the_state_back() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF01);
    card.expect(RIGHT_PIN, "9000");
    card.expect(UNDER_PIN, "0202 9000");
    card.expect(WRONG_PIN, "63C2");
    card.expect(UNDER_PIN, "6982");
    card.expect(TRIES, "63C2");
    card.expect(RIGHT_PIN, "9000");
    card.expect("805E010007 654321 FF 246810", "63C2");
    card.expect(UNDER_PIN, "6982");
}

#[test]
fn what_is_no_pin_costs_nothing() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF01);
    card.expect(RIGHT_PIN, "9000");
    let (writes, objects) = (card.writes(), card.objects());
    for (command, status) in [
        ("0020000001 12", "6700"),
        ("0020000009 123456FFFFFFFFFFFF", "6700"),
        // three digits, a digit that is none, digits after the padding
        ("0020000002 123F", "6A80"),
        ("0020000003 12345A", "6A80"),
        ("0020000003 12F456", "6A80"),
        ("0020000003 FFFFFF", "6A80"),
        ("0020010003 123456", "6A86"),
        ("0020000103 123456", "6A86"),
        ("0020008103 123456", "6A86"),
        // CHANGE PIN without a separator, with nothing on one side, with a new PIN too short, or
        // longer than the 12 digits of this card
        ("805E010006 123456 654321", "6A80"),
        ("805E010005 FF 12345678", "6A80"),
        ("805E010005 12345678 FF", "6A80"),
        ("805E010006 123456 FF 123F", "6A80"),
        ("805E010006 12345A FF 1234", "6A80"),
        ("805E01000B 123456 FF 1234567890123F", "6A80"),
        ("805E01000C 123456 FF 1234567890123456", "6A80"),
        ("805E010004 1234 FF 12", "6700"),
        // one digit repeated, odd and even, and the old PIN again: also with a wrong one, so that nothing is learned
        ("805E010007 123456 FF 111111", "6A80"),
        ("805E010007 654321 FF 000000", "6A80"),
        ("805E010007 123456 FF 99999F", "6A80"),
        ("805E010007 123456 FF 123456", "6A80"),
        ("805E010007 654321 FF 654321", "6A80"),
        ("805E010008 123456 FF 123456FF", "6A80"),
        ("805E010012 1234567890123456 FF 123456789012345678", "6700"),
        ("805E000007 123456 FF 246810", "6A86"),
        ("805E010107 123456 FF 246810", "6A86"),
        ("005E010007 123456 FF 246810", "6E00"),
        ("805E0100", "6700"),
    ] {
        card.expect(command, status);
    }
    assert_eq!(card.writes(), writes, "no try was spent");
    assert_eq!(card.objects(), objects);
    // and the state stays
    card.expect(UNDER_PIN, "0202 9000");
}

#[test]
fn the_padding_does_not_matter() {
    for pin in [
        "0020000003 123456",
        "0020000004 123456FF",
        "0020000008 123456FFFFFFFFFF",
    ] {
        let mut card = TestCard::personalized(T0);
        card.expect(pin, "9000");
    }
    // but every digit does
    for pin in [
        "0020000003 12345F",
        "0020000004 1234560F",
        "0020000004 12345600",
    ] {
        let mut card = TestCard::personalized(T0);
        card.expect(pin, "63C2");
    }
}

#[test]
fn the_pin_is_changed_odd_and_even() {
    for (new, verify) in [
        ("805E010006 123456 FF 9876", "0020000002 9876"),
        ("805E010007 123456 FF 98765F", "0020000003 98765F"),
        (
            "805E01000A 123456 FF 987654321098",
            "0020000006 987654321098",
        ),
        (
            "805E01000A 123456 FF 98765432109F",
            "0020000006 98765432109F",
        ),
    ] {
        let mut card = TestCard::personalized(T0);
        card.expect(new, "9000");
        // a change is no verification
        card.ok(DF01);
        card.expect(UNDER_PIN, "6982");
        card.expect(verify, "9000");
        card.expect(RIGHT_PIN, "63C2");
        let mut card = card.power_cycle();
        card.expect(RIGHT_PIN, "63C1");
        card.expect(verify, "9000");
        // and back; an odd old PIN before the separator reads as its own padding
        let old = verify.split_at(11).1;
        let length = old.trim().len() / 2 + 4;
        card.expect(&format!("805E0100{length:02X} {old} FF 123456"), "9000");
        card.expect(RIGHT_PIN, "9000");
    }
}

#[test]
fn a_wrong_old_pin_costs_a_try_and_changes_nothing() {
    let mut card = TestCard::personalized(T0);
    let change = "805E010007 654321 FF 246810";
    card.expect(change, "63C2");
    card.expect("805E010007 123456 FF 135790", "9000");
    for status in ["63C2", "63C1", "63C0", "6983"] {
        card.expect(change, status);
    }
    card.expect("805E010007 135790 FF 246810", "6983");
    card.expect("0020000003 135790", "6983");
}

#[test]
fn the_pin_is_not_changed_over_the_air() {
    let mut card = TestCard::personalized(Contactless);
    let writes = card.writes();
    card.expect("805E010007 123456 FF 246810", "6985");
    card.expect("805E010007 654321 FF 246810", "6985");
    assert_eq!(card.writes(), writes);
}

#[test]
fn a_blank_card_has_no_pin() {
    let mut card = TestCard::blank(T0);
    card.expect(RIGHT_PIN, "6A88");
    card.expect(TRIES, "6A88");
    card.expect("805E010007 123456 FF 246810", "6A88");
}

/// The power goes at every flash operation of `command`, before, within and after it; `check` judges the
/// card afterwards, with the status word of the command.
fn cut_everywhere(command: &str, check: impl Fn(TestCard, u16)) {
    for operation in 0.. {
        let mut cut_happened = false;
        for cut in [Cut::Before, Cut::Middle { seed: operation }, Cut::After] {
            let mut flash = TestCard::personalized(T0).into_flash();
            flash.cut_after(operation, cut);
            let mut card = TestCard::with_flash(flash, T0);
            let status = card.send(&crate::support::hex(command)).sw;
            cut_happened |= card.os().flash().is_off();
            check(card.power_cycle(), status);
        }
        if !cut_happened {
            assert!(operation > 2, "the cut never happened");
            return;
        }
    }
}

#[test]
fn a_cut_never_gives_a_try_back() {
    // a wrong PIN: judged means counted
    cut_everywhere(WRONG_PIN, |mut card, status| match status {
        0x63C2 => card.expect(TRIES, "63C2"),
        0x6581 => {
            let left = card.send(&crate::support::hex(TRIES)).sw;
            assert!(matches!(left, 0x63C2 | 0x63C3), "{left:04X}");
        }
        other => panic!("{other:04X}"),
    });
    // a right one passes only when its tries are given back, and then they are
    cut_everywhere(RIGHT_PIN, |mut card, status| match status {
        0x9000 => card.expect(TRIES, "63C3"),
        0x6581 => {
            let left = card.send(&crate::support::hex(TRIES)).sw;
            assert!(matches!(left, 0x63C2 | 0x63C3), "{left:04X}");
        }
        other => panic!("{other:04X}"),
    });
}

#[test]
fn a_cut_leaves_the_old_pin_or_the_new_one() {
    cut_everywhere("805E010007 123456 FF 246810", |mut card, status| {
        let new = card.send(&crate::support::hex("0020000003 246810")).sw;
        let old = card.send(&crate::support::hex(RIGHT_PIN)).sw;
        match (status, new, old) {
            (0x9000 | 0x6581, 0x9000, 0x63C2) | (0x6581, 0x63C1 | 0x63C2, 0x9000) => {}
            other => panic!("{other:04X?}"),
        }
    });
}
