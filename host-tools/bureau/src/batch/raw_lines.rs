//! Lines of bytes, of bounded length.

use std::io::{self, BufRead};

/// Longest line taken, in bytes. A row of all columns has some hundreds.
pub(super) const LONGEST: usize = 256 * 1024;

/// A line without what ends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RawLine {
    pub bytes: Vec<u8>,
    /// Whether the line was longer than [`LONGEST`], and has been cut.
    pub cut: bool,
}

/// The lines of an input.
pub(super) struct RawLines<R> {
    input: R,
    end: u8,
    /// After the last byte there is one line more, as after the last comma of a row there is one field more.
    ended: bool,
}

impl<R: BufRead> RawLines<R> {
    pub fn new(input: R, end: u8) -> Self {
        Self {
            input,
            end,
            ended: false,
        }
    }

    /// The next line.
    pub fn next(&mut self) -> io::Result<Option<RawLine>> {
        if self.ended {
            return Ok(None);
        }
        let mut line = RawLine::default();
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                self.ended = true;
                break;
            }
            let found = buffer.iter().position(|byte| *byte == self.end);
            let part = buffer
                .get(..found.unwrap_or(buffer.len()))
                .unwrap_or_default();
            let room = (LONGEST - line.bytes.len()).min(part.len());
            line.cut |= room < part.len();
            line.bytes.extend(part.get(..room).unwrap_or_default());
            let used = part.len() + usize::from(found.is_some());
            self.input.consume(used);
            if found.is_some() {
                break;
            }
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_their_bound() {
        let all = |bytes: &[u8], end| -> Vec<(usize, bool)> {
            let mut lines = RawLines::new(bytes, end);
            std::iter::from_fn(|| lines.next().unwrap())
                .map(|line| (line.bytes.len(), line.cut))
                .collect()
        };
        assert_eq!(
            all(b"a\r\nbb\n\n", b'\n'),
            [(1, false), (2, false), (0, false), (0, false)]
        );
        assert_eq!(all(b"a\rbb", b'\r'), [(1, false), (2, false)]);
        let mut long = vec![b'x'; LONGEST + 7];
        long.extend(b"\nshort");
        assert_eq!(all(&long, b'\n'), [(LONGEST, true), (5, false)]);
    }
}
