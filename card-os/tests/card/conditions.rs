//! Access conditions: each of them, in every state of PIN and keys, for reading and for writing; and how
//! long these states last.

use card_os::Interface::{Contactless, T0, T1};

use crate::support::handmade::{
    DDF2, DF01, DF01_83, DF02, DF02_83, OTHER_04, RIGHT_PIN, RK, SSSE, UK, authenticate,
};
use crate::support::{TestCard, hex};

/// The files of DF01: what PIN, key 83 of DF01, keys 04 and 0A of SSSE must be for reading and writing.
fn granted(file: u8, pin: bool, k83: bool, k04: bool, k0a: bool) -> (bool, bool) {
    let both = match file {
        0x01 => true,
        0x02 => pin,
        0x03 => k83,
        0x04 => pin || k83,
        0x05 => pin && k83,
        0x06 => false,
        0x07 => k04,
        0x08 => pin || k04,
        0x09 => pin && k0a,
        _ => return (true, false),
    };
    (both, both)
}

/// Checks all of DF01's files in the state the card is in.
#[track_caller]
fn check(card: &mut TestCard, pin: bool, k83: bool, k04: bool, k0a: bool) {
    for file in 0x01..=0x0A {
        let state = format!(
            "file {file:02X}, PIN {pin}, 83 {k83}, 04 {k04}, 0A {k0a}, {:?}",
            card.interface
        );
        let (read, write) = granted(file, pin, k83, k04, k0a);
        let answer = card.send(&hex(&format!("00B0{:02X}0002", 0x80 | file)));
        assert_eq!(answer.sw, if read { 0x9000 } else { 0x6982 }, "{state}");
        assert_eq!(answer.data.len(), if read { 2 } else { 0 }, "{state}");
        let writes = card.writes();
        let answer = card.send(&hex(&format!("00D6{:02X}0001 77", 0x80 | file)));
        assert_eq!(answer.sw, if write { 0x9000 } else { 0x6982 }, "{state}");
        assert_eq!(card.writes() == writes, !write, "{state}");
        // the file that the SFI made current is under the same condition
        let answer = card.send(&hex("00B0000002"));
        assert_eq!(answer.sw, if read { 0x9000 } else { 0x6982 }, "{state}");
    }
}

#[test]
fn every_condition_in_every_state() {
    for interface in [T0, T1, Contactless] {
        for state in 0..16u8 {
            let [pin, k83, k04, k0a] = [1, 2, 4, 8].map(|bit| state & bit != 0);
            let mut card = TestCard::personalized(interface);
            card.ok(SSSE);
            if k0a {
                assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
            }
            card.ok(DF01);
            if k83 {
                assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x9000);
            }
            // the environment's key, from within the DF
            if k04 {
                assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
            }
            if pin {
                card.expect(RIGHT_PIN, "9000");
            }
            check(&mut card, pin, k83, k04, k0a);
        }
    }
}

/// A card with PIN, 83 of DF01, 04 and 0A of SSSE.
fn opened() -> TestCard {
    let mut card = TestCard::personalized(T1);
    card.ok(DF01);
    card.expect(RIGHT_PIN, "9000");
    assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x9000);
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
    check(&mut card, true, true, true, true);
    card
}

#[test]
fn states_last_through_the_same_directory() {
    let mut card = opened();
    for command in [
        "00A402000200 01",
        "00A4000002DF01",
        DF01,
        "00A4040006D15600000599",
        "00A4000002DF99",
        "0084000008",
        "0020000000",
        "00FF000000",
    ] {
        card.send(&hex(command));
        check(&mut card, true, true, true, true);
    }
    // another source of the same key changes nothing
    assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x9000);
    check(&mut card, true, true, true, true);
}

#[test]
fn a_dfs_keys_end_with_another_df() {
    for other in [
        DF02,
        SSSE,
        "00A4000002DF02",
        "00A4000002DF0A",
        "00A4000002DDF1",
        "00A40000023F00",
    ] {
        let mut card = opened();
        card.ok(other);
        card.ok(DF01);
        check(&mut card, true, false, true, true);
    }
    // another application ends the rest as well
    let mut card = opened();
    card.ok("00A4040008A000000151000000");
    card.ok(DF01);
    check(&mut card, false, false, false, false);
}

#[test]
fn another_environment_ends_all_keys() {
    let mut card = opened();
    card.ok(DDF2);
    card.ok(DF01);
    check(&mut card, true, false, false, false);
    let mut card = opened();
    card.reset();
    card.ok(DF01);
    check(&mut card, false, false, false, false);
}

#[test]
fn a_key_opens_its_own_directory_only() {
    // the same identifier in another DF
    let mut card = opened();
    card.ok(DF02);
    card.expect("00B08C0002", "6982");
    assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x63C1);
    card.expect("00B08C0002", "6982");
    assert_eq!(authenticate(&mut card, 0x83, DF02_83), 0x9000);
    card.expect("00B08C0002", "0000 9000");
    card.ok(DF01);
    check(&mut card, true, false, true, true);
    // and in another environment
    let mut card = opened();
    card.ok(DDF2);
    card.expect("00B0850001", "6982");
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x63CE);
    assert_eq!(authenticate(&mut card, 0x04, OTHER_04), 0x9000);
    card.expect("00B0850001", "00 9000");
    card.ok(DF01);
    check(&mut card, true, false, false, false);
    // the MF has no keys: SSSE's states, which last, are not its own
    let mut card = opened();
    card.ok("00A40000023F00");
    card.expect("00B0810001", "6982");
    card.ok(DF01);
    check(&mut card, true, false, true, true);
    // 83 of a DF is not 03 of SSSE, nor the other way round
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x03, DF01_83), 0x6A88);
    assert_eq!(authenticate(&mut card, 0x84, UK), 0x6A88);
}
