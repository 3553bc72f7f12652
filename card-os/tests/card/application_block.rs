//! APPLICATION BLOCK and UNBLOCK. LK of DF01 is 3DES, LK of DF02 SM4.
//!
//! Known answers are OpenSSL's, for the first and the second challenge of the tests' random source, 0102030405060708 and
//! 090A0B0C0D0E0F10; `$k` is LK in hexadecimal digits, the data the header:
//!
//! ```text
//! s=$(printf 0102030405060708 | xxd -r -p | openssl enc -des-ede -nopad -K $k | xxd -p)
//! printf 841E000004800000 | xxd -r -p | openssl enc -des-cbc -nopad -K $s -iv 0…0 -provider legacy -provider default | xxd -p
//! s=$(printf 01020304050607080000000000000000 | xxd -r -p | openssl enc -sm4-ecb -nopad -K $k | xxd -p)
//! printf 841E0000048000000000000000000000 | xxd -r -p | openssl enc -sm4-cbc -nopad -K $s -iv 0…0 | xxd -p   # XOR of the words
//! ```

use card_os::Interface::{Contactless, T0, T1};

use crate::support::ciphers::FieldKey;
use crate::support::handmade::{
    DDF2, DF01, DF01_83, DF02, RIGHT_PIN, SSSE, authenticate, dgi, entry, keys,
};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, hex};

const CHALLENGE: &str = "0084000008";
const LK_DF01: FieldKey = FieldKey::Tdes(*b"LK of DF01 3DES.");
const LK_DF02: FieldKey = FieldKey::Sm4([0x2B; 16]);

/// SELECT, then for the first challenge BLOCK for a time and for good, for the second UNBLOCK; READ of a free file.
const DF01_COMMANDS: [&str; 5] = [
    DF01,
    "841E000004 FE93B520",
    "841E000104 0BDB7239",
    "8418000004 9018383D",
    "00B08A0002",
];
pub const DF02_COMMANDS: [&str; 5] = [
    DF02,
    "841E000004 FF355062",
    "841E000104 C7B4DA69",
    "8418000004 4D467F6E",
    "00B0880002",
];

/// The hand-made card, SECURED, with LK in DF01 and DF02.
pub fn card() -> TestCard {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let dek = TRANSPORT[2];
    let stream = [
        dgi(0x0061, &hex("DDF1")),
        dgi(0x0061, &hex("DF01")),
        keys(dek, &[entry(0x05, 0x8B, 15, LK_DF01)]),
        dgi(0x0061, &hex("DF02")),
        keys(dek, &[entry(0x05, 0x8B, 15, LK_DF02)]),
    ]
    .concat();
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
    assert_eq!(answer.sw, 0x9000);
    card.power_cycle()
}

#[test]
fn a_blocked_application_answers_nothing_until_it_is_unblocked() {
    for [select, block, _, unblock, read] in [DF01_COMMANDS, DF02_COMMANDS] {
        for reset in [false, true] {
            let mut card = card();
            card.ok(select);
            card.ok("00A4020002000A");
            let first = card.ok(CHALLENGE);
            assert_eq!(first, hex("0102030405060708"));
            let before = card.objects();
            card.expect(block, "9000");
            let blocked = card.objects();
            let changed: Vec<_> = blocked
                .iter()
                .filter(|(id, b)| before.get(id) != Some(b))
                .collect();
            // the directory's descriptor, and the try that was given back
            assert_eq!(changed.len(), 2, "{changed:02X?}");
            if reset {
                card = card.power_cycle();
                card.expect(select, "6A81");
                card.ok(CHALLENGE);
            }
            for (command, status) in [
                ("00B2010500", "6A81"),
                (read, "6A81"),
                ("00D68A0002 1111", "6A81"),
                (RIGHT_PIN, "6A81"),
                ("0020000000", "6A81"),
                ("80CA9F7F00", "6A81"),
                ("00A4020002000A", "6A81"),
                ("00A40000020007", "6A81"),
                ("841E000004 00000000", "6A81"),
                ("841E000104 00000000", "6A81"),
                ("8416000004 00000000", "6A81"),
                ("0082008310 00112233445566778899AABBCCDDEEFF", "6A81"),
            ] {
                if command.starts_with("00A4000002") && select == DF01 {
                    continue; // 0007 is a file of DF01 too
                }
                card.expect(command, status);
            }
            assert_eq!(card.objects(), blocked);
            // the environment and the other directories are as they were
            card.ok(SSSE);
            card.ok("00B2032C06");
            card.ok(if select == DF01 { DF02 } else { DF01 });
            card.expect(RIGHT_PIN, "9000");
            card.ok(DDF2);
            // by FID, by name, with FCP or without an answer: current, and blocked
            card.ok(SSSE);
            for p2 in ["00", "04", "0C"] {
                let by_name = format!("00A404{p2}{}", &select[8..]);
                card.expect(&by_name, "6A81");
                card.expect("00B2010500", "6A81");
            }
            card.expect(
                if select == DF01 {
                    "00A4000002DF01"
                } else {
                    "00A4000002DF02"
                },
                "6A81",
            );
            assert_eq!(card.ok(CHALLENGE), hex("090A0B0C0D0E0F10"));
            card.expect(unblock, "9000");
            card.ok(read);
            let mut card = card.power_cycle();
            card.ok(select);
            card.ok(read);
        }
    }
}

