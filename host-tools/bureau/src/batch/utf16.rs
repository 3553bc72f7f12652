//! UTF-16 on its way to UTF-8, a piece at a time.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

use super::Encoding;

/// Bytes of UTF-8 made at once.
const PIECE: usize = 32 * 1024;

/// Reads UTF-16 as UTF-8. What is no character becomes U+FFFD, which no rule lets onto a card.
pub(super) struct Utf16<R> {
    input: R,
    decoder: Decoder,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: BufRead> Utf16<R> {
    /// `input` stands behind the mark.
    pub fn new(input: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf16Be { .. } => UTF_16BE,
            _ => UTF_16LE,
        };
        Self {
            input,
            decoder: decoder.new_decoder_without_bom_handling(),
            ready: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.given == self.ready.len() && !self.ended {
            let buffer = self.input.fill_buf()?;
            let last = buffer.is_empty();
            self.ready.resize(PIECE, 0);
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(buffer, &mut self.ready, last);
            self.input.consume(read);
            self.ready.truncate(written);
            self.given = 0;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.refill()?;
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_iconv_made() {
        // printf '张三𠮷,1\n' | iconv -f UTF-8 -t UTF-16LE | xxd -p
        let le = hex::decode("205f094e42d8b7df2c0031000a00").unwrap();
        for size in [1, 2, 3, 100] {
            let mut text = String::new();
            let input = std::io::BufReader::with_capacity(size, &le[..]);
            Utf16::new(input, Encoding::Utf16Le { mark: false })
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, "张三𠮷,1\n");
        }
        // A half character at the end
        let mut text = String::new();
        Utf16::new(&le[..7], Encoding::Utf16Le { mark: false })
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "张三\u{FFFD}");
    }
}
