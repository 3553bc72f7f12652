//! The return file (回盘文件): one row for every row of the batch, on disk before the next card is touched.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use apdu_specs::items;
use ssc_files::whole_file::{Readers, WholeFile};
use ssc_words::clean;

use crate::cell;
use crate::error::OrderError;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The card is SECURED and holds what was written.
    Issued,
    /// No card was finished for this row.
    Failed,
}

/// One row of the return file.
pub struct ReturnRow<'a> {
    /// Line of the batch.
    pub line: usize,
    /// Social security number.
    pub number: &'a str,
    /// Card number.
    pub card_number: &'a str,
    /// Identification code as hex; empty where no card was reached.
    pub identification_code: &'a str,
    /// ATR as hex; empty where no card was reached.
    pub atr: &'a str,
    /// Issued or failed.
    pub outcome: Outcome,
    /// Why it failed, in words.
    pub reason: &'a str,
}

/// A return file being written. It carries full numbers: that is its purpose; it is created readable by its owner
/// only.
pub struct ReturnFile {
    path: PathBuf,
    writer: csv::Writer<File>,
}

impl ReturnFile {
    /// Creates the file with its heading.
    ///
    /// # Errors
    /// [`OrderError::FileExists`], since an old one may be the only record of real cards;
    /// [`OrderError::File`].
    pub fn create(path: &Path) -> Result<Self, OrderError> {
        let heading = [
            "line",
            items::NUMBER.code,
            items::CARD_NUMBER.code,
            items::IDENTIFICATION_CODE.code,
            items::ATR.code,
            "result",
            "reason",
        ];
        // Spreadsheet programs take UTF-8 for the local encoding without the mark in front.
        let heading = format!("\u{FEFF}{}\n", heading.join(","));
        Ok(Self {
            path: path.to_owned(),
            writer: csv::Writer::from_writer(create_new(path, heading.as_bytes())?),
        })
    }

    /// Writes one row through to the disk.
    ///
    /// # Errors
    /// [`OrderError::File`].
    pub fn row(&mut self, row: &ReturnRow<'_>) -> Result<(), OrderError> {
        let outcome = match row.outcome {
            Outcome::Issued => "issued",
            Outcome::Failed => "failed",
        };
        self.record(&[
            &row.line.to_string(),
            row.number,
            row.card_number,
            row.identification_code,
            row.atr,
            outcome,
            &clean::line(row.reason),
        ])
    }

    fn record(&mut self, fields: &[&str]) -> Result<(), OrderError> {
        let cells = fields.iter().map(|field| cell::written(field).into_owned());
        self.writer
            .write_record(cells)
            .map_err(std::io::Error::from)
            .and_then(|()| self.writer.flush())
            .and_then(|()| self.writer.get_ref().sync_data())
            .map_err(|source| file_error(&self.path, source))
    }
}

/// A new file that only its owner reads, with its first bytes; what is written to it stands behind them.
///
/// # Errors
/// [`OrderError::FileExists`], [`OrderError::File`].
pub fn create_new(path: &Path, start: &[u8]) -> Result<File, OrderError> {
    let create = || {
        let mut file = WholeFile::begin(path, Readers::Owner)?;
        file.write_all(start)?;
        file.create()
    };
    create().map_err(|source| {
        if source.kind() == std::io::ErrorKind::AlreadyExists {
            OrderError::FileExists {
                path: path.to_owned(),
            }
        } else {
            file_error(path, source)
        }
    })
}

fn file_error(path: &Path, source: std::io::Error) -> OrderError {
    OrderError::File {
        path: path.to_owned(),
        source,
    }
}
