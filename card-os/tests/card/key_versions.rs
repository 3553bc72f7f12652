//! Three versions of a key: personalized by STORE DATA, rotated by PUT KEY, used by terminals that know one of them.
//!
//! Known answers are OpenSSL's, for the first two challenges of the tests' random source, by the commands that stand in
//! `authenticate.rs` and `maintenance.rs`, with the keys of version 2 that stand here.

use card_os::Interface::{Contactless, T0, T1};
use simulated_flash::Cut;

use crate::support::ciphers::{FieldKey, aes_cbc, pad80};
use crate::support::handmade::{
    DF01, IRK, PUK, RIGHT_PIN, RK, SSSE, STK, UK, WRONG_PIN, authenticate, dgi, entry, keys,
};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{Answer, TestCard, hex, is_card_key};

const CHALLENGE: &str = "0084000008";
const RK2: FieldKey = FieldKey::Sm4([0x2A; 16]);
const RK3: FieldKey = FieldKey::Sm4([0x3A; 16]);
const UK2: FieldKey = FieldKey::Tdes(*b"UK version 2 key");
const STK2: FieldKey = FieldKey::Sm4([0x22; 16]);
const PUK2: FieldKey = FieldKey::Tdes(*b"PUK version 2key");
const IRK2: FieldKey = FieldKey::Sm4([0x20; 16]);
/// Readable after RK, and only then.
const UNDER_RK: &str = "00B0880004";

/// A key's entry with another version.
pub fn version(number: u8, mut entry: Vec<u8>) -> Vec<u8> {
    entry[3] = number;
    entry
}

/// PUT KEY of one card key in a channel of its own.
pub fn put(card: &mut TestCard, directory: &str, p1: u8, entry: &[u8]) -> Answer {
    let mut host = Host::open(card, &TRANSPORT, 0x03);
    let mut data = hex(directory);
    data.extend(aes_cbc(TRANSPORT[2], [0; 16], &pad80(entry)));
    host.send(card, [0x80, 0xD8, p1, 0x01], &data)
}

/// Version 2 of every key with a special use, beside version 1.
fn rotated() -> TestCard {
    let mut card = TestCard::personalized(T0);
    for (role, kid, key) in [
        (0x02, 0x0A, RK2),
        (0x02, 0x04, UK2),
        (0x03, 0x02, STK2),
        (0x04, 0x06, PUK2),
        (0x01, 0x00, IRK2),
    ] {
        let answer = put(
            &mut card,
            "DDF1",
            0x00,
            &version(2, entry(role, kid, 15, key)),
        );
        assert_eq!(answer.sw, 0x9000, "{kid:02X}");
        assert_eq!(answer.data, [&[0x02][..], &key.kcv()].concat());
    }
    card.power_cycle()
}

/// EXTERNAL AUTHENTICATE with a trailing version, after a new challenge.
fn with_version(card: &mut TestCard, kid: u8, key: FieldKey, version: u8) -> u16 {
    let challenge = card.ok(CHALLENGE);
    let mut command = vec![0x00, 0x82, 0x00, kid, 0x11];
    command.extend(key.cryptogram(&challenge, *b"source01"));
    command.extend(b"source01");
    command.push(version);
    card.send(&command).sw
}

#[test]
fn known_answers_of_version_2_from_openssl() {
    for (command, sw) in [
        ("0082000A10 463175DA4E4FECB0 736F757263653031", "9000"),
        ("0082000A11 463175DA4E4FECB0 736F757263653031 02", "9000"),
        ("0082000A11 463175DA4E4FECB0 736F757263653031 01", "63CE"),
        ("0082000A11 463175DA4E4FECB0 736F757263653031 03", "6A88"),
        ("0082000A11 2898FF8E07C0BAD4 736F757263653031 01", "9000"),
        ("0082000A10 2898FF8E07C0BAD4 736F757263653031", "9000"),
        ("0082000410 047452FEB4250DB0 736F757263653031", "9000"),
        ("0082000410 D37AE91E606A1DB4 736F757263653031", "9000"),
        ("0082000411 047452FEB4250DB0 736F757263653031 02", "9000"),
        ("0082000411 047452FEB4250DB0 736F757263653031 01", "63CE"),
        ("0082000411 047452FEB4250DB0 736F757263653031 03", "6A88"),
        ("0082000411 D37AE91E606A1DB4 736F757263653031 01", "9000"),
    ] {
        let mut card = rotated();
        card.ok(SSSE);
        card.ok(CHALLENGE);
        card.expect(command, sw);
    }
    // IRK answers with the newest
    let mut card = rotated();
    card.ok(SSSE);
    card.expect("0088000010 1122334455667788 736F757263653031", "6108");
    card.expect("00C0000008", "38AEE587BA6AEA2A 9000");
    // or with the one that is asked for
    for (version, answer) in [("02", "38AEE587BA6AEA2A"), ("01", "3FD175F8ED84102D")] {
        let command = format!("0088000011 1122334455667788 736F757263653031 {version}");
        card.expect(&command, "6108");
        card.expect("00C0000008", &format!("{answer} 9000"));
    }
    card.expect("0088000011 1122334455667788 736F757263653031 03", "6A88");
}

