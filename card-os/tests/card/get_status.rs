//! GET STATUS (GlobalPlatform 2.3.1, 11.4): entries typed by hand, as pySim and GlobalPlatformPro ask for them.

use card_os::Interface::{self, Contactless, T0, T1};

use crate::support::ciphers::FieldKey;
use crate::support::handmade::{dgi, entry, fcp, keys};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, hex, to_hex};

const SSSE: &str = "7378312E73682EC9E7BBE1B1A3D5CF";
const DDF2: &str = "7378312E73682E74657374";
const DDF3: &str = "B00102030405060708090A0B0C0D0E0F";
const ISD: &str = "A000000151000000";
const LK: FieldKey = FieldKey::Sm4([0x1C; 16]);

/// An entry of an application with the tags that GlobalPlatform has for it.
fn application(name: &str, state: &str) -> Vec<u8> {
    let length = name.len() / 2;
    let inner = format!("4F{length:02X}{name} 9F7001{state} C503000000 CC08{ISD}");
    let inner = hex(&inner);
    [&[0xE3, inner.len() as u8], &inner[..]].concat()
}

fn all() -> Vec<u8> {
    [SSSE, DDF2, DDF3]
        .map(|name| application(name, "07"))
        .concat()
}

fn ask(card: &mut TestCard, host: &mut Host, p1: u8, p2: u8, data: &str) -> String {
    let answer = host.send(card, [0x80, 0xF2, p1, p2], &hex(data));
    format!("{}{:04X}", to_hex(&answer.data), answer.sw)
}

fn with(answer: &[u8], sw: &str) -> String {
    to_hex(answer) + sw
}

#[test]
fn the_security_domain_and_the_environments() {
    for (interface, level) in [(T0, 0x01), (T0, 0x33), (T1, 0x13), (T1, 0x03)] {
        let mut card = TestCard::personalized(interface);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        let mut get = |p1: u8, p2: u8, data: &str| ask(&mut card, &mut host, p1, p2, data);
        let domain = hex("E313 4F08A000000151000000 9F70010F C503800400");
        for all_of_it in ["4F00", "4F05A000000151", "4F08A000000151000000"] {
            assert_eq!(get(0x80, 0x02, all_of_it), with(&domain, "9000"));
        }
        assert_eq!(get(0x40, 0x02, "4F00"), with(&all(), "9000"));
        let first_two = [application(SSSE, "07"), application(DDF2, "07")].concat();
        assert_eq!(
            get(0x40, 0x02, "4F07 7378312E73682E"),
            with(&first_two, "9000")
        );
        assert_eq!(
            get(0x40, 0x02, &format!("4F0B{DDF2}")),
            with(&application(DDF2, "07"), "9000")
        );
        // pySim's tags, and fewer
        assert_eq!(
            get(0x40, 0x02, "4F00 5C05 4F9F70C5CC"),
            with(&all(), "9000")
        );
        assert_eq!(
            get(0x80, 0x02, "4F00 5C03 4F9F70"),
            with(&hex("E30E 4F08A000000151000000 9F70010F"), "9000")
        );
        assert_eq!(get(0x80, 0x02, "4F00 5C01 C4"), "E3009000");
        // the form without tags
        assert_eq!(get(0x80, 0x00, "4F00"), format!("08{ISD}0F809000"));
        assert_eq!(
            get(0x40, 0x00, "4F00"),
            format!("0F{SSSE}07000B{DDF2}070010{DDF3}07009000")
        );
        // there are no load files, the security domain is no application, and directories of an environment are none
        for (p1, data) in [
            (0x20, "4F00"),
            (0x10, "4F00"),
            (0x40, "4F08A000000151000000"),
            (0x40, "4F06D15600000500"),
            (0x40, "4F10 7378312E73682EC9E7BBE1B1A3D5CF00"),
            (0x80, "4F09A00000015100000000"),
        ] {
            assert_eq!(get(p1, 0x02, data), "6A88", "{p1:02X} {data}");
        }
        // other criteria, and what is none
        for data in [
            "5000",
            "4F02A0",
            "4F05A0",
            "4F00 5C",
            "4F00 5C02 4F",
            "4F00 9F7000",
            "4F00 5C014F 00",
        ] {
            assert_eq!(get(0x80, 0x02, data), "6A80", "{data}");
        }
        // nothing to go on with
        assert_eq!(get(0x40, 0x03, "4F00"), "6985");
        assert_eq!(get(0x80, 0x01, "4F00"), "6985");
        assert_eq!(get(0xC0, 0x02, "4F00"), "6A86");
        assert_eq!(get(0x40, 0x04, "4F00"), "6A86");
        assert_eq!(get(0x40, 0x02, "4F"), "6700");
        assert_eq!(get(0x40, 0x02, ""), "6700");
    }
}

