//! The key table and the conditions that name its keys, against `ssc-facts.md` typed by hand.

use std::collections::{HashMap, HashSet};

use apdu_specs::access::Access;
use apdu_specs::files::{self, DIRECTORIES, Directory, ElementaryFile, directories, find_file};
use apdu_specs::keys::KeyRole;
use apdu_specs::sam::SamUse;
use apdu_specs::{Evidence, Generation, names};

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
                let key = files::find_key(directory.fid, identifier)
                    .unwrap_or_else(|| panic!("{} {identifier:02X}", directory.label));
                assert_eq!(key.role, KeyRole::External, "{}", key.vault_id);
            }
        }
    }
}

/// Read and write key of each EF by name, as the facts' lists "Writing" and "Reading" have them.
#[test]
fn conditions_name_the_keys_of_the_facts() {
    let facts: &[(u16, &str, &str)] = &[
        (names::SSSE_FID, "05 06 07", "SSSE/UK"),
        (0xDF01, "05", "DF01/UK1"),
        (0xDF01, "06", "DF01/UK4"),
        (0xDF01, "07 09", "DF01/UK2"),
        (0xDF01, "08", "DF01/UK3"),
        (0xDF01, "0A", "DF01/UK5"),
        (0xDF01, "15", "DF01/UK6"),
        (0xDF01, "16 17 18 19 1A", "SSSE/UK"),
        (0xDF02, "05", "DF02/UK1"),
        (0xDF02, "06", "DF02/UK2"),
        (0xDF02, "07", "DF02/UK3"),
        (0xDF02, "09", "DF02/UK4"),
        (0xDF02, "15", "DF02/UK5"),
        (0xDF02, "16", "DF02/UK6"),
        (0xDF03, "05", "DF03/UK1"),
        (0xDF03, "06", "DF03/UK2"),
        (0xDF03, "07", "DF03/UK3"),
        (0xDF03, "15", "DF03/UK4"),
        (0xDF03, "16", "DF03/UK5"),
        (0xDF03, "17", "DF03/UK6"),
        (0xDF03, "18", "DF03/UK7"),
        (0xDF03, "19", "DF03/UK8"),
        (0xDF04, "05", "DF04/UK1"),
        (0xDF04, "06 15", "DF04/UK2"),
        (0xDF07, "05 06 07", "SSSE/UK"),
    ];
    for (directory, low, key) in facts {
        for low in low.split(' ') {
            let fid = 0xEF00 | u16::from_str_radix(low, 16).unwrap();
            let write = find_file(*directory, fid, Generation::V2).unwrap().write;
            let found = files::find_key(*directory, key_of(write).unwrap()).unwrap();
            assert_eq!(found.vault_id, *key, "{directory:04X} {fid:04X}");
        }
    }
    let log = find_file(0xDF04, 0xEF08, Generation::V2).unwrap();
    assert_eq!(log.write, Access::Never);

    for (directory, file) in all_files(Generation::V2) {
        let rk1 = || directory.keys.iter().find(|key| key.name == "RK1");
        let rk1 = || rk1().unwrap().identifier;
        let expected = match (directory.label, file.fid) {
            ("SSSE", 0xEF07 | 0xEF08) => Access::Key(0x0A),
            ("SSSE", _) | ("DF01", 0xEF16..=0xEF1A) => Access::Free,
            ("DF03", 0xEF05) => Access::PinOrKey(0x85),
            ("DF04", 0xEF06) => Access::PinAndKey(rk1()),
            ("DF04", 0xEF08) => Access::Pin,
            ("DF07", _) => Access::Key(rk1()),
            _ => Access::PinOrKey(rk1()),
        };
        let read = file.read(Generation::V2);
        assert_eq!(read, expected, "{} {:04X}", directory.label, file.fid);
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
        // P: BK, and the locks of two directories
        seen(0x48, "11 40 41"),
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
        let reads = key.name.starts_with("RK") || key.name == "IRK";
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
            "IRK 00/08, STK 02/09, UK 04/12, BK 05/11, PUK 06/10, LUK1 07/--, RK 0A/0A, LUK2 0D/13",
        ),
        (
            "DF01",
            "UK1 83/42, UK2 84/43, UK3 85/24, UK4 86/25, UK5 87/44, RK1 88/2E, UK6 89/2F",
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
        ("DF07", "RK1 84/--"),
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
