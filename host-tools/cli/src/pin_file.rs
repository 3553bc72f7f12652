//! The sealed file of PINs that were made by chance.

use std::path::PathBuf;

use ssc_bureau::pins::PinSheet;
use ssc_bureau::return_file::create_new;
use ssc_keys::pin_file;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Seals the PINs of `sheet` that were made by chance into a new file, with the vault's passphrase, before the first card:
/// neither a folder that cannot be written nor a stop of the order may leave cards with unknown PINs. Without such PINs
/// there is no file.
///
/// # Errors
/// It is there already, or cannot be written.
pub fn seal(
    path: PathBuf,
    sheet: &PinSheet,
    passphrase: Option<&Zeroizing<String>>,
) -> Result<Option<PathBuf>, Failure> {
    // Chance is for vaults of one's own, and those have a passphrase.
    let Some(passphrase) = passphrase.filter(|_| !sheet.by_chance().is_empty()) else {
        return Ok(None);
    };
    let sealed = pin_file::seal(sheet.by_chance(), passphrase)?;
    create_new(&path, &sealed)?;
    Ok(Some(path))
}
