//! No row of a command lists a status word that the card never answers. (That it answers no other is judged at each answer of every
//! test: see `card_testbench::statuses`.)

use std::collections::BTreeSet;
use std::process::Command;

use card_os::Interface::{Contactless, T0, T1};

use crate::application_block::{self, DF02_COMMANDS};
use crate::certificate_card as certificates;
use crate::certificate_keys::{D, P};
use crate::secure_messaging as messages;
use crate::support::ciphers::{FieldKey, aes, aes_cbc};
use crate::support::handmade::{self, SSSE};
use crate::support::handmade_sam::{self, PSAM};
use crate::support::host::{Host, TRANSPORT, initialize_update};
use crate::support::{TestCard, hex, statuses};

/// Listed, and answered in no test, each with its reason.
const UNANSWERED: &[(&str, &str)] = &[
    (
        "Any GET RESPONSE 6100",
        "an answer is 256 bytes at the most, and is given whole",
    ),
    (
        "Psam CREDIT SAM FOR DEBIT 6983",
        "INIT SAM FOR DEBIT refuses a blocked key before, and a wrong MAC2 ends the debit",
    ),
    (
        "Ssc APPLICATION UNBLOCK 6A88",
        "what is blocked was blocked under the directory's LK, and no key goes after SECURED",
    ),
];

/// Runs all tests of this program but the long ones once more, with a log of what each command has answered.
#[test]
fn each_listed_status_word_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("statuses");
    let mut tests = Command::new(std::env::current_exe().unwrap());
    for long in ["status_words::each", "fuzz_short::"] {
        tests.args(["--skip", long]);
    }
    let done = tests.env(statuses::LOG, &log).output().unwrap();
    assert!(
        done.status.success(),
        "see the failures of the other tests: {}",
        String::from_utf8_lossy(&done.stdout)
    );
    let seen: BTreeSet<String> = std::fs::read_to_string(&log)
        .unwrap()
        .lines()
        .map(String::from)
        .collect();
    let reasons: BTreeSet<String> = UNANSWERED.iter().map(|(pair, _)| (*pair).into()).collect();
    let listed = statuses::all();
    let missing: BTreeSet<String> = listed.difference(&seen).cloned().collect();
    println!(
        "{} of {} listed status words are answered",
        listed.len() - missing.len(),
        listed.len()
    );
    assert_eq!(
        missing, reasons,
        "left: listed and not answered; right: named with a reason"
    );
}

/// An answer that is there, and a Le of one byte: the length is told.
fn too_short(card: &mut TestCard, command: &[u8]) {
    let answer = card.send(&[command, &[0x01]].concat());
    assert_eq!(answer.sw >> 8, 0x6C, "{command:02X?}: {:04X}", answer.sw);
}

#[test]
fn a_wrong_le_of_the_certificate_environment() {
    let mut card = certificates::with_pair(T1);
    too_short(&mut card, &hex("80C40103 05 C103616263"));
    too_short(&mut card, &hex(&format!("002A9E9A20{}", "11".repeat(32))));
}

#[test]
fn a_wrong_le_of_a_psam() {
    let mut card = TestCard::psam(T1);
    card.ok(PSAM);
    too_short(
        &mut card,
        &hex(
            "8070010024 01020304 0001 000000000000006400000000 33 20260101 123456 01 01 1112131415161718",
        ),
    );
    for command in [
        "80FA000008 3132333435363738",
        "80FA050010 00000000000000003132333435363738",
    ] {
        card.ok("BFDE481218 1112131415161718 3434303330357378 2122232425262728");
        too_short(&mut card, &hex(command));
    }
}

#[test]
fn a_wrong_le_in_the_security_domain() {
    let mut card = TestCard::unsecured(T1);
    card.ok("00A4040008A00000015100000000");
    too_short(&mut card, &hex("8050000008 C0C1C2C3C4C5C6C7"));
    let wrong = |header, data: &[u8]| {
        let mut card = TestCard::unsecured(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
        let command = host.wrap(header, data);
        too_short(&mut card, &command);
    };
    wrong([0x80, 0xF2, 0x40, 0x02], &hex("4F00"));
    wrong(
        [0x80, 0xE2, 0x88, 0x00],
        &handmade::dgi(0x0061, &hex("3F00")),
    );
    wrong([0x80, 0xF0, 0x80, 0x0F], &[]);
}

#[test]
fn a_search_over_each_link() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        // a record that may not be read, alone in the search
        card.expect("00A2033501 5E 00", "6982");
        // more than one record of EF05 holds it
        let search = hex("00A2012C01 04");
        if interface == T0 {
            assert_eq!(card.send(&search).sw >> 8, 0x61);
        } else {
            too_short(&mut card, &search);
        }
    }
}