#[test]
fn macs_of_any_version_and_the_pin_under_the_version_of_its_mac() {
    let blocked = || {
        let mut card = rotated();
        card.ok(SSSE);
        for left in ["63C2", "63C1", "63C0"] {
            card.expect(WRONG_PIN, left);
        }
        card
    };
    // PIN UNBLOCK with STK of version 2 and of version 1
    for (puk, command) in [
        (PUK2, "8424000004 41E7153D"),
        (PUK, "8424000004 41E7153D"),
        (PUK2, "8424000004 0BB4F47B"),
    ] {
        let mut card = blocked();
        assert_eq!(authenticate(&mut card, 0x06, puk), 0x9000);
        card.ok(CHALLENGE);
        card.expect(command, "9000");
        card.expect(RIGHT_PIN, "9000");
    }
    // RELOAD under STK of version 1 and of version 2, whichever version of PUK was shown
    const FIRST: &str = "7B04583040CF51DCBFCFACA155E17625";
    const SECOND: &str = "5886CD0F321FCC5C42A10E94B3F12C72";
    for puk in [PUK, PUK2] {
        for (block, mac, sw) in [
            (FIRST, "F6E78BA6", "9000"),
            (SECOND, "72764657", "9000"),
            // the block under one version, the MAC under the other
            (FIRST, "45BA318F", "6A80"),
            (SECOND, "8E25D5CC", "6A80"),
        ] {
            let mut card = blocked();
            assert_eq!(authenticate(&mut card, 0x06, puk), 0x9000);
            card.ok(CHALLENGE);
            card.expect(&format!("8424000114 {block} {mac}"), sw);
            let right = if sw == "9000" { "9000" } else { "6983" };
            card.expect("0020000003654321", right);
        }
    }
}

#[test]
fn one_counter_for_all_versions() {
    let mut card = rotated();
    card.ok(SSSE);
    // one try an attempt, however many versions are compared
    for left in (0..15).rev() {
        assert_eq!(authenticate(&mut card, 0x0A, STK), 0x63C0 | left.min(15));
    }
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x6983);
    assert_eq!(authenticate(&mut card, 0x0A, RK2), 0x6983);
    assert_eq!(with_version(&mut card, 0x0A, RK2, 2), 0x6983);
    // a version that is not held costs none; a new one gives all back
    let answer = put(
        &mut card,
        "DDF1",
        0x00,
        &version(3, entry(0x02, 0x0A, 15, RK3)),
    );
    assert_eq!(answer.sw, 0x9000);
    card.ok(SSSE);
    assert_eq!(with_version(&mut card, 0x0A, RK2, 4), 0x6A88);
    assert_eq!(authenticate(&mut card, 0x0A, STK), 0x63CE);
    for (number, key) in [(1, RK), (2, RK2), (3, RK3)] {
        assert_eq!(with_version(&mut card, 0x0A, key, number), 0x9000);
        assert_eq!(authenticate(&mut card, 0x0A, key), 0x9000);
        let other = number % 3 + 1;
        assert_eq!(with_version(&mut card, 0x0A, key, other), 0x63CE);
    }
}

