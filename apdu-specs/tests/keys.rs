//! The key table and the conditions that name its keys, against `docs/ssc-facts.md` typed by hand.

use apdu_specs::applications;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use apdu_specs::access::Access;
use apdu_specs::applications::psam::SamUse;
use apdu_specs::applications::ssc::{DIRECTORIES, directories};
use apdu_specs::files::{Directory, ElementaryFile};
use apdu_specs::keys::KeyRole;
use apdu_specs::{Evidence, Generation};

fn directory(label: &str) -> &'static Directory {
    DIRECTORIES
        .iter()
        .find(|directory| directory.label == label)
        .unwrap()
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

fn key_of(access: Access) -> Option<u8> {
    match access {
        Access::Key(key) | Access::PinOrKey(key) | Access::PinAndKey(key) => Some(key),
        Access::Free | Access::Pin | Access::Never => None,
    }
}

#[test]
fn every_key_of_a_condition_is_in_the_key_table() {
    for generation in Generation::ALL {
        for (directory, file) in all_files(generation) {
            let rules = file.record_rules(generation).map(|rule| rule.read);
            let conditions = [file.read(generation), file.write].into_iter().chain(rules);
            for identifier in conditions.filter_map(key_of) {
                let key = applications::find_key(directory.fid, identifier)
                    .unwrap_or_else(|| panic!("{} {identifier:02X}", directory.label));
                assert!(key.generations.contains(generation), "{}", key.vault_id);
                assert_eq!(key.role, KeyRole::External, "{}", key.vault_id);
            }
        }
    }
}

/// Who may read and write each EF, against `docs/ssc-conditions.tsv`, which is typed by hand from the papers.
#[test]
fn conditions_are_those_of_the_papers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ssc-conditions.tsv");
    let paper = std::fs::read_to_string(path).unwrap();
    let mut stated: Vec<String> = paper
        .lines()
        .skip(1)
        .map(|line| line.split('\t').take(5).collect::<Vec<_>>().join(" | "))
        .collect();
    let mut found = Vec::new();
    for generation in Generation::ALL {
        for (directory, file) in all_files(generation) {
            let words = |access| {
                let key =
                    || applications::find_key(directory.fid, key_of(access).unwrap()).unwrap();
                match access {
                    Access::Free => "free".to_owned(),
                    Access::Never => "never".to_owned(),
                    Access::Pin => "PIN".to_owned(),
                    Access::Key(_) => key().vault_id.to_owned(),
                    Access::PinOrKey(_) => format!("PIN or {}", key().vault_id),
                    Access::PinAndKey(_) => format!("PIN and {}", key().vault_id),
                }
            };
            let [read, write] = [file.read(generation), file.write].map(words);
            let (label, sfi) = (directory.label, file.sfi());
            found.push(format!(
                "{generation} | {label} | EF{sfi:02X} | {read} | {write}"
            ));
        }
    }
    stated.sort();
    found.sort();
    assert_eq!(found, stated);
}

/// "1.00 keys" of section 3: no RK in SSSE, DF01 and DF02, and no more update keys than files had then.
#[test]
fn a_card_of_1_00_has_its_own_keys() {
    let stated = [
        ("SSSE", "IRK STK UK BK PUK LUK1"),
        ("DF01", "UK1 UK2 UK3 UK4 UK5"),
        ("DF02", "UK1 UK2 UK3 UK4 UK5"),
        ("DF03", "LK RK1 RK2 UK1 UK2 UK3"),
        ("DF04", "LK RK1 UK1 UK2"),
        ("DF05", ""),
        ("DF06", ""),
        ("DF07", ""),
    ];
    let found: Vec<_> = DIRECTORIES
        .iter()
        .map(|directory| {
            let names: Vec<_> = directory
                .keys_of(Generation::V1)
                .map(|key| key.name)
                .collect();
            (directory.label, names.join(" "))
        })
        .collect();
    assert_eq!(
        found,
        stated.map(|(label, names)| (label, names.to_owned()))
    );
    for generation in [Generation::V2, Generation::V3] {
        for directory in DIRECTORIES {
            assert_eq!(directory.keys_of(generation).count(), directory.keys.len());
        }
    }
}

/// "Use and key bytes seen" of the facts, and correction 21 of the fields: identifiers 2x and 3x of update keys are 47, 4x are
/// 48, RK of SSSE is 47. The keys that no dialogue names are 48 (P).
#[test]
fn uses_in_a_psam_are_those_of_the_facts() {
    let seen = |use_byte, list: &str| {
        list.split(' ')
            .map(|psam| (u8::from_str_radix(psam, 16).unwrap(), use_byte))
            .collect::<Vec<_>>()
    };
    let facts: HashMap<u8, u8> = [
        seen(0x67, "08 2B 2C 2D 2E 35"),
        seen(0x47, "0A 24 25 26 27 28 29 2A 2F 36 37 38 39 3A 3B"),
        seen(0x48, "09 10 12 13 42 43 44 45 46 47 48 49"),
        // corrections 9 to 11 and 24: keys of DF01's reserved files, DF06, DF07, and the one that reads EF0C
        seen(0x47, "30 31 32 33 34 3D 3E 3F B0 B1 B2"),
        seen(0x48, "52 53 54 5D"),
        // P: BK, the locks of two directories, UK1 of DF05
        seen(0x48, "11 40 41 B4"),
    ]
    .concat()
    .into_iter()
    .collect();
    let mut found = 0;
    for key in DIRECTORIES.iter().flat_map(|directory| directory.keys) {
        assert_eq!(key.psam.is_some(), key.sam_use.is_some());
        if let Some(expected) = key.psam.and_then(|psam| facts.get(&psam)) {
            assert_eq!(key.sam_use, Some(*expected), "{}", key.vault_id);
            found += 1;
        }
        let reads = key.name.starts_with("RK") || ["IRK", "LUK1"].contains(&key.name);
        assert_eq!(key.reads(), reads, "{}", key.vault_id);
    }
    assert_eq!(found, facts.len());
    // sources conflict: 47 in two programs, 48 in one of 1.00
    let conflict = directory("DF03").find_key(0x87).unwrap();
    assert_eq!(
        (conflict.psam, conflict.evidence),
        (Some(0x29), Evidence::X)
    );
}

