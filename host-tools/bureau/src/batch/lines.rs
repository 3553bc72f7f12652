//! Lines and fields of a CSV file, before anything is decoded.
//!
//! All encodings that come here keep the bytes of separator, quotation mark and line feed for these characters alone (a second byte in
//! GB18030 is 30 to 39, 40 or above), so a file can be cut before it is decoded.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::quotes::{self, Further, MOST_LINES};
use super::raw_lines::{LONGEST, RawLine, RawLines};
use super::{Encoding, Violation};
use crate::cell;

/// A row cut into decoded fields.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Its first line in the file, from 1.
    pub number: usize,
    /// Each field without the blanks around it and the mark of a text, and what could not be decoded in it.
    pub fields: Vec<(String, Option<Violation>)>,
    /// Whether a quotation mark stands alone.
    pub quote_open: bool,
    /// Whether the line is longer than any row, and has been cut.
    pub too_long: bool,
}

impl Line {
    pub fn is_blank(&self) -> bool {
        !self.too_long && self.fields.iter().all(|(field, _)| field.is_empty())
    }
}

/// The lines of a batch that are not blank.
pub(super) struct Lines {
    raw: RawLines<Box<dyn BufRead + Send>>,
    /// Read, but not yet given.
    ahead: VecDeque<RawLine>,
    cutter: Cutter,
    /// Fields of the heading line: then a row may go over several lines.
    pub columns: Option<usize>,
    number: usize,
}

impl Lines {
    pub fn new(
        input: Box<dyn BufRead + Send>,
        line_end: u8,
        separator: u8,
        encoding: Encoding,
    ) -> Self {
        Self {
            raw: RawLines::new(input, line_end),
            ahead: VecDeque::new(),
            cutter: Cutter::new(separator, encoding),
            columns: None,
            number: 0,
        }
    }

    /// The next line that is not blank, in bytes, with its number.
    pub fn next_raw(&mut self) -> io::Result<Option<(usize, RawLine)>> {
        while let Some(line) = self.take()? {
            let empty = |byte: &u8| byte.is_ascii_whitespace() || b",;|\"".contains(byte);
            if !line.bytes.iter().all(empty) {
                return Ok(Some((self.number, line)));
            }
        }
        Ok(None)
    }

    /// The next row that is not blank.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        while let Some(first) = self.take()? {
            let number = self.number;
            let raw = self.joined(first)?;
            let line = self.cutter.cut(number, &raw);
            if !line.is_blank() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// Steps over a line.
    pub fn skip_one(&mut self) -> io::Result<()> {
        self.take().map(|_| ())
    }

    fn take(&mut self) -> io::Result<Option<RawLine>> {
        let line = match self.ahead.pop_front() {
            Some(line) => Some(line),
            None => self.raw.next()?,
        };
        self.number += usize::from(line.is_some());
        Ok(line)
    }

    /// A row that begins with `first`, with the lines that its quotation marks hold.
    fn joined(&mut self, first: RawLine) -> io::Result<RawLine> {
        let separator = self.cutter.separator;
        let open = quotes::open(&first.bytes, separator);
        let (Some(mut open), Some(columns), false) = (open, self.columns, first.cut) else {
            return Ok(first);
        };
        let mut length = first.bytes.len();
        for index in 0..MOST_LINES {
            if index == self.ahead.len() {
                match self.raw.next()? {
                    Some(line) => self.ahead.push_back(line),
                    None => break,
                }
            }
            let Some(line) = self.ahead.get(index) else {
                break;
            };
            length += line.bytes.len() + 1;
            if line.cut || length > LONGEST {
                break;
            }
            match quotes::further(&line.bytes, separator, open, columns) {
                Further::GoesOn(still) => open = still,
                Further::Other => break,
                Further::Ends => {
                    let mut row = first;
                    for line in self.ahead.drain(..=index) {
                        row.bytes.push(b'\n');
                        row.bytes.extend(line.bytes);
                        self.number += 1;
                    }
                    return Ok(row);
                }
            }
        }
        Ok(first)
    }
}

