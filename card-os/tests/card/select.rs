//! SELECT: by FID, AID, DF name and leading part, first and next; FCI and FCP byte by byte.

use card_os::Interface::{Contactless, T0, T1};

use crate::support::TestCard;
use crate::support::handmade::{DDF2, DF01, DF01_83, RK, SSSE, authenticate};

const SSSE_FCI: &str = "6F1C 840F7378312E73682EC9E7BBE1B1A3D5CF A50988011E9F0C03860103";
const DF01_FCI: &str = "6F08 8406D15600000500";
const DF02_FCI: &str = "6F08 8406D15600000501";
const DDF2_FCI: &str = "6F0D 840B7378312E73682E74657374";
const ISD_FCI: &str = "6F10 8408A000000151000000 A5049F6501FF";

/// On the two protocols that answer at once.
fn whole() -> [TestCard; 2] {
    [
        TestCard::personalized(T1),
        TestCard::personalized(Contactless),
    ]
}

fn ok(answer: &str) -> String {
    format!("{answer} 9000")
}

#[test]
fn by_name_and_aid_with_the_whole_fci() {
    for mut card in whole() {
        card.expect(&format!("{SSSE}00"), &ok(SSSE_FCI));
        card.expect(&format!("{DF01}00"), &ok(DF01_FCI));
        card.expect("00A4040006D1560000050100", &ok(DF02_FCI));
        card.expect(&format!("{DDF2}00"), &ok(DDF2_FCI));
        card.expect(
            "00A4040010B00102030405060708090A0B0C0D0E0F00",
            "6F12 8410B00102030405060708090A0B0C0D0E0F 9000",
        );
        card.expect("00A4040008A00000015100000000", &ok(ISD_FCI));
        // without Le there is no answer to give
        card.expect(SSSE, "9000");
    }
}

#[test]
fn on_t0_the_fci_waits() {
    let mut card = TestCard::personalized(T0);
    card.expect(SSSE, "611E");
    card.expect("00C000001E", &ok(SSSE_FCI));
    card.expect(DF01, "610A");
    card.expect("00C0000000", &ok(DF01_FCI));
    // with a Le behind the data the answer comes at once, as drivers ask for it
    card.expect(&format!("{SSSE}00"), &ok(SSSE_FCI));
    card.expect(&format!("{SSSE}1E"), &ok(SSSE_FCI));
    card.expect(&format!("{SSSE}1D"), "6C1E");
    card.expect(&format!("{SSSE}1F"), "6C1E");
    // and nothing is lost where GET RESPONSE never comes
    card.expect(SSSE, "611E");
    card.expect("00B2020C03", "6A82");
    card.expect("00B2022C03", "0201319000");
}

#[test]
fn names_one_byte_short_whole_and_one_long() {
    for mut card in whole() {
        // N - 1 is a leading part, N + 1 no name at all
        card.expect("00A404000E7378312E73682EC9E7BBE1B1A3D500", &ok(SSSE_FCI));
        card.expect("00A40400107378312E73682EC9E7BBE1B1A3D5CF0000", "6A82");
        card.expect("00A4040005D15600000500", &ok(DF01_FCI));
        card.expect("00A4040007D156000005000000", "6A82");
        card.expect("00A4040007A000000151000000", &ok(ISD_FCI));
        card.expect("00A4040009A0000001510000000000", "6A82");
        // a name of 16 bytes and of 17
        card.expect("00A4040C10B00102030405060708090A0B0C0D0E0F", "9000");
        card.expect("00A4040C11B00102030405060708090A0B0C0D0E0F10", "6700");
    }
}

