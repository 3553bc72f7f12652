//! A batch file (制卡批次): CSV in UTF-8 or GB18030, one cardholder a row; read, checked, and split into rows that can be
//! issued and rows that are refused.
//!
//! [`read`] finds every fault in one run. A field never contains a line break, so a quotation mark left open spoils its
//! own line and nothing after it.

mod check;
mod columns;
mod draft;
mod encoding;
mod error;
mod finding;
mod header;
mod lines;
mod photos;
mod refused;
mod request;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::profile::Profile;

pub use columns::{COLUMNS, Column, ColumnRow, GENERAL_RULES};
pub use encoding::Encoding;
pub use error::BatchError;
pub use finding::{Fault, Finding, Place, Warning};
pub use request::CardRequest;
use ssc_person::Date;
pub use ssc_person::{Detail, Rule, Severity, Violation};

/// A batch as read.
#[derive(Debug)]
pub struct Batch {
    /// The encoding found.
    pub encoding: Encoding,
    /// Faults of the file as a whole: its header. While there are any, no row can be trusted to be what it seems, and
    /// `--skip-invalid` does not help.
    pub faults: Vec<Fault>,
    /// What somebody should look at, in the order of lines.
    pub warnings: Vec<Warning>,
    /// Every row that is not blank, in the order of the file.
    pub rows: Vec<Row>,
    header: Vec<String>,
}

/// A row of a batch.
#[derive(Debug)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: usize,
    /// What it asks for, or all that is wrong with the row (nothing of its own when the header lacks a required column).
    pub request: Result<Box<CardRequest>, Vec<Fault>>,
    /// The fields as read, of a refused row. They hold full numbers and PINs.
    fields: Fields,
}

/// A refused row's fields; `Debug` shows none.
#[derive(Default)]
struct Fields(Vec<String>);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} fields", self.0.len())
    }
}

impl Batch {
    /// All faults: those of the file, then those of the rows in the order of lines.
    pub fn all_faults(&self) -> impl Iterator<Item = &Fault> {
        let of_rows = self
            .rows
            .iter()
            .filter_map(|row| row.request.as_ref().err());
        self.faults.iter().chain(of_rows.flatten())
    }

    /// Whether every row can be issued.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty() && self.rows.iter().all(|row| row.request.is_ok())
    }

    /// What the rows that stand ask for, with their lines.
    pub fn requests(&self) -> impl Iterator<Item = (usize, &CardRequest)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.line, &**row.request.as_ref().ok()?)))
    }

    /// The rows that are refused.
    pub fn refused(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.request.is_err())
    }
}

/// How a batch is read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The day that birth and validity dates are judged against.
    pub today: Date,
    /// The folder that photos are looked for in. `None`: a row with a photo is refused.
    pub folder: Option<PathBuf>,
    /// What the cards are to be made into, where that is known: then a name that does not fit is a fault too.
    pub profile: Option<&'static Profile>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            today: Date::today(),
            folder: None,
            profile: None,
        }
    }
}

/// Reads and checks a batch file, for cards of `profile` where that is known; photos are looked for in its folder.
///
/// Memory: about 500 bytes a row, and at most 4,096 for each photo.
pub fn read(path: &Path, profile: Option<&'static Profile>) -> Result<Batch, BatchError> {
    let bytes = fs::read(path).map_err(|source| BatchError::Read {
        path: path.to_owned(),
        source,
    })?;
    let folder = path.parent().map(|parent| match parent.as_os_str().len() {
        0 => PathBuf::from("."),
        _ => parent.to_owned(),
    });
    let options = ReadOptions {
        folder,
        profile,
        ..ReadOptions::default()
    };
    read_bytes(&bytes, &options)
}

/// Reads and checks a batch in memory.
pub fn read_bytes(bytes: &[u8], options: &ReadOptions) -> Result<Batch, BatchError> {
    let (encoding, body) = Encoding::detect(bytes)?;
    let mut lines = lines::Lines::new(body, encoding);
    let header = lines.next().ok_or(BatchError::Empty)?;
    check::batch(encoding, header, lines, options)
}
