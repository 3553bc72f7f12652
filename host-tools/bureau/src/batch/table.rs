//! The rows of a batch, whatever it is written in.

use super::form::Form;
use super::lines::{Line, Lines};
use super::source::{Meter, Source};
use super::{BatchError, Detail, Encoding, Fault, Rule, Violation, finding::finding};

/// What a batch is written in, found once.
pub(super) enum Table {
    Text(Form),
}

/// A pass over the rows behind the headings.
pub(super) enum Rows {
    Text(Lines),
}

impl Table {
    /// Looks at a batch: what it is written in, and its headings.
    pub fn of(source: &Source, meter: &Meter) -> Result<(Self, Line), BatchError> {
        let (form, headings) = Form::of(source, meter).map_err(|error| source.failed(error))?;
        Ok((Self::Text(form), headings.ok_or(BatchError::Empty)?))
    }

    pub fn encoding(&self) -> Encoding {
        match self {
            Self::Text(form) => form.encoding,
        }
    }

    pub fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Text(form) => form.sha256,
        }
    }

    /// What is wrong with the file as a whole.
    pub fn fault(&self) -> Option<Fault> {
        let Self::Text(form) = self;
        let others = form.others.as_ref()?;
        let detail = Detail::OtherEncoding {
            name: others.encoding.name(),
            lines: others.first.clone(),
            count: others.count,
        };
        let line = others.first.first().copied().unwrap_or_default();
        let violation = Violation::with(Rule::MixedEncodings, detail);
        Some(finding(line, None, "", violation))
    }

    /// Begins a pass over the rows; the headings are `columns` fields.
    pub fn rows(&self, source: &Source, meter: &Meter, columns: usize) -> Result<Rows, BatchError> {
        match self {
            Self::Text(form) => form.rows(source, meter, columns).map(Rows::Text),
        }
        .map_err(|error| source.failed(error))
    }
}

impl Rows {
    /// The next row that is not blank.
    pub fn next(&mut self, source: &Source) -> Result<Option<Line>, BatchError> {
        match self {
            Self::Text(lines) => lines.next().map_err(|error| source.failed(error)),
        }
    }
}
