//! The PSAM: INIT, CRYPT, MAC, its files and its keys. Answers are OpenSSL's (`test-vectors/known-answers/generated/sam.txt`).

use card_os::Interface::{self, T0, T1};
use test_vectors::{Case, cases};

use super::sam_model;
use crate::support::ciphers::FieldKey;
use crate::support::handmade::entry;
use crate::support::handmade_sam::{DF01, PSAM, SX3, TDES_KEY, files, issue, sx1, sx3};
use crate::support::host::TRANSPORT;
use crate::support::{TestCard, hex, to_hex};

/// INIT of key 12 (use 48, 3DES) with card, city and challenge of eight bytes each.
pub const INIT: &str = "BFDE481218 1112131415161718 3434303330357378 2122232425262728";
pub const CRYPT: &str = "80FA000008 3132333435363738";

/// INIT, by parts.
pub fn init(role: u8, kid: u8, data: &[u8]) -> Vec<u8> {
    let mut command = vec![0xBF, 0xDE, role, kid, data.len() as u8];
    command.extend(data);
    command
}

fn command(header: &str, data: &[&[u8]]) -> Vec<u8> {
    let mut command = hex(header);
    let data = data.concat();
    command.push(data.len() as u8);
    command.extend(data);
    command
}

/// A key of a case: algorithm, bytes.
pub fn key(case: &Case) -> FieldKey {
    match case.bytes("algorithm").unwrap() {
        [0x01] => FieldKey::Tdes(case.array("key").unwrap()),
        _ => FieldKey::Sm4(case.array("key").unwrap()),
    }
}

/// A PSAM with this one key in the environment of its algorithm, whose application is selected.
pub fn with_key(interface: Interface, key: FieldKey, entry: Vec<u8>) -> TestCard {
    let dek = TRANSPORT[2];
    let sm4 = matches!(key, FieldKey::Sm4(_));
    let stream = if sm4 {
        [files(), sx1(dek, &[]), sx3(dek, &[entry])].concat()
    } else {
        [files(), sx1(dek, &[entry]), sx3(dek, &[])].concat()
    };
    let mut card = issue(interface, &stream);
    if sm4 {
        card.ok(SX3);
        card.ok(DF01);
    } else {
        card.ok(PSAM);
    }
    card
}

#[test]
fn cryptograms_and_macs_are_openssls() {
    for case in cases("generated/sam").unwrap() {
        let [levels] = case.array("levels").unwrap();
        let role = levels << 5 | 0x08;
        let master = key(&case);
        // the oracle's check value, not ours
        let mut entry = vec![role, 0x7F, master.marker(), 0x01, 0x0F];
        entry.extend(master.bytes());
        entry.extend(case.bytes("kcv").unwrap());
        for interface in [T0, T1] {
            let mut card = with_key(interface, master, entry.clone());
            let answer = card.send(&init(role, 0x7F, case.bytes("init").unwrap()));
            assert_eq!(
                (answer.sw, answer.data.len()),
                (0x9000, 0),
                "{}",
                case.origin()
            );
            // as often as wanted
            for _ in 0..2 {
                let mut crypt = command("80FA0000", &[case.bytes("block").unwrap()]);
                if interface == T1 {
                    crypt.push(0x00);
                }
                let answer = card.exchange(&crypt);
                assert_eq!(answer.sw, 0x9000);
                assert_eq!(
                    answer.data,
                    case.bytes("crypt").unwrap(),
                    "{}",
                    case.origin()
                );
                for at in 0..5 {
                    let [iv, data] =
                        ["iv", &format!("data-{at}")].map(|name| case.bytes(name).unwrap());
                    let mut mac = command("80FA0500", &[iv, data]);
                    if interface == T1 {
                        mac.push(0x00);
                    }
                    let answer = card.exchange(&mac);
                    let expected = case.bytes(&format!("mac-{at}")).unwrap();
                    assert_eq!(to_hex(&answer.data), to_hex(expected), "{}", case.origin());
                }
            }
        }
    }
}

