//! A row on its way through the checks.

use super::{
    CardRequest, Column, Finding, Violation,
    finding::{finding, shown},
    header::Header,
    photos::Wanted,
};
use ssc_person::{CardNumber, CitizenNumber, photo::Ready};

/// `ssc batch columns` tells which rules a column has: none is applied that does not stand there.
pub(super) fn listed(column: Column, violation: &Violation) {
    debug_assert!(
        column.row().rules.contains(&violation.rule),
        "{column:?}: {:?}",
        violation.rule
    );
}

/// A row on its way: not yet compared with the others, its photo not yet opened.
pub(super) struct Draft {
    pub line: usize,
    pub request: Option<Box<CardRequest>>,
    pub number: Option<CitizenNumber>,
    pub card_number: Option<CardNumber>,
    pub photo: Option<Wanted>,
    pub findings: Vec<Finding>,
}

impl Draft {
    pub fn new(line: usize) -> Self {
        Self {
            line,
            request: None,
            number: None,
            card_number: None,
            photo: None,
            findings: Vec::new(),
        }
    }

    /// Notes what is wrong with a value in `column`, or should be looked at.
    pub fn note(&mut self, header: &Header, column: Column, value: &str, violation: Violation) {
        listed(column, &violation);
        let value = shown(Some(column), value);
        self.findings.push(finding(
            self.line,
            header.place_of(column),
            &value,
            violation,
        ));
    }

    pub fn set_photo(&mut self, header: &Header, wanted: &Wanted, photo: Result<Ready, Violation>) {
        match photo {
            Ok(Ready { jpeg, doubts }) => {
                for doubt in doubts {
                    self.note(header, Column::Photo, wanted.shown(), doubt);
                }
                if let Some(request) = &mut self.request {
                    request.holder.photo = Some(jpeg.into());
                }
            }
            Err(violation) => self.note(header, Column::Photo, wanted.shown(), violation),
        }
    }
}
