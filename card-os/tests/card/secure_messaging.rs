//! Secure messaging on the file commands: known answers of whole commands, and every way to get it wrong.

use card_os::Interface::{self, Contactless, T0, T1};
use test_vectors::{VectorError, cases};

use crate::support::ciphers::FieldKey;
use crate::support::handmade::{DDF2, OTHER_04, authenticate, dgi, entry, fcp, keys};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{Objects, TestCard, hex, is_key_counter};

pub const CHALLENGE: &str = "0084000008";
pub const FIRST: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const STK: FieldKey = FieldKey::Sm4([0x5C; 16]);
const STK_3DES: FieldKey = FieldKey::Tdes(*b"STK, 16 bytes ok");
pub const BOTH: [FieldKey; 2] = [STK, STK_3DES];

/// The hand-made card with STK and these files in its second environment, which has no STK else.
pub fn card(interface: Interface, stk: FieldKey) -> TestCard {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let long: Vec<u8> = (0..300u16).map(|at| (at % 251) as u8).collect();
    let stream = [
        dgi(0x0061, &hex("DDF2")),
        keys(TRANSPORT[2], &[entry(0x03, 0x02, 15, stk)]),
        fcp("820101 8002012C 83020011 8604 0000 0000"),
        dgi(0x0011, &long),
        fcp("82050521001005 80020020 83020012 8604 0000 0000"),
        dgi(0x0012, &hex("0102AABB")),
        fcp("820101 80020008 83020013 8604 0000 0000"),
        dgi(0x0013, &hex("0011223344556677")),
        // as a secure message only: free, under key 04; records with rules of their own
        fcp("820101 80020002 83020014 8604 4000 4000"),
        dgi(0x0014, &hex("1414")),
        fcp("820101 80020002 83020015 8604 4204 4204"),
        dgi(0x0015, &hex("1515")),
        fcp("82050521001005 80020020 83020016 860C 4000 0000 01000000 0201FF00"),
        dgi(0x0016, &hex("0102AABB 0202CCDD")),
        // one record that is too long for a secure message
        fcp("8205022100FE01 83020017 8604 0000 0000"),
        dgi(0x0017, &[0x17; 254]),
    ]
    .concat();
    assert_eq!(host.store(&mut card, &stream, 240), 0x9000);
    let mut card = TestCard::with_flash(card.into_flash(), interface);
    card.ok(DDF2);
    card
}

#[test]
fn whole_messages_from_openssl() -> Result<(), VectorError> {
    let mut count = 0;
    for case in cases("generated/messages")? {
        let key: [u8; 16] = case.array("stk")?;
        let stk = match case.bytes("algorithm")? {
            [0x01] => FieldKey::Tdes(key),
            _ => FieldKey::Sm4(key),
        };
        for interface in [T0, T1, Contactless] {
            for le in [false, true] {
                // without Le only T=0 has an answer to fetch
                if !le && interface != T0 {
                    continue;
                }
                let mut card = card(interface, stk);
                assert_eq!(card.ok(CHALLENGE), case.bytes("challenge")?);
                let mut command = case.bytes("command")?.to_vec();
                if le {
                    command.push(0x00);
                }
                let answer = card.exchange(&command);
                let got = [&answer.data[..], &answer.sw.to_be_bytes()].concat();
                assert_eq!(
                    got,
                    case.bytes("answer")?,
                    "{} {interface:?}",
                    case.origin()
                );
                let answer = card.send(case.bytes("check")?);
                let got = [&answer.data[..], &answer.sw.to_be_bytes()].concat();
                assert_eq!(got, case.bytes("check-answer")?, "{}", case.origin());
                // once is enough
                assert_eq!(card.send(&command).sw, 0x6985, "{}", case.origin());
                count += 1;
            }
        }
    }
    assert_eq!(count, 42 * 4);
    Ok(())
}

/// A command of the field's form for `challenge`, its MAC made by the bare cipher crates.
pub fn field(stk: FieldKey, challenge: &[u8], header: &str, data: &[u8]) -> Vec<u8> {
    let mut command = hex(header);
    command.push((data.len() + 4) as u8);
    command.extend(data);
    let mac = stk.message_mac(challenge, &command);
    command.extend(mac);
    command
}

/// A command of data objects, with its MAC object.
pub fn objects(stk: FieldKey, challenge: &[u8], header: &str, objects: &[u8]) -> Vec<u8> {
    let mut covered = hex(header);
    covered.push(0x80);
    covered.resize(stk.block_length(), 0x00);
    covered.extend(objects);
    let mac = stk.message_mac(challenge, &covered);
    bare(header, &[objects, &[0x8E, 0x04], &mac].concat())
}

pub fn bare(header: &str, data: &[u8]) -> Vec<u8> {
    [&hex(header)[..], &[data.len() as u8], data].concat()
}

/// All that survives power-off, but for the tries of keys.
pub fn contents(card: &TestCard) -> Objects {
    card.objects()
        .into_iter()
        .filter(|(id, _)| !is_key_counter(*id))
        .collect()
}

