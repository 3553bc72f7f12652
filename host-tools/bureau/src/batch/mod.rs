//! A batch file (制卡批次): CSV in UTF-8 or GB18030, one cardholder a row; read, checked, and split into rows that can be
//! issued and rows that are refused.
//!
//! [`BatchReader`] finds every fault in one run, in bounded memory. A quotation mark left open spoils its own line and nothing after it.

mod cell_text;
mod check;
mod columns;
mod draft;
mod encoding;
mod error;
mod finding;
mod form;
mod header;
mod lines;
mod photos;
mod quotes;
mod raw_lines;
mod reader;
mod refused;
mod request;
mod row;
mod source;
mod survey;
mod table;
mod totals;
mod twins;
mod utf16;
mod workbook;

use std::path::{Path, PathBuf};

use crate::card_model::CardModel;

pub use columns::{COLUMNS, Column, ColumnRow, GENERAL_RULES};
pub use encoding::Encoding;
pub use error::BatchError;
pub use finding::{Fault, Finding, Place, Warning};
pub use reader::BatchReader;
pub use refused::RefusedFile;
pub use request::CardRequest;
pub use row::{Fields, Row};
use ssc_person::Date;
use ssc_person::name::Rare;
pub use ssc_person::{Detail, Rule, Severity, Violation};
pub use totals::Totals;

/// A batch as read, whole: for small batches. [`BatchReader`] takes any.
#[derive(Debug)]
pub struct Batch {
    /// The encoding found.
    pub encoding: Encoding,
    /// Faults of the file as a whole: its header. While there are any, no row can be trusted to be what it seems, and
    /// `--skip-invalid` does not help.
    pub faults: Vec<Fault>,
    /// What somebody should look at in the file as a whole.
    pub file_warnings: Vec<Warning>,
    /// Every row that is not blank, in the order of the file.
    pub rows: Vec<Row>,
    header: Vec<String>,
}

impl Batch {
    /// Reads all rows.
    ///
    /// # Errors
    /// The file cannot be read to its end.
    pub fn of(mut reader: BatchReader) -> Result<Self, BatchError> {
        let rows = reader.by_ref().collect::<Result<_, _>>()?;
        Ok(Self {
            encoding: reader.encoding(),
            faults: reader.faults().to_vec(),
            file_warnings: reader.warnings().to_vec(),
            rows,
            header: reader.headings().to_vec(),
        })
    }

    /// All faults: those of the file, then those of the rows in the order of lines.
    pub fn all_faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults
            .iter()
            .chain(self.rows.iter().flat_map(Row::faults))
    }

    /// All warnings: those of the file, then those of the rows in the order of lines.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        let of_rows = self.rows.iter().flat_map(Row::findings);
        self.file_warnings
            .iter()
            .chain(of_rows.filter(|finding| finding.severity() == Severity::Warning))
    }

    /// Whether every row can be issued.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty() && !self.rows.iter().any(Row::is_refused)
    }

    /// What the rows that stand ask for, with their lines.
    pub fn requests(&self) -> impl Iterator<Item = (usize, &CardRequest)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.line(), row.request()?)))
    }

    /// The rows that are refused.
    pub fn refused(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_refused())
    }
}

/// How a batch is read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The day that birth and validity dates are judged against.
    pub today: Date,
    /// The folder that photos are looked for in. `None`: a row with a photo is refused.
    pub folder: Option<PathBuf>,
    /// The folder of photos that are named by their persons' numbers: then each row has one. Paths in rows are from here too.
    pub photos: Option<PathBuf>,
    /// What the cards are to be made into, where that is known: then a name that does not fit is a fault too.
    pub model: Option<&'static CardModel>,
    /// The characters that names may have.
    pub rare: Rare,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            today: Date::today(),
            folder: None,
            photos: None,
            model: None,
            rare: Rare::USUAL,
        }
    }
}

/// Reads and checks a whole batch file, for cards of `model` where that is known; photos are looked for in its folder.
///
/// Memory: about 500 bytes a row, and at most 4,096 for each photo. [`BatchReader`] reads a row at a time.
///
/// # Errors
/// It cannot be read, or is no batch at all.
pub fn read(path: &Path, model: Option<&'static CardModel>) -> Result<Batch, BatchError> {
    let options = ReadOptions {
        model,
        ..ReadOptions::default()
    };
    Batch::of(BatchReader::open(path, &options)?)
}

/// Reads and checks a whole batch in memory.
///
/// # Errors
/// It is no batch at all.
pub fn read_bytes(bytes: &[u8], options: &ReadOptions) -> Result<Batch, BatchError> {
    Batch::of(BatchReader::of_bytes(bytes, options)?)
}