#[test]
fn inside_the_channel_and_over_contacts_only() {
    let plain = "80F2400202 4F00 00";
    for interface in [T0, T1] {
        let mut card = TestCard::personalized(interface);
        card.ok("00A4040000");
        card.expect(plain, "6982");
        card.expect("00F2400202 4F00 00", "6E00");
        // in an open channel too, which that ends
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        card.expect(plain, "6982");
        assert_eq!(ask(&mut card, &mut host, 0x40, 0x02, "4F00"), "6985");
    }
    let mut card = TestCard::personalized(Contactless);
    card.ok("00A4040000");
    card.expect(plain, "6985");
}

#[test]
fn a_blank_card_has_no_applications() {
    let mut card = TestCard::blank(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x33);
    let domain = hex("E313 4F08A000000151000000 9F700101 C503800400");
    assert_eq!(
        ask(&mut card, &mut host, 0x80, 0x02, "4F00"),
        with(&domain, "9000")
    );
    assert_eq!(ask(&mut card, &mut host, 0x40, 0x02, "4F00"), "6A88");
}

/// Twenty environments, of 16 bytes each: entries of 39.
fn crowded(interface: Interface) -> TestCard {
    let mut card = TestCard::blank(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    for number in 0..20_u8 {
        let stream = [
            dgi(0x0061, &hex("3F00")),
            fcp(&format!("820138 8302AA{number:02X} 8410 {number:032X}")),
        ]
        .concat();
        assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    }
    TestCard::with_flash(card.into_flash(), interface)
}

#[test]
fn more_than_one_answer_holds() {
    let expected: Vec<u8> = (0..20_u8)
        .flat_map(|number| application(&format!("{number:032X}"), "07"))
        .collect();
    for (interface, level) in [(T0, 0x33), (T1, 0x33), (T1, 0x01)] {
        let mut card = crowded(interface);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        for _ in 0..2 {
            let (mut got, mut p2, mut answers) = (Vec::new(), 0x02, 0);
            loop {
                // as pySim: 6310 has an R-MAC too
                let answer = host.send(&mut card, [0x80, 0xF2, 0x40, p2], &hex("4F00"));
                got.extend(answer.data);
                answers += 1;
                match answer.sw {
                    0x6310 => p2 = 0x03,
                    sw => break assert_eq!(sw, 0x9000),
                }
            }
            assert_eq!(to_hex(&got), to_hex(&expected));
            assert!(answers > 3);
            // after the last there is no next
            assert_eq!(ask(&mut card, &mut host, 0x40, 0x03, "4F00"), "6985");
        }
        // another question ends it, and so does a new channel
        let answer = host.send(&mut card, [0x80, 0xF2, 0x40, 0x02], &hex("4F00"));
        assert_eq!(answer.sw, 0x6310);
        host.send(&mut card, [0x80, 0xF2, 0x80, 0x02], &hex("4F00"));
        assert_eq!(ask(&mut card, &mut host, 0x40, 0x03, "4F00"), "6985");
        let answer = host.send(&mut card, [0x80, 0xF2, 0x40, 0x02], &hex("4F00"));
        assert_eq!(answer.sw, 0x6310);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        assert_eq!(ask(&mut card, &mut host, 0x40, 0x03, "4F00"), "6985");
    }
}

#[test]
fn a_blocked_environment_is_locked_and_a_wiped_card_says_nothing() {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    let stream = [
        dgi(0x0061, &hex("DDF2")),
        keys(TRANSPORT[2], &[entry(0x05, 0x0B, 15, LK)]),
    ]
    .concat();
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    card.ok(&format!("00A404000B{DDF2}"));
    let challenge = card.ok("0084000008");
    let header = [0x84, 0x1E, 0x00, 0x00, 0x04];
    let mac = LK.mac4(&challenge, header, &[]);
    assert_eq!(card.send(&[&header[..], &mac].concat()).sw, 0x9000);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(
        ask(&mut card, &mut host, 0x40, 0x02, &format!("4F0B{DDF2}")),
        with(&application(DDF2, "87"), "9000")
    );
    assert_eq!(
        host.send(&mut card, [0x80, 0xE2, 0x88, 0x00], &hex("00F000"))
            .sw,
        0x9000
    );
    assert_eq!(ask(&mut card, &mut host, 0x40, 0x02, "4F00"), "6A88");
}
