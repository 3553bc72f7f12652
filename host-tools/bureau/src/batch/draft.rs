//! A row on its way through the checks.

use super::{
    CardRequest, Column, Finding, Violation,
    finding::{finding, shown},
    header::Header,
};
use ssc_person::{CardNumber, CitizenNumber};

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
    pub photo_path: Option<String>,
    pub findings: Vec<Finding>,
}

impl Draft {
    pub fn new(line: usize) -> Self {
        Self {
            line,
            request: None,
            number: None,
            card_number: None,
            photo_path: None,
            findings: Vec::new(),
        }
    }

    /// Refuses the row for a value in `column`.
    pub fn refuse(&mut self, header: &Header, column: Column, value: &str, violation: Violation) {
        listed(column, &violation);
        let value = shown(Some(column), value);
        self.findings.push(finding(
            self.line,
            header.place_of(column),
            &value,
            violation,
        ));
    }

    pub fn set_photo(&mut self, header: &Header, photo: Result<Vec<u8>, Violation>) {
        match photo {
            Ok(photo) => {
                if let Some(request) = &mut self.request {
                    request.holder.photo = Some(photo.into());
                }
            }
            Err(violation) => {
                let path = self.photo_path.take().unwrap_or_default();
                self.refuse(header, Column::Photo, &path, violation);
            }
        }
    }
}
