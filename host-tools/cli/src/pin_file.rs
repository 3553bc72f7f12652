//! The sealed file of PINs that were made by chance.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use ssc_bureau::batch::Batch;
use ssc_bureau::error::OrderError;
use ssc_bureau::order::IssueOptions;
use ssc_bureau::pins::{PinPolicy, SecretPins};
use ssc_bureau::return_file::create_new;
use ssc_keys::pin_file;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// A file that waits for the PINs of an order. It is there before the first card: a folder that cannot be written must not
/// be found out about when cards with unknown PINs exist.
pub struct PinFile {
    path: PathBuf,
    file: File,
    passphrase: Zeroizing<String>,
}

impl PinFile {
    /// Makes the file, if any PIN will be made by chance; it is sealed with the vault's passphrase.
    ///
    /// # Errors
    /// It is there already, or cannot be written.
    pub fn create(
        path: PathBuf,
        batch: &Batch,
        options: &IssueOptions,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<Option<Self>, Failure> {
        let by_chance = options.pins == PinPolicy::Random
            && batch.people().any(|(_, person)| person.pin.is_none());
        // Chance is for vaults of one's own, and those have a passphrase.
        let Some(passphrase) = passphrase.filter(|_| by_chance) else {
            return Ok(None);
        };
        let file = create_new(&path)?;
        Ok(Some(Self {
            path,
            file,
            passphrase,
        }))
    }

    /// Writes the PINs, and returns the file's path; without any, the file goes.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn seal(mut self, pins: &SecretPins) -> Result<Option<PathBuf>, Failure> {
        let failed = |path: &PathBuf, source| OrderError::File {
            path: path.clone(),
            source,
        };
        if pins.is_empty() {
            drop(self.file);
            std::fs::remove_file(&self.path).map_err(|source| failed(&self.path, source))?;
            return Ok(None);
        }
        let sealed = pin_file::seal(pins.as_bytes(), &self.passphrase)?;
        self.file
            .write_all(&sealed)
            .and_then(|()| self.file.sync_all())
            .map_err(|source| failed(&self.path, source))?;
        Ok(Some(self.path))
    }
}
