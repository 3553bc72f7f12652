//! The journal (作业日志): what an order does to its cards, written down before each step and after it.
//!
//! A step is noted before the card is touched, and again when the card has answered. So whatever stops an order, its journal tells
//! what is known of every card; what is not known the card is asked ([`crate::steps`]). The return file and the summary are made
//! from the journal alone.
//!
//! It holds numbers of persons, and neither PINs nor keys.

mod entry;
mod file;
mod ledger;

use std::path::PathBuf;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

pub use entry::{Entry, Note};
pub use file::FileJournal;
pub use ledger::{Ledger, Outcome, Record};

/// Where an order is written down.
pub trait Journal {
    /// Writes entries. When this returns, those that [are kept](Note::is_kept) outlive a power cut of this machine, and all that
    /// were written before them.
    ///
    /// # Errors
    /// It cannot be written: the order ends then, before the card is touched.
    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError>;

    /// What is known of a row.
    ///
    /// # Errors
    /// The journal cannot be read.
    fn record(&self, row: usize) -> Result<Option<Record>, JournalError>;

    /// The row that the chip with this answer to reset was last written for.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    fn of_chip(&self, atr: &[u8]) -> Result<Option<Record>, JournalError>;

    /// All rows, in the order of the batch.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    fn records(&self) -> Result<Vec<Record>, JournalError>;
}

/// A journal in memory, for cards that nobody will ask for again: samples, tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    entries: Vec<Entry>,
    ledger: Ledger,
}

impl MemoryJournal {
    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl Journal for MemoryJournal {
    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        for entry in entries {
            self.ledger.enter(entry);
        }
        self.entries.extend_from_slice(entries);
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

/// Why a journal cannot be used.
#[derive(Debug)]
pub enum JournalError {
    /// There is one already: the record of cards that exist.
    Exists {
        /// Its file.
        path: PathBuf,
    },
    /// There is none: no order was begun with it.
    NotBegun {
        /// Its file.
        path: PathBuf,
    },
    /// Another program works on this order.
    Busy {
        /// Its file.
        path: PathBuf,
    },
    /// It cannot be read or written.
    File {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of it is none.
    Line {
        /// Its file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
}

impl Bilingual for JournalError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Exists { path }, Lang::En) => format!(
                "{} exists already: it is the journal of an order that was begun, and its cards may exist. Go on with that order with --resume; another file (--journal) is for another order only",
                path.display()
            ),
            (Self::Exists { path }, Lang::Zh) => format!(
                "{} 已存在：它是已开始批次的作业日志，其卡片可能已存在。请用 --resume 继续该批次；只有另一个批次才应用 --journal 另指定文件",
                path.display()
            ),
            (Self::NotBegun { path }, Lang::En) => format!(
                "there is no journal {}: no order was begun with it; name the order's own with --journal, or, if it was never begun, run it without --resume",
                path.display()
            ),
            (Self::NotBegun { path }, Lang::Zh) => format!(
                "没有作业日志 {}：没有用它开始的批次；请用 --journal 指定该批次的作业日志；从未开始的批次请不带 --resume 运行",
                path.display()
            ),
            (Self::Busy { path }, Lang::En) => format!(
                "another ssc is working on this order ({}); wait until it has ended",
                path.display()
            ),
            (Self::Busy { path }, Lang::Zh) => {
                format!(
                    "另一个 ssc 正在处理该批次（{}）；请等它结束",
                    path.display()
                )
            }
            (Self::File { path, source }, Lang::En) => format!(
                "the journal {}: {source}; nothing more is issued until it can be written",
                path.display()
            ),
            (Self::File { path, source }, Lang::Zh) => {
                format!(
                    "作业日志 {}：{source}；在能写入之前不再发卡",
                    path.display()
                )
            }
            (Self::Line { path, line }, Lang::En) => format!(
                "{}: line {line} is not a valid entry; restore the journal from a backup",
                path.display()
            ),
            (Self::Line { path, line }, Lang::Zh) => format!(
                "{}：第 {line} 行不是有效条目；请从备份恢复作业日志",
                path.display()
            ),
        }
    }
}

impl std::fmt::Display for JournalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for JournalError {}

impl Kind for JournalError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Exists { .. } | Self::NotBegun { .. } | Self::Busy { .. } | Self::File { .. } => {
                ErrorKind::Output
            }
            Self::Line { .. } => ErrorKind::Input,
        }
    }
}