#[test]
fn a_replaced_version_is_gone_and_the_newest_is_last() {
    let mut card = rotated();
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
    card.ok(UNDER_RK);
    let answer = put(
        &mut card,
        "DDF1",
        0x01,
        &version(3, entry(0x02, 0x0A, 15, RK3)),
    );
    assert_eq!((answer.sw, answer.data[0]), (0x9000, 0x03));
    card.ok(SSSE);
    // what the old key has shown is forgotten
    card.expect(UNDER_RK, "6982");
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x63CE);
    assert_eq!(authenticate(&mut card, 0x0A, RK2), 0x9000);
    assert_eq!(authenticate(&mut card, 0x0A, RK3), 0x9000);
    // free, in both classes, and on the air
    card.switch(Contactless);
    card.ok(SSSE);
    let two = "C0040A020310 C0040A030310 9000";
    card.expect("00CA010A00", two);
    card.expect("80CA010A00", two);
    card.expect("80CA010A0C", two);
    card.expect("80CA010A0B", "6C0C");
    card.ok(DF01);
    card.expect("00CA010A00", two);
    card.expect("00CA018300", "C00483010110 9000");
    card.expect("00CA018A00", "6A88");
    card.expect("00CA010B00", "6A88");
    card.expect("00CA01FF00", "6A88");
    card.ok("00A40000023F0000");
    card.expect("00CA010A00", "6A88");
}

#[test]
fn the_same_number_may_come_again_in_its_own_place() {
    let mut card = TestCard::personalized(T1);
    let answer = put(&mut card, "DDF1", 0x01, &entry(0x02, 0x0A, 15, RK2));
    assert_eq!(answer.sw, 0x9000);
    card.ok(SSSE);
    assert_eq!(authenticate(&mut card, 0x0A, RK), 0x63CE);
    assert_eq!(authenticate(&mut card, 0x0A, RK2), 0x9000);
}

#[test]
fn three_versions_at_personalization() {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let versions = [
        version(3, entry(0x02, 0x0A, 15, RK3)),
        version(2, entry(0x02, 0x0A, 15, RK2)),
    ];
    let stream = [dgi(0x0061, &hex("DDF1")), keys(TRANSPORT[2], &versions)].concat();
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    // once more: each in its own place
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    let objects = card.objects();
    for (entry, sw) in [
        // a fourth; another role or algorithm beside the others
        (version(4, entry(0x02, 0x0A, 15, UK)), 0x6A80),
        (version(4, entry(0x02, 0x0A, 15, RK)), 0x6A84),
        (version(3, entry(0x03, 0x0A, 15, RK3)), 0x6A80),
        (version(3, entry(0x02, 0x0A, 15, UK)), 0x6A80),
        // no version
        (version(0, entry(0x02, 0x0A, 15, RK)), 0x6A80),
        (version(0x80, entry(0x02, 0x0A, 15, RK)), 0x6A80),
    ] {
        let stream = [dgi(0x0061, &hex("DDF1")), keys(TRANSPORT[2], &[entry])].concat();
        assert_eq!(host.store(&mut card, &stream, 200), sw);
        assert_eq!(card.objects(), objects);
    }
    card.ok(SSSE);
    for key in [RK, RK2, RK3] {
        assert_eq!(authenticate(&mut card, 0x0A, key), 0x9000);
    }
    card.expect("00CA010A00", "C0040A010310 C0040A030310 C0040A020310 9000");
}

