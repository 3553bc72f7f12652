//! The PSAM's files, and where its commands are known at all.

use card_os::Interface::{Contactless, T0};

use super::sam::{CRYPT, INIT, init};
use crate::support::handmade::SSSE;
use crate::support::handmade_sam::{DF01, PSAM, SX3};
use crate::support::{TestCard, hex};

/// MF: terminal identifier by SFI 16, public data of at least 15 bytes by FID and SFI.
#[test]
fn files_of_the_mf() {
    let mut card = TestCard::psam(T0);
    card.expect("00B0960006", "112233445566 9000");
    card.ok(PSAM);
    card.expect("00B0960006", "6A82");
    card.ok("00A40000023F00");
    card.expect("00A40000020015", "9000");
    assert_eq!(card.ok("00B000000F").len(), 15);
    assert_eq!(card.ok("00B095000E").len(), 14);
    card.expect("00D6960006 010203040506", "6982");
}

/// Each application: the index of the debit key first in SFI 1C, the terminal sequence in 0019, for all to read and nobody
/// to write.
#[test]
fn files_of_the_application() {
    let mut card = TestCard::psam(T0);
    for place in [&[PSAM][..], &[SX3, DF01]] {
        for select in place {
            card.ok(select);
        }
        card.expect("00B09C0001", "01 9000");
        card.expect("00A40000020019", "9000");
        card.expect("00B0000004", "00000000 9000");
        card.expect("00B0990004", "00000000 9000");
        card.expect("00D6990004 00000001", "6982");
        card.expect("00D69C0001 02", "6982");
    }
    card.ok("00A40000023F00");
    card.expect("00B0990004", "6A82");
}

#[test]
fn df01_by_fid_from_anywhere() {
    for place in [
        "",
        "00A40000023F00",
        SSSE,
        PSAM,
        SX3,
        "00A4040008A000000151000000",
    ] {
        let mut card = TestCard::psam(T0);
        if !place.is_empty() {
            card.ok(place);
        }
        card.ok(DF01);
        // which of the two it is the algorithm of key 08 tells: Lc 28 is SM4's alone
        let sm4 = card.send(&init(0x67, 0x08, &[0x11; 40])).sw;
        assert_eq!(sm4, if place == SX3 { 0x9000 } else { 0x6700 }, "{place}");
    }
}

/// BF is its own class: no chaining, no logical channel, and known in the application alone.
#[test]
fn only_in_the_application_and_only_on_contacts() {
    for place in [
        "",
        "00A40000023F00",
        SSSE,
        SX3,
        "00A4040008A000000151000000",
    ] {
        let mut card = TestCard::psam(T0);
        if !place.is_empty() {
            card.ok(place);
        }
        card.expect(INIT, "6D00");
        card.expect(CRYPT, "6D00");
        card.expect("8072000004 01020304", "6D00");
    }
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    for class in ["3F", "9F", "AF", "BE", "FF", "10", "80"] {
        let sw = card.send(&hex(&INIT.replacen("BF", class, 1))).sw;
        assert!(matches!(sw, 0x6E00 | 0x6881 | 0x6884), "{class}: {sw:04X}");
    }
    // a social security card knows none of it
    let mut card = TestCard::personalized(T0);
    for place in [SSSE, "00A4040006D15600000500"] {
        card.ok(place);
        card.expect(INIT, "6D00");
        card.expect(CRYPT, "6D00");
    }
    let mut card = TestCard::psam(Contactless);
    card.ok(PSAM);
    card.expect(INIT, "6985");
}
