//! What a cell means: without the marks that spreadsheets, keyboards and copied web pages put around it.

use std::borrow::Cow;

/// A cell of text: without an apostrophe in front, and out of `="…"`.
pub(super) fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    let inside = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inside| !inside.contains('"'));
    match inside {
        Some(inside) => inside.trim(),
        None => cell
            .strip_prefix(['\'', '\u{2019}', '\u{2018}'])
            .map_or(cell, str::trim_start),
    }
}

/// A cell of digits, letters or words of a table: as [`plain`], with ASCII for full-width forms, and without what cannot be seen.
pub(super) fn code(cell: &str) -> Cow<'_, str> {
    let text = plain(cell);
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |ch: char| match ch {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch),
        '\u{3000}' | '\u{A0}' => ' ',
        ch => ch,
    };
    let seen = |ch: &char| !matches!(ch, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    let text: String = text.chars().filter(seen).map(ascii).collect();
    // Once more: a full-width apostrophe, a blank that was another
    Cow::Owned(plain(&text).to_owned())
}

/// A number: as [`code`], without blanks between its digits.
pub(super) fn number(cell: &str) -> Cow<'_, str> {
    let text = code(cell);
    if text.contains(' ') {
        return Cow::Owned(text.replace(' ', ""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go() {
        for cell in [
            "42X",
            "'42X",
            "=\"42X\"",
            "４２Ｘ",
            "\u{202D}42X\u{202C}",
            " 42X\u{A0}",
            "＇42X",
            "4 2 X",
            "\u{FEFF}42X",
        ] {
            assert_eq!(number(cell), "42X", "{cell}");
        }
        assert_eq!(plain("'张三"), "张三");
        for formula in ["=1+1", "=\"a\"&\"b\"", "=cmd|calc"] {
            assert_eq!(plain(formula), formula);
        }
    }
}
