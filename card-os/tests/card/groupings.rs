//! STORE DATA: the grammar of data groupings, blocks that span them, and that a faulty block writes nothing.

use card_os::Interface::{T0, T1};
use card_os::{Card, Identity};

use crate::support::ciphers::FieldKey;
use crate::support::handmade::{self, SSSE, dgi, entry, fcp, keys};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{Chip, Flash, SERIAL, TestCard, hex};

const DEK: [u8; 16] = TRANSPORT[2];

/// One block.
fn block(host: &mut Host, card: &mut TestCard, number: u8, last: bool, data: &[u8]) -> u16 {
    let p1 = if last { 0x88 } else { 0x08 };
    host.send(card, [0x80, 0xE2, p1, number], data).sw
}

/// A blank card with an open channel.
fn begun() -> (TestCard, Host) {
    let mut card = TestCard::blank(T1);
    let host = Host::open(&mut card, &TRANSPORT, 0x01);
    (card, host)
}

/// A small stream with every kind of grouping.
fn small() -> Vec<u8> {
    [
        fcp("820138 8302DF01 8406D15600000500"),
        fcp("82050521000603 80020010 83020005 8604 0000 0000"),
        dgi(0x0005, &hex("0102AABB 0200")),
        fcp("820101 80020006 83020006 8604 0000 0000"),
        // a length of five bytes
        hex("0006 FF0004 DEADBEEF"),
        keys(DEK, &[entry(0x02, 0x81, 15, FieldKey::Sm4([7; 16]))]),
        handmade::pin(DEK),
        dgi(0x0061, &hex("DF01")),
    ]
    .concat()
}

fn check_small(card: &mut TestCard) {
    card.ok("00A4040006D1560000050000");
    card.expect("00B2012D00", "0102AABB 0200 9000");
    card.expect("00B0860000", "DEADBEEF0000 9000");
    card.expect("0020000003 123456", "9000");
    assert_eq!(
        handmade::authenticate(card, 0x81, FieldKey::Sm4([7; 16])),
        0x9000
    );
}

#[test]
fn blocks_may_be_cut_anywhere() {
    let stream = small();
    // one cut at every place
    for at in 1..stream.len() {
        let (mut card, mut host) = begun();
        assert_eq!(block(&mut host, &mut card, 0, false, &stream[..at]), 0x9000);
        assert_eq!(block(&mut host, &mut card, 1, true, &stream[at..]), 0x9000);
        check_small(&mut card);
    }
    // and cuts everywhere: blocks of every size
    for size in [1, 2, 3, 4, 5, 7, 16, 31, 100, 247] {
        let (mut card, mut host) = begun();
        assert_eq!(host.store(&mut card, &stream, size), 0x9000, "{size}");
        check_small(&mut card);
    }
}

#[test]
fn the_examples_of_the_manual() {
    // personalization.md: the value of 8F01 was made with OpenSSL
    let (mut card, mut host) = begun();
    let stream = hex(
        "0062 25 62 23 820138 8302DDF1 840F7378312E73682EC9E7BBE1B1A3D5CF
         A50988011E9F0C03860103
         0062 1B 62 19 8205052100 1207 80020040 8302EF05 8608 0000 0204 0701020A
         EF05 40 0110 110100D156000005000000015C5C5C5C 0201 31 0304 332E3030
         040C 110100FFFFFFFFFFFFFFFFFF 0504 20260101 0604 20360101 0709 583030303030303139
         8F01 20 B1E55BE27C6079854142A22111B0F5E320E35A79821EB4C7E03C8EC6980D9429
         8F02 10 9F0984546FCE6A539E86AC22E5414812",
    );
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    card.ok(SSSE);
    card.expect("00B2032C00", "0304332E3030 9000");
    card.expect("0020000003 123456", "9000");
    let rk = FieldKey::Sm4(
        *hex("00112233445566778899AABBCCDDEEFF")
            .first_chunk()
            .unwrap(),
    );
    assert_eq!(rk.kcv(), [0x72, 0xEB, 0xA3]);
    assert_eq!(handmade::authenticate(&mut card, 0x0A, rk), 0x9000);
    card.expect("00B2072C00", "0709 583030303030303139 9000");
}

