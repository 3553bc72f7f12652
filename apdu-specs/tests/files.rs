//! The file and key tables against `ssc-facts.md`, whose rows are typed here once more by hand.

use std::collections::HashSet;

use apdu_specs::access::{Access, RecordGuard, RecordRule};
use apdu_specs::files::{
    DIRECTORIES, Directory, ElementaryFile, Field, FileKind, Format, directories, find_file,
};
use apdu_specs::{Generation, names};

/// The facts' version 2 tables in the facts' own notation: directory, EF, fields. A template's
/// children stand in braces, its repetitions as `*n`; all numbers are hexadecimal.
const VERSION_2: &[(&str, u16, &str)] = &[
    (
        "SSSE",
        0x05,
        "01:b:10 02:an:01 03:an:04 04:cn:0C 05:cn:04 06:cn:04 07:an:09",
    ),
    (
        "SSSE",
        0x06,
        "08:an:12 09:an:1E 4E:an:14 0A:an:01 0B:cn:01 0C:cn:03 0D:cn:04",
    ),
    ("DF01", 0x05, "20:an:02 21:an:50 0E:cn:03"),
    ("DF01", 0x06, "23:an:50 24:cn:03 28:an:0F 2C:an:32 2D:an:0F"),
    ("DF01", 0x07, "29:an:01"),
    ("DF01", 0x08, "2B:an:01"),
    ("DF01", 0x09, "2E:an:46 30:an:09 32:an:02"),
    ("DF01", 0x0A, "37:an:03 38:an:02 39:cn:04"),
    ("DF01", 0x15, "2A:cn:01 40*3:34 57:an:03 58:cn:03 59:an:28"),
    (
        "DF02",
        0x05,
        "42:an:03 41:an:03 43*2:6C 5A:07 5B:01 5C:46 5D:cn:04 5E:10 44*2:65 33:03 34:46 35:cn:04 36:10",
    ),
    (
        "DF02",
        0x06,
        "4C:cn:04 4B:an:05 4D:cn:03 60:cn:04 4F:an:06 50:cn:03 3A:an:07",
    ),
    ("DF02", 0x07, "--:an:07 --:cn:04 --:cn:04 --:an:46"),
    ("DF02", 0x09, "55:an:10 56:an:46 96:cn:04 97:cn:03"),
    (
        "DF02",
        0x15,
        "99*4:10 10:an:03 11:cn:04 12:cn:03 0F:cn:04 1F:cn:03",
    ),
    ("DF02", 0x16, "--:an:03 --:cn:04 --:cn:04 --:cn:04 --:cn:03"),
    (
        "DF03",
        0x05,
        "61:cn:03 60:cn:04 98:cn:04 62:cn:04 63:an:03 64:an:03 65:an:03 66:an:03",
    ),
    (
        "DF03",
        0x06,
        "45:an:14 46:an:02 47:an:02 48:an:01 49:an:01 67:cn:04 6B:an:3C 4A*3:61 13:02 14:01 15:14 16:cn:04 17:3C",
    ),
    (
        "DF03",
        0x07,
        "70:an:03 71:cn:03 6E:cn:04 6C:cn:04 6F:cn:04 73:cn:04",
    ),
    ("DF03", 0x15, "7A:cn:03 7B:cn:04 7C:cn:04"),
    ("DF03", 0x16, "51:cn:03 5F:an:01"),
    ("DF03", 0x17, "3B:an:14 3C:an:46 3D:an:01 3E:cn:04 3F:an:3C"),
    ("DF03", 0x18, "74:an:03 75:cn:03 76:cn:01 77:cn:04 78:cn:04"),
    (
        "DF03",
        0x19,
        "79*4:27 18:an:03 19:cn:03 1A:cn:04 1B:cn:04 1C:04 1D:an:03 1E:cn:04",
    ),
    (
        "DF04",
        0x05,
        "81:an:08 84:cn:03 87:an:11 8C:cn:01 80:cn:04 8B:an:1D 8A:an:0F 83:an:09 86:an:09 89:an:09 7D:an:09 7E:an:09 7F:an:09 8D:an:09 8E:an:09 8F:an:01",
    ),
    ("DF04", 0x06, "90:an:01 92:04 93:an:02"),
    (
        "DF04",
        0x08,
        "--:02 --:an:01 --:06 --:cn:07 --:04 --:04 --:04",
    ),
    ("DF04", 0x15, "--:02 --:an:01"),
    ("DF07", 0x05, "F0:an:02 F1:an:01 F2:cn:04 F3:an:03 F4:cn:04"),
    ("DF07", 0x06, "F5:an:03 F6:cn:04 F7:an:46"),
    ("DF07", 0x07, "F8:cn:04 F9:an:01"),
    ("SSSE", 0x0D, "EA:0C EB:03"),
];

