//! GET CHALLENGE, EXTERNAL and INTERNAL AUTHENTICATE with 3DES and SM4.
//!
//! Known answers are OpenSSL's, for challenges that the tests' random source makes foreseeable (3DES key
//! 14243444546474 84 "UKUKUKUK", SM4 key 1A…1A, source "source01"):
//!
//! ```text
//! s=$(printf 0102030405060708 | xxd -r -p | openssl enc -des-ede-ecb -nopad -K $UK -provider legacy -provider default | xxd -p)
//! printf source01 | openssl enc -des-ecb -nopad -K $s -provider legacy -provider default | xxd -p
//! s=$(printf 01020304050607080000000000000000 | xxd -r -p | openssl enc -sm4-ecb -nopad -K $RK | xxd -p)
//! printf source01'\0\0\0\0\0\0\0\0' | openssl enc -sm4-ecb -nopad -K $s | xxd -p    # and XOR of the halves
//! ```

use card_os::Interface::{Contactless, T0, T1};

use crate::support::handmade::{
    DDF2, DF01, DF01_84, DF02, DF02_83, PUK, RK, SSSE, STK, UK, authenticate, external_authenticate,
};
use crate::support::{TestCard, hex};

/// Readable after RK, and only then.
const UNDER_RK: &str = "00B0880004";

#[test]
fn challenges_of_4_8_and_16_bytes() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        // before any SELECT
        card.expect("0084000008", "0102030405060708 9000");
        card.expect("0084000004", "090A0B0C 9000");
        card.expect("0084000010", "0D0E0F101112131415161718191A1B1C 9000");
        for le in (0x00..=0xFF).filter(|le| ![0x04, 0x08, 0x10].contains(le)) {
            card.expect(&format!("00840000{le:02X}"), "6700");
        }
        card.expect("0084010008", "6A86");
        card.expect("0084000108", "6A86");
    }
    // data has no place in it
    let mut card = TestCard::personalized(T1);
    card.expect("00840000", "6700");
    card.expect("0084000008 1122334455667788 08", "6700");
}

#[test]
fn known_answers_from_openssl() {
    for (challenge, command) in [
        ("0084000008", "0082000410 D37AE91E606A1DB4 736F757263653031"),
        ("0084000008", "0082000A10 2898FF8E07C0BAD4 736F757263653031"),
        (
            "0084000008",
            "0082000A11 2898FF8E07C0BAD4 736F757263653031 01",
        ),
        (
            "0084000008",
            "0082000411 D37AE91E606A1DB4 736F757263653031 01",
        ),
        ("0084000010", "0082000A10 DF036C856FF0C148 736F757263653031"),
    ] {
        for interface in [T0, T1, Contactless] {
            let mut card = TestCard::personalized(interface);
            card.ok(SSSE);
            card.ok(challenge);
            card.expect(command, "9000");
        }
    }
    // for the first four bytes, padded: right by the same commands, and refused
    for command in [
        "0082000410 2D68FE0232B77866 736F757263653031",
        "0082000A10 8792E95A1A9F62B2 736F757263653031",
    ] {
        let mut card = TestCard::personalized(T0);
        card.ok(SSSE);
        card.expect("0084000004", "01020304 9000");
        card.expect(command, "6985");
    }
}

#[test]
fn internal_authenticate_known_answers() {
    for interface in [T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        let command = "0088000010 1122334455667788 736F757263653031";
        card.expect(&format!("{command}00"), "3FD175F8ED84102D 9000");
        card.expect(&format!("{command}08"), "3FD175F8ED84102D 9000");
        card.expect(&format!("{command}07"), "6C08");
        // with a key version, which is the only one
        let versioned = "0088000011 1122334455667788 736F757263653031";
        card.expect(&format!("{versioned} 01 00"), "3FD175F8ED84102D 9000");
        for unknown in ["00", "02", "FF"] {
            card.expect(&format!("{versioned} {unknown} 00"), "6A88");
        }
        // also from a DF of the environment
        card.ok(DF01);
        card.expect(&format!("{command}00"), "3FD175F8ED84102D 9000");
        // 3DES in the other one
        card.ok(DDF2);
        card.expect(&format!("{command}00"), "DD626B93C2B9D2A2 9000");
        card.expect(&format!("{versioned} 01 00"), "DD626B93C2B9D2A2 9000");
        card.expect(&format!("{versioned} 02 00"), "6A88");
        card.ok("00A40000023F0000");
        card.expect(&format!("{command}00"), "6A88");
        card.expect("008800000F 11223344556677 736F757263653031 00", "6700");
        card.expect(
            "0088000012 1122334455667788 736F757263653031 0101 00",
            "6700",
        );
        card.expect("00880000", "6700");
    }
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    card.expect("0088000010 1122334455667788 736F757263653031", "6108");
    card.expect("00C0000008", "3FD175F8ED84102D 9000");
}