#[test]
fn a_wrong_rotation_changes_nothing() {
    let mut card = rotated();
    put(
        &mut card,
        "DDF1",
        0x00,
        &version(3, entry(0x02, 0x0A, 15, RK3)),
    );
    let objects = |card: &TestCard| {
        let mut objects = card.objects();
        // INITIALIZE UPDATE counts
        objects.remove(&card_os::objects::SEQUENCE_COUNTER);
        objects
    };
    let before = objects(&card);
    let right = version(4, entry(0x02, 0x0A, 15, RK3));
    let mut garbled = right.clone();
    garbled[23] ^= 1;
    for (directory, p1, entry, sw) in [
        // a fourth; one that is there; in the place of one that is not, or with the number of a third
        ("DDF1", 0x00, right.clone(), 0x6A84),
        ("DDF1", 0x00, version(3, right.clone()), 0x6A80),
        ("DDF1", 0x04, right.clone(), 0x6A88),
        ("DDF1", 0x01, version(2, right.clone()), 0x6A80),
        // no such key, no such directory, another directory's
        ("DDF1", 0x00, version(2, entry(0x02, 0x0B, 15, RK2)), 0x6A88),
        ("DDF1", 0x00, version(2, entry(0x02, 0x8A, 15, RK2)), 0x6A88),
        ("DDF1", 0x01, version(2, entry(0x02, 0x84, 15, UK2)), 0x6A88),
        ("DF77", 0x00, right.clone(), 0x6A82),
        ("EF05", 0x00, right.clone(), 0x6A82),
        ("3F00", 0x00, right.clone(), 0x6A88),
        ("DF02", 0x00, version(2, entry(0x02, 0x84, 15, RK2)), 0x6A88),
        // another role, another algorithm, a garbled key, no try, no version
        ("DDF1", 0x01, version(4, entry(0x03, 0x0A, 15, RK2)), 0x6A80),
        ("DDF1", 0x01, version(4, entry(0x02, 0x0A, 15, UK2)), 0x6A80),
        ("DDF1", 0x01, garbled, 0x6A80),
        ("DDF1", 0x01, version(4, entry(0x02, 0x0A, 0, RK2)), 0x6A80),
        ("DDF1", 0x01, version(0, right.clone()), 0x6A80),
        // a byte less, a byte more, two of them
        ("DDF1", 0x01, right[..23].to_vec(), 0x6A80),
        ("DDF1", 0x01, [&right[..], &[0x00]].concat(), 0x6A80),
        ("DDF1", 0x01, [&right[..], &right[..]].concat(), 0x6A80),
        ("", 0x01, Vec::new(), 0x6A80),
    ] {
        let answer = put(&mut card, directory, p1, &entry);
        assert_eq!(answer.sw, sw, "{directory} {p1:02X} {entry:02X?}");
        assert_eq!(objects(&card), before);
    }
    // outside the channel
    card.ok("00A4040008A000000151000000");
    card.expect("80D80001020000", "6982");
    assert_eq!(objects(&card), before);
}

#[test]
fn a_cut_leaves_the_old_versions_or_the_new_ones() {
    let spent = || {
        let mut card = TestCard::personalized(T1);
        card.ok(SSSE);
        assert_eq!(authenticate(&mut card, 0x0A, STK), 0x63CE);
        card.into_flash()
    };
    // what mounting and opening the channel take
    let mut card = TestCard::with_flash(spent(), T1);
    let before = card.writes();
    Host::open(&mut card, &TRANSPORT, 0x03);
    let opening = card.writes() - before;
    let mut data = hex("DDF1");
    let new = version(2, entry(0x02, 0x0A, 15, RK2));
    data.extend(aes_cbc(TRANSPORT[2], [0; 16], &pad80(&new)));
    let mut states = [0; 2];
    for operation in 0.. {
        let mut cut_happened = false;
        for cut in [Cut::Before, Cut::Middle { seed: operation }, Cut::After] {
            let mut flash = spent();
            flash.cut_after(opening + operation, cut);
            let mut card = TestCard::with_flash(flash, T1);
            let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
            let mut command = host.wrap([0x80, 0xD8, 0x00, 0x01], &data);
            command.push(0x00);
            let sw = card.exchange(&command).sw;
            cut_happened |= card.os().flash().is_off();
            let mut card = card.power_cycle();
            card.ok(SSSE);
            let new = authenticate(&mut card, 0x0A, RK2);
            // the try that was lost comes back with the key, not without it
            match (sw, new) {
                (0x9000 | 0x6581, 0x9000) => states[1] += 1,
                (0x6581, 0x63CD) => states[0] += 1,
                other => panic!("{other:04X?}"),
            }
            assert_eq!(authenticate(&mut card, 0x0A, RK), 0x9000);
        }
        if !cut_happened {
            assert!(states.iter().all(|count| *count > 1), "{states:?}");
            return;
        }
    }
}

/// A key of the format that the first cards were made with is a key with one version.
#[test]
fn one_version_is_stored_as_ever() {
    let card = TestCard::personalized(T1);
    let objects = card.objects();
    let stored: Vec<_> = objects
        .iter()
        .filter(|(id, _)| is_card_key(**id))
        .map(|(_, key)| key.clone())
        .collect();
    assert!(stored.contains(&entry(0x01, 0x00, 15, IRK)));
    assert!(stored.iter().all(|key| key.len() == 24));
}
