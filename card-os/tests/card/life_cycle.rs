//! The life cycle: SECURED closes the file structure for good; a wipe begins again; a torn wipe accepts
//! nothing but another.

use card_os::Interface::{T0, T1};
use card_os::objects::{LIFE_CYCLE, PIN, SEQUENCE_COUNTER, WIPING};
use simulated_flash::Cut;

use crate::support::handmade::{
    self, DF01, DF01_83, RIGHT_PIN, SSSE, UK, authenticate, dgi, entry, fcp, keys,
};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, hex};

const STORE_DATA: [u8; 4] = [0x80, 0xE2, 0x88, 0x00];
const WIPE: [u8; 3] = [0x00, 0xF0, 0x00];
const SET_SECURED: [u8; 4] = [0x80, 0xF0, 0x80, 0x0F];
const SET_INITIALIZED: [u8; 4] = [0x80, 0xF0, 0x80, 0x07];

#[test]
fn only_forwards() {
    let mut card = TestCard::blank(T1);
    assert_eq!(card.objects()[&LIFE_CYCLE], [0x01]);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
    assert_eq!(host.send(&mut card, SET_INITIALIZED, &[]).sw, 0x9000);
    assert_eq!(card.objects()[&LIFE_CYCLE], [0x07]);
    assert_eq!(host.send(&mut card, SET_INITIALIZED, &[]).sw, 0x6985);
    for state in [0x00, 0x01, 0x02, 0x03, 0x0E, 0x10, 0x7F, 0x83, 0xFF] {
        let header = [0x80, 0xF0, 0x80, state];
        assert_eq!(host.send(&mut card, header, &[]).sw, 0x6A86, "{state:02X}");
    }
    for kind in [0x00, 0x20, 0x40, 0x60] {
        let header = [0x80, 0xF0, kind, 0x0F];
        assert_eq!(host.send(&mut card, header, &[]).sw, 0x6A86, "{kind:02X}");
    }
    assert_eq!(host.send(&mut card, SET_SECURED, &[]).sw, 0x9000);
    assert_eq!(card.objects()[&LIFE_CYCLE], [0x0F]);
    for header in [SET_SECURED, SET_INITIALIZED] {
        assert_eq!(host.send(&mut card, header, &[]).sw, 0x6985);
    }
    // it stands without power, and with the domain's AID in the data as some hosts send it
    let mut card = card.power_cycle();
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let aid = hex("A000000151000000");
    for header in [SET_SECURED, SET_INITIALIZED] {
        assert_eq!(host.send(&mut card, header, &aid).sw, 0x6985);
    }
    assert_eq!(card.objects()[&LIFE_CYCLE], [0x0F]);
    let mut card = TestCard::blank(T0);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(host.send(&mut card, SET_SECURED, &aid).sw, 0x9000);
}

#[test]
fn no_status_without_the_channel() {
    for command in ["80F0800F00", "80F0800F", "80F0800700", "80E2880003 00F000"] {
        let mut card = TestCard::unsecured(T1);
        card.ok("00A4040008A00000015100000000");
        let objects = card.objects();
        card.expect(command, "6982");
        assert_eq!(card.objects(), objects);
    }
}

