//! PUT KEY: both encodings, a new set as a whole, and that a wrong one changes nothing.

use card_os::Interface::T1;

use crate::support::ciphers::{aes, aes_cbc};
use crate::support::host::{Host, Keys, TRANSPORT, initialize_update};
use crate::support::{TestCard, hex, to_hex};

const ISD: &str = "00A4040008A00000015100000000";
/// GET DATA, sequence counter.
const COUNTER: [u8; 4] = [0x80, 0xCA, 0x00, 0xC1];

/// A PUT KEY data field: `keys` under `dek`, in one of the encodings.
fn key_fields(version: u8, keys: &Keys, dek: [u8; 16], long: bool) -> Vec<u8> {
    let mut data = vec![version];
    for key in keys {
        data.extend(if long { hex("881110") } else { hex("8810") });
        data.extend(aes_cbc(dek, [0; 16], key));
        data.push(0x03);
        data.extend(&aes(*key, [0x01; 16])[..3]);
    }
    data
}

const NEW: Keys = [[0xE1; 16], [0xE2; 16], [0xE3; 16]];
const PUT_KEY: [u8; 4] = [0x80, 0xD8, 0x30, 0x81];

#[test]
fn put_key_in_both_encodings() {
    for level in [0x01, 0x03, 0x33] {
        for long in [true, false] {
            let mut card = TestCard::blank(T1);
            let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
            host.send(&mut card, COUNTER, &[]);
            let mut host = Host::open(&mut card, &TRANSPORT, level);
            let data = key_fields(0x31, &NEW, TRANSPORT[2], long);
            let answer = host.send(&mut card, PUT_KEY, &data);
            assert_eq!(answer.sw, 0x9000);
            // version and the three check values
            let mut expected = vec![0x31];
            for key in NEW {
                expected.extend(&aes(key, [0x01; 16])[..3]);
            }
            assert_eq!(answer.data, expected);
            // the counter goes on under the new keys, and the old ones are gone
            let mut card = card.power_cycle();
            card.ok(ISD);
            let answer = initialize_update(&mut card, &NEW, 0x31).answer;
            assert_eq!(answer[10], 0x31);
            assert_eq!(answer[29..], [0, 0, 3]);
            card.expect("8050300008 C0C1C2C3C4C5C6C7 00", "6A88");
            card.expect(
                "80CA00E000",
                "E012 C00401318810 C00402318810 C00403318810 9000",
            );
            let mut host = Host::open(&mut card, &NEW, 0x33);
            assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x9000);
        }
    }
}

#[test]
fn a_wrong_put_key_changes_nothing() {
    let right = key_fields(0x31, &NEW, TRANSPORT[2], true);
    let with = |at: usize, byte: u8| {
        let mut data = right.clone();
        data[at] = byte;
        data
    };
    let mut long = right.clone();
    long.push(0x00);
    let refused = [
        // KCV of each key, a bit of a key, type, lengths
        with(23, right[23] ^ 0x01),
        with(46, right[46] ^ 0x80),
        with(right.len() - 1, right[right.len() - 1] ^ 0x01),
        with(5, right[5] ^ 0x01),
        with(1, 0x80),
        with(2, 0x10),
        with(2, 0x12),
        with(3, 0x18),
        with(20, 0x00),
        with(20, 0x04),
        // versions that there are not
        with(0, 0x00),
        with(0, 0x80),
        with(0, 0xFF),
        // one short, one long, two keys, the version alone
        right[..right.len() - 1].to_vec(),
        long,
        right[..47].to_vec(),
        right[..1].to_vec(),
    ];
    for data in &refused {
        let mut card = TestCard::blank(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        let (objects, writes) = (card.objects(), card.writes());
        let answer = host.send(&mut card, PUT_KEY, data);
        assert_eq!(answer.sw, 0x6A80, "{}", to_hex(data));
        assert_eq!(card.writes(), writes);
        assert_eq!(card.objects(), objects);
        // the channel goes on
        assert_eq!(host.send(&mut card, COUNTER, &[]).sw, 0x9000);
    }
    let mut card = TestCard::blank(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    // a version that is not there to be replaced
    let header = [0x80, 0xD8, 0x31, 0x81];
    assert_eq!(host.send(&mut card, header, &right).sw, 0x6A88);
    let header = [0x80, 0xD8, 0x30, 0x02];
    assert_eq!(host.send(&mut card, header, &right).sw, 0x6A86);
}
