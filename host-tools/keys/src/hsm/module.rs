//! PKCS#11 modules and the tokens in their slots.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::slot::Slot;

use super::{HsmError, TokenChoice};

/// A token as its module shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its slot.
    pub slot: u64,
    /// Its label.
    pub label: String,
}

/// The modules of this process. A module is initialized once and stays so: to finalize it ends the sessions of everybody in the process.
static MODULES: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The module in the file `path`, initialized.
pub(super) fn loaded(path: &Path) -> Result<Pkcs11, HsmError> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = modules.get(path) {
        return Ok(module.clone());
    }
    if !path.is_file() {
        return Err(HsmError::NoModule { path: path.into() });
    }
    let unusable = |error: Error| HsmError::UnusableModule {
        path: path.into(),
        detail: error.to_string(),
    };
    let module = Pkcs11::new(path).map_err(unusable)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(unusable(error)),
    }
    modules.insert(path.into(), module.clone());
    Ok(module)
}

/// The initialized tokens of the module in the file `module`.
///
/// # Errors
/// No such module, or it does not answer.
pub fn tokens(module: &Path) -> Result<Vec<Token>, HsmError> {
    Ok(present(&loaded(module)?, module)?
        .into_iter()
        .map(|(slot, label)| Token {
            slot: slot.id(),
            label,
        })
        .collect())
}

fn present(context: &Pkcs11, module: &Path) -> Result<Vec<(Slot, String)>, HsmError> {
    let unusable = |error: Error| HsmError::UnusableModule {
        path: module.into(),
        detail: error.to_string(),
    };
    let slots = context
        .get_slots_with_initialized_token()
        .map_err(unusable)?;
    slots
        .into_iter()
        .map(|slot| {
            let token = context.get_token_info(slot).map_err(unusable)?;
            Ok((slot, token.label().to_owned()))
        })
        .collect()
}

/// The token that was chosen.
pub(super) fn find(
    context: &Pkcs11,
    module: &Path,
    choice: &TokenChoice,
) -> Result<(Slot, String), HsmError> {
    let mut there = present(context, module)?;
    let at = match choice {
        TokenChoice::Only if there.len() == 1 => Some(0),
        TokenChoice::Only => None,
        TokenChoice::Label(label) => there.iter().position(|(_, found)| found == label),
        TokenChoice::Slot(slot) => there.iter().position(|(found, _)| found.id() == *slot),
    };
    match at {
        Some(at) => Ok(there.swap_remove(at)),
        None => Err(HsmError::NoToken {
            path: module.into(),
            wanted: match choice {
                TokenChoice::Only => None,
                TokenChoice::Label(label) => Some(label.clone()),
                TokenChoice::Slot(slot) => Some(slot.to_string()),
            },
            there: there.into_iter().map(|(_, label)| label).collect(),
        }),
    }
}