/// Files without records: directory, EF, size in 1.00 and from 2.00 (0 where it does not exist).
const TRANSPARENT: &[(&str, u16, u16, u16)] = &[
    ("SSSE", 0x07, 0x300, 0x400),
    ("SSSE", 0x08, 0, 0x1000),
    ("DF01", 0x16, 0x80, 0x80),
    ("DF01", 0x17, 0x80, 0x80),
    ("DF01", 0x18, 0x80, 0x80),
    ("DF01", 0x19, 0x80, 0x80),
    ("DF01", 0x1A, 0x80, 0x80),
];

fn directory(label: &str) -> &'static Directory {
    DIRECTORIES
        .iter()
        .find(|directory| directory.label == label)
        .unwrap()
}

fn in_facts_notation(field: &Field, rows: &mut Vec<String>) {
    let tag = field
        .tag
        .map_or("--".to_owned(), |tag| format!("{tag:02X}"));
    let times = match field.repeat {
        1 => String::new(),
        times => format!("*{times}"),
    };
    let format = match field.format {
        Format::An => "an",
        Format::Cn => "cn",
        Format::B => "b",
    };
    rows.push(format!("{tag}{times}:{format}:{:02X}", field.length));
    for child in field.children {
        in_facts_notation(child, rows);
    }
}

#[test]
fn fields_are_those_of_the_facts() {
    for (label, low, facts) in VERSION_2 {
        let file = directory(label)
            .find_file(0xEF00 | low, Generation::V2)
            .unwrap_or_else(|| panic!("{label} EF{low:02X}"));
        let mut rows = Vec::new();
        for field in file.fields(Generation::V2) {
            in_facts_notation(field, &mut rows);
        }
        let facts: Vec<_> = facts.split(' ').collect();
        assert_eq!(rows.len(), facts.len(), "{label} EF{low:02X}: {rows:?}");
        for (row, fact) in rows.iter().zip(facts) {
            // where the facts give no format, tag and length must agree
            let row_without_format: Vec<_> = row.split(':').collect();
            let short = format!("{}:{}", row_without_format[0], row_without_format[2]);
            assert!(
                row == fact || short == fact,
                "{label} EF{low:02X}: {row} in the table, {fact} in the facts"
            );
        }
    }
}

#[test]
fn no_file_is_there_that_the_facts_do_not_name() {
    for directory in directories(Generation::V2) {
        for file in directory.files(Generation::V2) {
            let low = file.fid & 0xFF;
            let named = VERSION_2
                .iter()
                .any(|row| row.0 == directory.label && row.1 == low)
                || TRANSPARENT
                    .iter()
                    .any(|row| row.0 == directory.label && row.1 == low)
                || (directory.label == "SSSE" && low == 0x0C);
            assert!(named, "{} EF{low:02X}", directory.label);
        }
    }
}