#[test]
fn a_challenge_is_good_for_one_attempt() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    // none at all
    assert_eq!(external_authenticate(&mut card, 0x0A, RK, &[1; 8]), 0x6985);
    // after a success
    let challenge = card.ok("0084000008");
    assert_eq!(
        external_authenticate(&mut card, 0x0A, RK, &challenge),
        0x9000
    );
    assert_eq!(
        external_authenticate(&mut card, 0x0A, RK, &challenge),
        0x6985
    );
    // after a failure
    let challenge = card.ok("0084000008");
    assert_eq!(external_authenticate(&mut card, 0x0A, RK, &[0; 8]), 0x63CE);
    assert_eq!(
        external_authenticate(&mut card, 0x0A, RK, &challenge),
        0x6985
    );
    // after an attempt with a key that is not there, or is for something else
    for (kid, status) in [
        (0x0B, 0x6A88),
        (0x02, 0x6985),
        (0x00, 0x6985),
        (0x05, 0x6A88),
    ] {
        let challenge = card.ok("0084000008");
        assert_eq!(
            external_authenticate(&mut card, kid, STK, &challenge),
            status
        );
        assert_eq!(
            external_authenticate(&mut card, 0x0A, RK, &challenge),
            0x6985,
            "after {kid:02X}"
        );
    }
    // a new one replaces the last
    let first = card.ok("0084000008");
    let second = card.ok("0084000008");
    assert_eq!(external_authenticate(&mut card, 0x0A, RK, &first), 0x63CD);
    assert_eq!(external_authenticate(&mut card, 0x0A, RK, &second), 0x6985);
}

#[test]
fn what_voids_a_challenge_and_what_does_not() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    // reads, updates, SELECT of an EF, VERIFY, refused and unknown commands leave it
    let challenge = card.ok("0084000008");
    for command in [
        "00A4020002EF07",
        "00B0000010",
        "00D6000001 00",
        "00B2012C00",
        "0020000003 123456",
        "0020000003 654321",
        "00A4040001FF",
        "0088000010 1122334455667788 736F757263653031",
        "0084000007",
        "0044000000",
        "00",
    ] {
        card.send(&hex(command));
    }
    assert_eq!(
        external_authenticate(&mut card, 0x0A, RK, &challenge),
        0x9000
    );
    // another application and reset void it
    let challenge = card.ok("0084000008");
    card.ok("00A4040008A000000151000000");
    card.ok(SSSE);
    assert_eq!(
        external_authenticate(&mut card, 0x0A, RK, &challenge),
        0x6985
    );
    let challenge = card.ok("0084000008");
    card.reset();
    card.ok(SSSE);
    assert_eq!(
        external_authenticate(&mut card, 0x0A, RK, &challenge),
        0x6985
    );
}

#[test]
fn data_fields_that_do_not_fit() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    let writes = card.writes();
    // 3DES knows no challenge of 16 bytes
    card.ok("0084000010");
    card.expect("0082000410 D37AE91E606A1DB4 736F757263653031", "6985");
    // neither algorithm has this version
    for unknown in ["00", "02", "FF"] {
        card.ok("0084000008");
        card.expect(
            &format!("0082000411 D37AE91E606A1DB4 736F757263653031 {unknown}"),
            "6A88",
        );
        card.ok("0084000008");
        card.expect(
            &format!("0082000A11 2898FF8E07C0BAD4 736F757263653031 {unknown}"),
            "6A88",
        );
    }
    card.ok("0084000008");
    card.expect("0082000A0F 2898FF8E07C0BAD4 736F7572636530", "6700");
    card.expect("0082000A12 2898FF8E07C0BAD4 736F757263653031 0101", "6700");
    card.expect("0082000A", "6700");
    card.expect("0082010A10 2898FF8E07C0BAD4 736F757263653031", "6A86");
    assert_eq!(card.writes(), writes, "no try was spent");
}

