//! Reference data: card keys and the PIN, each with its counter of tries; the domain's keys.

pub mod key;
pub mod key_store;
pub mod pin;

pub use key_store::KEY_OBJECT_LENGTH;

use apdu_specs::Status;
use embedded_storage::nor_flash::NorFlash;

use crate::store::{ObjectId, Store};
use apdu_specs::Interface;

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
