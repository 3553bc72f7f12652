//! The files of an order, beside its batch: refused rows, return file, sealed PINs, journal.

use std::path::{Path, PathBuf};

use ssc_keys::{pin_file, secret_file};
use ssc_words::Lang;
use zeroize::Zeroizing;

use crate::batch::Batch;
use crate::job::Job;
use crate::journal::{FileJournal, Journal as _};
use crate::new_file::create_new;
use crate::order::Records;
use crate::order_error::OrderError;
use crate::return_file::ReturnFile;

/// Where the files of an order are; each beside the batch unless it was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPaths {
    /// Return file.
    pub return_file: PathBuf,
    /// Refused rows.
    pub refused: PathBuf,
    /// Sealed random PINs.
    pub pins: PathBuf,
    /// Journal; beside the return file, since it is what that is made from.
    pub journal: PathBuf,
}

/// The names that somebody gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct NamedPaths<'n> {
    /// Return file.
    pub return_file: Option<&'n Path>,
    /// Refused rows.
    pub refused: Option<&'n Path>,
    /// Sealed PINs.
    pub pins: Option<&'n Path>,
    /// Journal.
    pub journal: Option<&'n Path>,
}

impl OrderPaths {
    /// The files of the order of `batch`.
    #[must_use]
    pub fn beside(batch: &Path, named: NamedPaths<'_>) -> Self {
        let or = |named: Option<&Path>, base: &Path, extension: &str| match named {
            Some(path) => path.to_owned(),
            None => base.with_extension(extension),
        };
        let base = named.return_file.unwrap_or(batch);
        Self {
            return_file: or(named.return_file, batch, "return.csv"),
            refused: or(named.refused, batch, "refused.csv"),
            pins: or(named.pins, batch, "pins"),
            journal: or(named.journal, base, "journal"),
        }
    }
}

/// The files of an order that runs.
pub struct OrderFiles {
    /// The journal.
    pub journal: FileJournal,
    /// The return file.
    pub return_file: ReturnFile,
    /// The file of refused rows, if there are any.
    pub refused: Option<PathBuf>,
    /// The sealed file of PINs, if any is random.
    pub pins: Option<PathBuf>,
}

impl OrderFiles {
    /// Makes the files of a new order, before its first card: neither a folder that cannot be written nor a stop of the order may
    /// leave cards without a row, or with unknown PINs. Random PINs are sealed with `passphrase`, the vault's.
    ///
    /// # Errors
    /// One of them is there already, or cannot be written.
    pub fn create(
        batch: &Batch,
        job: &Job,
        paths: &OrderPaths,
        passphrase: Option<&Zeroizing<String>>,
        lang: Lang,
    ) -> Result<Self, OrderError> {
        let mut made: Vec<&Path> = Vec::new();
        let mut make = || {
            // The journal first: whatever stops what follows, the order goes on from it.
            let journal = FileJournal::create(&paths.journal)?;
            made.push(&paths.journal);
            let return_file = ReturnFile::create(&paths.return_file, lang)?;
            made.push(&paths.return_file);
            let pins = seal_pins(job, &paths.pins, passphrase)?;
            made.extend(pins.as_deref().map(|_| paths.pins.as_path()));
            Ok(Self {
                refused: write_refused(batch, &paths.refused, lang)?,
                journal,
                return_file,
                pins,
            })
        };
        let files = make();
        if files.is_err() {
            // An order that did not begin leaves nothing that looks like one.
            for path in made {
                let _ = std::fs::remove_file(path);
            }
        }
        files
    }

    /// Opens the files of an order that goes on. The random PINs are those of the sealed file, the return file is
    /// made anew from the journal.
    ///
    /// # Errors
    /// One of them cannot be used, or is another order's.
    pub fn resume(
        batch: &Batch,
        job: &mut Job,
        paths: &OrderPaths,
        passphrase: Option<&Zeroizing<String>>,
        lang: Lang,
    ) -> Result<Self, OrderError> {
        let journal = FileJournal::open(&paths.journal)?;
        let records = journal.records()?;
        // Stopped before its first card was decided: what is not there yet is made now.
        let missing = |path: &Path| records.is_empty() && !path.exists();
        let refused = if missing(&paths.refused) {
            write_refused(batch, &paths.refused, lang)?
        } else {
            None
        };
        let pins = if missing(&paths.pins) {
            seal_pins(job, &paths.pins, passphrase)?
        } else if job.has_random_pins() {
            let passphrase = passphrase.ok_or(OrderError::OtherPins)?;
            let sealed = secret_file::read(&paths.pins, pin_file::LONGEST);
            let rows = sealed
                .and_then(|sealed| pin_file::open(&sealed, passphrase, &paths.pins))
                .map_err(OrderError::Seal)?;
            job.take_pins(&rows)?;
            Some(paths.pins.clone())
        } else {
            None
        };
        Ok(Self {
            return_file: ReturnFile::of_journal(&paths.return_file, lang, &records)?,
            journal,
            refused,
            pins,
        })
    }

    /// Where the order writes.
    pub fn records(&mut self) -> Records<'_> {
        Records {
            journal: &mut self.journal,
            return_file: &mut self.return_file,
        }
    }
}

/// Writes the refused rows to a file of their own, if there are any.
fn write_refused(batch: &Batch, path: &Path, lang: Lang) -> Result<Option<PathBuf>, OrderError> {
    if batch.refused().next().is_none() {
        return Ok(None);
    }
    batch.write_refused(path, lang)?;
    Ok(Some(path.to_owned()))
}

/// Seals the random PINs into a new file; without such PINs there is none.
fn seal_pins(
    job: &Job,
    path: &Path,
    passphrase: Option<&Zeroizing<String>>,
) -> Result<Option<PathBuf>, OrderError> {
    // Chance is for vaults of one's own, and those have a passphrase.
    let Some(passphrase) = passphrase.filter(|_| job.has_random_pins()) else {
        return Ok(None);
    };
    let sealed = pin_file::seal(job.random_pins(), passphrase).map_err(OrderError::Seal)?;
    create_new(path, &sealed)?;
    Ok(Some(path.to_owned()))
}
