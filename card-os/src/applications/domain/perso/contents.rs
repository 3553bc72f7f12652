//! Contents of EFs, as they flow in over one or more blocks.

use apdu_specs::Status;
use embedded_storage::nor_flash::NorFlash;

use crate::fs::record_write::{self, Held};
use crate::fs::{self, FileState, Kind, create, directory, transparent};
use crate::objects::Slot;
use crate::store::Transaction;

/// An EF that is being filled from its beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    slot: Slot,
    offset: u16,
    held: Held,
}

impl Contents {
    /// Begins to fill the EF `fid` of `directory` with `length` bytes; it cannot be read until
    /// [`Self::end`].
    ///
    /// # Errors
    /// 6A82, 6A84 where a transparent EF is smaller than that, 6A80 where records are there already (a wipe
    /// comes first), 6581.
    pub fn begin<F: NorFlash>(
        tx: &mut Transaction<'_, F>,
        directory: Slot,
        fid: u16,
        length: u16,
    ) -> Result<Self, Status> {
        let mut file = directory::elementary_file(tx, directory, fid)?;
        match file.descriptor.kind {
            Kind::Transparent { size } if length > size => return Err(Status::NOT_ENOUGH_MEMORY),
            Kind::Transparent { .. } => {}
            _ if tx.contains(file.slot.content(1)) => return Err(Status::WRONG_DATA),
            _ => {}
        }
        create::set_state(tx, &mut file, FileState::Initialisation)?;
        Ok(Self {
            slot: file.slot,
            offset: 0,
            held: Held::default(),
        })
    }

    /// Takes the next bytes. Whole records are written; what is left of one waits in `buffer`.
    ///
    /// # Errors
    /// 6A80, 6A84, 6581.
    pub fn take<F: NorFlash, const N: usize>(
        &mut self,
        tx: &mut Transaction<'_, F>,
        buffer: &mut heapless::Vec<u8, N>,
        bytes: &[u8],
    ) -> Result<(), Status> {
        let file = fs::load(tx, self.slot)?;
        let fixed = match file.descriptor.kind {
            Kind::Transparent { .. } => return self.binary(tx, bytes),
            Kind::LinearFixed { record, .. } | Kind::Cyclic { record, .. } => Some(record),
            Kind::LinearVariable { .. } => None,
            Kind::Directory { .. } => return Err(Status::INCOMPATIBLE_FILE),
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            let wanted = match (fixed, buffer.as_slice()) {
                (Some(record), have) => usize::from(record).saturating_sub(have.len()),
                (None, [_, length, value @ ..]) => usize::from(*length).saturating_sub(value.len()),
                (None, have) => 2usize.saturating_sub(have.len()),
            };
            let (part, after) = rest
                .split_at_checked(wanted.min(rest.len()))
                .ok_or(Status::INTERNAL_ERROR)?;
            buffer
                .extend_from_slice(part)
                .map_err(|_| Status::WRONG_DATA)?;
            rest = after;
            if is_whole(fixed, buffer) {
                record_write::append_to(tx, &file, &mut self.held, buffer)?;
                buffer.clear();
            }
        }
        Ok(())
    }

    /// The EF is complete.
    ///
    /// # Errors
    /// 6A84, 6581.
    pub fn end<F: NorFlash>(self, tx: &mut Transaction<'_, F>) -> Result<(), Status> {
        let mut file = fs::load(tx, self.slot)?;
        create::set_state(tx, &mut file, FileState::Activated)
    }

    fn binary<F: NorFlash>(
        &mut self,
        tx: &mut Transaction<'_, F>,
        bytes: &[u8],
    ) -> Result<(), Status> {
        transparent::write(tx, self.slot, self.offset, bytes)?;
        let length = u16::try_from(bytes.len()).map_err(|_| Status::INTERNAL_ERROR)?;
        self.offset = self
            .offset
            .checked_add(length)
            .ok_or(Status::INTERNAL_ERROR)?;
        Ok(())
    }
}

fn is_whole(fixed: Option<u8>, buffer: &[u8]) -> bool {
    match fixed {
        Some(record) => buffer.len() == usize::from(record),
        None => record_write::simple_tlv(buffer).is_ok(),
    }
}