/// Good commands of every form for `challenge`.
pub fn good(stk: FieldKey, challenge: &[u8]) -> Vec<Vec<u8>> {
    vec![
        field(stk, challenge, "04D69300", &[0xAA; 3]),
        field(stk, challenge, "84DC0194", &hex("010111")),
        field(stk, challenge, "84E20090", &hex("020111")),
        field(stk, challenge, "04B09300", &[]),
        field(stk, challenge, "84B20194", &[]),
        objects(stk, challenge, "0CD69300", &hex("8103AAAAAA")),
        objects(stk, challenge, "0CDC0194", &hex("8103010111")),
        objects(stk, challenge, "0CE20090", &hex("8103020111")),
        objects(stk, challenge, "0CB09300", &hex("970100")),
        objects(stk, challenge, "0CB20194", &hex("970100 BB028700")),
    ]
}

#[test]
fn a_message_is_for_one_challenge_one_header_one_card() {
    for stk in BOTH {
        for (number, command) in good(stk, &FIRST).into_iter().enumerate() {
            let fresh = || {
                let mut card = card(T1, stk);
                card.ok(CHALLENGE);
                card
            };
            let refused = |mut card: TestCard, command: &[u8], sw: u16| {
                let before = contents(&card);
                let answer = card.send(command);
                assert_eq!(answer.sw, sw, "{number}: {command:02X?}");
                assert!(answer.data.is_empty());
                assert_eq!(contents(&card), before, "{number}: {command:02X?}");
                card
            };
            let sent = [&command[..], &[0x00]].concat();
            assert_eq!(fresh().send(&sent).sw, 0x9000, "{number}");
            // out of order: no challenge, or one that was used up
            let mut without = card(T1, stk);
            without.ok("00B0930008");
            refused(without, &sent, 0x6985);
            let mut used = fresh();
            authenticate(&mut used, 0x04, OTHER_04);
            refused(used, &sent, 0x6985);
            // replayed: after its own challenge, and for the next one
            let mut played = fresh();
            played.send(&sent);
            let mut played = refused(played, &sent, 0x6985);
            played.ok(CHALLENGE);
            let played = refused(played, &sent, 0x6988);
            // which has cost one try, and used the challenge up
            refused(played, &sent, 0x6985);
            // of another card
            let mut other = card(T1, FieldKey::Sm4([0x5D; 16]));
            other.ok(CHALLENGE);
            refused(other, &sent, 0x6988);
            // over another header: P1, P2, the other class of the same form, another command
            let mut header = sent.clone();
            header[2] ^= 0x02;
            // APPEND RECORD has one P1
            refused(
                fresh(),
                &header,
                if header[1] == 0xE2 { 0x6A86 } else { 0x6988 },
            );
            let mut header = sent.clone();
            header[3] ^= 0x08;
            refused(fresh(), &header, 0x6988);
            if command[0] != 0x0C {
                let mut header = sent.clone();
                header[0] ^= 0x80;
                refused(fresh(), &header, 0x6988);
            }
            // every bit of data and MAC counts
            for bit in 0..(command.len() - 5) * 8 {
                let mut wrong = sent.clone();
                wrong[5 + bit / 8] ^= 1 << (bit % 8);
                let mut card = fresh();
                let before = contents(&card);
                let sw = card.send(&wrong).sw;
                assert!(
                    matches!(sw, 0x6987 | 0x6988),
                    "{number}, bit {bit}: {sw:04X}"
                );
                assert_eq!(contents(&card), before);
            }
        }
    }
}

#[test]
fn truncated_messages() {
    for stk in BOTH {
        for command in good(stk, &FIRST) {
            for length in 0..command.len() - 5 {
                let mut short = command[..5 + length].to_vec();
                short[4] = length as u8;
                let mut card = card(T0, stk);
                card.ok(CHALLENGE);
                let before = contents(&card);
                let sw = card.send(&short).sw;
                let known = match (command[0], length) {
                    (0x0C, _) => matches!(sw, 0x6987 | 0x6988),
                    (_, 0..4) => sw == 0x6700,
                    _ => matches!(sw, 0x6700 | 0x6988),
                };
                assert!(known, "{short:02X?}: {sw:04X}");
                assert_eq!(contents(&card), before);
            }
        }
    }
}

