//! Which encoding a batch is in, and decoding one field of it.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::{BatchError, Detail, Rule, Violation};

/// The encoding of a batch file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark, as spreadsheets write it.
    Utf8WithBom,
    /// GB18030 (and with it GBK and GB 2312).
    Gb18030,
}

impl Encoding {
    /// The name of the encoding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithBom => "UTF-8 (BOM)",
            Self::Gb18030 => "GB18030",
        }
    }

    /// Finds the encoding; the rest is the file without its byte order mark.
    ///
    /// Valid UTF-8 wins. A file that is not valid is taken for UTF-8 with damage, not for GB18030, if most of its lines
    /// beyond ASCII are valid UTF-8: nearly any bytes are some GB18030 characters, and one broken byte would otherwise
    /// turn every name into another name without a fault.
    pub(super) fn detect(bytes: &[u8]) -> Result<(Self, &[u8]), BatchError> {
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(BatchError::Utf16);
        }
        if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
            return Ok((Self::Utf8WithBom, rest));
        }
        // GB18030 has a mark too: U+FEFF as 84 31 95 33
        if let Some(rest) = bytes.strip_prefix(&[0x84, 0x31, 0x95, 0x33]) {
            return Ok((Self::Gb18030, rest));
        }
        if str::from_utf8(bytes).is_ok() {
            return Ok((Self::Utf8, bytes));
        }
        let (mut lines, mut valid) = (0usize, 0usize);
        for line in bytes.split(|byte| *byte == b'\n') {
            if !line.is_ascii() {
                lines += 1;
                valid += usize::from(str::from_utf8(line).is_ok());
            }
        }
        let encoding = if 2 * valid > lines {
            Self::Utf8
        } else {
            Self::Gb18030
        };
        Ok((encoding, bytes))
    }

    /// Decodes a field. With a byte that the encoding does not have, the first such byte is told and the text has
    /// U+FFFD in its place.
    pub(super) fn decode(self, field: &[u8]) -> (Cow<'_, str>, Option<Violation>) {
        let broken = match self {
            Self::Utf8 | Self::Utf8WithBom => match str::from_utf8(field) {
                Ok(text) => return (text.into(), None),
                Err(error) => error.valid_up_to(),
            },
            Self::Gb18030 => match (first_undecodable(field), text_of(field)) {
                (None, Some(text)) => return (text, None),
                (Some(at), _) => at,
                (None, None) => 0,
            },
        };
        let text = match self {
            Self::Utf8 | Self::Utf8WithBom => String::from_utf8_lossy(field),
            Self::Gb18030 => GB18030.decode_without_bom_handling(field).0,
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
    fn detection() {
        let found = |bytes: &[u8]| Encoding::detect(bytes).unwrap().0;
        assert_eq!(found(b"number"), Encoding::Utf8);
        assert_eq!(found("张三".as_bytes()), Encoding::Utf8);
        assert_eq!(found(b"\xEF\xBB\xBFnumber"), Encoding::Utf8WithBom);
        assert_eq!(found(b"\xD5\xC5\xC8\xFD"), Encoding::Gb18030);
        // One broken byte in a file of UTF-8
        let mut damaged = "张三\n李四\n王五\n".as_bytes().to_vec();
        damaged[7] = 0xFF;
        assert_eq!(found(&damaged), Encoding::Utf8);
        assert!(matches!(
            Encoding::detect(b"\xFF\xFEA\0"),
            Err(BatchError::Utf16)
        ));
    }

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
