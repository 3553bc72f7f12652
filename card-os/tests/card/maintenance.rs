//! PIN UNBLOCK, PIN RELOAD and CARD BLOCK. STK of the test card is SM4, PUK 3DES.
//!
//! Known answers are OpenSSL's, for the second challenge of the tests' random source, 090A0B0C0D0E0F10:
//!
//! ```text
//! s=$(printf 090A0B0C0D0E0F100000000000000000 | xxd -r -p | openssl enc -sm4-ecb -nopad -K $STK | xxd -p)
//! printf 84240000048000000000000000000000 | xxd -r -p | openssl enc -sm4-cbc -nopad -K $s -iv 0…0 | xxd -p   # XOR of the words
//! b=$(printf 03654321800000000000000000000000 | xxd -r -p | openssl enc -sm4-ecb -nopad -K $s | xxd -p)
//! printf 8424000114${b}8000000000000000000000 | xxd -r -p | openssl enc -sm4-cbc -nopad -K $s -iv 0…0 | xxd -p
//! ```

use card_os::Interface::{Contactless, T0, T1};

use test_vectors::{VectorError, cases};

use crate::support::ciphers::FieldKey;
use crate::support::handmade::{
    DF01, PUK, RIGHT_PIN, SSSE, UK, WRONG_PIN, authenticate, dgi, entry, external_authenticate,
    keys,
};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, hex};

const CHALLENGE: &str = "0084000008";
const UNBLOCK: &str = "8424000004 0BB4F47B";
const RELOAD: &str = "8424000114 7B04583040CF51DCBFCFACA155E17625 F6E78BA6";
const BK: FieldKey = FieldKey::Sm4([0x15; 16]);

/// A card whose PIN is blocked, PUK shown, and a new challenge given.
fn unblockable() -> TestCard {
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    for left in ["63C2", "63C1", "63C0"] {
        card.expect(WRONG_PIN, left);
    }
    card.expect(RIGHT_PIN, "6983");
    assert_eq!(authenticate(&mut card, 0x06, PUK), 0x9000);
    card.ok(CHALLENGE);
    card
}

#[test]
fn unblock_gives_all_tries_back() {
    let mut card = unblockable();
    card.expect(UNBLOCK, "9000");
    card.expect("0020000000", "63C3");
    card.expect(RIGHT_PIN, "9000");
    // It lasts.
    let mut card = card.power_cycle();
    card.ok(SSSE);
    card.expect(RIGHT_PIN, "9000");
}

#[test]
fn reload_sets_the_pin_without_the_old_one() {
    let mut card = unblockable();
    card.expect(RELOAD, "9000");
    card.expect(RIGHT_PIN, "63C2");
    card.expect("0020000003654321", "9000");
}

/// Whole commands by OpenSSL, for STK of each algorithm: PIN and MAC are under one session key, that of STK.
#[test]
fn whole_reloads_from_openssl() -> Result<(), VectorError> {
    let all = cases("generated/pin-reload")?;
    assert_eq!(all.len(), 8);
    for case in all {
        let key: [u8; 16] = case.array("stk")?;
        let stk = match case.bytes("algorithm")? {
            [0x01] => FieldKey::Tdes(key),
            _ => FieldKey::Sm4(key),
        };
        let mut card = TestCard::unsecured(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
        let stk = keys(TRANSPORT[2], &[entry(0x03, 0x02, 15, stk)]);
        let stream = [dgi(0x0061, &hex("DDF1")), stk].concat();
        assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
        card.ok(SSSE);
        assert_eq!(authenticate(&mut card, 0x06, PUK), 0x9000);
        let challenge = case.bytes("challenge")?;
        card.next_random(challenge);
        assert_eq!(card.ok(CHALLENGE), challenge);
        let pin = case.bytes("pin")?;
        let verify = [&[0x00, 0x20, 0x00, 0x00, pin.len() as u8], pin].concat();
        // The test card takes 4 to 12 digits.
        let (sw, after) = if pin.len() <= 6 {
            (0x9000, 0x9000)
        } else {
            (0x6A80, 0x63C2)
        };
        assert_eq!(
            card.send(case.bytes("command")?).sw,
            sw,
            "{}",
            case.origin()
        );
        assert_eq!(card.send(&verify).sw, after, "{}", case.origin());
    }
    Ok(())
}

/// As scripts were made for it before: the block under PUK's session key. With STK of another algorithm it has another
/// length, with one of the same it is no PIN.
#[test]
fn a_pin_under_another_key_is_refused() {
    let mut card = unblockable();
    card.expect("842400010C D10E78A4EB689012 492DA584", "6700");
    card.expect(RIGHT_PIN, "6983");
    // the block under version 22…22 of STK, the MAC under 12…12
    let mut card = unblockable();
    card.expect(
        "8424000114 5886CD0F321FCC5C42A10E94B3F12C72 8E25D5CC",
        "6A80",
    );
    card.expect(RIGHT_PIN, "6983");
}

/// 03111111 80 00… and the MAC over it, by the commands above.
#[test]
fn one_digit_repeated_is_not_loaded() {
    let mut card = unblockable();
    let objects = card.objects();
    card.expect(
        "8424000114 B8112C67E692436638544ECFC4D0D09D E2C7DC3E",
        "6A80",
    );
    // the MAC was right: STK's try came back, and nothing else changed
    let mut after = card.objects();
    after.retain(|id, _| objects.contains_key(id));
    assert_eq!(after, objects);
    card.expect(RIGHT_PIN, "6983");
    card.expect(RELOAD, "6985");
}

#[test]
fn the_mac_is_for_one_challenge_one_command_and_one_key() {
    // replayed
    let mut card = unblockable();
    card.expect(UNBLOCK, "9000");
    card.expect(UNBLOCK, "6985");
    card.ok(CHALLENGE);
    card.expect(UNBLOCK, "6988");
    // every bit of the MAC counts, and of a reload's data
    for bit in 0..32 {
        let mut card = unblockable();
        let mut command = hex(UNBLOCK);
        command[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&command).sw, 0x6988, "{bit}");
        card.expect(RIGHT_PIN, "6983");
    }
    for bit in 0..160 {
        let mut card = unblockable();
        let mut command = hex(RELOAD);
        command[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&command).sw, 0x6988, "{bit}");
        card.expect(RIGHT_PIN, "6983");
    }
    // a MAC over another header
    let mut card = unblockable();
    card.expect(
        "8424000114 00000000000000000000000000000000 0BB4F47B",
        "6988",
    );
    // truncated
    let mut card = unblockable();
    card.expect("8424000003 0BB4F4", "6700");
}

