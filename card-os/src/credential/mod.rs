//! Reference data: card keys and the PIN, each with its counter of tries; the domain's keys.

pub mod key;
pub mod key_store;
pub mod pin;
#[cfg(feature = "psam")]
pub mod sam_key;

use apdu_specs::keys::KEY_ENTRY_LENGTH;
use apdu_specs::{Application, Status};
use embedded_storage::nor_flash::NorFlash;

use crate::store::{ObjectId, Store};
use apdu_specs::Interface;

/// The keys that a directory may ever hold, each with a counter of tries: how many, and the bytes of one at the most.
pub const fn greatest_keys(application: Application) -> (usize, usize) {
    match application {
        // Every identifier of a PSAM.
        Application::Psam => (256, KEY_ENTRY_LENGTH),
        // Twelve is more than any directory of the tables has.
        Application::Any | Application::Ssc | Application::Domain | Application::Certificates => {
            (12, key_store::KEY_OBJECT_LENGTH)
        }
    }
}

/// A counter of tries in the store; absent while none was used up.
#[derive(Clone, Copy)]
pub struct Tries {
    /// Its object.
    pub id: ObjectId,
    /// Tries that there are when none was used up.
    pub greatest: u8,
}

impl Tries {
    /// Tries left.
    pub fn left<F: NorFlash>(self, store: &mut Store<F>) -> Result<u8, Status> {
        let mut byte = [0];
        match store.read(self.id, 0, &mut byte)? {
            0 => Ok(self.greatest),
            _ => Ok(byte[0].min(self.greatest)),
        }
    }

    /// Takes one try off, before anything is computed or compared. The write has succeeded when this returns. The last one is
    /// for contact only: who passes by with a reader must not be able to block a card.
    ///
    /// # Errors
    /// 6983 where none is left, 6985 for the last one over the air, 6581.
    pub fn spend<F: NorFlash>(self, store: &mut Store<F>, over: Interface) -> Result<u8, Status> {
        let left = match self.left(store)? {
            0 => return Err(Status::BLOCKED),
            1 if over == Interface::Contactless => return Err(Status::CONDITIONS_NOT_SATISFIED),
            left => left.saturating_sub(1),
        };
        store.transaction(|tx| tx.put(self.id, &[&[left]]).map_err(Status::from))?;
        Ok(left)
    }

    /// Gives all tries back after a success.
    pub fn restore<F: NorFlash>(self, store: &mut Store<F>) -> Result<(), Status> {
        store.transaction(|tx| tx.put(self.id, &[&[self.greatest]]).map_err(Status::from))
    }

    /// The status word for a failure with `left` tries left: 63Cx, the last one too; 6983 comes with
    /// the next attempt.
    pub fn failed(left: u8) -> Status {
        Status::tries_left(left)
    }
}
