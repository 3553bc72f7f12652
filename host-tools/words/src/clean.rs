//! What others have written, before a person or a log sees it.
//!
//! The name on a card, a reader's name, a certificate's subject, a file's name can hold characters that steer the screen (ESC), turn
//! the direction of what follows (bidirectional overrides) or are not seen at all. Everything that `ssc` prints or logs passes through
//! here, line by line, so that no value can begin a line of its own either.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// What stands in place of a character that is not shown.
pub const REPLACEMENT: char = '\u{FFFD}';

/// Whether a character steers what shows it: controls (Cc, with tab and line feed), format characters (Cf, with all that are
/// bidirectional), separators of lines and paragraphs.
#[must_use]
pub fn steers(character: char) -> bool {
    // Most text is ASCII or Chinese: it needs no table.
    match character {
        ' '..='~' | '\u{4E00}'..='\u{9FFF}' => false,
        _ => matches!(
            character.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        ),
    }
}

/// The text as one line: [`REPLACEMENT`] for each character that steers. Text without any is not copied.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().any(steers) {
        Cow::Owned(text.chars().map(shown).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A JSON document that was made already: line feeds between its values stay; what steers inside its strings becomes an escape, which
/// says the same to a program.
#[must_use]
pub fn json(document: &str) -> Cow<'_, str> {
    let steers = |character: char| character != '\n' && steers(character);
    if !document.chars().any(steers) {
        return Cow::Borrowed(document);
    }
    let mut out = String::with_capacity(document.len());
    for character in document.chars() {
        if steers(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

fn shown(character: char) -> char {
    if steers(character) {
        REPLACEMENT
    } else {
        character
    }
}

#[cfg(test)]
mod tests {
    use super::{json, line, steers};

    /// By name in the Unicode Character Database: what each of these is stands in UnicodeData.txt, not in our code.
    #[test]
    fn what_steers_a_screen_is_replaced_and_nothing_else() {
        for steering in [
            '\0',
            '\t',
            '\n',
            '\r',
            '\u{1B}',
            '\u{7F}',
            '\u{9B}', // Cc: C0, DEL, C1's CSI
            '\u{AD}',
            '\u{61C}',
            '\u{200B}',
            '\u{200D}',
            '\u{200E}',
            '\u{200F}', // Cf
            '\u{202A}',
            '\u{202B}',
            '\u{202C}',
            '\u{202D}',
            '\u{202E}', // embeddings and overrides
            '\u{2066}',
            '\u{2067}',
            '\u{2068}',
            '\u{2069}',
            '\u{2060}',
            '\u{FEFF}', // isolates
            '\u{E0001}',
            '\u{E0041}',
            '\u{1D173}', // tags, musical format
            '\u{2028}',
            '\u{2029}', // Zl, Zp
        ] {
            assert!(steers(steering), "U+{:04X}", u32::from(steering));
        }
        let kept = "ssc: 张三 㐂 买买提·艾力 é “x” … ─ │ 😀 \u{3000}\u{E000}\u{20BB7}";
        assert_eq!(line(kept), kept);
        assert!(matches!(line(kept), std::borrow::Cow::Borrowed(_)));
        assert_eq!(line("a\u{1B}[2J\nerror: b"), "a\u{FFFD}[2J\u{FFFD}error: b");
    }

    #[test]
    fn json_says_the_same_in_escapes() {
        assert_eq!(
            json("{\n  \"a\": \"\u{202E}张\u{E0001}\u{7F}\"\n}"),
            "{\n  \"a\": \"\\u202e张\\udb40\\udc01\\u007f\"\n}"
        );
        let plain = "{\"a\":\"张\"}";
        assert!(matches!(json(plain), std::borrow::Cow::Borrowed(text) if text == plain));
    }
}
