//! The files of the tables against `docs/ssc-facts.md` and `docs/ssc-fields.md`, typed here once more by hand. Their items: `fields.rs`.

use apdu_specs::applications::ssc;
use std::collections::HashSet;

use apdu_specs::access::{Access, RecordGuard, RecordRule};
use apdu_specs::applications::find_file;
use apdu_specs::applications::ssc::{DIRECTORIES, directories};
use apdu_specs::files::{Directory, ElementaryFile, Field, FileKind};
use apdu_specs::{Evidence, Generation};

/// Files without records: directory, EF, size in 1.00 and from 2.00 (0 where it does not exist).
const TRANSPARENT: &[(&str, u16, u16, u16)] = &[
    ("SSSE", 0x07, 0x300, 0x400),
    ("SSSE", 0x08, 0, 0x1000),
    ("DF01", 0x16, 0, 0x128),
    ("DF01", 0x17, 0, 0x128),
    ("DF01", 0x18, 0, 0x128),
    ("DF01", 0x19, 0, 0x128),
    ("DF01", 0x1A, 0, 0x128),
];

fn directory(label: &str) -> &'static Directory {
    DIRECTORIES
        .iter()
        .find(|directory| directory.label == label)
        .unwrap()
}

/// Each EF of each generation, typed by hand from the papers: no more, no fewer.
const FILES: &[(&str, &str, &str)] = &[
    ("SSSE", "05 06 07 0C", "05 06 07 08 0C 0D"),
    (
        "DF01",
        "05 06 07 08 09 0A",
        "05 06 07 08 09 0A 15 16 17 18 19 1A",
    ),
    ("DF02", "05 06 07 08 09", "05 06 07 09 15 16"),
    ("DF03", "05 06 07", "05 06 07 15 16 17 18 19"),
    ("DF04", "05 06 08", "05 06 08 15"),
    ("DF05", "", "05"),
    ("DF06", "", "05 06"),
    ("DF07", "", "05 06 07"),
];

#[test]
fn files_are_those_of_the_papers() {
    for generation in Generation::ALL {
        let found: Vec<_> = DIRECTORIES
            .iter()
            .map(|directory| {
                let files: Vec<_> = directory
                    .files(generation)
                    .map(|file| format!("{:02X}", file.sfi()))
                    .collect();
                assert!(
                    files.is_empty() || directory.generations.contains(generation),
                    "{} {generation}",
                    directory.label
                );
                (directory.label, files.join(" "))
            })
            .collect();
        let stated: Vec<_> = FILES
            .iter()
            .map(|(label, first, later)| {
                let files = match generation {
                    Generation::V1 => first,
                    Generation::V2 | Generation::V3 => later,
                };
                (*label, (*files).to_owned())
            })
            .collect();
        assert_eq!(found, stated, "{generation}");
    }
}

/// A new card has tag 60 in DF02 EF06; DF03 EF05 has the room for it, as the last record.
#[test]
fn one_of_two_files_has_the_date_of_unemployment() {
    for generation in Generation::ALL {
        let status = find_file(0xDF02, 0xEF06, generation).unwrap();
        assert!(
            status
                .records(generation)
                .any(|(_, field)| field.tag == Some(0x60))
        );
        let insurance = find_file(0xDF03, 0xEF05, generation).unwrap();
        assert!(
            insurance
                .records(generation)
                .all(|(_, field)| field.tag != Some(0x60))
        );
        assert_eq!(insurance.records(generation).count(), 7);
        assert_eq!(insurance.record_count(generation), 8);
        let later: Vec<_> = insurance
            .appendable(generation)
            .map(|field| field.tag)
            .collect();
        assert_eq!(later, [Some(0x60)]);
    }
    // 61 60 98 62 of 3, 4, 4, 4 bytes, 63 to 66 of 3 each, and eight headers
    let insurance = find_file(0xDF03, 0xEF05, Generation::V2).unwrap();
    assert_eq!(insurance.size(Generation::V2), 15 + 12 + 16);
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
        let file = find_file(ssc::names::SSSE_FID, 0xEF06, generation).unwrap();
        file.records(generation).nth(2).unwrap().1.tag
    };
    assert_eq!(
        Generation::ALL.map(third),
        [Some(0x0A), Some(0x4E), Some(0x4E)]
    );

    let cardholder = |generation| {
        find_file(ssc::names::SSSE_FID, 0xEF06, generation)
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
        let issuer = find_file(ssc::names::SSSE_FID, 0xEF05, generation).unwrap();
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
    for generation in [Generation::V1, Generation::V2] {
        for (_, file) in all_files(generation) {
            for field in file.fields(generation) {
                if !field.children.is_empty() {
                    let inside: u16 = field.children.iter().map(Field::encoded_len).sum();
                    assert_eq!(inside, field.length, "template {:02X?}", field.tag);
                    seen.insert((field.tag.unwrap(), field.length, field.repeat));
                }
            }
        }
    }
    let stated = [
        // of 1.00
        (0x40, 0x34, 1),
        (0x41, 0x34, 1),
        (0x43, 0x1D, 1),
        (0x44, 0x1D, 1),
        // from 2.00
        (0xA3, 0x18, 5),
        (0xA4, 0x17, 3),
        (0xC3, 0x1A, 1),
        (0xC4, 0x1A, 1),
        (0xC5, 0x1A, 1),
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
    let issuer = find_file(ssc::names::SSSE_FID, 0xEF05, Generation::V3).unwrap();
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
    let expected: [(u16, &[u8]); 8] = [
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
        (0xDF05, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x05]),
        (0xDF06, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x06]),
        (0xDF07, &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x04]),
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

/// A mark X has words that say how the sources conflict and what was chosen; no other mark has them.
#[test]
fn every_x_says_what_was_chosen() {
    let mut found = 0;
    for directory in DIRECTORIES {
        for key in directory.keys {
            assert_eq!(key.conflict.is_some(), key.evidence == Evidence::X);
        }
        for file in directory.all_files {
            let marks = [file.evidence, file.access_evidence];
            let place = format!("{} {:04X}", directory.label, file.fid);
            let conflict = marks.contains(&Evidence::X);
            assert_eq!(file.conflict.is_some(), conflict, "{place}");
            let children = file.all_fields.iter().flat_map(|field| field.children);
            for field in file.all_fields.iter().chain(children) {
                let conflict = field.evidence == Evidence::X;
                assert_eq!(field.conflict.is_some(), conflict, "{place} {}", field.id);
                found += usize::from(conflict);
            }
        }
    }
    // 43/5B, tag 60 twice, two records of 1.00
    assert_eq!(found, 5);
}

/// Programs ask for these by file and tag: each is where the table has it, in every generation that has it.
#[test]
fn records_with_a_name_of_their_own_stand_in_the_environments_table() {
    let environment = directory("SSSE");
    for (fid, tag, id) in apdu_specs::applications::ssc::records::RECORDS {
        let fields: Vec<_> = (environment.all_files.iter())
            .filter(|file| file.fid == *fid)
            .flat_map(|file| file.all_fields)
            .filter(|field| field.id == *id)
            .collect();
        assert!(!fields.is_empty(), "{id}");
        for field in fields {
            assert_eq!(field.tag, Some(*tag), "{id}");
        }
    }
}
