//! A journal in a file: one JSON object a line, readable by its owner only.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ssc_files::growing::GrowingFile;
use ssc_files::whole_file::Readers;

use super::{Entry, Journal, JournalError, Ledger, Record};

/// The format that is written.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Heading {
    ssc_journal: u32,
}

/// A journal in a file. Only one program has it at a time.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    file: GrowingFile,
    ledger: Ledger,
}

impl FileJournal {
    /// A new journal.
    ///
    /// # Errors
    /// [`JournalError::Exists`], [`JournalError::File`].
    pub fn create(path: &Path) -> Result<Self, JournalError> {
        let heading = line(&Heading {
            ssc_journal: FORMAT,
        });
        let file = heading
            .and_then(|heading| GrowingFile::create(path, Readers::Owner, &heading))
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => JournalError::Exists { path: path.into() },
                _ => failed(path, source),
            })?;
        Ok(Self {
            path: path.into(),
            file,
            ledger: Ledger::default(),
        })
    }

    /// The journal of an order that goes on. A last line that a power cut has torn is no line.
    ///
    /// # Errors
    /// [`JournalError::NotBegun`], [`JournalError::Busy`], [`JournalError::File`], [`JournalError::Line`].
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let (mut file, bytes) = GrowingFile::open(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => JournalError::NotBegun { path: path.into() },
            std::io::ErrorKind::WouldBlock => JournalError::Busy { path: path.into() },
            _ => failed(path, source),
        })?;
        let no_line = |line| JournalError::Line {
            path: path.into(),
            line,
        };
        let whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => &bytes[..=last],
            None => return Err(no_line(1)),
        };
        if whole.len() < bytes.len() {
            file.cut(whole.len() as u64)
                .map_err(|source| failed(path, source))?;
        }
        let mut lines = whole.split_inclusive(|byte| *byte == b'\n');
        let heading: Option<Heading> = lines
            .next()
            .and_then(|line| serde_json::from_slice(line).ok());
        if heading.is_none_or(|heading| heading.ssc_journal != FORMAT) {
            return Err(no_line(1));
        }
        let mut ledger = Ledger::default();
        for (number, line) in lines.enumerate() {
            let entry: Entry = serde_json::from_slice(line).map_err(|_| no_line(number + 2))?;
            if !ledger.may_follow(&entry) {
                return Err(no_line(number + 2));
            }
            ledger.enter(&entry);
        }
        Ok(Self {
            path: path.into(),
            file,
            ledger,
        })
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Journal for FileJournal {
    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let written: std::io::Result<Vec<_>> = entries.iter().map(line).collect();
        written
            .and_then(|lines| self.file.append(&lines.concat()))
            .and_then(|()| {
                if entries.iter().any(|entry| entry.note.is_kept()) {
                    self.file.keep()
                } else {
                    Ok(())
                }
            })
            .map_err(|source| failed(&self.path, source))?;
        for entry in entries {
            self.ledger.enter(entry);
        }
        Ok(())
    }

    fn record(&self, row: usize) -> Result<Option<Record>, JournalError> {
        Ok(self.ledger.record(row))
    }

    fn of_chip(&self, atr: &[u8]) -> Result<Option<Record>, JournalError> {
        Ok(self.ledger.of_chip(atr))
    }

    fn records(&self) -> Result<Vec<Record>, JournalError> {
        Ok(self.ledger.records().collect())
    }
}

fn line(value: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

fn failed(path: &Path, source: std::io::Error) -> JournalError {
    JournalError::File {
        path: path.into(),
        source,
    }
}
