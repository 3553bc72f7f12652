//! Lines and fields of a CSV file, before anything is decoded.
//!
//! Both encodings keep the bytes of comma, quotation mark and line feed for these characters alone (a second byte in
//! GB18030 is 30 to 39, 40 or above), so a file can be cut before it is decoded.

use csv_core::{ReadRecordResult, Reader};

use super::{Encoding, Violation};
use crate::cell;

/// A line cut into decoded fields.
pub(super) struct Line {
    /// From 1.
    pub number: usize,
    /// Each field without the blanks around it and the mark of a text, and what could not be decoded in it.
    pub fields: Vec<(String, Option<Violation>)>,
    /// Whether a quotation mark stands alone.
    pub quote_open: bool,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.fields.iter().all(|(field, _)| field.is_empty())
    }
}

/// The lines of a batch that are not blank.
pub(super) struct Lines<'a> {
    rest: Option<&'a [u8]>,
    /// LF; CR in a file that has no LF at all.
    separator: u8,
    encoding: Encoding,
    reader: Reader,
    number: usize,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(body: &'a [u8], encoding: Encoding) -> Self {
        let separator = if body.contains(&b'\n') { b'\n' } else { b'\r' };
        Self {
            rest: Some(body),
            separator,
            encoding,
            reader: Reader::new(),
            number: 0,
            fields: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The lines that are still to come, once more.
    pub fn remaining(&self) -> Self {
        Self {
            rest: self.rest,
            separator: self.separator,
            number: self.number,
            // A clone of csv-core 0.1's reader has an empty table and reads every field as nothing
            ..Self::new(&[], self.encoding)
        }
    }

    fn cut(&mut self, line: &[u8]) -> Line {
        self.reader.reset();
        // Never too short: a field's bytes only shrink, and a line has one end more than commas
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
            number: self.number,
            fields,
            quote_open: line.iter().filter(|byte| **byte == b'"').count() % 2 == 1,
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        loop {
            let rest = self.rest?;
            let separator = self.separator;
            let mut halves = rest.splitn(2, |byte| *byte == separator);
            let line = halves.next()?;
            self.rest = halves.next();
            self.number += 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = self.cut(line);
            if !line.is_blank() {
                return Some(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(usize, Vec<String>, bool)> {
        Lines::new(text.as_bytes(), Encoding::Utf8)
            .map(|line| {
                let fields = line.fields.into_iter().map(|(field, _)| field).collect();
                (line.number, fields, line.quote_open)
            })
            .collect()
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
    fn once_more() {
        let mut lines = Lines::new(b"h\n\nx,y\n", Encoding::Utf8);
        assert_eq!(lines.next().unwrap().number, 1);
        let again = lines.remaining().next().unwrap();
        assert_eq!((again.number, again.fields[1].0.as_str()), (3, "y"));
        assert_eq!(lines.next().unwrap().fields, again.fields);
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
