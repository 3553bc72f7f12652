//! A row as checked.

use ssc_words::{Bilingual, Lang, clean};

use super::{CardRequest, Fault, Finding, Severity, Warning};

/// A row of a batch.
#[derive(Debug)]
pub enum Row {
    /// It can be issued.
    Request {
        /// Its line in the file, from 1.
        line: usize,
        /// What it asks for.
        request: Box<CardRequest>,
        /// What somebody should look at.
        warnings: Vec<Warning>,
    },
    /// It is refused.
    Refused {
        /// Its line in the file, from 1.
        line: usize,
        /// All that is wrong with it, and what somebody should look at (nothing of its own when the headings lack a required column).
        findings: Vec<Finding>,
        /// The fields as read. They hold full numbers and PINs.
        fields: Fields,
    },
}

impl Row {
    /// Its line in the file, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Request { line, .. } | Self::Refused { line, .. } => *line,
        }
    }

    /// What it asks for, unless it is refused.
    #[must_use]
    pub fn request(&self) -> Option<&CardRequest> {
        match self {
            Self::Request { request, .. } => Some(request),
            Self::Refused { .. } => None,
        }
    }

    /// Whether it is refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Faults and warnings.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Request { warnings, .. } => warnings,
            Self::Refused { findings, .. } => findings,
        }
    }

    /// Its faults.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.findings()
            .iter()
            .filter(|finding| finding.severity() == Severity::Fault)
    }

    /// Why it is refused, in one line: for the file of refused rows, the return file and the register.
    #[must_use]
    pub fn reason(&self, lang: Lang) -> String {
        let words: Vec<String> = self.faults().map(|fault| fault.say(lang)).collect();
        let words = words.join(match lang {
            Lang::En => "; ",
            Lang::Zh => "；",
        });
        clean::line(&words).into_owned()
    }
}

/// A refused row's fields; `Debug` shows none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(pub(super) Vec<String>);

impl Fields {
    /// The fields in the order of the file. They hold full numbers and PINs.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.0
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} fields", self.0.len())
    }
}
