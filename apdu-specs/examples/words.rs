//! Prints every word for people that the tables hold, one a line: none of them may be in the card's image.
//!
//! `scripts/check-image` looks for them.

use std::collections::BTreeSet;

use apdu_specs::applications::{ROOMS, described, tags};
use apdu_specs::coding::CODE_TABLES;
use apdu_specs::files::Field;
use apdu_specs::items::ITEMS;
use apdu_specs::status::STATUS_WORDS;

fn main() {
    let mut words = BTreeSet::new();
    for (_, row) in described() {
        words.extend([row.name, row.chinese, row.meaning, row.clause]);
    }
    for row in STATUS_WORDS {
        words.extend([row.name, row.english, row.chinese]);
    }
    for row in tags() {
        words.extend([row.english, row.chinese, row.clause]);
    }
    for item in ITEMS {
        words.extend([item.code, item.english, item.chinese]);
    }
    for table in CODE_TABLES {
        words.extend([table.english, table.chinese]);
        for code in table.codes {
            words.extend([code.english, code.chinese]);
        }
    }
    for directory in ROOMS.iter().flat_map(|room| room.directories) {
        words.extend([directory.label, directory.english, directory.chinese]);
        for file in directory.all_files {
            words.extend([file.english, file.chinese, file.clause]);
            fields(file.all_fields, &mut words);
        }
        for key in directory.keys {
            words.extend([key.name, key.vault_id, key.english, key.chinese]);
        }
    }
    words.remove("");
    for word in words {
        assert!(!word.contains('\n'), "{word:?} would be two lines");
        println!("{word}");
    }
}

fn fields(list: &[Field], words: &mut BTreeSet<&'static str>) {
    for field in list {
        words.extend([field.id, field.english, field.chinese]);
        fields(field.children, words);
    }
}
