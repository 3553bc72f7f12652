//! Which of the files that hold keys one is, before it is opened.

use std::path::Path;

use zeroize::Zeroizing;

use crate::component::Component;
use crate::error::KeyError;
use crate::{sealed, secret_file, wrapped};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFile {
    /// A component of a key, sealed or plain.
    Component,
    /// Root keys wrapped under another key.
    Exported {
        /// Check value of that key.
        kek_kcv: String,
        /// How many root keys.
        roots: usize,
    },
    /// A vault, or a file that is none: opening it tells.
    Vault,
}

impl KeyFile {
    /// Looks into the file.
    ///
    /// # Errors
    /// [`KeyError::Read`], [`KeyError::TooLarge`].
    pub fn of(path: &Path) -> Result<Self, KeyError> {
        let file = bytes(path)?;
        if Component::is_one(&file) {
            return Ok(Self::Component);
        }
        Ok(match wrapped::inspect(&file) {
            Some((kek_kcv, roots)) => Self::Exported { kek_kcv, roots },
            None => Self::Vault,
        })
    }
}

/// Reads a file of keys, which is no larger than a vault can be. It may be a component that is not sealed.
///
/// # Errors
/// [`KeyError::Read`], [`KeyError::TooLarge`].
pub fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    Ok(secret_file::Read::file(path, sealed::VAULT.most)?.bytes)
}
