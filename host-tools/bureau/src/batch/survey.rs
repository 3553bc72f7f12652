//! A first look at the whole of a text: its encoding, what ends its lines, its SHA-256.

use std::io::{self, BufRead, Read};

use encoding_rs::GB18030;
use sha2::{Digest, Sha256};

use super::{Encoding, encoding::is_gb18030};

/// Numbers of lines that are kept.
const KEPT: usize = 5;
/// Bytes at the beginning that tell UTF-16 without a mark.
const HEAD: u64 = 4096;
/// Bytes of a line that are looked at.
const LOOKED_AT: usize = 64 * 1024;

/// What a first look found.
pub(super) struct Survey {
    pub encoding: Encoding,
    /// Bytes of the mark in front.
    pub mark: usize,
    /// What ends a line: LF; CR in a file that has no LF at all.
    pub line_end: u8,
    /// The SHA-256 of all bytes.
    pub sha256: [u8; 32],
    /// Lines in another encoding, where two stand in one file.
    pub others: Option<Others>,
}

/// Lines in another encoding than the file's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Others {
    pub encoding: Encoding,
    pub count: usize,
    /// The first few.
    pub first: Vec<usize>,
}

/// Reads all of `input`.
///
/// Valid UTF-8 wins. A file that is not valid is taken for UTF-8 with damage, not for GB18030, if most of its lines
/// beyond ASCII are valid UTF-8: nearly any bytes are some GB18030 characters, and one broken byte would otherwise
/// turn every name into another name without a fault.
pub(super) fn survey(mut input: impl BufRead) -> io::Result<Survey> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    let (encoding, mark) = match Encoding::of_mark(&head) {
        Some((encoding, mark)) => (Some(encoding), mark),
        None => (Encoding::utf16_without_mark(&head), 0),
    };
    let mut look = Look::default();
    let mut hash = Sha256::new();
    let mut input = io::Cursor::new(head).chain(input);
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        hash.update(buffer);
        if !encoding.is_some_and(Encoding::is_utf16) {
            look.at(buffer);
        }
        let length = buffer.len();
        input.consume(length);
    }
    look.end_of_line();
    let encoding = encoding.unwrap_or_else(|| look.encoding());
    Ok(Survey {
        encoding,
        mark,
        line_end: if look.line_feed || encoding.is_utf16() {
            b'\n'
        } else {
            b'\r'
        },
        sha256: hash.finalize().into(),
        others: look.others(encoding),
    })
}

/// Lines of one kind.
#[derive(Default)]
struct Counted {
    count: usize,
    first: Vec<usize>,
}

impl Counted {
    fn note(&mut self, line: usize) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(line);
        }
    }
}

/// The lines that are not ASCII, by what they may be.
#[derive(Default)]
struct Look {
    line: Vec<u8>,
    /// Lines before this one.
    before: usize,
    after_cr: bool,
    line_feed: bool,
    utf8: Counted,
    gb18030: Counted,
    /// Valid in both, and no telling.
    either: Counted,
    damaged: Counted,
}