/// Cuts a row into fields.
pub(super) struct Cutter {
    separator: u8,
    encoding: Encoding,
    reader: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl Cutter {
    pub fn new(separator: u8, encoding: Encoding) -> Self {
        Self {
            separator,
            encoding,
            reader: ReaderBuilder::new().delimiter(separator).build(),
            fields: Vec::new(),
            ends: Vec::new(),
        }
    }

    pub fn cut(&mut self, number: usize, row: &RawLine) -> Line {
        let line = &row.bytes[..];
        self.reader.reset();
        // Never too short: a field's bytes only shrink, and a line has one end more than separators
        self.fields.resize(line.len() + 1, 0);
        self.ends.resize(line.len() + 2, 0);
        let (mut input, mut written, mut ended) = (line, 0, 0);
        loop {
            let (result, read, wrote, ends) = self.reader.read_record(
                input,
                self.fields.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(ended..).unwrap_or_default(),
            );
            input = input.get(read..).unwrap_or_default();
            written += wrote;
            ended += ends;
            // An empty input tells the reader that the line has ended
            if !matches!(result, ReadRecordResult::InputEmpty) {
                break;
            }
        }
        let mut start = 0;
        let mut fields = Vec::with_capacity(ended);
        for end in self.ends.iter().take(ended) {
            let bytes = self.fields.get(start..*end).unwrap_or_default();
            let (text, broken) = self.encoding.decode(bytes);
            fields.push((cell::value(text.trim()).to_owned(), broken));
            start = *end;
        }
        Line {
            number,
            fields,
            quote_open: line.iter().filter(|byte| **byte == b'"').count() % 2 == 1,
            too_long: row.cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_columns(text: &str, columns: Option<usize>) -> Vec<(usize, Vec<String>, bool)> {
        let end = if text.contains('\n') { b'\n' } else { b'\r' };
        let input = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        let mut lines = Lines::new(input, end, b',', Encoding::Utf8);
        lines.columns = columns;
        std::iter::from_fn(|| lines.next().unwrap())
            .map(|line| {
                let fields = line.fields.into_iter().map(|(field, _)| field).collect();
                (line.number, fields, line.quote_open)
            })
            .collect()
    }

    fn cut(text: &str) -> Vec<(usize, Vec<String>, bool)> {
        cut_columns(text, None)
    }

    #[test]
    fn a_row_over_several_lines_keeps_the_numbers() {
        let rows = cut_columns("a,b\n1,\"x\ny\"\n2,z\n3,\"open\n4,w\n", Some(2));
        assert_eq!(
            rows,
            [
                line(1, &["a", "b"], false),
                line(2, &["1", "x\ny"], false),
                line(4, &["2", "z"], false),
                line(5, &["3", "open"], true),
                line(6, &["4", "w"], false),
            ]
        );
    }

    fn line(number: usize, fields: &[&str], open: bool) -> (usize, Vec<String>, bool) {
        (number, fields.iter().map(|s| s.to_string()).collect(), open)
    }

    #[test]
    fn quotes_line_ends_and_blanks() {
        assert_eq!(
            cut("a,b\r\n\r\n , \n\"x, \"\"y\"\"\", z \n,\"\"\nlast,"),
            [
                line(1, &["a", "b"], false),
                line(4, &["x, \"y\"", "z"], false),
                line(6, &["last", ""], false),
            ]
        );
        assert_eq!(
            cut("a\rb"),
            [line(1, &["a"], false), line(2, &["b"], false)]
        );
        assert_eq!(cut(""), []);
    }

    #[test]
    fn an_open_quote_spoils_only_its_line() {
        assert_eq!(
            cut("a,\"b,c\nd,e,f\n"),
            [
                line(1, &["a", "b,c"], true),
                line(2, &["d", "e", "f"], false)
            ]
        );
    }
}