#[test]
fn partial_names_first_and_next() {
    let mut card = TestCard::personalized(T1);
    // "sx1.sh." begins two names; directories come in the order of their creation
    card.expect("00A40400077378312E73682E00", &ok(SSSE_FCI));
    card.expect("00A40402077378312E73682E00", &ok(DDF2_FCI));
    card.expect("00A40402077378312E73682E00", "6A82");
    // the failure has not moved it
    card.expect("00A40402077378312E73682E00", "6A82");
    card.expect("00A40400077378312E73682E00", &ok(SSSE_FCI));
    // the RID begins both AIDs
    card.expect("00A4040005D15600000500", &ok(DF01_FCI));
    card.expect("00A4040205D15600000500", &ok(DF02_FCI));
    card.expect("00A4040205D15600000500", "6A82");
    // with the MF current the next is the first of all
    card.reset();
    card.expect("00A4040205D15600000500", &ok(DF01_FCI));
    // the security domain comes before the directories: 'A0' is its own
    card.expect("00A4040001A000", &ok(ISD_FCI));
    card.expect("00A4040201A000", "6A82");
    card.expect("00A4040201D100", &ok(DF01_FCI));
}

#[test]
fn an_empty_name_selects_the_security_domain() {
    let mut card = TestCard::personalized(T1);
    card.expect("00A4040000", &ok(ISD_FCI));
    card.expect("00B2022C00", "6D00");
    card.reset();
    card.expect("00A40400", "9000");
    card.expect("00B2022C00", "6D00");
    // there is no next of nothing
    card.expect("00A4040200", "6A82");
    let mut card = TestCard::personalized(T0);
    card.expect("00A4040000", &ok(ISD_FCI));
}

#[test]
fn an_unknown_name_keeps_everything() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    card.expect("00A4020002EF05", "9000");
    for unknown in [
        "00A4040006D1560000059900",
        "00A4040001FF00",
        "00A4000002DF9900",
        "00A4020002EF9900",
        "00A4000003EF050000",
        "00A4000001EF00",
        "00A4020001EF00",
        "00A402020000",
        "00A4010002EF05",
        "00A4010002DF9900",
        "00A40100",
        "00A4030002DDF100",
        "00A4050002DF01",
        "00A4040106D15600000500",
        "00A4040411B00102030405060708090A0B0C0D0E0F1000",
    ] {
        let answer = card.send(&crate::support::hex(unknown));
        assert_ne!(answer.sw, 0x9000, "{unknown}");
        assert!(answer.data.is_empty());
        card.expect("00B2020400", "020131 9000");
    }
    // the same for an application, and its open channel
    card.ok("00A4040008A000000151000000");
    card.expect("00A4040006D1560000059900", "6A82");
    card.expect(
        "80CA00C100",
        "00C103000002 9000".replace("00C1", "C1").as_str(),
    );
}

#[test]
fn by_fid_from_anywhere() {
    for mut card in whole() {
        // from the MF, which is current after reset
        card.expect("00A4000002DF0100", &ok(DF01_FCI));
        card.expect("00A4000002DF0200", &ok(DF02_FCI));
        card.expect("00A4000002DDF100", &ok(SSSE_FCI));
        card.expect("00A4000002DDF200", &ok(DDF2_FCI));
        card.expect("00A4000002DF0100", &ok(DF01_FCI));
        // a directory without a name tells its FID
        card.expect("00A4000002DF0A00", "6F04 8302DF0A 9000");
        // the MF, by its FID and by no data at all
        card.expect("00A40000023F0000", "6F04 83023F00 9000");
        card.expect("00A4000000", "6F04 83023F00 9000");
        // there is no next of an identifier
        card.expect("00A4000202DF0100", "6A82");
        // P1 = 02 does not find directories
        card.expect("00A4020002DF0100", "6A82");
    }
}