#[test]
fn downgraded_messages() {
    for stk in BOTH {
        // the MAC left out, or the data taken for a plain command's: the file wants a message
        let mut card = card(T1, stk);
        assert_eq!(authenticate(&mut card, 0x04, OTHER_04), 0x9000);
        card.expect("00B0940002", "6982");
        card.expect("00B0940000", "6982");
        card.expect("00D6940001 AA", "6982");
        card.expect("00B0950002", "6982");
        card.expect("00D6950002 AAAA", "6982");
        for record in ["01", "02", "03"] {
            card.expect(&format!("00B2{record}B400"), "6982");
        }
        card.expect("00B201B000", "6982");
        card.expect("00B201B500", "6982");
        // class 04 without a MAC, class 0C without objects; class 08; what knows no secure messaging
        card.ok(CHALLENGE);
        card.expect("04B0940000", "6700");
        card.expect("04D69400 01 AA", "6700");
        card.expect("08B0940004 11223344", "6882");
        card.expect("08D6940005 AA11223344", "6882");
        card.expect("0420000007 12345611223344", "6882");
        card.expect("0C20000003 123456", "6882");
        card.expect("0484000004 11223344", "6882");
        card.expect("0C88000004 11223344", "6882");
        card.expect("14B0940004 11223344", "6884");
        card.expect("1CB0940004 11223344", "6884");
        card.expect("05B0940004 11223344", "6881");
        card.expect("86B0940004 11223344", "6E00");
        card.expect("8CB0940004 11223344", "6E00");
        // none of these has used the challenge up
        let challenge = hex("090A0B0C0D0E0F10");
        let read = [field(stk, &challenge, "04B09500", &[]), vec![0x00]].concat();
        let answer = card.send(&read);
        assert_eq!((answer.sw, &answer.data[..2]), (0x9000, &[0x15, 0x15][..]));
        // class 0C without objects is an attempt
        card.ok(CHALLENGE);
        card.expect("0CB0940000", "6987");
        card.expect("0CB0940000", "6985");
    }
}

#[test]
fn a_message_does_not_stand_for_a_key() {
    for stk in BOTH {
        let mut card = card(T1, stk);
        // free as a message
        let challenge = card.ok(CHALLENGE);
        let write = field(stk, &challenge, "84D69400", &[0xAA]);
        assert_eq!(card.send(&write).sw, 0x9000);
        let challenge = card.ok(CHALLENGE);
        let read = [
            objects(stk, &challenge, "0CB09400", &hex("970102")),
            vec![0x00],
        ]
        .concat();
        assert_eq!(card.send(&read).data[..4], hex("8102AA14"));
        // a right message for a file under key 04
        for header in ["04D69500", "84D69500"] {
            let challenge = card.ok(CHALLENGE);
            let before = contents(&card);
            assert_eq!(
                card.send(&field(stk, &challenge, header, &[0xAA])).sw,
                0x6982
            );
            assert_eq!(contents(&card), before);
        }
        let challenge = card.ok(CHALLENGE);
        let read = [
            objects(stk, &challenge, "0CB09500", &hex("970100")),
            vec![0x00],
        ]
        .concat();
        let answer = card.send(&read);
        assert_eq!((answer.sw, answer.data.len()), (0x6982, 0));
        // records: one free by its own rule, one masked for ever, both as messages
        for (record, expected) in [("01", "0102AABB"), ("02", "02020000")] {
            let challenge = card.ok(CHALLENGE);
            let header = format!("84B2{record}B4");
            let answer = card.send(&[field(stk, &challenge, &header, &[]), vec![0x00]].concat());
            assert_eq!((answer.sw, &answer.data[..4]), (0x9000, &hex(expected)[..]));
        }
        // with the key
        assert_eq!(authenticate(&mut card, 0x04, OTHER_04), 0x9000);
        let challenge = card.ok(CHALLENGE);
        let write = objects(stk, &challenge, "0CD69500", &hex("8101AA"));
        assert_eq!(card.send(&write).sw, 0x9000);
    }
}

#[test]
fn the_key_is_blocked_by_wrong_messages() {
    for stk in BOTH {
        let mut card = card(T1, stk);
        for number in 0..15 {
            card.ok(CHALLENGE);
            let wrong = ["04B0930004 00000000", "0CB0930009 970100 8E0400000000"];
            card.expect(wrong[number % 2], "6988");
        }
        let challenge = card.ok(CHALLENGE);
        let good = field(stk, &challenge, "04B09300", &[]);
        assert_eq!(card.send(&good).sw, 0x6983);
        let mut card = card.power_cycle();
        card.ok(DDF2);
        let challenge = card.ok(CHALLENGE);
        let good = objects(stk, &challenge, "0CB09300", &hex("970100"));
        assert_eq!(card.send(&good).sw, 0x6983);
        // plain commands go on
        card.ok("00B0930008");
    }
}

#[test]
fn challenges_of_every_length() {
    // 4 bytes serve nothing, 16 are for SM4
    for (ask, sm4, tdes) in [("04", 0x6985, 0x6985), ("10", 0x9000, 0x6985)] {
        for (stk, sw) in [(STK, sm4), (STK_3DES, tdes)] {
            let mut card = card(T1, stk);
            let challenge = card.ok(&format!("00840000{ask}"));
            let factor = if stk == STK {
                &challenge[..]
            } else {
                &challenge[..4]
            };
            let read = field(stk, factor, "04B09300", &[]);
            assert_eq!(card.send(&[&read[..], &[0x00]].concat()).sw, sw, "{ask}");
        }
    }
}

#[test]
fn where_there_is_no_key() {
    let mut card = TestCard::personalized(T1);
    card.ok(DDF2);
    let writes = card.writes();
    for command in ["04B0850004 00000000", "0CB0850009 970100 8E0400000000"] {
        card.ok(CHALLENGE);
        card.expect(command, "6A88");
    }
    assert_eq!(card.writes(), writes);
}
