//! The header line: which column stands where.

use ssc_person::name::{self, misread::Misread};

use super::{
    COLUMNS, Column, Detail, Finding, Place, Rule, Violation,
    finding::{finding, shown},
    lines::Line,
};

/// What people separate fields with, and no program takes.
const OTHER_SEPARATORS: &str = " ，；、：:^~　/#&+";

/// Where each column stands in the file.
pub(super) struct Header {
    names: Vec<String>,
    indices: [Option<usize>; COLUMN_COUNT],
}

const COLUMN_COUNT: usize = Column::Reason as usize + 1;

impl Header {
    /// Reads the header, and what is wrong with it.
    pub fn read(line: &Line) -> (Self, Vec<Finding>) {
        let mut names: Vec<String> = line.fields.iter().map(|(name, _)| name.clone()).collect();
        // Spreadsheets leave empty columns on the right
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let mut header = Self {
            names,
            indices: [None; COLUMN_COUNT],
        };
        let mut findings = Vec::new();
        if let Some(violation) = header.is_none(line) {
            findings.push(finding(line.number, None, "", violation));
            return (header, findings);
        }
        if line.quote_open {
            findings.push(finding(line.number, None, "", Rule::QuoteOpen.into()));
        }
        for (index, (name, broken)) in line.fields.iter().take(header.names.len()).enumerate() {
            let place = header.place(index);
            let mut report = |violation| {
                let value = shown(None, name);
                findings.push(finding(line.number, Some(place.clone()), &value, violation));
            };
            match (broken, Column::find(name)) {
                (Some(broken), _) => report(broken.clone()),
                (None, None) if name.is_empty() => {}
                (None, None) => {
                    let near = Column::near(name);
                    report(if near.is_empty() {
                        Rule::ColumnUnknown.into()
                    } else {
                        Violation::with(Rule::ColumnUnknown, Detail::DidYouMean(near))
                    });
                }
                (None, Some(column)) => match &mut header.indices[column as usize] {
                    Some(_) => report(Rule::ColumnDuplicate.into()),
                    free => *free = Some(index),
                },
            }
        }
        for row in COLUMNS.iter().filter(|row| row.required) {
            if header.indices[row.column as usize].is_none() {
                let place = Place {
                    index: None,
                    name: row.title().into(),
                };
                findings.push(finding(
                    line.number,
                    Some(place),
                    "",
                    Rule::ColumnMissing.into(),
                ));
            }
        }
        (header, findings)
    }

    /// Why the line is no heading line at all: one cause, one message.
    fn is_none(&self, line: &Line) -> Option<Violation> {
        let known = |name: &&str| Column::find(name).is_some();
        let names = || self.names.iter().map(String::as_str);
        let misread = names().find_map(|name| match name::misread::misread(name) {
            Some(Misread::Certain(was)) if known(&was.as_str()) => Some(was),
            _ => None,
        });
        if let Some(was) = misread {
            return Some(Violation::with(Rule::HeadingsMisread, Detail::Meant(was)));
        }
        if names().any(|name| known(&name)) {
            return None;
        }
        let all = self.names.join(",");
        let other = OTHER_SEPARATORS
            .chars()
            .find(|ch| all.split(*ch).filter(known).count() > 1);
        Some(match other {
            Some(ch) => {
                let position = all
                    .chars()
                    .position(|found| found == ch)
                    .unwrap_or_default()
                    + 1;
                Violation::with(Rule::Separator, Detail::Character { ch, position })
            }
            None if line.too_long => Rule::LineTooLong.into(),
            None => Rule::NoHeadings.into(),
        })
    }

    pub fn place(&self, index: usize) -> Place {
        Place {
            index: Some(index + 1),
            name: shown(None, self.names.get(index).map_or("", String::as_str)),
        }
    }

    pub fn place_of(&self, column: Column) -> Option<Place> {
        self.indices[column as usize].map(|index| self.place(index))
    }

    pub fn column_at(&self, index: usize) -> Option<Column> {
        COLUMNS
            .iter()
            .map(|row| row.column)
            .find(|column| self.indices[*column as usize] == Some(index))
    }

    /// Where `column` stands, from 0.
    pub fn index_of(&self, column: Column) -> Option<usize> {
        self.indices[column as usize]
    }

    /// The headings.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}