#[test]
fn a_block_for_good_is_for_good() {
    for [select, _, block, unblock, read] in [DF01_COMMANDS, DF02_COMMANDS] {
        let mut card = card();
        card.ok(select);
        card.ok(CHALLENGE);
        card.expect(block, "9000");
        card.ok(CHALLENGE);
        let objects = card.objects();
        // with a right MAC, and the challenge is used up
        card.expect(unblock, "9303");
        card.expect(read, "9303");
        card.expect(block, "9303");
        assert_eq!(card.objects(), objects);
        let mut card = card.power_cycle();
        card.expect(select, "9303");
        card.ok(SSSE);
        card.ok("00B2032C06");
    }
}

#[test]
fn what_a_key_has_shown_ends_with_the_block() {
    let mut card = card();
    card.ok(DF01);
    assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x9000);
    card.ok("00B0830002");
    card.ok(CHALLENGE);
    card.expect("841E000004 35A63A89", "9000");
    // UNBLOCK for the third challenge, made by the bare cipher crates
    let challenge = card.ok(CHALLENGE);
    let session = crate::support::ciphers::tdes(LK_DF01.bytes(), challenge.try_into().unwrap());
    let mac = crate::support::ciphers::des(session, *b"\x84\x18\x00\x00\x04\x80\x00\x00");
    let unblock = [&hex("8418000004")[..], &mac[..4]].concat();
    assert_eq!(card.send(&unblock).sw, 0x9000);
    card.expect("00B0830002", "6982");
}

#[test]
fn the_mac_is_for_one_challenge_one_command_one_directory() {
    let [select, block, block_for_good, _, read] = DF02_COMMANDS;
    // out of order: no challenge, and UNBLOCK of what is not blocked
    let mut card = card();
    card.ok(select);
    let objects = card.objects();
    card.expect(block, "6985");
    card.ok(CHALLENGE);
    card.expect("8418000004 35C924AC", "6985");
    // which has used the challenge up
    card.expect(block, "6985");
    assert_eq!(card.objects(), objects);
    // replayed
    let mut card = self::card();
    card.ok(select);
    card.ok(CHALLENGE);
    card.ok(CHALLENGE);
    card.expect(block, "6988");
    card.expect(block, "6985");
    card.ok(read);
    // over another header
    let mac = block_for_good.split_at(11).1;
    let mut card = self::card();
    card.ok(select);
    card.ok(CHALLENGE);
    card.expect(&format!("841E000004 {mac}"), "6988");
    // truncated, and longer
    card.expect("841E000003 FF3550", "6700");
    card.expect("841E000005 FF35506200", "6700");
    // of another directory's key
    card.reset();
    let mut card = self::card();
    card.ok(DF01);
    card.ok(CHALLENGE);
    card.expect(block, "6988");
    card.ok("00B0810002");
    // each bit counts
    for bit in 0..32 {
        let mut card = self::card();
        card.ok(select);
        card.ok(CHALLENGE);
        let mut command = hex(block);
        command[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&command).sw, 0x6988, "{bit}");
        card.ok(read);
    }
    // where there is no LK
    let mut card = TestCard::personalized(T0);
    for place in [SSSE, DF01, "00A40000023F0000"] {
        card.ok(place);
        card.ok(CHALLENGE);
        card.expect(block, "6A88");
    }
    // not over the air
    let flash = self::card().into_flash();
    let mut card = TestCard::with_flash(flash, Contactless);
    card.ok(select);
    card.ok(CHALLENGE);
    card.expect(block, "6985");
    card.ok(read);
}

#[test]
fn wrong_macs_block_the_key_and_not_the_application() {
    let [select, block, .., read] = DF02_COMMANDS;
    let mut card = card();
    card.ok(select);
    for _ in 0..15 {
        card.ok(CHALLENGE);
        card.expect("841E000004 00000000", "6988");
    }
    let mut card = card.power_cycle();
    card.ok(select);
    card.ok(CHALLENGE);
    card.expect(block, "6983");
    card.ok(read);
}
