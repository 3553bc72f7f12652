//! The return file (回盘文件): one row for every card of the order that was tried, written before the next card is touched. It is made from
//! the journal alone: that is on the disk by then, and after a power cut the file is made anew from it.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ssc_files::growing::GrowingFile;
use ssc_files::whole_file::Readers;
use ssc_words::{Lang, clean};

mod form;
mod row;
#[cfg(test)]
mod tests;
mod whole;

pub use form::Form;
pub use row::{Chip, Fate, Reason, ReturnRow};
pub use whole::{Tally, write};

use crate::cell;
use crate::journal::{Outcome, Record};
use crate::new_file::{create_new, file_error};
use crate::order_error::OrderError;

/// A return file being written. It carries full numbers: that is its purpose; it is created readable by its owner
/// only.
pub struct ReturnFile {
    path: PathBuf,
    /// Language of the reasons.
    lang: Lang,
    file: GrowingFile,
    /// The rows that it has.
    rows: HashSet<usize>,
    /// Whether a row in the file is out of date.
    stale: bool,
}

impl ReturnFile {
    /// Creates the file with its heading.
    ///
    /// # Errors
    /// [`OrderError::FileExists`], since an old one may be the only record of real cards;
    /// [`OrderError::File`].
    pub fn create(path: &Path, lang: Lang) -> Result<Self, OrderError> {
        let file = create_new(path, &Form::Csv.heading())?;
        Ok(Self::of(path, lang, file))
    }

    /// Makes the file of an order that goes on anew, with what its journal knows.
    ///
    /// # Errors
    /// [`OrderError::OtherReturnFile`] unless it is missing or holds this journal's rows; [`OrderError::Busy`],
    /// [`OrderError::File`].
    pub fn of_journal(path: &Path, lang: Lang, records: &[Record]) -> Result<Self, OrderError> {
        // The old one is locked until the new one has its place.
        let _old = match GrowingFile::open(path) {
            Ok((old, bytes)) if is_of(&bytes, records) => Some(old),
            Err(missing) if missing.kind() == ErrorKind::NotFound => None,
            Err(busy) if busy.kind() == ErrorKind::WouldBlock => {
                return Err(OrderError::Busy { path: path.into() });
            }
            Ok(_) => return Err(OrderError::OtherReturnFile { path: path.into() }),
            Err(source) => return Err(file_error(path, source)),
        };
        let file = GrowingFile::replace(path, Readers::Owner, &Form::Csv.heading());
        let file = file.map_err(|source| file_error(path, source))?;
        let mut this = Self::of(path, lang, file);
        this.rewrite(records)?;
        Ok(this)
    }

    fn of(path: &Path, lang: Lang, file: GrowingFile) -> Self {
        Self {
            path: path.to_owned(),
            lang,
            file,
            rows: HashSet::new(),
            stale: false,
        }
    }

    /// Writes one row, whole or not at all; a stop of the program does not lose it. A row that is there already is put right by
    /// [`finish`](Self::finish).
    ///
    /// # Errors
    /// [`OrderError::File`].
    pub fn row(&mut self, record: &Record) -> Result<(), OrderError> {
        let Some(line) = line(record, self.lang) else {
            return Ok(());
        };
        if !self.rows.insert(record.row) {
            self.stale = true;
            return Ok(());
        }
        self.file
            .append(&line)
            .map_err(|source| file_error(&self.path, source))
    }

    /// The end of an order, with what the journal knows now.
    ///
    /// # Errors
    /// [`OrderError::File`]; the file then stays unchanged.
    pub fn finish(&mut self, records: &[Record]) -> Result<(), OrderError> {
        if self.stale {
            return self.rewrite(records);
        }
        self.file
            .keep()
            .map_err(|source| file_error(&self.path, source))
    }

    fn rewrite(&mut self, records: &[Record]) -> Result<(), OrderError> {
        let mut bytes = Form::Csv.heading();
        self.rows.clear();
        for record in records {
            if let Some(line) = line(record, self.lang) {
                bytes.extend(line);
                self.rows.insert(record.row);
            }
        }
        self.file = GrowingFile::replace(&self.path, Readers::Owner, &bytes)
            .map_err(|source| file_error(&self.path, source))?;
        self.stale = false;
        Ok(())
    }
}

impl Drop for ReturnFile {
    fn drop(&mut self) {
        // An order that ended early: what can be kept is kept, and the journal has it all.
        let _ = self.file.keep();
    }
}

/// Whether these are a return file of this journal. A last row that a stop has torn is no row.
fn is_of(bytes: &[u8], records: &[Record]) -> bool {
    let Some(rows) = bytes.strip_prefix(&*Form::Csv.heading()) else {
        return false;
    };
    let whole = rows.iter().rposition(|byte| *byte == b'\n');
    let rows = &rows[..whole.map_or(0, |last| last + 1)];
    let known: HashMap<usize, &Record> = records.iter().map(|one| (one.row, one)).collect();
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(rows);
    csv.records().all(|row| {
        let Ok(row) = row else {
            return false;
        };
        let number = row.get(0).and_then(|cell| cell.parse().ok());
        number
            .and_then(|number: usize| known.get(&number))
            .is_some_and(|record| {
                row.get(1) == Some(&*cell::written(&record.number))
                    && row.get(2) == Some(&*cell::written(&record.card_number))
            })
    })
}

/// The row of a record; `None` for one that was not tried.
fn line(record: &Record, lang: Lang) -> Option<Vec<u8>> {
    let (result, reason) = match (record.outcome.as_ref()?, lang) {
        (Outcome::Issued, _) => ("issued", ""),
        (Outcome::Failed { english, .. }, Lang::En) => ("failed", english.as_str()),
        (Outcome::Failed { chinese, .. }, Lang::Zh) => ("failed", chinese.as_str()),
    };
    let row = record.row.to_string();
    let reason = clean::line(reason);
    let cells = [
        &*row,
        &record.number,
        &record.card_number,
        &record.identification_code,
        &record.atr,
        result,
        &reason,
    ];
    let mut csv = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    csv.write_record(cells.map(|cell| cell::written(cell).into_owned()))
        .ok()?;
    csv.into_inner().ok()
}
