//! SCP03: all levels, wrong MACs, replays and downgrades close the channel; the sequence counter.

use card_os::Interface::{T0, T1};
use card_os::objects::SEQUENCE_COUNTER;

use crate::support::host::{Host, TRANSPORT, card_challenge, initialize_update};
use crate::support::{TestCard, hex};

const ISD: &str = "00A4040008A00000015100000000";
/// GET DATA, sequence counter.
const COUNTER: [u8; 4] = [0x80, 0xCA, 0x00, 0xC1];
/// GET DATA, key information.
const KEY_INFORMATION: [u8; 4] = [0x80, 0xCA, 0x00, 0xE0];

#[test]
fn initialize_update_answers_32_bytes() {
    let mut card = TestCard::blank(T1);
    card.ok(ISD);
    let handshake = initialize_update(&mut card, &TRANSPORT, 0x00);
    // diversification data: 00 00, then the card's factor; version 30, SCP 03, i = 70
    assert_eq!(handshake.answer[..2], [0, 0]);
    assert_eq!(handshake.answer[2..10], hex("86FF A1A2A3A4A5A6"));
    assert_eq!(handshake.answer[10..13], [0x30, 0x03, 0x70]);
    assert_eq!(handshake.answer[29..], [0, 0, 1]);
    initialize_update(&mut card, &TRANSPORT, 0x30);
    for version in [0x01, 0x2F, 0x31, 0xFF] {
        card.expect(
            &format!("8050{version:02X}0008 C0C1C2C3C4C5C6C7 00"),
            "6A88",
        );
    }
    card.expect("8050000107 C0C1C2C3C4C5C6 00", "6A86");
    card.expect("8050000007 C0C1C2C3C4C5C6 00", "6700");
    card.expect("8050000009 C0C1C2C3C4C5C6C7C8 00", "6700");
    card.expect("0050000008 C0C1C2C3C4C5C6C7 00", "6E00");
    // elsewhere it is another command, or none
    card.ok("00A40000023F0000");
    card.expect("8050000008 C0C1C2C3C4C5C6C7 00", "6D00");
}

#[test]
fn every_level_carries_commands() {
    for interface in [T0, T1] {
        for level in [0x01, 0x03, 0x11, 0x13, 0x33] {
            let mut card = TestCard::blank(interface);
            let mut host = Host::open(&mut card, &TRANSPORT, level);
            for _ in 0..3 {
                let answer = host.send(&mut card, COUNTER, &[]);
                assert_eq!((answer.data, answer.sw), (hex("C103000001"), 0x9000));
            }
            let answer = host.send(&mut card, KEY_INFORMATION, &[]);
            assert_eq!(
                answer.data,
                hex("E012 C00401308810 C00402308810 C00403308810")
            );
            // a refusal carries no data and no MAC, and the channel goes on
            let answer = host.send(&mut card, [0x80, 0xCA, 0x12, 0x34], &[]);
            assert_eq!((answer.data.len(), answer.sw), (0, 0x6A88));
            let answer = host.send(&mut card, [0x80, 0xE2, 0x88, 0x00], &hex("0062020000"));
            assert_eq!((answer.data.len(), answer.sw), (0, 0x6A80));
            let answer = host.send(
                &mut card,
                [0x80, 0xE2, 0x88, 0x00],
                &hex("006211620F 820138 8302DF01 8406D15600000500"),
            );
            assert_eq!((answer.data.len(), answer.sw), (0, 0x9000));
            // and so it does through what the table refuses: P1 P2, instruction, length
            for (header, data, status) in [
                ([0x80, 0xE2, 0x09, 0x00], &[][..], 0x6A86),
                ([0x80, 0xF0, 0x80, 0x01], &[][..], 0x6A86),
                ([0x80, 0x12, 0x00, 0x00], &[][..], 0x6D00),
                ([0x90, 0xE2, 0x88, 0x00], &[][..], 0x6E00),
                ([0x80, 0xE2, 0x88, 0x00], &[][..], 0x6700),
                ([0x80, 0xCA, 0x00, 0xC1], &[0x00][..], 0x6700),
            ] {
                let answer = host.send(&mut card, header, data);
                assert_eq!((answer.data.len(), answer.sw), (0, status));
            }
            let answer = host.send(&mut card, COUNTER, &[]);
            assert_eq!(answer.data, hex("C103000001"));
            card.expect("00A4040C06D15600000500", "9000");
        }
    }
}

#[test]
fn levels_that_there_are_not() {
    for level in (0x00..=0xFF).filter(|level| ![0x01, 0x03, 0x11, 0x13, 0x33].contains(level)) {
        let mut card = TestCard::blank(T1);
        card.ok(ISD);
        let handshake = initialize_update(&mut card, &TRANSPORT, 0x00);
        let (command, _) = handshake.external_authenticate(level, TRANSPORT[2]);
        assert_eq!(card.send(&command).sw, 0x6A86, "{level:02X}");
    }
}