#[test]
fn digests_of_files_and_keys() {
    // left half of AES-CMAC under zeros: made by the bare crate over bytes known here
    let digest = |bytes: &[u8]| crate::support::ciphers::aes_cmac([0; 16], &[bytes])[..4].to_vec();
    let (mut card, mut host) = begun();
    assert_eq!(host.store(&mut card, &small(), 200), 0x9000);
    let answer = host.send(&mut card, [0x80, 0xCA, 0xDF, 0x00], &[]);
    assert_eq!(answer.sw, 0x9000);
    let mut public = hex("02 81 03 01 0F");
    public.extend(FieldKey::Sm4([7; 16]).kcv());
    let expected = [
        digest(&hex("0102AABB 0200")),
        digest(&hex("DEADBEEF0000")),
        digest(&public),
    ]
    .concat();
    assert_eq!(answer.data, expected);
    // from the second on
    let answer = host.send(&mut card, [0x80, 0xCA, 0xDF, 0x01], &[]);
    assert_eq!(answer.data, expected[4..]);
    // one value over all, from the bare crate too
    let answer = host.send(&mut card, [0x80, 0xCA, 0xDF, 0xFF], &[]);
    let all = crate::support::ciphers::aes_cmac([0; 16], &[&expected]);
    assert_eq!((answer.sw, &answer.data[..]), (0x9000, &all[..8]));
    // outside the channel there are none
    card.expect("80CADFFF00", "6982");
    card.ok("00A4040008A00000015100000000");
    card.expect("80CADF0000", "6982");
    card.ok("00A40000023F0000");
    card.expect("00CADF0000", "6982");
}

#[test]
fn a_spanning_ef_is_readable_when_it_is_complete() {
    let mut stream = fcp("820101 80020004 83020005 8604 0000 0000");
    stream.extend(fcp(
        "82050521000603 80020010 83020006 860C 0000 0000 01010000 02000000",
    ));
    let complete = stream.len() + 3 + 4;
    stream.extend(dgi(0x0005, &hex("11223344")));
    stream.extend(dgi(0x0006, &hex("0102AABB 0202CCDD")));
    for at in complete - 4..stream.len() {
        let (mut card, mut host) = begun();
        assert_eq!(block(&mut host, &mut card, 0, false, &stream[..at]), 0x9000);
        let mut reader = TestCard::with_flash(card.os().flash().clone(), T1);
        reader.expect(
            "00B0850000",
            if at < complete {
                "6985"
            } else {
                "11223344 9000"
            },
        );
        if at < complete {
            // nor written, nor declared finished
            reader.expect("00D6850001 99", "6985");
        }
        if at >= complete + 3 {
            // whatever the rules of its records say
            reader.expect("00B2013400", "6985");
            reader.expect("00B2023400", "6985");
            reader.expect("00B2013500", "6985");
            reader.expect("00E2003003 030100", "6985");
            reader.expect("00DC013404 0102EEEE", "6985");
        }
        let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
        let open = at < complete || at >= complete + 3;
        assert_eq!(answer.sw == 0x6985, open, "at {at}");
        if open {
            // and the next block goes on
            assert_eq!(block(&mut host, &mut card, 1, true, &stream[at..]), 0x9000);
            card.ok("00A40000023F0000");
            card.expect("00B0850000", "11223344 9000");
            card.expect("00B2013500", "0102AABB 0202CCDD 9000");
        }
    }
}

/// GlobalPlatform 11.11.2.1: P1 bits 5 and 4 tell the structure of the data, 00 that nothing is told.
#[test]
fn a_structure_that_is_not_told_is_that_of_groupings() {
    let stream = small();
    let (first, second) = stream.split_at(stream.len() / 2);
    for (more, last) in [(0x00, 0x80), (0x08, 0x80), (0x00, 0x88)] {
        let (mut card, mut host) = begun();
        let mut send = |p1, number, data| host.send(&mut card, [0x80, 0xE2, p1, number], data).sw;
        assert_eq!(send(more, 0, first), 0x9000);
        // BER-TLV, what may be answered, enciphered data: not this card's
        for other in [0x10, 0x90, 0x01, 0x81, 0x20, 0xE8] {
            assert_eq!(send(other, 1, second), 0x6A86, "{other:02X}");
        }
        assert_eq!(send(last, 1, second), 0x9000);
        check_small(&mut card);
        // the last block ends the stream: what is cut within it is refused
        let (mut card, mut host) = begun();
        let cut = &stream[..stream.len() - 1];
        assert_eq!(host.send(&mut card, [0x80, 0xE2, last, 0], cut).sw, 0x6A80);
    }
}