impl Look {
    fn at(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, end) = match part.split_last() {
                Some((end @ (b'\n' | b'\r'), text)) => (text, Some(*end)),
                _ => (part, None),
            };
            let room = LOOKED_AT.saturating_sub(self.line.len()).min(text.len());
            self.line.extend(text.get(..room).unwrap_or_default());
            self.line_feed |= end == Some(b'\n');
            if end == Some(b'\n') && self.after_cr && text.is_empty() {
                self.after_cr = false;
            } else if end.is_some() {
                self.end_of_line();
                self.after_cr = end == Some(b'\r');
            } else {
                self.after_cr = false;
            }
        }
    }

    fn end_of_line(&mut self) {
        self.before += 1;
        let line = std::mem::take(&mut self.line);
        if !line.is_ascii() {
            let cut = line.len() == LOOKED_AT;
            let utf8 = match str::from_utf8(&line) {
                Ok(text) => Some(text),
                Err(error) if cut && error.error_len().is_none() => {
                    str::from_utf8(line.get(..error.valid_up_to()).unwrap_or_default()).ok()
                }
                Err(_) => None,
            };
            let gb = cut || is_gb18030(&line);
            let kind = match (utf8, gb) {
                (Some(_), false) => &mut self.utf8,
                // By chance two-byte characters of GB18030 read as Latin, Greek or Arabic, almost never as Chinese ones
                (Some(text), true) if text.chars().any(is_chinese) && !is_common(&line) => {
                    &mut self.utf8
                }
                (Some(_), true) => &mut self.either,
                (None, true) if is_common(&line) => &mut self.gb18030,
                (None, _) => &mut self.damaged,
            };
            kind.note(self.before);
        }
        self.line = line;
        self.line.clear();
    }

    fn encoding(&self) -> Encoding {
        let valid = self.utf8.count + self.either.count;
        let not = self.gb18030.count + self.damaged.count;
        if not == 0 || (valid > not && self.utf8.count > 0) {
            Encoding::Utf8
        } else {
            Encoding::Gb18030
        }
    }

    fn others(self, of_file: Encoding) -> Option<Others> {
        let (encoding, found) = match of_file {
            Encoding::Gb18030 => (Encoding::Utf8, self.utf8),
            _ => (Encoding::Gb18030, self.gb18030),
        };
        (found.count > 0).then_some(Others {
            encoding,
            count: found.count,
            first: found.first,
        })
    }
}

fn is_chinese(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether all that is not ASCII are characters of GB 2312: bytes that are Chinese by chance are hardly ever.
fn is_common(line: &[u8]) -> bool {
    let mut at = 0;
    while let Some(lead) = line.get(at) {
        match (lead, line.get(at + 1)) {
            (0x00..=0x7F, _) => at += 1,
            (0xA1..=0xA9 | 0xB0..=0xF7, Some(0xA1..=0xFE)) => at += 2,
            _ => return false,
        }
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(line)
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Encoding {
        survey(bytes).unwrap().encoding
    }

    #[test]
    fn detection() {
        assert_eq!(found(b"number"), Encoding::Utf8);
        assert_eq!(found("张三".as_bytes()), Encoding::Utf8);
        assert_eq!(found(b"\xEF\xBB\xBFnumber"), Encoding::Utf8WithBom);
        assert_eq!(found(b"\xD5\xC5\xC8\xFD"), Encoding::Gb18030);
        // One broken byte in a file of UTF-8
        let mut damaged = "张三\n李四\n王五\n".as_bytes().to_vec();
        damaged[7] = 0xFF;
        assert_eq!(found(&damaged), Encoding::Utf8);
        assert_eq!(found(b"\xFF\xFEA\0"), Encoding::Utf16Le { mark: true });
        assert_eq!(found(b"\xFE\xFF\0A"), Encoding::Utf16Be { mark: true });
        assert_eq!(found(b"A\0,\0B\0\n\0"), Encoding::Utf16Le { mark: false });
        assert_eq!(found(b"\0A\0,\0B\0\n"), Encoding::Utf16Be { mark: false });
    }

    #[test]
    fn two_encodings_in_one_file() {
        let lines = |parts: &[&[u8]]| survey(&parts.concat()[..]).unwrap().others;
        let (gb, utf8): (&[u8], &[u8]) = (b"\xD5\xC5\xC8\xFD\r\n", "李四丰\r\n".as_bytes());
        let other = |encoding, first: &[usize]| {
            Some(Others {
                encoding,
                count: first.len(),
                first: first.to_vec(),
            })
        };
        assert_eq!(lines(&[b"h\r\n", gb, utf8]), other(Encoding::Utf8, &[3]));
        assert_eq!(lines(&[gb, utf8, utf8]), other(Encoding::Gb18030, &[1]));
        assert_eq!(lines(&[gb, gb]), None);
        assert_eq!(lines(&[utf8, utf8]), None);
        // CR alone ends lines too
        assert_eq!(
            lines(&[b"a\r", b"\xD5\xC5\r", utf8]),
            other(Encoding::Utf8, &[3])
        );
    }
}
