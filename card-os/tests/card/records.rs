//! READ RECORD: by number, by tag, by SFI, all from a number on; cyclic order; the masked and the refused
//! record.

use card_os::Interface::{Contactless, T0, T1};

use crate::support::handmade::{DF01, DF01_84, DF02, RIGHT_PIN, RK, SSSE, WRONG_PIN, authenticate};
use crate::support::{TestCard, hex, to_hex};

#[test]
fn by_number_tag_and_sfi() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        // SFI 05 · 8 + 4 number, + 0 tag
        card.expect("00B2022C03", "0201319000");
        card.expect("00B2022803", "0201319000");
        card.expect("00B2032C06", "0304332E3030 9000");
        card.expect("00B2032806", "0304332E3030 9000");
        card.expect("00B2012C12", "0110110100D156000005000000015C5C5C5C 9000");
        // the SFI has made EF05 current
        card.expect("00B2020403", "0201319000");
        card.expect("00B2020003", "0201319000");
        // Le 00 is all of it
        card.expect("00B2020400", "0201319000");
        for missing in [
            "00B2000400",
            "00B2080400",
            "00B2FF0400",
            "00B2080000",
            "00B2FF0000",
        ] {
            card.expect(missing, "6A83");
        }
        // an EF that is not there, and the current one stays
        card.expect("00B2015C00", "6A82");
        card.expect("00B2020403", "0201319000");
        // a transparent EF has no records
        card.expect("00B2013C00", "6981");
        card.expect("00B2013800", "6981");
        card.expect("00B2013D00", "6981");
    }
}

#[test]
fn a_wrong_le_for_a_record() {
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    for le in (0x01..=0xFF).filter(|le| *le != 0x06) {
        card.expect(&format!("00B2032C{le:02X}"), "6C06");
    }
    // never a part with 9000; what is longer than there is asked for is not wrong elsewhere
    for interface in [T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        for le in 0x01..=0x05 {
            card.expect(&format!("00B2032C{le:02X}"), "6C06");
        }
        for le in 0x06..=0xFF {
            card.expect(&format!("00B2032C{le:02X}"), "0304332E3030 9000");
        }
    }
}

#[test]
fn all_records_from_one_on() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    card.expect(
        "00B2012D00",
        "0110 110100D156000005000000015C5C5C5C 0201 31 0304 332E3030 040C 110100FFFFFFFFFFFFFFFFFF
         0504 20260101 0604 20360101 0709 000000000000000000 9000",
    );
    card.expect("00B2062D00", "0604 20360101 0709 000000000000000000 9000");
    card.expect("00B2070500", "0709 000000000000000000 9000");
    card.expect("00B2080500", "6A83");
    card.expect("00B2000500", "6A83");
    // as many whole records as 256 bytes hold: 255 and no more
    card.ok(DF02);
    let mut all = "FB".repeat(255);
    all.push_str("9000");
    card.expect("00B2015D00", &all);
    // a cyclic EF from the newest on
    card.expect("00B2013500", "C2C2C2C2 C1C1C1C1 9000");
    // up to a record that is refused
    card.ok(DF01);
    card.expect("00B2015D00", "0102 1111 9000");
    card.ok(RIGHT_PIN);
    card.expect("00B2015D00", "0102 1111 0202 2222 0303 000000 0401 00 9000");
    card.expect("00B2035D00", "0303 000000 0401 00 9000");
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    card.expect("00B2062D10", "6C11");
    card.expect("00B2062D12", "6C11");
    card.expect("00B2062D11", "0604 20360101 0709 000000000000000000 9000");
}

#[test]
fn the_first_of_repeated_tags() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    card.expect("00B2403800", "4002 AAAA 9000");
    card.expect("00B2023C00", "4003 BBBBBB 9000");
    card.expect("00B2413800", "4100 9000");
    card.expect("00B2423800", "6A83");
    // tag 00 is none that a record has, and is no number either
    card.expect("00B2003800", "6A83");
    // records without tags are not found by one
    card.expect("00B2112800", "6981");
    card.expect("00B2C23000", "6981");
}

