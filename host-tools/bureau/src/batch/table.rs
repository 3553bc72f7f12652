//! The rows of a batch, whatever it is written in.

use super::form::Form;
use super::lines::{Line, Lines};
use super::source::{Meter, Source};
use super::{BatchError, Detail, Encoding, Finding, Rule, Violation, finding::finding};

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

    /// What is to be said of the file as a whole.
    pub fn findings(&self) -> Vec<Finding> {
        let Self::Text(form) = self;
        let mut findings = Vec::new();
        if let Some(others) = &form.others {
            let detail = Detail::OtherEncoding {
                name: others.encoding.name(),
                lines: others.first.clone(),
                count: others.count,
            };
            let line = others.first.first().copied().unwrap_or_default();
            let violation = Violation::with(Rule::MixedEncodings, detail);
            findings.push(finding(line, None, "", violation));
        }
        if form.encoding.is_utf16() && !form.has_mark() {
            findings.push(finding(1, None, "", Rule::Utf16NoMark.into()));
        }
        findings
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
