//! Which master keys: a vault, or the published ones.

use std::path::{Path, PathBuf};

use ssc_keys::{KeyError, Vault};

use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::ui::Ui;

/// Which master keys.
#[derive(Debug, clap::Args)]
pub struct VaultArgs {
    /// Vault of master keys; without it the published demo keys, which protect nothing
    #[arg(long, value_name = "FILE")]
    vault: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl VaultArgs {
    /// Whether nobody asked for these keys.
    pub fn is_default(&self) -> bool {
        self.vault.is_none()
    }

    /// Opens the vault, and says so if its keys are published.
    ///
    /// # Errors
    /// It cannot be read or opened, or there is no passphrase.
    pub fn open(&self, ui: &Ui) -> Result<Vault, Failure> {
        open(self.vault.as_deref(), &self.passphrase, ui)
    }
}

/// Opens the vault `path`, or the demo vault, and says so if its keys are published.
///
/// # Errors
/// As [`VaultArgs::open`].
pub fn open(path: Option<&Path>, passphrase: &PassphraseArgs, ui: &Ui) -> Result<Vault, Failure> {
    let vault = match path {
        None => Vault::demo()?,
        Some(path) => {
            // Before anybody is asked for a passphrase.
            std::fs::File::open(path).map_err(|source| KeyError::Read {
                path: path.to_owned(),
                source,
            })?;
            Vault::open(path, &passphrase.get(path, false, ui)?)?
        }
    };
    ui.announce(&vault);
    Ok(vault)
}
