//! A return file of a whole job: every row of the batch, made from the register alone, whole or not at all.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use ssc_files::whole_file::{Readers, There, WholeFile};
use ssc_words::Lang;

use super::{Fate, Form, ReturnRow};
use crate::order_error::OrderError;

/// How many rows of each kind a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u64; Fate::ALL.len()],
}

impl Tally {
    /// Rows of one kind.
    #[must_use]
    pub fn of(&self, fate: Fate) -> u64 {
        Fate::ALL
            .iter()
            .zip(self.counts)
            .find_map(|(one, count)| (*one == fate).then_some(count))
            .unwrap_or(0)
    }

    /// All rows.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// One row more.
    pub fn add(&mut self, fate: Fate) {
        for (one, count) in Fate::ALL.iter().zip(&mut self.counts) {
            *count += u64::from(*one == fate);
        }
    }
}

/// Writes the return file of a job from its rows, which come in the order of the batch. One row is in memory at a time. A file that is
/// there is replaced, if each of its rows is one of these: an older state of the same job.
///
/// # Errors
/// [`OrderError::OtherReturnFile`] where another file has its name, [`OrderError::RegisterOlder`] where it has cards that these rows do
/// not, [`OrderError::File`], or what `rows` gives. What was there is then as it was.
pub fn write<E: From<OrderError>>(
    path: &Path,
    form: Form,
    lang: Lang,
    rows: impl IntoIterator<Item = Result<ReturnRow, E>>,
) -> Result<Tally, E> {
    let failed = |source| OrderError::file(path, source);
    let mut old = Older::open(path, form)?;
    let file = WholeFile::begin(path, Readers::Owner).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let mut tally = Tally::default();
    out.write_all(&form.heading()).map_err(failed)?;
    for row in rows {
        let row = row?;
        if let Some(old) = &mut old {
            old.pass(form, &row, path)?;
        }
        out.write_all(&form.line(&row, lang)).map_err(failed)?;
        tally.add(row.fate);
    }
    if let Some(old) = old {
        old.end(path)?;
    }
    let file = out
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.replace().map_err(failed)?;
    Ok(tally)
}

/// The file that is there, read beside the new one: both have their rows in the order of the batch.
struct Older {
    lines: BufReader<File>,
    /// The next row of it.
    next: Vec<u8>,
}

impl Older {
    /// `None` where there is none.
    fn open(path: &Path, form: Form) -> Result<Option<Self>, OrderError> {
        let file = match There::at(path) {
            Ok(There::File(file)) => file,
            Ok(There::Nothing) => return Ok(None),
            Ok(There::Other) => return Err(OrderError::OtherReturnFile { path: path.into() }),
            Err(source) => return Err(OrderError::file(path, source)),
        };
        let mut old = Self {
            lines: BufReader::new(file),
            next: Vec::new(),
        };
        old.read(path)?;
        if old.next != form.heading() {
            return Err(OrderError::OtherReturnFile { path: path.into() });
        }
        old.read(path)?;
        Ok(Some(old))
    }

    fn read(&mut self, path: &Path) -> Result<(), OrderError> {
        self.next.clear();
        let read = self.lines.read_until(b'\n', &mut self.next);
        read.map(drop)
            .map_err(|source| OrderError::file(path, source))
    }

    /// Passes its row, if it is this one. A card that was delivered stays so.
    fn pass(&mut self, form: Form, row: &ReturnRow, path: &Path) -> Result<(), OrderError> {
        if !self.next.starts_with(&form.whose(row)) {
            return Ok(());
        }
        if row.fate != Fate::Delivered && form.is_delivered(&self.next) {
            return Err(OrderError::RegisterOlder {
                path: path.into(),
                line: row.line,
            });
        }
        self.read(path)
    }

    /// A row that nobody passed is another job's.
    fn end(self, path: &Path) -> Result<(), OrderError> {
        if self.next.is_empty() {
            Ok(())
        } else {
            Err(OrderError::OtherReturnFile { path: path.into() })
        }
    }
}
