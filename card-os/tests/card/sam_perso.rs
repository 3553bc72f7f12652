//! The PSAM's personalization: what digests cover, which entries are refused, what a wipe takes, and that no key comes out.

use card_os::Interface::{T0, T1};

use crate::support::ciphers::{FieldKey, aes_cbc, aes_cmac, pad80};
use crate::support::handmade::{dgi, entry, fcp};
use crate::support::handmade_sam::{DF01, PSAM, SM4_KEY, SX3, TDES_KEY, stream, sx1};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, blank_flash, hex, is_sam_key, to_hex};

/// INIT and CRYPT as in the dialogues of `sam`.
const INIT: &str = "BFDE481218 1112131415161718 3434303330357378 2122232425262728";
const CRYPT: &str = "80FA000008 3132333435363738";

#[test]
fn nothing_is_written_and_no_key_is_told() {
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    let (writes, objects) = (card.writes(), card.objects());
    card.ok(INIT);
    let mut answers = card.ok(CRYPT);
    answers.extend(card.ok("80FA050010 0000000000000000 3132333435363738"));
    // use, identifier, algorithm, version, in the order of the identifiers
    let list = hex("22010101 67080101 48120101 46130101 27140101 44150101");
    assert_eq!(card.ok("00CA00E100"), list);
    assert_eq!(card.ok("80CA00E100"), [&hex("E118")[..], &list].concat());
    card.ok(SX3);
    card.expect("00CA00E100", "6A88");
    card.ok(DF01);
    assert_eq!(card.ok("00CA00E100"), hex("22010301 67080301 48120301"));
    assert_eq!((card.writes(), card.objects()), (writes, objects));
    for key in [TDES_KEY, SM4_KEY] {
        assert!(
            !answers
                .windows(8)
                .any(|part| key.bytes().windows(8).any(|of| of == part))
        );
    }
}

/// The MF's files first, then for each directory its EFs and its keys without the keys.
#[test]
fn digests_cover_files_and_keys() {
    let mut card = TestCard::blank(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
    assert_eq!(host.store(&mut card, &stream(TRANSPORT[2]), 200), 0x9000);
    let answer = host.send(&mut card, [0x80, 0xCA, 0xDF, 0x00], &[]);
    assert_eq!(answer.sw, 0x9000);
    let kcv = |key: FieldKey| to_hex(&key.kcv());
    let tdes = [
        "22010101 03",
        "67080101 0F",
        "48120101 0F",
        "46130101 0F",
        "27140101 0F",
        "44150101 0F",
    ]
    .map(|part| hex(&format!("{part} {}", kcv(TDES_KEY))));
    let sm4 = ["22010301 03", "67080301 0F", "48120301 0F"]
        .map(|part| hex(&format!("{part} {}", kcv(SM4_KEY))));
    let index = [vec![0x01], vec![0x00; 24]].concat();
    let contents: [Vec<u8>; 10] = [
        vec![0x15; 30],
        hex("112233445566"),
        vec![],
        vec![0; 4],
        index.clone(),
        tdes.concat(),
        vec![],
        vec![0; 4],
        index,
        sm4.concat(),
    ];
    let expected: Vec<u8> = contents
        .iter()
        .flat_map(|bytes| aes_cmac([0; 16], &[bytes])[..4].to_vec())
        .collect();
    assert_eq!(to_hex(&answer.data), to_hex(&expected));
}

#[test]
fn refused_entries() {
    let dek = TRANSPORT[2];
    let good = entry(0x48, 0x12, 15, TDES_KEY);
    let with = |at: usize, value: u8| {
        let mut entry = good.clone();
        entry[at] = value;
        entry
    };
    for (entry, sw) in [
        (good.clone(), 0x9000),
        // an identifier of eight bits (B0 to B4 are seen)
        (with(1, 0xB2), 0x9000),
        // no levels, an unknown type, unknown algorithm, no try, a wrong check value
        (with(0, 0x08), 0x6A80),
        (with(0, 0x49), 0x6A80),
        (with(2, 0x04), 0x6A80),
        (with(4, 0x00), 0x6A80),
        (with(23, good[23] ^ 1), 0x6A80),
        // SSF33
        (with(2, 0x02), 0x6A81),
    ] {
        let mut card = TestCard::with_flash(blank_flash(), T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        let stream = sx1(dek, std::slice::from_ref(&entry));
        assert_eq!(
            host.store(&mut card, &stream, 247),
            sw,
            "{}",
            to_hex(&entry)
        );
    }
    // what is right on a card is none in a PSAM, and the other way round
    let role = entry(0x02, 0x12, 15, TDES_KEY);
    let mut card = TestCard::with_flash(blank_flash(), T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(host.store(&mut card, &sx1(dek, &[role]), 247), 0x6A80);
}

#[test]
fn a_wipe_takes_all_of_it() {
    let mut card = TestCard::with_flash(blank_flash(), T1);
    let blank = card.objects();
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(host.store(&mut card, &stream(TRANSPORT[2]), 247), 0x9000);
    assert!(card.objects().keys().any(|id| is_sam_key(*id)));
    assert_eq!(host.store(&mut card, &dgi(0x00F0, &[]), 247), 0x9000);
    let mut after = card.objects();
    // the sequence counter of the secure channel has moved
    after.retain(|id, _| blank.contains_key(id) || *id != card_os::objects::SEQUENCE_COUNTER);
    assert_eq!(after, blank);
}

/// The keys of a PSAM have a name space of their own: its application may come behind any number of files.
#[test]
fn an_application_may_be_any_file() {
    for files in [61u16, 62, 90] {
        let mut card = TestCard::with_flash(blank_flash(), T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        let small = |fid| fcp(&format!("820101 80020001 8302{fid:04X} 8604 0000 FF00"));
        let mut stream: Vec<u8> = (0x1000..0x1000 + files).flat_map(small).collect();
        stream.extend(sx1(TRANSPORT[2], &[entry(0x67, 0x08, 15, TDES_KEY)]));
        assert_eq!(host.store(&mut card, &stream, 247), 0x9000, "{files}");
    }
}

/// PUT KEY rotates a card's keys. A PSAM has one version of each: another version is another PSAM.
#[test]
fn put_key_changes_no_key_of_a_psam() {
    let mut card = TestCard::psam(T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
    let objects = card.objects();
    let new = entry(0x48, 0x12, 15, SM4_KEY);
    let cipher = aes_cbc(TRANSPORT[2], [0; 16], &pad80(&new));
    for p1 in [0x00, 0x01] {
        let data = [&hex("DF01")[..], &cipher].concat();
        assert_eq!(
            host.send(&mut card, [0x80, 0xD8, p1, 0x01], &data).sw,
            0x6A81
        );
    }
    assert_eq!(card.objects(), objects);
}