#[test]
fn a_wrong_host_cryptogram_is_told() {
    let mut card = TestCard::unsecured(T1);
    card.ok("00A4040008A00000015100000000");
    let handshake = initialize_update(&mut card, &TRANSPORT, 0x00).with_host_cryptogram([0x5A; 8]);
    let (command, _) = handshake.external_authenticate(0x01, TRANSPORT[2]);
    assert_eq!(card.send(&command).sw, 0x6300);
}

/// 15 wrong ones, each with a challenge of its own, then the right one or any: blocked.
fn blocked_by_wrong_macs(card: &mut TestCard, command: &[u8]) {
    let mut wrong = command.to_vec();
    *wrong.last_mut().unwrap() ^= 1;
    for _ in 0..15 {
        card.ok("0084000008");
        assert_eq!(card.send(&wrong).sw, 0x6988, "{command:02X?}");
    }
    card.ok("0084000008");
    assert_eq!(card.send(command).sw, 0x6983, "{command:02X?}");
}

#[test]
fn a_message_under_a_blocked_key_or_without_one() {
    for stk in messages::BOTH {
        for command in messages::good(stk, &[1, 2, 3, 4, 5, 6, 7, 8]) {
            blocked_by_wrong_macs(&mut messages::card(T1, stk), &command);
            // the MF has no keys
            let mut card = messages::card(T1, stk);
            card.ok("00A40000023F00");
            card.ok("0084000008");
            assert_eq!(card.send(&command).sw, 0x6A88, "{command:02X?}");
        }
    }
}

#[test]
fn a_message_that_writes_has_an_answer_too() {
    for stk in messages::BOTH {
        for command in &messages::good(stk, &[1, 2, 3, 4, 5, 6, 7, 8])[5..8] {
            let mut card = messages::card(T1, stk);
            card.ok("0084000008");
            too_short(&mut card, command);
        }
    }
}

#[test]
fn wrong_macs_block_every_key_of_maintenance() {
    // BK
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let bk = FieldKey::Sm4([0x15; 16]);
    let stream = [
        handmade::dgi(0x0061, &hex("DDF1")),
        handmade::keys(TRANSPORT[2], &[handmade::entry(0x06, 0x05, 15, bk)]),
    ];
    assert_eq!(host.store(&mut card, &stream.concat(), 200), 0x9000);
    let mut card = card.power_cycle();
    card.ok(SSSE);
    blocked_by_wrong_macs(&mut card, &hex("8416000004 00000001"));
    // STK, by the PIN's maintenance, with PUK shown
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    assert_eq!(
        handmade::authenticate(&mut card, 0x06, handmade::PUK),
        0x9000
    );
    blocked_by_wrong_macs(
        &mut card,
        &hex("8424000114 7B04583040CF51DCBFCFACA155E17625 F6E78BA6"),
    );
    let mut card = TestCard::personalized(T1);
    card.ok("0084000008");
    card.expect(
        "8424000114 7B04583040CF51DCBFCFACA155E17625 F6E78BA6",
        "6A88",
    );
    // LK, of a blocked application
    let [select, block, ..] = DF02_COMMANDS;
    let mut card = application_block::card();
    card.ok(select);
    card.ok("0084000008");
    card.ok(block);
    // selected, and refused
    card.expect(select, "6A81");
    blocked_by_wrong_macs(&mut card, &hex("8418000004 00000001"));
}

#[test]
fn a_search_needs_its_file() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    card.expect("00A201F401 11 00", "6A82");
}

#[test]
fn a_length_in_the_channel_on_t0() {
    let mut card = TestCard::unsecured(T0);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x11);
    let command = host.wrap([0x80, 0xF0, 0x80, 0x0F], &[]);
    assert_eq!(card.send(&command).sw, 0x6108);
}

