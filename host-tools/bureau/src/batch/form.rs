//! How a batch is written: what separates its fields, and where its headings stand.

use std::io::{self, BufRead, BufReader, Read};

use super::lines::{Cutter, Line, Lines};
use super::raw_lines::RawLine;
use super::source::{Meter, Source};
use super::survey::{Others, Survey, survey};
use super::utf16::Utf16;
use super::{Column, Encoding};

/// Separators that are taken, and none else. The first is that of a file which shows nothing.
pub(super) const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a text is written. It is found once, and each pass over the batch reads by it.
#[derive(Clone)]
pub(super) struct Form {
    pub encoding: Encoding,
    mark: usize,
    line_end: u8,
    pub separator: u8,
    /// Lines before the headings.
    skipped: usize,
    pub others: Option<Others>,
    pub sha256: [u8; 32],
}

impl Form {
    /// Looks at the whole text. `None` for the line: nothing but blank lines.
    pub fn of(source: &Source, meter: &Meter) -> io::Result<(Self, Option<Line>)> {
        let Survey {
            encoding,
            mark,
            line_end,
            sha256,
            others,
        } = survey(source.open(meter)?)?;
        let mut form = Self {
            encoding,
            mark,
            line_end,
            separator: SEPARATORS[0],
            skipped: 0,
            others,
            sha256,
        };
        let mut lines = form.lines(source, meter)?;
        let Some((mut number, mut headings)) = lines.next_raw()? else {
            return Ok((form, None));
        };
        let declared = declared(&headings.bytes);
        if declared.is_some() {
            match lines.next_raw()? {
                Some(next) => (number, headings) = next,
                None => return Ok((form, None)),
            }
        }
        form.skipped = number - 1;
        form.separator = declared.unwrap_or_else(|| form.separator_of(&headings));
        Ok((form.clone(), Some(form.cut(number, &headings))))
    }

    pub fn has_mark(&self) -> bool {
        self.mark > 0
    }

    /// Its rows, from the headings on.
    pub fn rows(&self, source: &Source, meter: &Meter, columns: usize) -> io::Result<Lines> {
        let mut lines = self.lines(source, meter)?;
        for _ in 0..=self.skipped {
            lines.skip_one()?;
        }
        lines.columns = Some(columns);
        Ok(lines)
    }

    fn lines(&self, source: &Source, meter: &Meter) -> io::Result<Lines> {
        let mut input = source.open(meter)?;
        io::copy(&mut input.by_ref().take(self.mark as u64), &mut io::sink())?;
        let input: Box<dyn BufRead + Send> = if self.encoding.is_utf16() {
            Box::new(BufReader::new(Utf16::new(input, self.encoding)))
        } else {
            input
        };
        Ok(Lines::new(
            input,
            self.line_end,
            self.separator,
            self.encoding.of_lines(),
        ))
    }

    fn cut(&self, number: usize, line: &RawLine) -> Line {
        Cutter::new(self.separator, self.encoding.of_lines()).cut(number, line)
    }

    /// What cuts the headings into most that are known.
    fn separator_of(&self, headings: &RawLine) -> u8 {
        let known = |separator: u8| {
            let line = Cutter::new(separator, self.encoding.of_lines()).cut(1, headings);
            line.fields
                .iter()
                .filter(|(name, _)| Column::find(name).is_some())
                .count()
        };
        let mut best = SEPARATORS[0];
        for separator in SEPARATORS {
            if known(separator) > known(best) {
                best = separator;
            }
        }
        best
    }
}

/// The separator of a line such as `sep=;`, which spreadsheets take for a setting.
fn declared(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_start();
    let text = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = text.split_at_checked(4)?;
    let separator = *rest
        .first()
        .filter(|_| word.eq_ignore_ascii_case(b"sep="))?;
    let is_alone = rest.iter().all(|byte| *byte == separator || *byte == b'"');
    (is_alone && (separator.is_ascii_punctuation() || separator == b'\t') && separator != b'"')
        .then_some(separator)
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn a_line_that_names_the_separator() {
        for (line, separator) in [
            ("sep=,", b','),
            ("SEP=;", b';'),
            ("\"sep=,\"", b','),
            ("sep=;;;;", b';'),
        ] {
            assert_eq!(declared(line.as_bytes()), Some(separator), "{line}");
        }
        for line in ["", "sep", "sep=", "sep=ab", "separator=,", "AAC002,AAC003"] {
            assert_eq!(declared(line.as_bytes()), None, "{line}");
        }
        assert_eq!(declared(b"sep=\t"), Some(b'\t'));
    }
}
