//! The return file (回盘文件): one row for every row of the batch, on disk before the next card is touched.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use apdu_specs::items;

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
        let mut file = create_new(path)?;
        // Spreadsheet programs take UTF-8 for the local encoding without it.
        file.write_all("\u{FEFF}".as_bytes())
            .map_err(|source| file_error(path, source))?;
        let mut this = Self {
            path: path.to_owned(),
            writer: csv::Writer::from_writer(file),
        };
        this.record(&[
            "line",
            items::NUMBER.code,
            items::CARD_NUMBER.code,
            items::IDENTIFICATION_CODE.code,
            items::ATR.code,
            "result",
            "reason",
        ])?;
        Ok(this)
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
            row.reason,
        ])
    }

    fn record(&mut self, fields: &[&str]) -> Result<(), OrderError> {
        self.writer
            .write_record(fields)
            .map_err(std::io::Error::from)
            .and_then(|()| self.writer.flush())
            .and_then(|()| self.writer.get_ref().sync_data())
            .map_err(|source| file_error(&self.path, source))
    }
}

/// A new file that only its owner reads.
///
/// # Errors
/// [`OrderError::FileExists`], [`OrderError::File`].
pub fn create_new(path: &Path) -> Result<File, OrderError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(|source| {
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
