//! UPDATE and APPEND RECORD: what is replaced, what is refused and then unchanged, how much fits.

use card_os::Interface::{Contactless, T0, T1};

use crate::support::TestCard;
use crate::support::handmade::{DF02, SSSE, UK, authenticate};

/// All records of the linear variable EF.
const VARIABLE: &str = "00B2013D00";
/// All records of the linear fixed EF.
const FIXED: &str = "00B2012D00";

#[test]
fn a_record_is_replaced_by_number_and_by_tag() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(DF02);
        card.expect("00DC013C05 4003 CCCCCC", "9000");
        card.expect(VARIABLE, "4003 CCCCCC 4003 BBBBBB 4100 9000");
        // by tag the first of it
        card.expect("00DC403803 4001 DD", "9000");
        card.expect(VARIABLE, "4001 DD 4003 BBBBBB 4100 9000");
        card.expect("00DC020402 4000", "9000");
        card.expect("00DC410004 4102 EEEE", "9000");
        card.expect(VARIABLE, "4001 DD 4000 4102 EEEE 9000");
        card.expect("00DC022C08 3333333333333333", "9000");
        card.expect(FIXED, "1111111111111111 3333333333333333 9000");
        let mut card = card.power_cycle();
        card.ok(DF02);
        card.expect(VARIABLE, "4001 DD 4000 4102 EEEE 9000");
    }
}

#[test]
fn what_is_refused_has_changed_nothing() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    let (objects, writes) = (card.objects(), card.writes());
    for (command, status) in [
        // another tag, a length byte that is short and one that is long, no TLV at all
        ("00DC013C04 4202 AAAA", "6A80"),
        ("00DC403804 4102 AAAA", "6A80"),
        ("00DC013C04 4001 AAAA", "6A80"),
        ("00DC013C04 4003 AAAA", "6A80"),
        ("00DC013C01 40", "6A80"),
        // records that are not there
        ("00DC003C04 4002 AAAA", "6A83"),
        ("00DC043C04 4002 AAAA", "6A83"),
        ("00DC423804 4202 AAAA", "6A83"),
        ("00DC032C08 3333333333333333", "6A83"),
        // one short and one long
        ("00DC012C07 33333333333333", "6700"),
        ("00DC012C09 333333333333333333", "6700"),
        ("00E2002807 33333333333333", "6700"),
        ("00E2002809 333333333333333333", "6700"),
        // no tags in a linear fixed EF
        ("00DC112808 1133333333333333", "6981"),
        // previous means nothing here
        ("00DC003B04 4002 AAAA", "6A86"),
        // transparent
        ("00DC014404 4002 AAAA", "6981"),
        ("00E2004004 4002 AAAA", "6981"),
        // an EF that is not there
        ("00DC01F404 4002 AAAA", "6A82"),
        ("00E200F004 4002 AAAA", "6A82"),
        // no data
        ("00DC013C", "6700"),
        ("00E20038", "6700"),
    ] {
        card.expect(command, status);
    }
    assert_eq!(card.writes(), writes, "nothing was written");
    assert_eq!(card.objects(), objects);
}

#[test]
fn a_linear_variable_ef_holds_its_records_and_its_bytes() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    // 11 of 32 bytes are taken, 3 of 5 records are there; 16 is the longest
    card.expect(&format!("00E2003811 500F {}", "11".repeat(15)), "6A84");
    card.expect(&format!("00E2003810 500E {}", "11".repeat(14)), "9000");
    // five bytes are left: six do not fit, neither new nor as growth of an old one
    card.expect("00E2003806 5104 11111111", "6A84");
    card.expect("00DC033C08 4106 111111111111", "6A84");
    card.expect("00DC033C07 4105 1111111111", "9000");
    card.expect("00E2003802 5100", "6A84");
    card.expect("00DC033C06 4104 11111111", "9000");
    card.expect("00DC033C05 4103 111111", "9000");
    card.expect("00E2003802 5100", "9000");
    // a sixth record
    card.expect("00DC013C02 4000", "9000");
    card.expect("00E2003802 5200", "6A84");
    card.expect(
        VARIABLE,
        &format!(
            "4000 4003 BBBBBB 4103 111111 500E {} 5100 9000",
            "11".repeat(14)
        ),
    );
}

#[test]
fn a_linear_fixed_ef_holds_its_records() {
    let mut card = TestCard::personalized(T0);
    card.ok(DF02);
    card.expect("00E2002808 3333333333333333", "9000");
    card.expect("00E2002808 4444444444444444", "6A84");
    card.expect(
        FIXED,
        &format!(
            "{}{}{} 9000",
            "11".repeat(8),
            "22".repeat(8),
            "33".repeat(8)
        ),
    );
    card.expect(&format!("00DC015CFF {}", "0C".repeat(255)), "9000");
    card.expect("00B2015C00", &format!("{} 9000", "0C".repeat(255)));
}

#[test]
fn the_write_condition_is_asked_first() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    let (objects, writes) = (card.objects(), card.writes());
    // before the key nothing tells which records there are
    for command in [
        "00DC022C03 020132",
        "00DC022803 020132",
        "00DC992C03 020132",
        "00DC992803 990132",
        "00DC022B03 020132",
        "00E2002803 090132",
    ] {
        card.expect(command, "6982");
    }
    assert_eq!(card.writes(), writes);
    assert_eq!(card.objects(), objects);
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    card.expect("00DC022C03 020132", "9000");
    card.expect("00B2022C03", "020132 9000");
    // the record rule is for reading only: the masked record can be written
    card.expect("00DC072C0B 0709 583030303030303239", "9000");
    card.expect("00B2072C0B", "0709 000000000000000000 9000");
    // seven records are all that fit
    card.expect("00E2002802 0800", "6A84");
}