#[test]
fn nothing_is_created_after_secured() {
    let groupings = [
        fcp("820101 80020001 83020001 8604 0000 0000"),
        fcp("820138 8302DF55 8401AA"),
        dgi(0x0061, &hex("DDF1")),
        dgi(0xEF05, &hex("0100")),
        dgi(0xEF07, &[0; 16]),
        keys(TRANSPORT[2], &[entry(0x02, 0x0A, 15, UK)]),
        handmade::pin(TRANSPORT[2]),
        WIPE.to_vec(),
        handmade::ssse(TRANSPORT[2])[..200].to_vec(),
    ];
    for level in [0x01, 0x33] {
        let mut card = TestCard::personalized(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        let (objects, writes) = (card.objects(), card.writes());
        for grouping in &groupings {
            for (p1, p2) in [(0x88, 0x00), (0x08, 0x00), (0x88, 0x01)] {
                let answer = host.send(&mut card, [0x80, 0xE2, p1, p2], grouping);
                assert_eq!(answer.sw, 0x6985);
            }
        }
        assert_eq!(card.objects(), objects);
        assert_eq!(card.writes(), writes);
        // the channel has gone on through all of it
        assert_eq!(
            host.send(&mut card, [0x80, 0xCA, 0x00, 0xC1], &[]).sw,
            0x9000
        );
    }
    // the files live on under their own keys
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    card.expect("00DC022C03 020132", "6982");
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    card.expect("00DC022C03 020132", "9000");
}

#[test]
fn a_wipe_removes_all_and_begins_again() {
    let mut card = TestCard::unsecured(T1);
    card.ok(DF01);
    card.expect("0020000003 654321", "63C2");
    let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
    let answer = host.send(&mut card, STORE_DATA, &WIPE);
    assert_eq!(answer.sw, 0x9000);
    let mut objects = card.objects();
    objects.remove(&SEQUENCE_COUNTER);
    assert_eq!(objects, TestCard::blank(T1).objects());
    for gone in [SSSE, DF01, "00A4000002DF0100"] {
        card.expect(gone, "6A82");
    }
    card.expect(RIGHT_PIN, "6D00");
    card.ok("00A40000023F0000");
    card.expect(RIGHT_PIN, "6A88");
    // and the same files can be made again
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let stream = handmade::stream(TRANSPORT[2]);
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    let mut made = card.objects();
    let mut expected = TestCard::unsecured(T1).objects();
    made.remove(&SEQUENCE_COUNTER);
    expected.remove(&SEQUENCE_COUNTER);
    assert_eq!(made, expected);
}

#[test]
fn a_wipe_ends_what_was_shown_to_the_old_files() {
    let mut card = TestCard::unsecured(T1);
    card.ok(DF01);
    card.expect(RIGHT_PIN, "9000");
    assert_eq!(authenticate(&mut card, 0x04, UK), 0x9000);
    assert_eq!(authenticate(&mut card, 0x83, DF01_83), 0x9000);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(host.send(&mut card, STORE_DATA, &WIPE).sw, 0x9000);
    let stream = handmade::stream(TRANSPORT[2]);
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    card.ok(DF01);
    for (sfi, status) in [
        ("81", "0101 9000"),
        ("82", "6982"),
        ("83", "6982"),
        ("87", "6982"),
        ("88", "6982"),
    ] {
        card.expect(&format!("00B0{sfi}0002"), status);
    }
    card.expect("0020000000", "63C3");
    // the MF is current after a wipe
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(host.send(&mut card, STORE_DATA, &WIPE).sw, 0x9000);
    card.expect("00A4020002EF05", "6A82");
    card.ok("00A40000023F0000");
}

#[test]
fn a_wipe_stands_alone_in_block_0() {
    let with_more = [WIPE.to_vec(), dgi(0x0061, &hex("3F00"))].concat();
    for (header, data) in [
        ([0x80, 0xE2, 0x88, 0x00], with_more.as_slice()),
        ([0x80, 0xE2, 0x88, 0x01], &WIPE),
        ([0x80, 0xE2, 0x88, 0x00], &hex("00F00100")),
        ([0x80, 0xE2, 0x88, 0x00], &hex("00F0FF0000")),
    ] {
        let mut card = TestCard::unsecured(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        let objects = card.objects();
        assert_eq!(host.send(&mut card, header, data).sw, 0x6A80);
        assert_eq!(card.objects(), objects);
    }
}

/// A card with an open channel whose flash loses its power after `operation` further operations.
fn cut_after_opening(operation: u64, cut: Cut) -> (TestCard, Host) {
    let mut card = TestCard::unsecured(T1);
    let before = card.writes();
    Host::open(&mut card, &TRANSPORT, 0x01);
    let opening = card.writes() - before;
    let mut flash = TestCard::unsecured(T1).into_flash();
    flash.cut_after(opening + operation, cut);
    let mut card = TestCard::with_flash(flash, T1);
    let host = Host::open(&mut card, &TRANSPORT, 0x01);
    (card, host)
}

#[test]
fn a_torn_wipe_accepts_nothing_but_another() {
    let mut torn = 0;
    let mut expected = TestCard::blank(T1).objects();
    expected.remove(&SEQUENCE_COUNTER);
    for operation in 0.. {
        let (mut card, mut host) = cut_after_opening(operation, Cut::Middle { seed: operation });
        let status = host.send(&mut card, STORE_DATA, &WIPE).sw;
        let happened = card.os().flash().is_off();
        let mut card = card.power_cycle();
        let under_way = card.objects().contains_key(&WIPING);
        if under_way {
            torn += 1;
            assert_eq!(status, 0x6581);
            for command in [SSSE, DF01, "00A40000023F0000", RIGHT_PIN, "0084000008"] {
                let answer = card.send(&hex(command));
                assert!(
                    matches!(answer.sw, 0x6985 | 0x6A82),
                    "{command}: {:04X}",
                    answer.sw
                );
            }
            let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
            assert_eq!(host.send(&mut card, SET_SECURED, &[]).sw, 0x6985);
            let file = fcp("820101 80020001 83020001 8604 0000 0000");
            assert_eq!(host.send(&mut card, STORE_DATA, &file).sw, 0x6985);
            assert_eq!(host.send(&mut card, STORE_DATA, &WIPE).sw, 0x9000);
            let mut objects = card.objects();
            objects.remove(&SEQUENCE_COUNTER);
            assert_eq!(objects, expected);
        } else if status == 0x6581 && card.objects().contains_key(&PIN) {
            // not begun: all is as before
            card.ok(DF01);
            card.expect(RIGHT_PIN, "9000");
        }
        if !happened {
            assert_eq!(status, 0x9000);
            assert!(torn > 10, "{torn} torn wipes");
            return;
        }
    }
}

#[test]
fn a_torn_set_status_is_either() {
    for operation in 0.. {
        let (mut card, mut host) = cut_after_opening(operation, Cut::After);
        let status = host.send(&mut card, SET_SECURED, &[]).sw;
        let happened = card.os().flash().is_off();
        let card = card.power_cycle();
        let state = card.objects()[&LIFE_CYCLE].clone();
        match status {
            0x9000 => assert_eq!(state, [0x0F]),
            0x6581 => assert!(state == [0x01] || state == [0x0F]),
            other => panic!("{other:04X}"),
        }
        if !happened {
            return;
        }
    }
}