/// The dialogue of the facts on T=0.
#[test]
fn answers_wait_for_get_response() {
    let mut card = TestCard::psam(T0);
    card.expect(PSAM, "610A");
    card.expect(INIT, "9000");
    card.expect(CRYPT, "6108");
    assert_eq!(card.send(&hex("00C0000008")).data.len(), 8);
    card.expect("80FA050010 0000000000000000 3132333435363738", "6108");
    // The same AID once more, while it is current.
    card.expect(PSAM, "610A");
    card.expect("00C000000A", "6F08 8406D15600000590 9000");
    // SM4: two factors make 20, one challenge of 16.
    card.ok(SX3);
    card.ok(DF01);
    card.expect(
        "BFDE481220 1112131415161718 3434303330357378 2122232425262728 0000000000000000",
        "9000",
    );
    card.expect("80FA000010 31323334353637380000000000000000", "6110");
    // and on T=1 the data come at once
    let mut card = TestCard::psam(T1);
    card.ok(SX3);
    card.ok(DF01);
    card.ok("BFDE481220 1112131415161718 3434303330357378 2122232425262728 0000000000000000");
    let answer = card.send(&hex("80FA000010 31323334353637380000000000000000 00"));
    assert_eq!((answer.data.len(), answer.sw), (16, 0x9000));
}

/// Keys of one level (programs of 1.00): the card's factor and the challenge, Lc 10, on T=0 as on T=1. What it computes is
/// OpenSSL's: `cryptograms_and_macs_are_openssls` has cases of every level.
#[test]
fn one_level_is_the_cards_factor_alone() {
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    for role in ["27", "28"] {
        card.expect(
            &format!("BFDE{role}1410 1112131415161718 2122232425262728"),
            "9000",
        );
        card.expect(CRYPT, "6108");
    }
    // the same key is not to be had with a city's factor before the challenge
    card.expect(
        "BFDE471418 1112131415161718 3434303330357378 2122232425262728",
        "6985",
    );
}

/// B0 to B4 are identifiers too (DF05 and DF07): all eight bits tell keys apart.
#[test]
fn identifiers_have_eight_bits() {
    let other = FieldKey::Tdes(*b"another key's 16");
    let entries = [
        entry(0x48, 0x32, 15, TDES_KEY),
        entry(0x48, 0xB2, 15, other),
    ];
    let stream = [files(), sx1(TRANSPORT[2], &entries), sx3(TRANSPORT[2], &[])].concat();
    let mut card = issue(T1, &stream);
    card.ok(PSAM);
    assert_eq!(card.ok("00CA00E100"), hex("48320101 48B20101"));
    let mut answers = Vec::new();
    for (kid, key) in [(0x32, TDES_KEY), (0xB2, other)] {
        let data = hex("1112131415161718 3434303330357378 2122232425262728");
        assert_eq!(card.send(&init(0x48, kid, &data)).sw, 0x9000);
        let answer = card.ok(&format!("{CRYPT} 00"));
        // the model of `sam_model` over the bare ciphers
        let expected = sam_model::cryptogram(key, &data, &hex("3132333435363738"));
        assert_eq!(answer, expected, "{kid:02X}");
        answers.push(answer);
    }
    assert_ne!(answers[0], answers[1]);
    assert_eq!(card.send(&init(0x48, 0x72, &[0x31; 24])).sw, 0x9403);
}

#[test]
fn an_init_is_void_after_reset_selection_and_another_init() {
    let ends: [&[&str]; 6] = [
        &[PSAM],
        &[DF01],
        &["00A40000023F00", PSAM],
        &[SX3, PSAM],
        &["00A4040008A000000151000000", PSAM],
        // an INIT that fails
        &["BFDE481318 1112131415161718 3434303330357378 2122232425262728"],
    ];
    for commands in ends {
        let mut card = TestCard::psam(T1);
        card.ok(PSAM);
        card.ok(INIT);
        for command in commands {
            card.exchange(&hex(command));
        }
        card.expect(&format!("{CRYPT} 00"), "6985");
        card.expect("80FA050009 0000000000000000 31 00", "6985");
    }
    let mut card = TestCard::psam(T1);
    card.ok(PSAM);
    card.ok(INIT);
    card.reset();
    card.ok(PSAM);
    card.expect(&format!("{CRYPT} 00"), "6985");
    // an unknown name, a read and a challenge do not end it
    card.ok(INIT);
    assert_eq!(card.send(&hex("00A4040002D157")).sw, 0x6A82);
    card.ok("0084000008");
    assert_eq!(card.send(&hex(&format!("{CRYPT} 00"))).sw, 0x9000);
}

