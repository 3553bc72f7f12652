//! The return codes of the terminal functions.

use std::collections::BTreeSet;

use apdu_specs::Status;
use apdu_specs::status::STATUS_WORDS;
use apdu_specs::terminal_codes::{self, TERMINAL_CODES};

/// As the programs in the field list them: -27010 is 6982, -27272 is 6A88, -25536 is 63C0, -37634 is 9302.
#[test]
fn a_status_word_is_its_negative() {
    for (sw, code) in [
        (0x6982, -27010),
        (0x6A88, -27272),
        (0x63C0, -25536),
        (0x9302, -37634),
    ] {
        assert_eq!(terminal_codes::of_status(Status(sw)), code);
    }
    // What a card answers and is no status word: neither success nor another code.
    for sw in [
        0x0000, 0x0001, 0x0002, 0x5FFF, 0x7000, 0x8FFF, 0xA000, 0xFFFF,
    ] {
        assert_eq!(
            terminal_codes::of_status(Status(sw)),
            terminal_codes::UNKNOWN
        );
    }
}

#[test]
fn every_code_is_there_once_is_negative_and_is_no_status_word() {
    let mut seen = BTreeSet::new();
    for row in TERMINAL_CODES {
        assert!(row.value < 0 && seen.insert(row.value), "{}", row.name);
        assert!(!row.english.is_empty() && !row.chinese.is_empty() && !row.chinese.is_ascii());
        assert_eq!(terminal_codes::find(row.value), Some(row));
        for status in STATUS_WORDS {
            assert_ne!(row.value, terminal_codes::of_status(Status(status.value)));
        }
    }
    assert_eq!(terminal_codes::find(0), None);
}