#[test]
fn fifteen_tries_then_blocked_for_good() {
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    let wrong = |card: &mut TestCard| {
        card.ok("0084000008");
        external_authenticate(card, 0x04, UK, &[0; 8])
    };
    for left in [14, 13, 12] {
        assert_eq!(wrong(&mut card), 0x63C0 + left);
    }
    // a success gives them back
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    for left in (0..15).rev() {
        // neither reset nor loss of power does
        match left {
            9 => card.reset(),
            7 => card = card.power_cycle(),
            _ => {}
        }
        card.ok(SSSE);
        assert_eq!(wrong(&mut card), 0x63C0 + left);
    }
    for _ in 0..2 {
        assert_eq!(wrong(&mut card), 0x6983);
        assert_eq!(authenticate(&mut card, 0x04, UK), 0x6983);
        card.expect("00DC022C03 020132", "6982");
        card = card.power_cycle();
        card.ok(SSSE);
    }
    // the others are not touched
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
    card.expect(UNDER_RK, "08080808 9000");
}

#[test]
fn each_key_has_its_own_tries() {
    let mut card = TestCard::personalized(T0);
    card.ok(DF02);
    // two tries here
    card.ok("0084000008");
    assert_eq!(
        external_authenticate(&mut card, 0x83, DF02_83, &[0; 8]),
        0x63C1
    );
    card.ok("0084000008");
    assert_eq!(
        external_authenticate(&mut card, 0x83, DF02_83, &[0; 8]),
        0x63C0
    );
    assert_eq!(authenticate(&mut card, 0x83, DF02_83), 0x6983);
    card.ok(DF01);
    card.ok("0084000008");
    assert_eq!(
        external_authenticate(&mut card, 0x83, DF02_83, &[0; 8]),
        0x63CE
    );
    assert_eq!(authenticate(&mut card, 0x84, DF01_84), 0x9000);
}

#[test]
fn the_try_is_spent_before_it_is_judged() {
    // the power goes at every flash operation of one wrong attempt: it is counted or not yet
    // judged, and a right one never passes for free
    for operation in 0.. {
        let mut card = TestCard::personalized(T0);
        card.ok(DF02);
        card.ok("0084000008");
        let mut flash = card.into_flash();
        let before = flash.operations();
        flash.cut_after(operation, simulated_flash::Cut::Before);
        let mut card = TestCard::with_flash(flash, T0);
        card.ok(DF02);
        card.ok("0084000008");
        let status = external_authenticate(&mut card, 0x83, DF02_83, &[0; 8]);
        let ended = card.writes() - before <= operation;
        let mut card = card.power_cycle();
        card.ok(DF02);
        card.ok("0084000008");
        let next = external_authenticate(&mut card, 0x83, DF02_83, &[0; 8]);
        match status {
            0x63C1 => assert_eq!(next, 0x63C0),
            0x6581 => assert!(matches!(next, 0x63C1 | 0x63C0), "{next:04X}"),
            other => panic!("{other:04X}"),
        }
        if ended {
            assert_eq!(status, 0x63C1);
            return;
        }
    }
}

#[test]
fn puk_authenticates_and_a_maintenance_key_does_not() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x06, PUK), 0x9000);
    let writes = card.writes();
    assert_eq!(authenticate(&mut card, 0x02, STK), 0x6985);
    assert_eq!(card.writes(), writes);
    // in the MF there are no keys
    card.ok("00A40000023F0000");
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x6A88);
    // the local bit asks in the current directory, which is SSSE: 8A is none of its keys
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x8A, RK), 0x6A88);
}

#[test]
fn a_failure_takes_the_state_back() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    card.expect(UNDER_RK, "08080808 9000");
    card.ok("0084000008");
    assert_eq!(external_authenticate(&mut card, 0x0A, RK, &[0; 8]), 0x63CE);
    card.expect(UNDER_RK, "6982");
    // the other key's state stays
    card.expect("00DC022C03 020132", "9000");
}
