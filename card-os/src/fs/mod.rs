//! The file system: MF, DDF, ADF and elementary files (ISO 7816-4, 7; LD/T 32.3).
//!
//! A file is a [`Descriptor`] and its contents, each an object of the store. Directories tell their
//! children by the parent's slot in the child's descriptor.

pub mod create;
mod descriptor;
pub mod digest;
pub mod directory;
pub mod record;
pub mod record_write;
pub mod transparent;
pub mod wipe;

pub use descriptor::{Descriptor, FileState, Head, Kind};

use apdu_specs::Status;
use embedded_storage::nor_flash::NorFlash;

use crate::objects::Slot;
use crate::security::Rights;
use crate::store::Store;

/// A file that was found.
#[derive(Clone)]
pub struct File {
    /// Its slot.
    pub slot: Slot,
    /// Its descriptor.
    pub descriptor: Descriptor,
}

impl File {
    /// Judges the read condition of the EF.
    ///
    /// # Errors
    /// 6985 where the EF is not complete, 6982.
    pub fn may_read(&self, rights: &Rights) -> Result<(), Status> {
        self.complete()?;
        rights.check(self.descriptor.read)
    }

    /// Judges the write condition of the EF.
    ///
    /// # Errors
    /// 6985 where the EF is not complete, 6982.
    pub fn may_write(&self, rights: &Rights) -> Result<(), Status> {
        self.complete()?;
        rights.check(self.descriptor.write)
    }

    /// Refuses an EF whose contents are not all there.
    ///
    /// # Errors
    /// 6985.
    pub fn complete(&self) -> Result<(), Status> {
        if self.descriptor.state == FileState::Activated {
            Ok(())
        } else {
            Err(Status::CONDITIONS_NOT_SATISFIED)
        }
    }
}

/// Loads the file in `slot`.
///
/// # Errors
/// 6A82 where there is none, 6581 where its descriptor cannot be read.
pub fn load<F: NorFlash>(store: &mut Store<F>, slot: Slot) -> Result<File, Status> {
    let mut bytes = [0; Descriptor::MAX_LENGTH];
    let length = store.read(slot.descriptor(), 0, &mut bytes)?;
    if length == 0 {
        return Err(Status::FILE_NOT_FOUND);
    }
    let descriptor = bytes
        .get(..length)
        .and_then(Descriptor::decode)
        .ok_or(Status::MEMORY_FAILURE)?;
    Ok(File { slot, descriptor })
}
