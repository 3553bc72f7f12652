//! Groupings that are taken whole: directory, FCP, keys, PIN.

use apdu_specs::applications::domain;
use apdu_specs::keys::{KEY_ENTRY_LENGTH, PIN_ENTRY_LENGTH};
use apdu_specs::{Application, Status};
use card_crypto::BlockCipher;
use card_crypto::scp03::unpad80;
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::credential::key_store::{self, Placing};
use crate::credential::pin;
#[cfg(feature = "psam")]
use crate::credential::sam_key;
use crate::fs::{self, Kind, create, directory};
use crate::objects::Slot;
use crate::platform::{Aes, Platform};
use crate::store::Transaction;

/// Applies a whole grouping in `current`; gives the directory in which the next one works.
///
/// # Errors
/// 6A80 for a value that is none, 6A82 for an unknown directory, 6A89, 6A84, 6581.
pub fn whole<P: Platform>(
    tx: &mut Transaction<'_, P::Flash>,
    dek: &[u8; 16],
    current: Slot,
    dgi: u16,
    value: &[u8],
) -> Result<Slot, Status> {
    match dgi {
        domain::tags::DGI_DIRECTORY => {
            let fid = value.try_into().map_err(|_| Status::WRONG_DATA)?;
            Ok(directory::by_fid(tx, current, u16::from_be_bytes(fid))?.slot)
        }
        domain::tags::DGI_CREATE_FILE => files(tx, current, value),
        domain::tags::DGI_KEYS => {
            secret::<P>(dek, value, |plain| keys::<P>(tx, current, plain)).map(|()| current)
        }
        domain::tags::DGI_PIN => secret::<P>(dek, value, |plain| {
            let entry = plain.try_into().map_err(|_| Status::WRONG_DATA)?;
            const { assert!(PIN_ENTRY_LENGTH == 16) };
            pin::store_entry(tx, entry)
        })
        .map(|()| current),
        _ => Err(Status::WRONG_DATA),
    }
}

/// Creates the files of one FCP after the other; a directory holds those that follow.
#[inline(never)]
fn files<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    mut current: Slot,
    mut rest: &[u8],
) -> Result<Slot, Status> {
    while !rest.is_empty() {
        let (descriptor, after) = create::parse_fcp(rest, current)?;
        let file = create::create(tx, descriptor)?;
        if file.descriptor.is_directory() {
            current = file.slot;
        }
        rest = after;
    }
    Ok(current)
}

fn keys<P: Platform>(
    tx: &mut Transaction<'_, P::Flash>,
    current: Slot,
    padded: &[u8],
) -> Result<(), Status> {
    let length = unpad80(padded).map_err(|_| Status::WRONG_DATA)?;
    let plain = padded.get(..length).ok_or(Status::WRONG_DATA)?;
    let (entries, rest) = plain.as_chunks::<KEY_ENTRY_LENGTH>();
    if entries.is_empty() || !rest.is_empty() {
        return Err(Status::WRONG_DATA);
    }
    let Kind::Directory { application } = fs::load(tx, current)?.descriptor.kind else {
        return Err(Status::INTERNAL_ERROR);
    };
    entries
        .iter()
        .try_for_each(|entry| key_entry::<P>(tx, application, current, entry))
}

/// Writes one entry as a key of the directory `current`, as its application holds keys.
fn key_entry<P: Platform>(
    tx: &mut Transaction<'_, P::Flash>,
    application: Application,
    current: Slot,
    entry: &[u8; KEY_ENTRY_LENGTH],
) -> Result<(), Status> {
    match application {
        #[cfg(feature = "psam")]
        Application::Psam => sam_key::store_entry::<P>(tx, current, entry),
        #[cfg(not(feature = "psam"))]
        Application::Psam => Err(Status::FUNCTION_NOT_SUPPORTED),
        Application::Any | Application::Ssc | Application::Domain | Application::Certificates => {
            key_store::write::<P>(tx, current, entry, Placing::Store)
        }
    }
}

/// Deciphers `value` under the data-encryption key, gives it to `use_it`, and wipes it.
fn secret<P: Platform>(
    dek: &[u8; 16],
    value: &[u8],
    use_it: impl FnOnce(&[u8]) -> Result<(), Status>,
) -> Result<(), Status> {
    let mut plain =
        heapless::Vec::<u8, { super::WHOLE }>::from_slice(value).map_err(|_| Status::WRONG_DATA)?;
    let result = Aes::<P>::new(dek)
        .decrypt_cbc(&[0; 16], &mut plain)
        .map_err(|_| Status::WRONG_DATA)
        .and_then(|()| use_it(&plain));
    plain.as_mut_slice().zeroize();
    result
}
