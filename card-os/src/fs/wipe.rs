//! Removing all SSC files, keys and the PIN, so that a torn personalization begins again (P).
//!
//! A wipe is more than one transaction holds. A mark stands while it runs; a card torn in between
//! accepts nothing for its files but another wipe.

use apdu_specs::Status;
use embedded_storage::nor_flash::NorFlash;

use super::create::save;
use super::{Descriptor, File};
use crate::objects::{FIRST_WIPED, Slot, WIPING};
use crate::store::Store;

/// Objects removed in one transaction.
const STEP: usize = 16;

/// Removes everything but what the card was manufactured with.
///
/// # Errors
/// 6581.
pub fn run<F: NorFlash>(store: &mut Store<F>) -> Result<(), Status> {
    store.transaction(|tx| tx.put(WIPING, &[&[0x01]]).map_err(Status::from))?;
    while store.first_from(FIRST_WIPED).is_some() {
        store.transaction(|tx| {
            for _ in 0..STEP {
                let Some(id) = tx.first_from(FIRST_WIPED) else {
                    break;
                };
                tx.delete(id)?;
            }
            Ok::<(), Status>(())
        })?;
    }
    store.transaction(|tx| {
        save(
            tx,
            &File {
                slot: Slot::MF,
                descriptor: Descriptor::mf(),
            },
        )?;
        tx.delete(WIPING)?;
        Ok(())
    })
}

/// Refuses while a wipe is not finished.
///
/// # Errors
/// 6985.
pub fn none_under_way<F: NorFlash>(store: &Store<F>) -> Result<(), Status> {
    if store.contains(WIPING) {
        Err(Status::CONDITIONS_NOT_SATISFIED)
    } else {
        Ok(())
    }
}