#[test]
fn external_authenticate_needs_all_of_its_bytes() {
    // each bit of cryptogram and MAC
    for bit in 0..128 {
        let mut card = TestCard::blank(T1);
        card.ok(ISD);
        let handshake = initialize_update(&mut card, &TRANSPORT, 0x00);
        let (right, mut host) = handshake.external_authenticate(0x01, TRANSPORT[2]);
        let mut wrong = right.clone();
        wrong[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&wrong).sw, 0x6982, "bit {bit}");
        // the handshake is over: the right one comes too late
        assert_eq!(card.send(&right).sw, 0x6985);
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
    }
    // without a handshake, and after another selection
    let mut card = TestCard::blank(T1);
    card.ok(ISD);
    let right = initialize_update(&mut card, &TRANSPORT, 0x00)
        .external_authenticate(0x01, TRANSPORT[2])
        .0;
    card.ok(ISD);
    assert_eq!(card.send(&right).sw, 0x6985);
    // a level other than the MAC covers
    initialize_update(&mut card, &TRANSPORT, 0x00);
    let handshake = initialize_update(&mut card, &TRANSPORT, 0x00);
    let mut command = handshake.external_authenticate(0x33, TRANSPORT[2]).0;
    command[2] = 0x01;
    assert_eq!(card.send(&command).sw, 0x6982);
    // a refused INITIALIZE UPDATE leaves no old handshake behind
    let handshake = initialize_update(&mut card, &TRANSPORT, 0x00);
    card.expect("8050010008 C0C1C2C3C4C5C6C7 00", "6A88");
    let command = handshake.external_authenticate(0x01, TRANSPORT[2]).0;
    assert_eq!(card.send(&command).sw, 0x6985);
}

#[test]
fn a_wrong_mac_closes_the_channel() {
    for level in [0x01, 0x13, 0x33] {
        for at in 0..8 {
            let mut card = TestCard::blank(T0);
            let mut host = Host::open(&mut card, &TRANSPORT, level);
            let mut command = host.clone().wrap(COUNTER, &[]);
            let length = command.len();
            command[length - 1 - at] ^= 0x01;
            assert_eq!(card.send(&command).sw, 0x6982);
            assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
        }
        // a header or data other than the MAC covers
        for at in [2, 3] {
            let mut card = TestCard::blank(T0);
            let mut host = Host::open(&mut card, &TRANSPORT, level);
            let mut command = host.clone().wrap([0x80, 0xE2, 0x08, 0x00], &hex("00F000"));
            command[at] ^= 0x80;
            assert_eq!(card.send(&command).sw, 0x6982);
            assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
        }
        let mut card = TestCard::blank(T0);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        let mut command = host.clone().wrap([0x80, 0xE2, 0x08, 0x00], &hex("00F000"));
        command[5] ^= 0x01;
        assert_eq!(card.send(&command).sw, 0x6982);
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
    }
}

#[test]
fn replays_and_lost_commands_close_the_channel() {
    let mut card = TestCard::blank(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let command = host.wrap(COUNTER, &[]);
    assert_eq!(card.send(&command).sw, 0x9000);
    assert_eq!(card.send(&command).sw, 0x6982, "a replay");
    assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    host.wrap(COUNTER, &[]);
    assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6982, "a lost one");
    // a whole session again: the card's challenge is another
    let mut card = TestCard::blank(T1);
    card.ok(ISD);
    let handshake = initialize_update(&mut card, &TRANSPORT, 0x00);
    let command = handshake.external_authenticate(0x01, TRANSPORT[2]).0;
    assert_eq!(card.send(&command).sw, 0x9000);
    initialize_update(&mut card, &TRANSPORT, 0x00);
    assert_eq!(card.send(&command).sw, 0x6982);
}