#[test]
fn a_use_is_levels_and_type() {
    for byte in 0..=u8::MAX {
        let expected = (1..=3).contains(&(byte >> 5)) && byte & 0x1F <= 8;
        let decoded = SamUse::from_byte(byte);
        assert_eq!(decoded.is_some(), expected, "{byte:02X}");
        assert!(decoded.is_none_or(|decoded| decoded.byte() == byte));
    }
    let [both, reads, writes] = [0x48, 0x67, 0x47].map(|byte| SamUse::from_byte(byte).unwrap());
    for byte in 0..=u8::MAX {
        let Some(asked) = SamUse::from_byte(byte) else {
            continue;
        };
        let granted = |stored: SamUse| stored.grants(asked).map(|kind| kind as u8);
        let narrower = matches!(byte, 0x46..=0x48).then_some(byte & 0x1F);
        assert_eq!(granted(both), narrower, "{byte:02X}");
        // asked as 8 it enciphers, and makes no MACs
        assert_eq!(granted(reads), matches!(byte, 0x67 | 0x68).then_some(7));
        assert_eq!(granted(writes), matches!(byte, 0x47 | 0x48).then_some(7));
    }
}

#[test]
fn keys_are_those_of_the_facts() {
    let facts: &[(&str, &str)] = &[
        (
            "SSSE",
            "IRK 00/08, STK 02/09, UK 04/12, BK 05/11, PUK 06/10, LUK1 07/5D, RK 0A/0A, LUK2 0D/13",
        ),
        (
            "DF01",
            "UK1 83/42, UK2 84/43, UK3 85/24, UK4 86/25, UK5 87/44, RK1 88/2E, UK6 89/2F, UK7 8A/30, UK8 8B/31, UK9 8C/32, UKA 8D/33, UKB 8E/34",
        ),
        (
            "DF02",
            "UK1 83/26, UK2 84/45, UK3 85/46, UK4 86/27, UK5 87/28, RK1 88/35, UK6 89/36",
        ),
        (
            "DF03",
            "LK 83/40, RK1 84/2B, RK2 85/2C, UK1 86/47, UK2 87/29, UK3 88/48, UK4 89/37, UK5 8A/38, UK6 8B/39, UK7 8C/3A, UK8 8D/3B",
        ),
        ("DF04", "LK 83/41, RK1 84/2D, UK1 85/49, UK2 86/2A"),
        ("DF05", "UK1 83/B4"),
        ("DF06", "RK1 83/52, UK1 85/53, UK2 86/54"),
        (
            "DF07",
            "RK1 83/3D, RK2 84/3F, RK3 85/B1, UK1 86/3E, UK2 87/B0, UK3 88/B2",
        ),
    ];
    for (label, facts) in facts {
        let keys: Vec<_> = directory(label)
            .keys
            .iter()
            .map(|key| {
                let psam = key
                    .psam
                    .map_or("--".to_owned(), |psam| format!("{psam:02X}"));
                assert_eq!(key.vault_id, format!("{label}/{}", key.name));
                assert_eq!(key.identifier & 0x80 == 0, *label == "SSSE");
                format!("{} {:02X}/{psam}", key.name, key.identifier)
            })
            .collect();
        assert_eq!(keys.join(", "), *facts);
    }
    let mut ids = HashSet::new();
    let mut psam = HashSet::new();
    for key in DIRECTORIES.iter().flat_map(|directory| directory.keys) {
        assert!(ids.insert(key.vault_id));
        assert!(key.psam.is_none_or(|identifier| psam.insert(identifier)));
        let role = match key.name {
            "IRK" => KeyRole::Internal,
            "STK" => KeyRole::Maintenance,
            "BK" => KeyRole::CardBlock,
            "PUK" => KeyRole::Unblock,
            "LK" => KeyRole::ApplicationLock,
            _ => KeyRole::External,
        };
        assert_eq!(key.role, role, "{}", key.vault_id);
    }
}

/// A key reads if a file is read with it and none is written with it.
#[test]
fn reading_keys_write_nothing() {
    for directory in DIRECTORIES {
        for key in directory
            .keys
            .iter()
            .filter(|key| key.role == KeyRole::External)
        {
            let names_it = |place: &Directory, access| {
                key_of(access).is_some_and(|identifier| {
                    let named = applications::find_key(place.fid, identifier);
                    named.is_some_and(|named| named.vault_id == key.vault_id)
                })
            };
            let files = || {
                let of = |place: &&'static Directory| {
                    let place = *place;
                    place.all_files.iter().map(move |file| (place, file))
                };
                DIRECTORIES.iter().flat_map(of)
            };
            let read = files()
                .any(|(place, file)| file.reads.iter().any(|access| names_it(place, *access)));
            let written = files().any(|(place, file)| names_it(place, file.write));
            assert_eq!(key.reads(), read && !written, "{}", key.vault_id);
            assert!(read || written, "{} opens nothing", key.vault_id);
        }
    }
}