#[test]
fn nothing_without_puk_or_a_challenge_or_over_the_air() {
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    card.ok(CHALLENGE);
    card.ok(CHALLENGE);
    card.expect(UNBLOCK, "6982");
    // that was an attempt
    assert_eq!(
        external_authenticate(&mut card, 0x06, PUK, &[9, 10, 11, 12, 13, 14, 15, 16]),
        0x6985
    );
    card.ok(CHALLENGE);
    card.expect(RELOAD, "6982");
    let third = [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18];
    assert_eq!(external_authenticate(&mut card, 0x06, PUK, &third), 0x6985);
    // another key of the environment is not PUK
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    card.ok(CHALLENGE);
    card.expect(UNBLOCK, "6982");
    // PUK, but its challenge is used up
    assert_eq!(authenticate(&mut card, 0x06, PUK), 0x9000);
    card.expect(UNBLOCK, "6985");
    let mut card = TestCard::personalized(Contactless);
    card.ok(SSSE);
    card.expect(UNBLOCK, "6985");
    card.expect(RELOAD, "6985");
    card.expect("8416000004 00000000", "6985");
}

#[test]
fn the_maintenance_key_is_blocked_by_wrong_macs() {
    let mut card = unblockable();
    for _ in 0..15 {
        card.expect("8424000004 00000000", "6988");
        card.ok(CHALLENGE);
    }
    card.expect("8424000004 00000000", "6983");
    // also after a reset, and with a right MAC
    let mut card = card.power_cycle();
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x06, PUK), 0x9000);
    card.ok(CHALLENGE);
    card.expect(UNBLOCK, "6983");
}

#[test]
fn puk_of_the_environment_counts_in_its_directories() {
    let mut card = unblockable();
    card.ok(DF01);
    card.expect(UNBLOCK, "9000");
}

#[test]
fn a_card_without_the_key_has_no_such_command() {
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    card.ok(CHALLENGE);
    card.expect("8416000004 00000000", "6A88");
    // and with no environment selected there is no PUK either
    card.reset();
    card.ok(CHALLENGE);
    card.expect(UNBLOCK, "6A88");
}

/// OpenSSL, for the first challenge 0102030405060708 and BK 15…15: the MAC over 8416000004.
#[test]
fn a_blocked_card_keeps_its_security_domain_and_nothing_else() {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let mut stream = hex("0061 02 DDF1");
    stream.extend(keys(TRANSPORT[2], &[entry(0x06, 0x05, 15, BK)]));
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    let mut card = card.power_cycle();
    card.ok(SSSE);
    card.ok(CHALLENGE);
    card.expect("8416000004 6ED6B267", "9000");
    card.expect("00B0870004", "6985");
    card.expect(CHALLENGE, "6985");
    let mut card = card.power_cycle();
    card.expect("00B2012C00", "6985");
    card.expect(RIGHT_PIN, "6985");
    // the security domain, with a warning; whichever way it is selected
    let fci = "6F10 8408 A000000151000000 A504 9F6501FF 6283";
    card.expect("00A4040008A000000151000000 00", fci);
    card.expect("00A4040000", fci);
    card.expect("00A4040C08A000000151000000", "6283");
    assert!(!card.ok("80CA00E000").is_empty());
    let mut card = TestCard::with_flash(card.into_flash(), T0);
    card.expect("00A4040008A000000151000000", "6112");
    card.expect("00C0000012", fci);
}