#[test]
fn an_ef_answers_bare_and_its_fcp_on_demand() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        for select in ["00A4020002EF05", "00A4000002EF05", "00A4020C02EF05"] {
            card.expect(select, "9000");
            card.expect("00B2020400", "0201319000");
        }
        for select in ["00A4020002EF0700", "00A4000002EF0700"] {
            card.expect(select, "9000");
            card.expect("00B0000002", "00019000");
        }
    }
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    card.expect(
        "00A4020402EF0500",
        "620F 82050521001207 8302EF05 80020040 9000",
    );
    card.expect("00A4020402EF0700", "620B 820101 8302EF07 8002012C 9000");
    card.ok("00A4000002DF02");
    card.expect("00A402040200 05 00", "620B 82050221000803 83020005 9000");
    card.expect("00A402040200 06 00", "620B 82050621000403 83020006 9000");
    card.expect(
        "00A4000402DF0200",
        "620F 820138 8302DF02 8406D15600000501 9000",
    );
    card.expect("00A4040C06D15600000500", "9000");
}

#[test]
fn the_current_ef_ends_with_its_directory() {
    let mut card = TestCard::personalized(T1);
    card.expect("00B2020400", "6986");
    card.ok(SSSE);
    card.expect("00B2020400", "6986");
    card.expect("00A4020002EF05", "9000");
    card.expect("00B2020400", "0201319000");
    card.ok(SSSE);
    card.expect("00B2020400", "6986");
    card.expect("00A4020002EF05", "9000");
    card.reset();
    card.expect("00B2020400", "6986");
    card.expect("00A4020002EF05", "6A82");
}

/// P1 = 01 and 03 (ISO 7816-4, 11.1.1): a child of the current directory, and its parent.
#[test]
fn a_child_and_the_parent() {
    for mut card in whole() {
        // from the MF, whose children the environments are
        card.expect("00A4010002DF0100", "6A82");
        card.expect("00A4010002DDF100", &ok(SSSE_FCI));
        card.expect("00A4010002DF0200", &ok(DF02_FCI));
        // neither oneself nor what lies beside one, nor an EF
        for other in ["DF02", "DF01", "DDF1", "3F00", "0005"] {
            card.expect(&format!("00A4010002{other}00"), "6A82");
        }
        card.expect("00B0880001", "009000");
        card.expect("00A4030000", &ok(SSSE_FCI));
        card.expect("00B2022C00", "0201319000");
        card.expect("00A4010C02DF0A", "9000");
        card.expect("00A4030C", "9000");
        card.expect(
            "00A4010402DF0100",
            "620F 820138 8302DF01 8406D15600000500 9000",
        );
        card.expect(
            "00A4030400",
            "6218 820138 8302DDF1 840F7378312E73682EC9E7BBE1B1A3D5CF 9000",
        );
        card.expect("00A4030000", "6F04 83023F00 9000");
        // the MF has no parent, and it stays
        card.expect("00A4030000", "6A82");
        card.expect("00A4010002DDF200", &ok(DDF2_FCI));
        // there is no next of a place, a parent has no name, an identifier two bytes
        card.expect("00A4030200", "6A82");
        card.expect("00A4010202DDF100", "6A82");
        card.expect("00A40300023F0000", "6A80");
        card.expect("00A4010001DF00", "6A80");
        card.expect("00A4010000", "6A80");
        card.expect("00B0850001", "6982");
    }
    let mut card = TestCard::personalized(T0);
    card.ok(DF01);
    card.expect("00A40300", &ok(SSSE_FCI));
    card.expect("00A4010002DF02", "610A");
    card.expect("00C000000A", &ok(DF02_FCI));
    // from the security domain, which is in no directory, as by FID: from where one stood
    card.ok("00A4040000");
    card.expect("00A4030000", &ok(SSSE_FCI));
}

/// A directory's own key state ends with it, the environment's does not: by whichever way one leaves it.
#[test]
fn a_child_and_the_parent_end_what_was_shown_as_others_do() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
    card.ok("00A4010002DF0100");
    assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x9000);
    card.expect("00B0830002", "0303 9000");
    card.ok("00A4030000");
    card.expect("00B0880004", "08080808 9000");
    card.ok("00A4010002DF0100");
    card.expect("00B0830002", "6982");
}
