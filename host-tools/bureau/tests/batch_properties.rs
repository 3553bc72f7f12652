//! Whatever a batch holds: no panic, no number shown, nothing lost; and samples that always pass.

use std::{collections::HashSet, path::Path};

use proptest::prelude::*;
use ssc_bureau::batch::{ReadOptions, read_bytes};
use ssc_bureau::sample::{SampleOptions, sample, sample_photo, write_sample};
use ssc_person::{CitizenNumber, Date, Name, check_character, photo};

fn options() -> ReadOptions {
    ReadOptions {
        today: Date::new(2026, 1, 1).unwrap(),
        photos: None,
        folder: None,
        model: None,
        ..ReadOptions::default()
    }
}

fn sample_of(count: u64, seed: u64) -> Vec<u8> {
    let options = SampleOptions {
        count,
        seed,
        pins: true,
        card_numbers: true,
        photos: false,
    };
    let mut out = Vec::new();
    sample(&options, &mut out).unwrap();
    out
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_bytes(&bytes, &options());
    }

    /// Bytes with the header of a batch before them reach the rows' rules.
    #[test]
    fn arbitrary_rows_never_panic(
        rows in prop::collection::vec(prop::collection::vec(
            prop_oneof!["[0-9]{17}[0-9X]", "[0-9-]{0,10}", "\\PC{0,30}", "[A-Z0-9]{9}", "[\"\r\0]{1,3}"], 0..14), 0..20),
    ) {
        let mut text = String::from("AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,pin,photo,category,institution,valid_to,note\n");
        for row in &rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let batch = read_bytes(text.as_bytes(), &options()).unwrap();
        let reports: String = batch.all_faults().chain(batch.warnings()).map(|f| format!("{f}{f:?}")).collect();
        for field in rows.iter().flatten().filter(|f| f.len() == 18 && f.bytes().take(17).all(|b| b.is_ascii_digit())) {
            prop_assert!(!reports.contains(field.as_str()));
        }
    }

    /// Workbooks and UTF-16 by their first bytes, and anything behind them.
    #[test]
    fn arbitrary_bytes_behind_a_mark_never_panic(mark in 0usize..6, bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let marks: [&[u8]; 6] = [b"PK\x03\x04", &[0xD0, 0xCF, 0x11, 0xE0], &[0xFF, 0xFE], &[0xFE, 0xFF], b"sep=;\n", &[0xEF, 0xBB, 0xBF]];
        let _ = read_bytes(&[marks[mark], &bytes].concat(), &options());
    }

    /// A workbook with some bytes changed.
    #[test]
    fn a_damaged_workbook_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = include_bytes!("../../../test-vectors/batches/cases/x-workbook.xlsx").to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read_bytes(&bytes, &options());
    }

    /// Quotation marks that stand anywhere in bad rows never take a good row away: not in the same field twice, not over lines.
    #[test]
    fn marks_left_open_take_no_row_away(
        bad in prop::collection::vec((0usize..8, prop::collection::vec("[a,\"\n ]{0,6}", 1..8)), 0..8),
    ) {
        let sample = String::from_utf8(sample_of(8, 11)).unwrap();
        let mut lines = sample.lines();
        let mut text = format!("{}\n", lines.next().unwrap());
        let good: Vec<&str> = lines.collect();
        for (index, row) in good.iter().enumerate() {
            for (_, fields) in bad.iter().filter(|(before, _)| *before == index) {
                text.push_str(&fields.join(","));
                text.push('\n');
            }
            text.push_str(row);
            text.push('\n');
        }
        let batch = read_bytes(text.as_bytes(), &options()).unwrap();
        let standing: Vec<_> = batch.requests().map(|(_, request)| request.holder.number).collect();
        let expected: Vec<_> = good.iter().map(|row| CitizenNumber::parse(row.split(',').next().unwrap()).unwrap()).collect();
        prop_assert_eq!(standing, expected);
    }

    /// One byte of a good batch changed: the batch still reads, and a changed digit of a number is always caught.
    #[test]
    fn a_changed_digit_of_a_number_is_caught(row in 1usize..20, at in 0usize..17, add in 1u8..10) {
        let mut lines: Vec<Vec<u8>> = sample_of(20, 1).split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
        let digit = &mut lines[row][at];
        *digit = b'0' + (*digit - b'0' + add) % 10;
        let batch = read_bytes(&lines.join(&b'\n'), &options()).unwrap();
        let refused: Vec<_> = batch.refused().map(|r| r.line()).collect();
        prop_assert_eq!(refused, [row + 1]);
    }

    #[test]
    fn a_batch_with_a_changed_byte_still_reads(at in 0usize..1500, byte in any::<u8>()) {
        let mut bytes = sample_of(20, 2);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read_bytes(&bytes, &options());
    }

    /// GB 11643 against its own definition: the check makes Σ aᵢ·2^(18−i) ≡ 1 (mod 11) (ISO 7064, MOD 11-2).
    #[test]
    fn numbers_satisfy_iso_7064(region in 100_000u32..999_999, days in 0u8..28, sequence in 0u16..1000) {
        let body = format!("{region}199902{:02}{sequence:03}", days + 1);
        let check = check_character(body.as_bytes().try_into().unwrap()).unwrap();
        let digits = body.bytes().map(|b| u32::from(b - b'0')).chain([if check == b'X' { 10 } else { u32::from(check - b'0') }]);
        let sum = digits.fold(0, |sum, digit| (sum * 2 + digit) % 11);
        prop_assert_eq!(sum, 1);
        let number = format!("{body}{}", char::from(check));
        prop_assert!(CitizenNumber::parse(&number).is_ok());
    }

    /// A name that is taken comes back whole from the two fields, and neither is torn.
    #[test]
    fn names_come_back(text in "[a-zA-Z ·张王李阿卜杜热]{1,40}") {
        if let Ok(name) = Name::parse(&text) {
            let part = |bytes: &[u8]| {
                let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
                let (text, _, broken) = encoding_rs::GB18030.decode(&bytes[..end]);
                assert!(!broken);
                text.into_owned()
            };
            prop_assert_eq!(part(name.head()) + &part(name.extension()), text);
        }
    }
}