#[test]
fn the_check_values_of_put_key_have_a_length() {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let mut data = vec![0x31];
    for key in [[0xB1; 16], [0xB2; 16], [0xB3; 16]] {
        data.extend(hex("881110"));
        data.extend(aes_cbc(TRANSPORT[2], [0; 16], &key));
        data.push(0x03);
        data.extend(&aes(key, [0x01; 16])[..3]);
    }
    let command = host.wrap([0x80, 0xD8, 0x00, 0x81], &data);
    too_short(&mut card, &command);
}

#[test]
fn a_grouping_of_a_directory_has_no_contents() {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    assert_eq!(
        host.store(&mut card, &handmade::dgi(0xDDF1, &[1]), 200),
        0x6A82
    );
}

#[test]
fn a_sequence_ends() {
    let stream = [
        handmade_sam::files(),
        handmade_sam::sx1(
            TRANSPORT[2],
            &[handmade::entry(0x22, 0x01, 3, handmade_sam::TDES_KEY)],
        ),
        handmade::dgi(0x0019, &[0xFF; 4]),
    ];
    let mut card = handmade_sam::issue(T1, &stream.concat());
    card.ok(PSAM);
    card.expect(
        "8070010024 01020304 0001 000000000000006400000000 33 20260101 123456 01 01 1112131415161718",
        "9402",
    );
}

/// An environment whose directory has neither files nor keys.
#[test]
fn a_certificate_environment_without_files_and_keys() {
    let stream = [
        handmade::dgi(0x0061, &hex("3F00")),
        handmade::fcp("820138 8302DDF4 840C504B492EC9E7BBE1B1A3D5CF C00102"),
        handmade::fcp("820138 8302DF01 840C53532E434552542E41444631 C00102"),
        handmade::keys(
            TRANSPORT[2],
            &[handmade::entry(
                0x07,
                0x81,
                3,
                FieldKey::Sm4(certificates::pin_key(certificates::PIN)),
            )],
        ),
    ];
    let mut card = handmade_sam::issue(T1, &stream.concat());
    card.ok(certificates::PKI);
    card.ok(certificates::ADF);
    let challenge = card.ok("0084000010");
    assert_eq!(challenge.len(), 16);
    card.expect(&format!("0082000010{}", "11".repeat(16)), "6A88");
    assert_eq!(
        certificates::verify(&mut card, 0x81, certificates::pin_key(certificates::PIN)),
        0x9000
    );
    for command in [
        certificates::GENERATE,
        certificates::READ,
        "80C9820008 C0020012 C2020013",
    ] {
        card.expect(command, "6A82");
    }
    card.expect(&format!("80C2400046 C0020014 CA40{P}"), "6A82");
    card.expect(&format!("80C2C00126 C2020015 CB20{D}"), "6A82");
    assert_eq!(certificates::open_envelope(&mut card, &[0; 112]), 0x6A82);
    card.expect(&format!("002A9E9A20{}", "11".repeat(32)), "6A82");
}

#[test]
fn no_envelope_is_opened_without_a_pair() {
    let mut card = certificates::selected(T1);
    let pin = certificates::pin_key(certificates::PIN);
    assert_eq!(certificates::verify(&mut card, 0x81, pin), 0x9000);
    assert_eq!(certificates::open_envelope(&mut card, &[0; 112]), 0x6A88);
}

#[test]
fn the_certificate_environments_keys_are_blocked_by_wrong_messages() {
    let (pin, other) = (
        certificates::pin_key(certificates::PIN),
        certificates::pin_key(b"0"),
    );
    let mut card = certificates::selected(T1);
    for _ in 0..3 {
        certificates::verify(&mut card, 0x81, other);
    }
    let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
    let challenge = card.ok("0084000010");
    let change = certificates::change(pin, &challenge, header, &other);
    assert_eq!(card.send(&change).sw, 0x6983);

    let mut card = certificates::selected(T1);
    assert_eq!(
        certificates::authenticate(&mut card, certificates::EAK),
        0x9000
    );
    let mut last = 0x6988;
    for _ in 0..16 {
        assert_eq!(last, 0x6988);
        let challenge = card.ok("0084000010");
        let head = [0x13, 0x00, 0x00, 0x00];
        let mut write =
            certificates::write_key(certificates::EAK, &challenge, 0x02, head, [0x5A; 16]);
        *write.last_mut().unwrap() ^= 1;
        last = card.send(&write).sw;
    }
    assert_eq!(last, 0x6983);
}
