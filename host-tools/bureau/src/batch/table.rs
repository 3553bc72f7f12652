//! The rows of a batch, whatever it is written in.

use super::form::Form;
use super::lines::{Line, Lines};
use super::source::{Meter, Source};
use super::workbook::{OLD, SheetRows, Workbook, ZIP};
use super::{BatchError, Detail, Encoding, Finding, Rule, Violation, finding::finding};

/// What a batch is written in, found once.
pub(super) enum Table {
    Text(Form),
    Workbook(Workbook),
}

/// A pass over the rows behind the headings.
pub(super) enum Rows {
    Text(Box<Lines>),
    Workbook(SheetRows, usize),
}

impl Table {
    /// Looks at a batch: what it is written in, and its headings.
    pub fn of(source: &Source, meter: &Meter) -> Result<(Self, Line), BatchError> {
        let failed = |error| source.failed(error);
        let head = source.head().map_err(failed)?;
        if head.starts_with(&OLD) {
            return Err(BatchError::OldWorkbook);
        }
        if head.starts_with(&ZIP) {
            let book = Workbook::of(source, meter).map_err(failed)?;
            let book = book.map_err(|reason| BatchError::Workbook { reason })?;
            let headings = book.rows(source, meter).and_then(|mut rows| rows.next());
            let headings = headings.map_err(|error| BatchError::Workbook {
                reason: error.to_string(),
            })?;
            return Ok((Self::Workbook(book), headings.ok_or(BatchError::Empty)?));
        }
        let (form, headings) = Form::of(source, meter).map_err(failed)?;
        Ok((Self::Text(form), headings.ok_or(BatchError::Empty)?))
    }

    pub fn encoding(&self) -> Encoding {
        match self {
            Self::Text(form) => form.encoding,
            Self::Workbook(_) => Encoding::Workbook,
        }
    }

    pub fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Text(form) => form.sha256,
            Self::Workbook(book) => book.sha256,
        }
    }

    /// What is to be said of the file as a whole.
    pub fn findings(&self) -> Vec<Finding> {
        let (line, violation) = match self {
            Self::Text(form) => match &form.others {
                Some(others) => {
                    let detail = Detail::OtherEncoding {
                        name: others.encoding.name(),
                        lines: others.first.clone(),
                        count: others.count,
                    };
                    let line = others.first.first().copied().unwrap_or_default();
                    (line, Violation::with(Rule::MixedEncodings, detail))
                }
                None if form.encoding.is_utf16() && !form.has_mark() => {
                    (1, Rule::Utf16NoMark.into())
                }
                None => return Vec::new(),
            },
            Self::Workbook(book) if !book.others.is_empty() => {
                let detail = Detail::System(book.others.join(", "));
                (1, Violation::with(Rule::OtherSheets, detail))
            }
            Self::Workbook(_) => return Vec::new(),
        };
        vec![finding(line, None, "", violation)]
    }

    /// Begins a pass over the rows; the headings are `columns` fields.
    pub fn rows(&self, source: &Source, meter: &Meter, columns: usize) -> Result<Rows, BatchError> {
        match self {
            Self::Text(form) => form
                .rows(source, meter, columns)
                .map(|lines| Rows::Text(Box::new(lines))),
            Self::Workbook(book) => book.rows(source, meter).and_then(|mut rows| {
                rows.next()?;
                Ok(Rows::Workbook(rows, columns))
            }),
        }
        .map_err(|error| source.failed(error))
    }
}

impl Rows {
    /// The next row that is not blank.
    pub fn next(&mut self, source: &Source) -> Result<Option<Line>, BatchError> {
        match self {
            Self::Text(lines) => lines.next().map_err(|error| source.failed(error)),
            Self::Workbook(rows, columns) => {
                let row = rows.next().map_err(|error| source.failed(error))?;
                // A workbook has no cells where a row ends early
                Ok(row.map(|mut row| {
                    let length = row.fields.len().max(*columns);
                    row.fields.resize(length, (String::new(), None));
                    row
                }))
            }
        }
    }
}
