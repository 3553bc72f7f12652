//! Every use of a vault or a token is written into its audit log, without a command having to think of it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::ArgMatches;
use ssc_keys::audit::{AuditLog, Trail};

use crate::failure::Failure;

/// Environment variable of the log's file, where it is not beside the vault.
const PLACE: &str = "SSC_AUDIT_LOG";

/// The command that runs, and the trails of the vaults that it has open.
#[derive(Default)]
pub struct Audit {
    command: String,
    open: Mutex<Vec<Trail>>,
}

impl Audit {
    /// For the command of this command line.
    pub fn new(matches: &ArgMatches) -> Self {
        let mut words = Vec::new();
        let mut matches = matches;
        while let Some((name, below)) = matches.subcommand() {
            words.push(name);
            matches = below;
        }
        Self {
            command: words.join(" "),
            open: Mutex::default(),
        }
    }

    /// Its words, such as `vault show`.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Writes that the command begins to make the vault `vault`; its closing line is written when the command ends.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn begin(&self, vault: &Path) -> Result<Trail, Failure> {
        let trail =
            Trail::open(log(vault), &self.command, vault).map_err(ssc_keys::KeyError::from)?;
        self.watch(&trail);
        Ok(trail)
    }

    /// Closes this trail too when the command ends.
    pub fn watch(&self, trail: &Trail) {
        self.trails().push(trail.clone());
    }

    /// Writes the closing line of every vault that was used; `done` says whether the command did its work.
    ///
    /// # Errors
    /// A log cannot be written.
    pub fn close(&self, done: bool) -> Result<(), Failure> {
        for trail in self.trails().drain(..) {
            trail.close(done).map_err(ssc_keys::KeyError::from)?;
        }
        Ok(())
    }

    fn trails(&self) -> std::sync::MutexGuard<'_, Vec<Trail>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The audit log of a vault: what SSC_AUDIT_LOG names, else the file beside it.
pub fn log(vault: &Path) -> AuditLog {
    named_log().unwrap_or_else(|| AuditLog::of(vault))
}

/// The audit log that SSC_AUDIT_LOG names.
pub fn named_log() -> Option<AuditLog> {
    let place = std::env::var_os(PLACE).filter(|place| !place.is_empty())?;
    Some(AuditLog::at(PathBuf::from(place)))
}
