//! The header line: which column stands where.

use super::{
    COLUMNS, Column, Fault, Place, Rule,
    finding::{finding, shown},
    lines::Line,
};

/// Where each column stands in the file.
pub(super) struct Header {
    names: Vec<String>,
    indices: [Option<usize>; COLUMN_COUNT],
}

const COLUMN_COUNT: usize = Column::Reason as usize + 1;

impl Header {
    /// Reads the header, and what is wrong with it.
    pub fn read(line: &Line) -> (Self, Vec<Fault>) {
        let mut names: Vec<String> = line.fields.iter().map(|(name, _)| name.clone()).collect();
        // Spreadsheets leave empty columns on the right
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let mut header = Self {
            names,
            indices: [None; COLUMN_COUNT],
        };
        let mut faults = Vec::new();
        if line.quote_open {
            faults.push(finding(line.number, None, "", Rule::QuoteOpen.into()));
        }
        for (index, (name, broken)) in line.fields.iter().take(header.names.len()).enumerate() {
            let place = header.place(index);
            let mut fault = |violation| {
                let value = shown(None, name);
                faults.push(finding(line.number, Some(place.clone()), &value, violation));
            };
            match (broken, Column::find(name)) {
                (Some(broken), _) => fault(broken.clone()),
                (None, None) => fault(Rule::ColumnUnknown.into()),
                (None, Some(column)) => match &mut header.indices[column as usize] {
                    Some(_) => fault(Rule::ColumnDuplicate.into()),
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
                faults.push(finding(
                    line.number,
                    Some(place),
                    "",
                    Rule::ColumnMissing.into(),
                ));
            }
        }
        (header, faults)
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