proptest! {
    // each case may encode some twenty pictures
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_photos_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..3000, byte in any::<u8>()) {
        let _ = photo::to_card(&bytes);
        let mut damaged = sample_photo(1, 1);
        let at = at % damaged.len();
        damaged[at] = byte;
        if let Ok(card) = photo::to_card(&damaged) {
            prop_assert!(card.len() <= photo::CARD_LENGTH);
        }
    }
}

#[test]
fn samples_pass_and_repeat() {
    for seed in [0, 1, u64::MAX] {
        let csv = sample_of(300, seed);
        let batch = read_bytes(&csv, &options()).unwrap();
        let faults: Vec<_> = batch
            .all_faults()
            .chain(batch.warnings())
            .map(|f| f.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
        assert_eq!(batch.requests().count(), 300);
        assert!(
            batch
                .requests()
                .any(|(_, p)| p.holder.name.needs_extension())
        );
        assert!(
            batch
                .requests()
                .any(|(_, p)| p.holder.name.as_str().contains('·'))
        );
        assert_eq!(csv, sample_of(300, seed));
        // a longer batch begins like a shorter one
        assert!(sample_of(400, seed).starts_with(&csv));
        let text = String::from_utf8(csv).unwrap();
        assert!(text.lines().skip(1).all(|line| line.contains("SYNTHETIC")));
    }
    assert_ne!(sample_of(10, 1), sample_of(10, 2));
    let too_many = SampleOptions {
        count: 3_000_000,
        ..SampleOptions::default()
    };
    assert!(sample(&too_many, Vec::new()).is_err());
}

#[test]
fn samples_come_with_photos() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.csv");
    let options = SampleOptions {
        count: 5,
        seed: 3,
        photos: true,
        ..SampleOptions::default()
    };
    write_sample(&path, &options).unwrap();
    let batch = ssc_bureau::batch::read(Path::new(&path), None).unwrap();
    assert!(batch.is_clean());
    let photos: HashSet<_> = batch
        .requests()
        .map(|(_, p)| p.holder.photo.clone().unwrap())
        .collect();
    assert_eq!(photos.len(), 5);
}

#[test]
fn a_hundred_thousand_rows() {
    let csv = sample_of(100_000, 9);
    let batch = read_bytes(&csv, &options()).unwrap();
    assert!(batch.is_clean());
    assert_eq!(batch.requests().count(), 100_000);
    // every row twice: every row refused, and each told of its twin
    let csv = sample_of(20_000, 9);
    let mut twice = csv.clone();
    twice.extend(csv.splitn(2, |b| *b == b'\n').nth(1).unwrap());
    let batch = read_bytes(&twice, &options()).unwrap();
    assert_eq!(batch.refused().count(), 40_000);
    assert_eq!(batch.all_faults().count(), 80_000);
}
