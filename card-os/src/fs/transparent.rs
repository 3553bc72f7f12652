//! Contents of transparent EFs: chunks of 128 bytes, absent while they were never written.

use apdu_specs::Status;
use embedded_storage::nor_flash::NorFlash;

use super::{File, Kind};
use crate::bytes::copy;
use crate::objects::Slot;
use crate::store::{Store, Transaction};

/// Bytes of a chunk. Issuers write photos in pieces of 80 (hex) bytes, each then one object.
pub const CHUNK: u16 = 128;

/// Size of a transparent EF in bytes.
///
/// # Errors
/// 6981 for any other kind of file.
pub fn size(file: &File) -> Result<u16, Status> {
    match file.descriptor.kind {
        Kind::Transparent { size } => Ok(size),
        Kind::Directory { .. }
        | Kind::LinearFixed { .. }
        | Kind::LinearVariable { .. }
        | Kind::Cyclic { .. } => Err(Status::INCOMPATIBLE_FILE),
    }
}

/// Reads from `offset` on until `bytes` is full; what was never written is 00.
/// The caller keeps within the file.
///
/// # Errors
/// 6581.
pub fn read<F: NorFlash>(
    store: &mut Store<F>,
    slot: Slot,
    offset: u16,
    bytes: &mut [u8],
) -> Result<(), Status> {
    let mut offset = offset;
    let mut rest = bytes;
    while !rest.is_empty() {
        let within = usize::from(offset % CHUNK);
        let length = rest.len().min(usize::from(CHUNK).saturating_sub(within));
        let (part, after) = rest
            .split_at_mut_checked(length)
            .ok_or(Status::INTERNAL_ERROR)?;
        part.fill(0);
        store.read(slot.content(chunk_of(offset)?), within, part)?;
        offset = advance(offset, length)?;
        rest = after;
    }
    Ok(())
}

/// Writes `bytes` at `offset`. The caller keeps within the file.
///
/// # Errors
/// 6A84, 6581.
pub fn write<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    slot: Slot,
    offset: u16,
    bytes: &[u8],
) -> Result<(), Status> {
    let mut offset = offset;
    let mut rest = bytes;
    while !rest.is_empty() {
        let within = usize::from(offset % CHUNK);
        let length = rest.len().min(usize::from(CHUNK).saturating_sub(within));
        let (part, after) = rest
            .split_at_checked(length)
            .ok_or(Status::INTERNAL_ERROR)?;
        let id = slot.content(chunk_of(offset)?);
        let mut chunk = [0; CHUNK as usize];
        let stored = tx.read(id, 0, &mut chunk)?;
        let end = within.saturating_add(length);
        copy(&mut chunk, within, part)?;
        let used = chunk.get(..stored.max(end)).ok_or(Status::INTERNAL_ERROR)?;
        tx.put(id, &[used])?;
        offset = advance(offset, length)?;
        rest = after;
    }
    Ok(())
}

fn chunk_of(offset: u16) -> Result<u8, Status> {
    u8::try_from(offset / CHUNK).map_err(|_| Status::INTERNAL_ERROR)
}

fn advance(offset: u16, length: usize) -> Result<u16, Status> {
    u16::try_from(length)
        .ok()
        .and_then(|length| offset.checked_add(length))
        .ok_or(Status::INTERNAL_ERROR)
}