#[test]
fn blocks_out_of_order() {
    let stream = small();
    let (first, rest) = stream.split_at(100);
    for wrong in [0, 2, 255] {
        let (mut card, mut host) = begun();
        assert_eq!(block(&mut host, &mut card, 0, false, first), 0x9000);
        let objects = card.objects();
        assert_eq!(block(&mut host, &mut card, wrong, true, rest), 0x6A80);
        assert_eq!(card.objects(), objects);
        // the right one is too late now
        assert_eq!(block(&mut host, &mut card, 1, true, rest), 0x6A80);
    }
    let (mut card, mut host) = begun();
    assert_eq!(block(&mut host, &mut card, 1, true, &stream), 0x6A80);
    // after the last block a new stream begins, in the MF
    let (mut card, mut host) = begun();
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    let file = fcp("820101 80020001 8302EF01 8604 0000 0000");
    assert_eq!(block(&mut host, &mut card, 0, true, &file), 0x9000);
    card.ok("00A40000023F0000");
    card.expect("00A4020002EF01", "9000");
}

#[test]
fn more_than_256_blocks() {
    let (mut card, mut host) = begun();
    let mut stream = fcp("820101 8002012C 83020005 8604 0000 0000");
    stream.extend(dgi(0x0005, &handmade::photo()));
    assert!(stream.len() > 256);
    assert_eq!(host.store(&mut card, &stream, 1), 0x9000);
    card.ok("00A40000023F0000");
    let mut answer = crate::support::to_hex(&handmade::photo()[44..]);
    answer.push_str("9000");
    card.expect("00A402000200 05", "9000");
    card.expect("00B0002C00", &answer);
}

#[test]
fn a_block_of_very_many_records_is_refused_whole() {
    // one transaction holds 32 objects
    let (mut card, mut host) = begun();
    let file = fcp("82050521000640 80020100 83020005 8604 0000 0000");
    assert_eq!(block(&mut host, &mut card, 0, false, &file), 0x9000);
    let objects = card.objects();
    assert_eq!(
        block(
            &mut host,
            &mut card,
            1,
            true,
            &dgi(0x0005, &[1, 0].repeat(60))
        ),
        0x6A84
    );
    assert_eq!(card.objects(), objects);
    // in smaller blocks it goes
    assert_eq!(
        host.store(&mut card, &dgi(0x0005, &[1, 0].repeat(60)), 40),
        0x9000
    );
    card.ok("00A40000023F0000");
    card.expect("00A402000200 05", "9000");
    card.expect("00B23C0400", "0100 9000");
    card.expect("00B23D0400", "6A83");
}

#[test]
fn the_largest_transparent_ef() {
    // 15 bits of offset reach 32,768 bytes; on a flash of 512 kB there is room for more
    let big = Card::<Chip>::manufacture(Flash::new(256), &Identity::from_serial(SERIAL));
    let mut card = TestCard::with_flash(big.map_err(|(error, _)| error).unwrap(), T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let too_large = fcp("820101 80028001 83020005 8604 0000 0000");
    assert_eq!(block(&mut host, &mut card, 0, true, &too_large), 0x6A80);
    let largest = fcp("820101 80028000 83020005 8604 0000 0000");
    assert_eq!(block(&mut host, &mut card, 0, true, &largest), 0x9000);
    card.ok("00A40000023F0000");
    card.expect("00A402000200 05", "9000");
    card.expect("00D67FFE02 AABB", "9000");
    card.expect("00D67FFF02 AABB", "6A84");
    card.expect("00B07FFD00", "00AABB 9000");
    card.expect("00B07FFE03", "AABB 6282");
}

#[test]
fn every_level_stores_the_same() {
    let mut made = Vec::new();
    for interface in [T0, T1] {
        for level in [0x01, 0x03, 0x11, 0x13, 0x33] {
            let mut card = TestCard::blank(interface);
            let mut host = Host::open(&mut card, &TRANSPORT, level);
            assert_eq!(host.store(&mut card, &small(), 120), 0x9000);
            made.push(card.objects());
        }
    }
    made.dedup();
    assert_eq!(made.len(), 1);
}

/// Tag C0 names the application of a directory; a file of it selects the same, and the file commands are there.
#[test]
fn a_directory_names_its_application() {
    let (mut card, mut host) = begun();
    let stream = [
        fcp("820138 8302DF01 8406D15600000590 C00101"),
        fcp("820101 80020002 83020006 8604 0000 0000"),
        hex("0006 02 BEEF"),
        dgi(0x0061, &hex("3F00")),
        fcp("820138 8302DF02 8406D15600000500"),
    ]
    .concat();
    assert_eq!(host.store(&mut card, &stream, 247), 0x9000);
    card.expect(
        "00A4040406D1560000059000",
        "6212 820138 8302DF01 8406D15600000590 C00101 9000",
    );
    card.expect("00B0860000", "BEEF 9000");
    card.expect("00A4020002 0006", "9000");
    card.expect("00B0000000", "BEEF 9000");
    card.expect(
        "00A4040406D1560000050000",
        "620F 820138 8302DF02 8406D15600000500 9000",
    );
}