#[test]
fn transparent_files_have_the_sizes_of_their_generation() {
    for (label, low, first, later) in TRANSPARENT {
        for (generation, size) in Generation::ALL.into_iter().zip([*first, *later, *later]) {
            let file = directory(label).find_file(0xEF00 | low, generation);
            let expected = (size != 0).then_some(FileKind::Transparent { size });
            assert_eq!(file.map(|file| file.kind), expected, "{label} EF{low:02X}");
        }
    }
}

#[test]
fn versions_differ_where_the_facts_say_so() {
    let length = |generation| {
        let file = find_file(0xDF01, 0xEF05, generation).unwrap();
        file.find_field(0x21, generation).unwrap().length
    };
    assert_eq!(Generation::ALL.map(length), [0x3E, 0x50, 0x50]);

    let logs = |generation| {
        find_file(0xDF04, 0xEF08, generation)
            .unwrap()
            .record_count(generation)
    };
    assert_eq!(Generation::ALL.map(logs), [10, 30, 30]);

    let third = |generation| {
        let file = find_file(names::SSSE_FID, 0xEF06, generation).unwrap();
        file.records(generation).nth(2).unwrap().1.tag
    };
    assert_eq!(
        Generation::ALL.map(third),
        [Some(0x0A), Some(0x4E), Some(0x4E)]
    );

    let cardholder = |generation| {
        find_file(names::SSSE_FID, 0xEF06, generation)
            .unwrap()
            .read(generation)
    };
    assert_eq!(
        Generation::ALL.map(cardholder),
        [Access::Free, Access::Free, Access::Key(0x0A)]
    );
}

#[test]
fn card_number_is_masked_in_3_00_only() {
    for generation in Generation::ALL {
        let issuer = find_file(names::SSSE_FID, 0xEF05, generation).unwrap();
        assert_eq!(issuer.read(generation), Access::Free);
        let rules: Vec<_> = issuer.record_rules(generation).collect();
        let expected = RecordRule {
            record: 7,
            guard: RecordGuard::Masked,
            read: Access::Key(0x0A),
        };
        match generation {
            Generation::V3 => assert_eq!(rules, [expected]),
            _ => assert!(rules.is_empty()),
        }
    }
}

#[test]
fn templates_hold_exactly_their_children() {
    let mut seen = HashSet::new();
    for (_, file) in all_files(Generation::V2) {
        for field in file.fields(Generation::V2) {
            if !field.children.is_empty() {
                let inside: u16 = field.children.iter().map(Field::encoded_len).sum();
                assert_eq!(inside, field.length, "template {:02X?}", field.tag);
                seen.insert((field.tag.unwrap(), field.length, field.repeat));
            }
        }
    }
    let stated = [
        (0x40, 0x34, 3),
        (0x43, 0x6C, 2),
        (0x44, 0x65, 2),
        (0x99, 0x10, 4),
        (0x4A, 0x61, 3),
        (0x79, 0x27, 4),
    ];
    assert_eq!(seen, HashSet::from(stated));
}

#[test]
fn records_of_fixed_length_hold_exactly_their_fields() {
    for generation in Generation::ALL {
        for (_, file) in all_files(generation) {
            if let FileKind::Cyclic { record, .. } | FileKind::LinearFixed { record, .. } =
                file.kind
            {
                let inside: u16 = file.fields(generation).map(Field::encoded_len).sum();
                assert_eq!(inside, u16::from(record), "EF{:04X}", file.fid);
                assert!(file.fields(generation).all(|field| field.tag.is_none()));
            }
        }
    }
}

