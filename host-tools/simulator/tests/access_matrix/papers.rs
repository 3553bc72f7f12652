//! Who may do what by the papers, not by the tables: `docs/ssc-conditions.tsv`, and the three rules that are no file's.

use std::collections::BTreeMap;
use std::path::Path;

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::applications::ssc::DIRECTORIES;

/// Read and write condition of each EF of a generation, by directory and EF.
pub struct Papers {
    generation: Generation,
    conditions: BTreeMap<(String, u16), [Access; 2]>,
}

impl Papers {
    pub fn of(generation: Generation) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ssc-conditions.tsv");
        let text = std::fs::read_to_string(path).unwrap();
        let rows = text
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect::<Vec<_>>());
        let conditions = rows
            .filter(|row| row[0] == generation.version())
            .map(|row| {
                let fid = u16::from_str_radix(row[2], 16).unwrap();
                (
                    (row[1].to_owned(), fid),
                    [condition(row[3]), condition(row[4])],
                )
            })
            .collect();
        Self {
            generation,
            conditions,
        }
    }

    /// Read and write condition of an EF.
    pub fn conditions(&self, directory: &str, fid: u16) -> [Access; 2] {
        *self
            .conditions
            .get(&(directory.to_owned(), fid))
            .unwrap_or_else(|| panic!("no paper has {directory} {fid:04X}"))
    }

    /// How many EFs a card has.
    pub fn files(&self) -> usize {
        self.conditions.len()
    }

    /// The record whose value is zeros until its condition is met: EF05's card number in 3.00, until RK of SSSE.
    pub fn masked(&self, directory: &str, fid: u16) -> Option<(usize, Access)> {
        let here = self.generation == Generation::V3 && directory == "SSSE" && fid == 0xEF05;
        here.then_some((7, Access::Key(0x0A)))
    }

    /// Whether a linear EF has room behind its records: the local extension, and the file that can take tag 60.
    pub fn has_room(&self, directory: &str, fid: u16) -> bool {
        match (directory, fid) {
            ("SSSE", 0xEF0C) => self.generation != Generation::V1,
            ("DF03", 0xEF05) => true,
            _ => false,
        }
    }
}

/// A condition in the paper's words: `PIN or DF01/RK1`.
fn condition(words: &str) -> Access {
    let key = |name: &str| {
        let keys = DIRECTORIES.iter().flat_map(|directory| directory.keys);
        let row = keys.into_iter().find(|key| key.vault_id == name);
        row.unwrap_or_else(|| panic!("no key {name}")).identifier
    };
    match words {
        "free" => Access::Free,
        "PIN" => Access::Pin,
        "never" => Access::Never,
        _ => match (
            words.strip_prefix("PIN or "),
            words.strip_prefix("PIN and "),
        ) {
            (Some(name), _) => Access::PinOrKey(key(name)),
            (_, Some(name)) => Access::PinAndKey(key(name)),
            _ => Access::Key(key(words)),
        },
    }
}
