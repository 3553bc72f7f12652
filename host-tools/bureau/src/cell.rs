//! Cells of CSV files that people open in a spreadsheet, where a value that begins like a formula is one.
//!
//! Such a value gets an apostrophe in front, which spreadsheets take for "this is text". Reading takes it away again, so nothing is
//! lost between a file that was written here and one that is read; a value that began with apostrophes and then like a formula gets one
//! more, and keeps its own.

use std::borrow::Cow;

/// Marks a text.
const APOSTROPHE: char = '\'';

/// Whether a spreadsheet would compute the value: `=`, `+`, `-`, `@`, tab and line ends in front, and the full-width forms, which some
/// take for the same.
fn is_formula(value: &str) -> bool {
    value.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
    ])
}

/// The value as a cell is written.
pub(crate) fn written(value: &str) -> Cow<'_, str> {
    if is_formula(value.trim_start_matches(APOSTROPHE)) {
        Cow::Owned(format!("{APOSTROPHE}{value}"))
    } else {
        Cow::Borrowed(value)
    }
}

/// The value of a cell that was read.
pub(crate) fn value(cell: &str) -> &str {
    match cell.strip_prefix(APOSTROPHE) {
        Some(rest) if is_formula(rest.trim_start_matches(APOSTROPHE)) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::{value, written};
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_compute_becomes_text() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A",
        ] {
            assert_eq!(written(formula), format!("'{formula}"));
            assert_eq!(value(&written(formula)), formula);
        }
        for plain in ["", "张三", "'tis", "1=1", "a-b", "'", "''"] {
            assert_eq!(written(plain), plain);
            assert_eq!(value(plain), plain);
        }
        assert_eq!(written("'=1"), "''=1");
    }

    proptest! {
        #[test]
        fn reading_gives_what_was_written(text in "['=+@\\-\t a＝]{0,6}") {
            let cell = written(&text);
            prop_assert_eq!(value(&cell), &text[..]);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '＝']));
        }
    }
}