#[test]
fn a_command_below_the_level_closes_the_channel() {
    for plain in [
        "80CA00C100",
        "00CA006600",
        "80E2880003 00F000",
        "80F0800F00",
        "80D8008101 31",
    ] {
        let mut card = TestCard::blank(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        let writes = card.writes();
        card.expect(plain, "6982");
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
        assert_eq!(card.writes(), writes);
    }
    // nor is there a MAC that is too short, or none at all
    for short in ["84CA00C100", "84CA00C107 11223344556677", "84CA00C101 00"] {
        let mut card = TestCard::blank(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        card.expect(short, "6982");
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
    }
    // data in clear where it must be enciphered, and a broken padding under a right MAC
    for data in [hex("00F000"), vec![0x11; 16]] {
        let mut card = TestCard::unsecured(T1);
        let objects = card.objects();
        let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
        let mut weak = host.clone();
        weak.level = 0x11;
        assert_eq!(
            weak.send(&mut card, [0x80, 0xE2, 0x88, 0x00], &data).sw,
            0x6982
        );
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
        let mut after = card.objects();
        // only the sequence counter has moved
        after.insert(SEQUENCE_COUNTER, objects[&SEQUENCE_COUNTER].clone());
        assert_eq!(after, objects);
    }
}

#[test]
fn selections_and_resets_close_the_channel() {
    for select in [ISD, "00A40000023F0000", "00A4040000"] {
        let mut card = TestCard::unsecured(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        card.ok(select);
        card.ok(ISD);
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
    }
    let mut card = TestCard::blank(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    card.reset();
    card.ok(ISD);
    assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6985);
    // in the SSC application there is no channel
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    card.ok("00A40000023F0000");
    assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x6882);
}

#[test]
fn wrong_keys_open_nothing() {
    let mut card = TestCard::blank(T1);
    card.ok(ISD);
    let mut command = hex("8050000008 C0C1C2C3C4C5C6C7 00");
    let answer = card.send(&command).data;
    // the challenge is not that of another key
    assert_ne!(answer[13..21], card_challenge([0x55; 16], &answer[29..]));
    command.clear();
    for _ in 0..3 {
        card.expect(
            "8482010010 00112233445566778899AABBCCDDEEFF",
            if command.is_empty() { "6982" } else { "6985" },
        );
        command.push(0);
    }
}

#[test]
fn the_sequence_counter_never_repeats() {
    let mut card = TestCard::blank(T1);
    card.ok(ISD);
    card.expect("80CA00C100", "C103000000 9000");
    let mut last = 0;
    for round in 0..6 {
        card.ok(ISD);
        let answer = initialize_update(&mut card, &TRANSPORT, 0x00).answer;
        let counter = u32::from_be_bytes([0, answer[29], answer[30], answer[31]]);
        assert_eq!(counter, last + 1);
        last = counter;
        match round % 3 {
            0 => card.reset(),
            1 => card = card.power_cycle(),
            _ => {}
        }
    }
    card.ok(ISD);
    card.expect("80CA00C100", "C103000006 9000");
}

#[test]
fn nor_where_the_power_goes() {
    for operation in 0.. {
        for cut in [
            simulated_flash::Cut::Before,
            simulated_flash::Cut::Middle { seed: operation },
            simulated_flash::Cut::After,
        ] {
            let mut flash = TestCard::blank(T1).into_flash();
            flash.cut_after(operation, cut);
            let mut card = TestCard::with_flash(flash, T1);
            card.ok(ISD);
            let first = card.send(&hex("8050000008 C0C1C2C3C4C5C6C7 00"));
            let happened = card.os().flash().is_off();
            let mut card = card.power_cycle();
            card.ok(ISD);
            let second = initialize_update(&mut card, &TRANSPORT, 0x00).answer;
            match first.sw {
                0x9000 => assert_ne!(first.data[13..21], second[13..21]),
                0x6581 => assert!(first.data.is_empty()),
                other => panic!("{other:04X}"),
            }
            if !happened {
                assert!(operation > 0);
                return;
            }
        }
    }
}

/// Client stacks repeat the class in GET RESPONSE: 84 C0 fetches, and is no command of the channel.
#[test]
fn get_response_in_a_secured_class_belongs_to_t0() {
    for level in [0x01, 0x13, 0x33] {
        let mut card = TestCard::blank(T0);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        for class in ["84", "00", "84"] {
            let command = host.wrap(KEY_INFORMATION, &[]);
            let answer = card.send(&command);
            let [0x61, length] = answer.sw.to_be_bytes() else {
                panic!("{:04X}", answer.sw);
            };
            // a wrong class or length costs neither the answer nor the channel
            card.expect(&format!("80C00000{length:02X}"), "6E00");
            card.expect(&format!("{class}C0000001"), &format!("6C{length:02X}"));
            let answer = card.send(&hex(&format!("{class}C00000{length:02X}")));
            let answer = host.unwrap(answer);
            assert_eq!(answer.sw, 0x9000);
            assert_eq!(answer.data.len(), 0x14);
        }
        // with nothing to fetch either
        card.expect("84C0000000", "6985");
        let answer = host.send(&mut card, COUNTER, &[]);
        assert_eq!(answer.data, hex("C103000001"));
    }
}

/// Catches: an answer that padding and R-MAC push past 256 bytes. One digest less, as many, and more than one answer has room
/// for, at the level at which the bureau asks.
#[test]
fn enciphered_digests_fill_an_answer_and_no_more() {
    for interface in [T0, T1] {
        for files in [58, 59, 60, 61] {
            let mut card = TestCard::blank(interface);
            card.ok(ISD);
            let mut host = Host::open(&mut card, &TRANSPORT, 0x33);
            // Transparent EFs of one byte in the MF, free to read: each has a digest.
            let stream: Vec<u8> = (1..=files)
                .flat_map(|file| {
                    hex(&format!(
                        "00621362118201018002000183022F{file:02X}86040000FF00"
                    ))
                })
                .collect();
            assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
            let mut digests = 0;
            while digests < files {
                let answer = host.send(&mut card, [0x80, 0xCA, 0xDF, digests], &[]);
                let here = answer.data.len() / 4;
                assert_eq!(
                    (answer.sw, here),
                    (0x9000, usize::from(files - digests).min(59))
                );
                digests += here as u8;
            }
            assert_eq!(
                host.send(&mut card, [0x80, 0xCA, 0xDF, digests], &[]).data,
                [0u8; 0]
            );
        }
    }
}
