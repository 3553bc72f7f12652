//! READ and UPDATE BINARY: offsets, SFI, 256 bytes, the end and beyond it.

use card_os::Interface::{Contactless, T0, T1};

use crate::support::handmade::{DF02, SSSE, photo};
use crate::support::{TestCard, to_hex};

/// The answer of EF07 from `offset` on.
fn bytes(offset: usize, length: usize, status: &str) -> String {
    let photo = photo();
    format!("{}{status}", to_hex(&photo[offset..offset + length]))
}

#[test]
fn by_offset_and_by_sfi() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        card.expect("00B0000001", "6986");
        // SFI 07, offset in P2
        card.expect("00B0870001", &bytes(0, 1, "9000"));
        card.expect("00B087FF10", &bytes(255, 16, "9000"));
        // it is current now; the offset has 15 bits
        card.expect("00B0000080", &bytes(0, 128, "9000"));
        card.expect("00B0007F02", &bytes(127, 2, "9000"));
        card.expect("00B0010001", &bytes(256, 1, "9000"));
        card.expect("00B0012B01", &bytes(299, 1, "9000"));
        // 00 is up to 256
        card.expect("00B0000000", &bytes(0, 256, "9000"));
        card.expect("00B0002C00", &bytes(44, 256, "9000"));
        card.expect("00B0002D00", &bytes(45, 255, "9000"));
        card.expect("00B0012B00", &bytes(299, 1, "9000"));
        // the end and beyond
        card.expect("00B0012C00", "6B00");
        card.expect("00B0012C01", "6B00");
        card.expect("00B0012D01", "6B00");
        card.expect("00B07FFF01", "6B00");
        // P1 that is neither an offset nor an SFI
        for p1 in [0x80, 0xA7, 0xC7, 0xE7, 0xA0, 0xFF] {
            card.expect(&format!("00B0{p1:02X}0001"), "6A86");
        }
        // SFI of no file, and of one with records
        card.expect("00B0990001", "6A82");
        card.expect("00B0850001", "6981");
    }
}

#[test]
fn more_than_remain() {
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    card.ok("00A4020002EF07");
    card.expect("00B0012803", &bytes(296, 3, "9000"));
    card.expect("00B0012804", &bytes(296, 4, "9000"));
    card.expect("00B0012805", "6C04");
    card.expect("00B00128FF", "6C04");
    for interface in [T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        card.ok("00A4020002EF07");
        card.expect("00B0012804", &bytes(296, 4, "9000"));
        card.expect("00B0012805", &bytes(296, 4, "6282"));
        card.expect("00B00128FF", &bytes(296, 4, "6282"));
        card.expect("00B0012800", &bytes(296, 4, "9000"));
    }
}

#[test]
fn files_of_256_and_257_bytes() {
    let mut card = TestCard::personalized(T1);
    card.ok(DF02);
    // never written: zeros
    let zeros = "00".repeat(256);
    card.expect("00B0880000", &format!("{zeros}9000"));
    card.expect("00B0890000", &format!("{zeros}9000"));
    card.expect("00B0010000", "00 9000");
    card.expect("00B0010001", "00 9000");
    card.expect("00B0010002", "00 6282");
    card.expect("00B0880000", &format!("{zeros}9000"));
    card.expect("00B0010001", "6B00");
    card.expect("00D6010001 AA", "6B00");
    card.expect("00D688FF01 AA", "9000");
    card.expect("00B000FF01", "AA 9000");
    card.expect("00D688FF02 AAAA", "6A84");
}

#[test]
fn updates_replace_just_their_bytes() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        // over the boundary of 128 bytes inside, and across all of it
        card.expect("00D6877E04 A1A2A3A4", "9000");
        card.expect(
            "00B0007C08",
            &format!(
                "{}A1A2A3A4{}9000",
                to_hex(&photo()[124..126]),
                to_hex(&photo()[130..132])
            ),
        );
        card.expect(&format!("00D60020FF {}", "5A".repeat(255)), "9000");
        card.expect("00B0001F03", "1F5A5A 9000");
        card.expect(
            "00B0011E03",
            &format!("5A{}9000", to_hex(&photo()[287..289])),
        );
        card.expect("00D6012B01 77", "9000");
        card.expect("00B0012B00", "77 9000");
        // beyond the end: nothing of it is written
        let writes = card.writes();
        card.expect("00D6012B02 8888", "6A84");
        card.expect("00D6012C01 88", "6B00");
        card.expect("00D67FFF01 88", "6B00");
        card.expect("00D6850001 88", "6981");
        card.expect("00D6A70001 88", "6A86");
        card.expect("00D6000000", "6700");
        assert_eq!(card.writes(), writes);
        card.ok("00A4020002EF07");
        card.expect("00B0012B00", "77 9000");
        let mut card = card.power_cycle();
        card.ok(SSSE);
        card.expect("00B0877F02", "5A5A 9000");
    }
}
