//! SEARCH RECORD: a record that may not be read is not searched, one that is masked is searched as it is read.

use card_os::Interface::{Contactless, T0, T1};

use crate::support::TestCard;
use crate::support::handmade::{DF01, DF01_84, DF02, RIGHT_PIN, RK, SSSE, authenticate};

#[test]
fn a_masked_record_is_searched_as_it_is_read() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        let value = "00A2012C04 30303031 00";
        card.expect(value, "6282");
        assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
        card.expect(value, "07 9000");
    }
}

#[test]
fn a_refused_record_is_passed_over() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF01);
    let (first, second, third) = ("00A2015C01 11 00", "00A2015C01 22 00", "00A2015C01 33 00");
    card.expect(first, "01 9000");
    card.expect(second, "6282");
    card.expect(third, "6282");
    // one that stands alone in the search
    card.expect("00A2025D01 22 00", "6282");
    card.ok(RIGHT_PIN);
    card.expect(second, "02 9000");
    card.expect(third, "6282");
    assert_eq!(authenticate(&mut card, 0x84, DF01_84), 0x9000);
    card.expect(third, "03 9000");
}

#[test]
fn a_cyclic_file_from_the_newest_on() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    card.expect("00A2013401 C1 00", "02 9000");
    card.expect("00A2013402 C2C2 00", "01 9000");
    card.expect("00A2023501 C2 00", "01 9000");
    card.expect("00A2033401 C2 00", "6A83");
}