#[test]
fn records_are_numbered_with_their_repetitions() {
    let education = find_file(0xDF01, 0xEF15, Generation::V2).unwrap();
    let tags: Vec<_> = education
        .records(Generation::V2)
        .map(|(number, field)| (number, field.tag.unwrap()))
        .collect();
    assert_eq!(tags, [(1, 0x2A), (2, 0x40), (3, 0x40), (4, 0x40)]);
    // 2 + 1, three times 2 + 52
    assert_eq!(education.size(Generation::V2), 165);
    assert_eq!(education.longest_record(Generation::V2), 54);
    assert_eq!(education.record_count(Generation::V2), 4);
    // EF05 of SSSE: 16 + 1 + 4 + 12 + 4 + 4 + 9 and seven headers
    let issuer = find_file(names::SSSE_FID, 0xEF05, Generation::V3).unwrap();
    assert_eq!(issuer.size(Generation::V3), 64);
    let log = find_file(0xDF04, 0xEF08, Generation::V3).unwrap();
    assert_eq!(log.records(Generation::V3).count(), 0);
    assert_eq!(log.size(Generation::V3), 840);
}

fn all_files(
    generation: Generation,
) -> impl Iterator<Item = (&'static Directory, &'static ElementaryFile)> {
    directories(generation).flat_map(move |directory| {
        directory
            .files(generation)
            .map(move |file| (directory, file))
    })
}

#[test]
fn identifiers_are_unique_and_records_fit_an_apdu() {
    for generation in Generation::ALL {
        let mut fids = HashSet::new();
        for (directory, file) in all_files(generation) {
            let place = format!("{} EF{:04X} {generation}", directory.label, file.fid);
            assert!(fids.insert((directory.fid, file.fid)), "{place} twice");
            assert!((1..=30).contains(&file.sfi()), "{place}: SFI");
            assert!(file.size(generation) > 0, "{place}: size");
            let linear = file.kind == FileKind::LinearVariable;
            unique(file.fields(generation), linear, &place);
            for field in file.fields(generation) {
                assert!((1..=253).contains(&field.length), "{place}: {}", field.id);
                assert!(field.repeat >= 1);
                unique(field.children.iter(), true, &place);
            }
        }
    }
}

fn unique<'a>(fields: impl Iterator<Item = &'a Field>, tagged: bool, place: &str) {
    let (mut tags, mut ids) = (HashSet::new(), HashSet::new());
    for field in fields {
        assert_eq!(field.tag.is_some(), tagged, "{place}: {}", field.id);
        assert!(field.tag.is_none_or(|tag| tags.insert(tag)), "{place}: tag");
        assert!(ids.insert(field.id), "{place}: {} twice", field.id);
        assert!(!field.english.is_empty() && !field.chinese.is_empty());
    }
}

#[test]
fn directories_have_their_names() {
    let expected: [(u16, &[u8]); 6] = [
        (
            0xDDF1,
            &[
                0x73, 0x78, 0x31, 0x2E, 0x73, 0x68, 0x2E, 0xC9, 0xE7, 0xBB, 0xE1, 0xB1, 0xA3, 0xD5,
                0xCF,
            ],
        ),
        (0xDF01, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x00]),
        (0xDF02, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x01]),
        (0xDF03, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x02]),
        (0xDF04, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x03]),
        (0xDF07, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x06]),
    ];
    let found: Vec<_> = DIRECTORIES.iter().map(|df| (df.fid, df.name)).collect();
    assert_eq!(found, expected);
    assert!(DIRECTORIES.iter().all(|df| df.ddf == (df.label == "SSSE")));
    // the FCI of SSSE on the wire: 24 bytes on the real 2.00 card, 30 with the marker
    for (generation, length) in [
        (Generation::V1, 24),
        (Generation::V2, 24),
        (Generation::V3, 30),
    ] {
        let ssse = directory("SSSE");
        let fci = 2 + 2 + ssse.name.len() + 2 + ssse.fci_proprietary(generation).len();
        assert_eq!(fci, length);
    }
}

#[test]
fn versions_are_read_as_written() {
    for generation in Generation::ALL {
        assert_eq!(generation.to_string().parse(), Ok(generation));
    }
    for text in ["", "1.0", "3.000", "4.00", " 3.00"] {
        assert!(text.parse::<Generation>().is_err(), "{text:?}");
    }
}
