//! Data groupings that are refused: each stands behind good ones in its block, of which nothing is kept.

use card_os::Interface::T1;
use card_os::objects::SEQUENCE_COUNTER;

use crate::support::ciphers::{FieldKey, aes_cbc, pad80};
use crate::support::handmade::{DF02, dgi, entry, fcp, keys};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, hex, to_hex};

const DEK: [u8; 16] = TRANSPORT[2];

/// One block.
fn block(host: &mut Host, card: &mut TestCard, number: u8, last: bool, data: &[u8]) -> u16 {
    let p1 = if last { 0x88 } else { 0x08 };
    host.send(card, [0x80, 0xE2, p1, number], data).sw
}

/// Sends `first` and then `faulty` in one block; the block is refused with `status` and nothing of it is there.
#[track_caller]
fn refused(faulty: &[u8], status: u16) {
    let mut card = TestCard::unsecured(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let objects = card.objects();
    let first = [
        dgi(0x0061, &hex("DF02")),
        fcp("820101 80020004 83020011 8604 0000 0000"),
        dgi(0x0011, &hex("11223344")),
    ]
    .concat();
    let stream = [first.clone(), faulty.to_vec()].concat();
    assert_eq!(
        host.store(&mut card, &stream, 247),
        status,
        "{}",
        to_hex(faulty)
    );
    let mut after = card.objects();
    after.insert(SEQUENCE_COUNTER, objects[&SEQUENCE_COUNTER].clone());
    assert_eq!(after, objects, "{}", to_hex(faulty));
    // nothing more until block 00
    assert_eq!(block(&mut host, &mut card, 1, false, &first), 0x6A80);
    assert_eq!(block(&mut host, &mut card, 2, true, &first), 0x6A80);
    assert_eq!(block(&mut host, &mut card, 0, true, &first), 0x9000);
    card.ok(DF02);
    card.expect("00B0910000", "11223344 9000");
}

#[test]
fn fcps_that_are_refused() {
    for (contents, status) in [
        // no descriptor, no FID, nothing
        ("80020004 83020012 8604 0000 0000", 0x6A80),
        ("820101 80020004 8604 0000 0000", 0x6A80),
        ("", 0x6A80),
        // an EF without conditions, a directory with them, an EF with a name
        ("820101 80020004 83020012", 0x6A80),
        ("820138 83020012 8604 0000 0000", 0x6A80),
        ("820101 80020004 83020012 8604 0000 0000 8401AA", 0x6A80),
        // an application that there is not, of no or two bytes, of an EF
        ("820138 83020012 C00103", 0x6A80),
        ("820138 83020012 C000", 0x6A80),
        ("820138 83020012 C0020101", 0x6A80),
        ("820101 80020004 83020012 8604 0000 0000 C00101", 0x6A80),
        // no size, a size of one byte, no records, no record length
        ("820101 83020012 8604 0000 0000", 0x6A80),
        ("820101 800104 83020012 8604 0000 0000", 0x6A80),
        ("820101 80020000 83020012 8604 0000 0000", 0x6A80),
        ("82050221000800 83020012 8604 0000 0000", 0x6A80),
        ("82050221000003 83020012 8604 0000 0000", 0x6A80),
        ("820502210008FF 83020012 8604 0000 0000", 0x6A80),
        ("82050221010003 83020012 8604 0000 0000", 0x6A80),
        ("82050221000803 8304 00120013 8604 0000 0000", 0x6A80),
        ("82050521000803 83020012 8604 0000 0000", 0x6A80),
        // kinds that there are not
        ("820103 80020004 83020012 8604 0000 0000", 0x6A80),
        ("820104 80020004 83020012 8604 0000 0000", 0x6A80),
        ("820178 83020012", 0x6A80),
        ("820102 80020004 83020012 8604 0000 0000", 0x6A80),
        // conditions that there are not, rules cut short, too many rules
        ("820101 80020004 83020012 8604 0500 0000", 0x6A80),
        ("820101 80020004 83020012 8604 0001 0000", 0x6A80),
        ("820101 80020004 83020012 8602 0000", 0x6A80),
        ("820101 80020004 83020012 8605 0000 0000 01", 0x6A80),
        ("82050221000803 83020012 8608 0000 0000 0000 0000", 0x6A80),
        ("82050221000803 83020012 8608 0000 0000 0102 0000", 0x6A80),
        (
            "82050221000803 83020012 8618 0000 0000 01000000 02000000 03000000 04000000 05000000",
            0x6A80,
        ),
        // identifiers that are taken by others, or by none
        ("820101 80020004 83023F00 8604 0000 0000", 0x6A80),
        ("820101 80020004 83020000 8604 0000 0000", 0x6A80),
        ("820101 80020004 8302FFFF 8604 0000 0000", 0x6A80),
        ("820101 80020004 83023FFF 8604 0000 0000", 0x6A80),
        ("820101 80020004 83020061 8604 0000 0000", 0x6A80),
        ("820101 80020004 83020062 8604 0000 0000", 0x6A80),
        ("820101 80020004 830200F0 8604 0000 0000", 0x6A80),
        ("820101 80020004 83028F01 8604 0000 0000", 0x6A80),
        ("820101 80020004 83028F02 8604 0000 0000", 0x6A80),
        // a tag that is none, a length that runs over
        ("820101 80020004 83020012 8604 0000 0000 8A0105", 0x6A80),
        ("820101 80020004 83020012 8605 0000 0000", 0x6A80),
        // names too long, or empty
        (
            "820138 83020012 8411 B00102030405060708090A0B0C0D0E0F10",
            0x6A80,
        ),
        ("820138 83020012 8400", 0x6A80),
        (
            "820138 83020012 8401AA A511 0000000000000000000000000000000000",
            0x6A80,
        ),
        // there already: the FID in this directory
        ("820101 80020004 83020005 8604 0000 0000", 0x6A89),
        // a directory in an ADF
        ("820138 83020012 8401AA", 0x6A80),
        // no room
        ("820101 80028000 83020012 8604 0000 0000", 0x6A84),
        ("820101 80028001 83020012 8604 0000 0000", 0x6A80),
        ("820101 8002FFFF 83020012 8604 0000 0000", 0x6A80),
        ("820502210 0FFFE 83020012 8604 0000 0000", 0x6A84),
    ] {
        refused(&fcp(contents), status);
    }
    // what follows the template, another template, a long length
    let right = "62 11 820101 80020004 83020012 8604 0000 0000";
    refused(&hex(&format!("0062 14 {right} 00")), 0x6A80);
    refused(&hex(&right.replace("62 11", "0062 13 6F 11")), 0x6A80);
    refused(&hex(&right.replace("62 11", "0062 14 62 81 11")), 0x6A80);
}

#[test]
fn names_and_identifiers_are_taken_once() {
    let in_ssse = |contents: &str| [dgi(0x0061, &hex("DDF1")), fcp(contents)].concat();
    refused(&in_ssse("820138 8302DF01 8401AA"), 0x6A89);
    refused(&in_ssse("820138 8302DF11 8406D15600000501"), 0x6A89);
    refused(&in_ssse("820101 80020004 8302EF05 8604 0000 0000"), 0x6A89);
    let in_mf = |contents: &str| [dgi(0x0061, &hex("3F00")), fcp(contents)].concat();
    refused(&in_mf("820138 8302DDF1 8401AA"), 0x6A89);
}

#[test]
fn contents_that_are_refused() {
    for (contents, status) in [
        // a file that is not there; one that is a directory
        (dgi(0x0013, &hex("00")), 0x6A82),
        (dgi(0xDF02, &hex("00")), 0x6A82),
        // more than a transparent EF holds
        (dgi(0x0008, &[0; 257]), 0x6A84),
        (hex("0008 FFFFFF 00"), 0x6A84),
        // records that are there already
        (dgi(0x0005, &[0x33; 8]), 0x6A80),
        (dgi(0x0006, &[0x33; 4]), 0x6A80),
        (dgi(0x0007, &hex("5100")), 0x6A80),
        // a value that ends within a record; more records than there may be
        (dgi(0x000A, &hex("010203")), 0x6A80),
        (dgi(0x000A, &hex("01")), 0x6A80),
        // the MF and the wipe are no contents
        (dgi(0x3F00, &hex("00")), 0x6A80),
        (hex("00F000"), 0x6A80),
        (dgi(0x00F0, &hex("00")), 0x6A80),
        // a directory that is not there, and half an identifier
        (dgi(0x0061, &hex("DF99")), 0x6A82),
        (dgi(0x0061, &hex("DF")), 0x6A80),
        (dgi(0x0061, &hex("DF0100")), 0x6A80),
        (hex("006100"), 0x6A80),
        (hex("006200"), 0x6A80),
        (hex("8F0100"), 0x6A80),
        (hex("0062FF0101"), 0x6A80),
        // the last block leaves a grouping open
        (hex("00"), 0x6A80),
        (hex("0008"), 0x6A80),
        (hex("000804"), 0x6A80),
        (hex("000804 112233"), 0x6A80),
        (hex("0008FF"), 0x6A80),
        (hex("0008FF00"), 0x6A80),
    ] {
        refused(&contents, status);
    }
    // linear fixed: more records than there may be, and half a one
    let file = fcp("82050221000402 83020012 8604 0000 0000");
    refused(&[file.clone(), dgi(0x0012, &[1; 12])].concat(), 0x6A84);
    refused(&[file, dgi(0x0012, &[1; 6])].concat(), 0x6A80);
    // linear variable: too long, too many bytes, too many, half a one
    let file = fcp("82050521000602 80020009 83020012 8604 0000 0000");
    for (records, status) in [
        ("0105 1122334455", 0x6A84),
        ("0104 11223344 0202 1122", 0x6A84),
        ("0100 0200 0300", 0x6A84),
        ("0104 112233", 0x6A80),
        ("01", 0x6A80),
    ] {
        refused(&[file.clone(), dgi(0x0012, &hex(records))].concat(), status);
    }
}

#[test]
fn keys_and_pins_that_are_refused() {
    let key = FieldKey::Sm4([9; 16]);
    let good = entry(0x02, 0x85, 15, key);
    let with = |at: usize, byte: u8| {
        let mut entry = good.clone();
        entry[at] = byte;
        entry
    };
    for bad in [
        // role, identifier, algorithm, tries, key, KCV
        with(0, 0x00),
        with(0, 0x09),
        with(1, 0xA5),
        with(1, 0xC5),
        with(2, 0x00),
        with(2, 0x01),
        with(2, 0x04),
        with(4, 0x00),
        with(5, 0x08),
        with(23, good[23] ^ 1),
        good[..23].to_vec(),
        vec![],
    ] {
        refused(&keys(DEK, &[bad]), 0x6A80);
    }
    // SSF33 has its own answer
    refused(&keys(DEK, &[with(2, 0x02)]), 0x6A81);
    // a good one before a bad one is not kept either
    refused(&keys(DEK, &[good.clone(), with(0, 0x00)]), 0x6A80);
    // another key to encipher with, broken blocks, no padding
    refused(&keys([0; 16], std::slice::from_ref(&good)), 0x6A80);
    refused(&dgi(0x8F01, &[0; 17]), 0x6A80);
    refused(&dgi(0x8F01, &aes_cbc(DEK, [0; 16], &[0; 32])), 0x6A80);
    for pin in [
        // no tries, limits 3 and 17, limits the wrong way round, a number that is not that of its digits
        "00040C06 123456FFFFFFFFFF 80000000",
        "03030C06 123456FFFFFFFFFF 80000000",
        "03041106 123456FFFFFFFFFF 80000000",
        "030C0406 123456FFFFFFFFFF 80000000",
        "03040C05 123456FFFFFFFFFF 80000000",
        "03040C07 123456FFFFFFFFFF 80000000",
        // beyond its own limits
        "03070C06 123456FFFFFFFFFF 80000000",
        "03040506 123456FFFFFFFFFF 80000000",
        // no digits
        "03040C06 12345AFFFFFFFFFF 80000000",
        "03040C06 123456FFFFFFFFFF 00000000",
        "03040C06 123456FFFFFFFFFF 80000001",
    ] {
        refused(&dgi(0x8F02, &aes_cbc(DEK, [0; 16], &hex(pin))), 0x6A80);
    }
    refused(
        &dgi(0x8F02, &aes_cbc(DEK, [0; 16], &pad80(&[0; 16]))),
        0x6A80,
    );
}