#[test]
fn refused_inits() {
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    let data = hex("1112131415161718 3434303330357378 2122232425262728");
    for (role, kid, sw) in [
        // an identifier that no key has, the same with the eighth bit, of the other environment
        (0x48, 0x11, 0x9403),
        (0x48, 0x92, 0x9403),
        (0x48, 0xFF, 0x9403),
        // no levels, four, five; types that there are not
        (0x08, 0x12, 0x6A86),
        (0x88, 0x12, 0x6A86),
        (0xE8, 0x12, 0x6A86),
        (0x49, 0x12, 0x6A86),
        (0x5F, 0x12, 0x6A86),
        // another type, other levels than the key's
        (0x40, 0x12, 0x6985),
        (0x42, 0x12, 0x6985),
        (0x68, 0x12, 0x6985),
        (0x28, 0x12, 0x6985),
        (0x48, 0x13, 0x6985),
        (0x47, 0x13, 0x6985),
        // type 8 serves 6 and 7
        (0x46, 0x12, 0x9000),
        (0x47, 0x12, 0x9000),
        (0x48, 0x12, 0x9000),
        (0x46, 0x13, 0x9000),
    ] {
        let answer = card.send(&init(role, kid, &data));
        assert_eq!(answer.sw, sw, "{role:02X} {kid:02X}");
    }
    for (role, kid, right) in [(0x67, 0x08, 32), (0x48, 0x12, 24), (0x27, 0x14, 16)] {
        for length in 1..=255u8 {
            let sw = card.send(&init(role, kid, &vec![0x31; length.into()])).sw;
            assert_eq!(
                sw,
                if length == right { 0x9000 } else { 0x6700 },
                "{role:02X} {length}"
            );
        }
    }
    card.ok(SX3);
    card.ok(DF01);
    for (role, kid, right) in [(0x67, 0x08, 40), (0x48, 0x12, 32)] {
        for length in 1..=255u8 {
            let sw = card.send(&init(role, kid, &vec![0x31; length.into()])).sw;
            assert_eq!(
                sw,
                if length == right { 0x9000 } else { 0x6700 },
                "{role:02X} {length}"
            );
        }
    }
}

/// A key does what INIT asked it for.
#[test]
fn types_are_kept_apart() {
    let long = [0x31; 32];
    for (role, kid, levels, crypt, mac) in [
        (0x48, 0x12, 2, 0x9000, 0x9000),
        (0x47, 0x12, 2, 0x9000, 0x6985),
        (0x46, 0x12, 2, 0x6985, 0x9000),
        (0x46, 0x13, 2, 0x6985, 0x9000),
        (0x27, 0x14, 1, 0x9000, 0x6985),
        // asked for MAC too, as one program of 1.00 does: it enciphers all the same, and makes none
        (0x28, 0x14, 1, 0x9000, 0x6985),
        (0x44, 0x15, 2, 0x9000, 0x6985),
        (0x67, 0x08, 3, 0x9000, 0x6985),
        // the debit key is for the debit alone
        (0x22, 0x01, 1, 0x6985, 0x6985),
    ] {
        let mut card = TestCard::psam(T1);
        card.ok(PSAM);
        let answer = card.send(&init(role, kid, &long[..8 * levels + 8]));
        assert_eq!(answer.sw, 0x9000, "{role:02X} {kid:02X}");
        assert_eq!(
            card.send(&hex(&format!("{CRYPT} 00"))).sw,
            crypt,
            "{role:02X} {kid:02X}"
        );
        let sw = card.send(&hex("80FA050009 0000000000000000 31 00")).sw;
        assert_eq!(sw, mac, "{role:02X} {kid:02X}");
    }
}

#[test]
fn lengths_of_crypt_and_mac() {
    for sm4 in [false, true] {
        let mut card = TestCard::psam(T1);
        let block = if sm4 { 16 } else { 8 };
        if sm4 {
            card.ok(SX3);
        }
        card.ok(DF01);
        assert_eq!(
            card.send(&init(0x48, 0x12, &vec![0x31; 16 + block])).sw,
            0x9000
        );
        for length in 1..=255 {
            let data = vec![0x31; length];
            let send = |card: &mut TestCard, header| {
                let mut command = command(header, &[&data]);
                command.push(0x00);
                card.send(&command).sw
            };
            let crypt = if length == block { 0x9000 } else { 0x6700 };
            assert_eq!(send(&mut card, "80FA0000"), crypt, "{length}");
            let mac = if length > block { 0x9000 } else { 0x6700 };
            assert_eq!(send(&mut card, "80FA0500"), mac, "{length}");
        }
    }
}
