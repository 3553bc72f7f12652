//! Which encoding a batch is in, and decoding one field of it.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::{Detail, Rule, Violation};

/// The encoding of a batch file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark, as spreadsheets write it.
    Utf8WithBom,
    /// GB18030 (and with it GBK and GB 2312).
    Gb18030,
    /// UTF-16, the low byte first, as spreadsheets write "Unicode text".
    Utf16Le {
        /// Whether its byte order mark stands in front.
        mark: bool,
    },
    /// UTF-16, the high byte first.
    Utf16Be {
        /// Whether its byte order mark stands in front.
        mark: bool,
    },
    /// An XLSX workbook, whose texts are UTF-8.
    Workbook,
}

impl Encoding {
    /// The name of the encoding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithBom => "UTF-8 (BOM)",
            Self::Gb18030 => "GB18030",
            Self::Utf16Le { mark: true } => "UTF-16LE (BOM)",
            Self::Utf16Le { mark: false } => "UTF-16LE",
            Self::Utf16Be { mark: true } => "UTF-16BE (BOM)",
            Self::Utf16Be { mark: false } => "UTF-16BE",
            Self::Workbook => "XLSX",
        }
    }

    /// Of the mark in front, with the bytes of the mark.
    pub(super) fn of_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        let marks: [(&[u8], Self); 4] = [
            (&[0xEF, 0xBB, 0xBF], Self::Utf8WithBom),
            // GB18030 has a mark too: U+FEFF as 84 31 95 33
            (&[0x84, 0x31, 0x95, 0x33], Self::Gb18030),
            (&[0xFF, 0xFE], Self::Utf16Le { mark: true }),
            (&[0xFE, 0xFF], Self::Utf16Be { mark: true }),
        ];
        marks
            .iter()
            .find(|(mark, _)| bytes.starts_with(mark))
            .map(|(mark, encoding)| (*encoding, mark.len()))
    }

    /// UTF-16 by the zeros of its ASCII characters: a line of headings and numbers has many, other encodings have none.
    pub(super) fn utf16_without_mark(head: &[u8]) -> Option<Self> {
        let pairs = head.len() / 2;
        let zeros = |at: usize| {
            head.iter()
                .skip(at)
                .step_by(2)
                .filter(|byte| **byte == 0)
                .count()
        };
        let (first, second) = (zeros(0), zeros(1));
        // Commas and digits are a third of any batch
        let (most, least) = (first.max(second), first.min(second));
        if pairs < 2 || most * 3 < pairs || least * 20 > most {
            None
        } else if second > first {
            Some(Self::Utf16Le { mark: false })
        } else {
            Some(Self::Utf16Be { mark: false })
        }
    }

    /// Whether it has two bytes a unit.
    pub(super) fn is_utf16(self) -> bool {
        matches!(self, Self::Utf16Le { .. } | Self::Utf16Be { .. })
    }

    /// What the lines are in once UTF-16 has become UTF-8 ([`utf16`](super::utf16)).
    pub(super) fn of_lines(self) -> Self {
        if self.is_utf16() { Self::Utf8 } else { self }
    }

    /// Decodes a field. With a byte that the encoding does not have, the first such byte is told and the text has
    /// U+FFFD in its place.
    pub(super) fn decode(self, field: &[u8]) -> (Cow<'_, str>, Option<Violation>) {
        let broken = match self {
            Self::Gb18030 => match (first_undecodable(field), text_of(field)) {
                (None, Some(text)) => return (text, None),
                (Some(at), _) => at,
                (None, None) => 0,
            },
            _ => match str::from_utf8(field) {
                Ok(text) => return (text.into(), None),
                Err(error) => error.valid_up_to(),
            },
        };
        let text = match self {
            Self::Gb18030 => GB18030.decode_without_bom_handling(field).0,
            _ => String::from_utf8_lossy(field),
        };
        let detail = Detail::Undecodable {
            byte: field.get(broken).copied().unwrap_or_default(),
            position: broken + 1,
        };
        (text, Some(Violation::with(Rule::Encoding, detail)))
    }
}

fn text_of(field: &[u8]) -> Option<Cow<'_, str>> {
    GB18030.decode_without_bom_handling_and_without_replacement(field)
}

/// Whether all bytes are characters of GB18030.
pub(super) fn is_gb18030(bytes: &[u8]) -> bool {
    first_undecodable(bytes).is_none()
}

/// Where the first byte stands that begins no GB18030 character. The decoder of the web lets a single 80 pass as the euro
/// sign, which GB 18030 does not.
fn first_undecodable(field: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(lead) = field.get(at) {
        let length = match (lead, field.get(at + 1)) {
            (0x00..=0x7F, _) => 1,
            (0x81..=0xFE, Some(0x30..=0x39)) => 4,
            (0x81..=0xFE, Some(_)) => 2,
            _ => return Some(at),
        };
        match field.get(at..at + length) {
            Some(character) if text_of(character).is_some() => at += length,
            _ => return Some(at),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding() {
        let gb = |bytes: &[u8]| {
            let (text, broken) = Encoding::Gb18030.decode(bytes);
            let broken = broken.map(|v| match v.detail {
                Some(Detail::Undecodable { byte, position }) => (byte, position),
                _ => panic!(),
            });
            (text.into_owned(), broken)
        };
        assert_eq!(gb(b"\xD5\xC5\xA1\xA4"), ("张·".into(), None));
        // U+20BB7 in four bytes: python3 -c "print('\U00020BB7'.encode('gb18030').hex())"
        assert_eq!(gb(b"\x95\x34\xB2\x35"), ("\u{20BB7}".into(), None));
        assert_eq!(gb(b"A\x80").1, Some((0x80, 2)));
        assert_eq!(gb(b"\xD5\xC5\xFF").1, Some((0xFF, 3)));
        assert_eq!(gb(b"\xD5\xC5\xD5").1, Some((0xD5, 3)));
        let (text, broken) = Encoding::Utf8.decode(b"A\xFFB");
        assert_eq!(text, "A\u{FFFD}B");
        assert!(broken.is_some());
    }
}