#[test]
fn a_cyclic_ef_turns() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    card.expect("00B2013400", "C2C2C2C2 9000");
    card.expect("00B2023400", "C1C1C1C1 9000");
    card.expect("00B2033400", "6A83");
    // both ways to append that are seen in the field, and APPEND RECORD
    card.expect("00DC010404 C3C3C3C3", "9000");
    for (append, newest, second, oldest) in [
        ("00DC000304 C4C4C4C4", "C4C4C4C4", "C3C3C3C3", "C2C2C2C2"),
        ("00E2000004 C5C5C5C5", "C5C5C5C5", "C4C4C4C4", "C3C3C3C3"),
        ("00E2003004 C6C6C6C6", "C6C6C6C6", "C5C5C5C5", "C4C4C4C4"),
        ("00DC013404 C7C7C7C7", "C7C7C7C7", "C6C6C6C6", "C5C5C5C5"),
        ("00DC003304 C8C8C8C8", "C8C8C8C8", "C7C7C7C7", "C6C6C6C6"),
    ] {
        card.expect(append, "9000");
        card.expect("00B2010400", &format!("{newest} 9000"));
        card.expect("00B2020400", &format!("{second} 9000"));
        card.expect("00B2030400", &format!("{oldest} 9000"));
        card.expect("00B2040400", "6A83");
    }
    // nothing but the newest place can be written, and only whole records
    for refused in [
        "00DC020404 DDDDDDDD",
        "00DC000404 DDDDDDDD",
        "00DC030404 DDDDDDDD",
        "00DC010304 DDDDDDDD",
        "00DC010004 DDDDDDDD",
        "00DC000004 DDDDDDDD",
    ] {
        card.expect(refused, "6A86");
    }
    for refused in [
        "00DC010403 DDDDDD",
        "00DC010405 DDDDDDDDDD",
        "00E2000003 DDDDDD",
    ] {
        card.expect(refused, "6700");
    }
    card.expect("00B2010500", "C8C8C8C8 C7C7C7C7 C6C6C6C6 9000");
    // it stands where power goes and comes
    let mut card = card.power_cycle();
    card.ok(DF02);
    card.expect("00B2013500", "C8C8C8C8 C7C7C7C7 C6C6C6C6 9000");
}

#[test]
fn an_empty_cyclic_ef() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    card.expect("00B2015400", "6A83");
    card.expect("00B2015500", "6A83");
    card.expect("00E2005002 0A01", "9000");
    card.expect("00B2015500", "0A01 9000");
    card.expect("00E2005002 0A02", "9000");
    card.expect("00E2005002 0A03", "9000");
    card.expect("00B2015500", "0A03 0A02 9000");
}

#[test]
fn the_masked_record_answers_zeros_until_its_key() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        let masked = "0709 000000000000000000 9000";
        card.expect("00B2072C0B", masked);
        card.expect("00B207280B", masked);
        // a wrong PIN, a right PIN and another key open nothing
        card.expect(WRONG_PIN, "63C2");
        card.ok(RIGHT_PIN);
        card.expect("00B2072C0B", masked);
        assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
        card.expect("00B2072C0B", "0709 583030303030303139 9000");
        card.expect("00B207280B", "0709 583030303030303139 9000");
        card.reset();
        card.ok(SSSE);
        card.expect("00B2072C0B", masked);
    }
}

#[test]
fn record_rules_stand_above_their_file() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF01);
    let records = |card: &mut TestCard| -> Vec<String> {
        (1..=4)
            .map(|number| {
                let answer = card.send(&hex(&format!("00B2{number:02X}5C00")));
                format!("{}:{:04X}", to_hex(&answer.data), answer.sw)
            })
            .collect()
    };
    let first = "01021111:9000";
    assert_eq!(
        records(&mut card),
        [first, ":6982", "0303000000:9000", "040100:9000"]
    );
    card.expect("00B2025800", "6982");
    card.ok(RIGHT_PIN);
    assert_eq!(
        records(&mut card),
        [first, "02022222:9000", "0303000000:9000", "040100:9000"]
    );
    assert_eq!(authenticate(&mut card, 0x84, DF01_84), 0x9000);
    assert_eq!(
        records(&mut card),
        [first, "02022222:9000", "0303333333:9000", "040100:9000"]
    );
}
