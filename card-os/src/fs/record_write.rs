//! Writing records: each call is part of a transaction, judged before by the caller.

use apdu_specs::Status;
use embedded_storage::nor_flash::NorFlash;

use super::record::{RING_INDEX, Ring};
use super::{File, Kind};
use crate::store::Transaction;

/// Checks that `record` is one simple TLV: tag, one length byte, as many bytes.
///
/// # Errors
/// 6A80.
pub fn simple_tlv(record: &[u8]) -> Result<u8, Status> {
    match record {
        [tag, length, value @ ..] if value.len() == usize::from(*length) => Ok(*tag),
        _ => Err(Status::WRONG_DATA),
    }
}

/// Replaces the record at `index` (see `record::locate`), whose tag and kind stay what they are.
///
/// # Errors
/// 6700 for another length than the file's records have, 6A80 for another tag or a broken TLV,
/// 6A84 where the file has no room, 6981, 6581.
pub fn replace<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    file: &File,
    index: u8,
    record: &[u8],
) -> Result<(), Status> {
    let id = file.slot.content(index);
    match file.descriptor.kind {
        Kind::LinearFixed { record: length, .. } => fixed(length, record)?,
        Kind::LinearVariable {
            record: greatest,
            size,
            ..
        } => {
            let tag = simple_tlv(record)?;
            let mut stored = [0];
            tx.read(id, 0, &mut stored)?;
            if stored != [tag] {
                return Err(Status::WRONG_DATA);
            }
            let old = tx.len(id)?.unwrap_or(0);
            let others = used(tx, file)?.saturating_sub(old);
            room(greatest, size, others, record)?;
        }
        Kind::Cyclic { .. } | Kind::Transparent { .. } | Kind::Directory { .. } => {
            return Err(Status::INCOMPATIBLE_FILE);
        }
    }
    tx.put(id, &[record])?;
    Ok(())
}

/// Appends a record; on a cyclic EF the oldest goes.
///
/// # Errors
/// As [`replace`]; 6A84 also where all records are there.
pub fn append<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    file: &File,
    record: &[u8],
) -> Result<(), Status> {
    let index = match file.descriptor.kind {
        Kind::Cyclic {
            record: length,
            records,
        } => {
            fixed(length, record)?;
            let ring = Ring::load(tx, file.slot)?;
            let newest = if ring.newest >= records {
                1
            } else {
                ring.newest.saturating_add(1)
            };
            let count = ring.count.saturating_add(1).min(records);
            tx.put(file.slot.content(RING_INDEX), &[&[newest, count]])?;
            newest
        }
        Kind::LinearFixed {
            record: length,
            records,
        } => {
            fixed(length, record)?;
            free_index(tx, file, records)?
        }
        Kind::LinearVariable {
            record: greatest,
            records,
            size,
        } => {
            simple_tlv(record)?;
            let others = used(tx, file)?;
            room(greatest, size, others, record)?;
            free_index(tx, file, records)?
        }
        Kind::Transparent { .. } | Kind::Directory { .. } => return Err(Status::INCOMPATIBLE_FILE),
    };
    tx.put(file.slot.content(index), &[record])?;
    Ok(())
}

fn fixed(length: u8, record: &[u8]) -> Result<(), Status> {
    if record.len() == usize::from(length) {
        Ok(())
    } else {
        Err(Status::WRONG_LENGTH)
    }
}

fn room(greatest: u8, size: u16, others: usize, record: &[u8]) -> Result<(), Status> {
    let fits = record.len() <= usize::from(greatest)
        && others.saturating_add(record.len()) <= usize::from(size);
    if fits {
        Ok(())
    } else {
        Err(Status::NOT_ENOUGH_MEMORY)
    }
}

fn free_index<F: NorFlash>(
    tx: &Transaction<'_, F>,
    file: &File,
    records: u8,
) -> Result<u8, Status> {
    (1..=records)
        .find(|index| !tx.contains(file.slot.content(*index)))
        .ok_or(Status::NOT_ENOUGH_MEMORY)
}

fn used<F: NorFlash>(tx: &mut Transaction<'_, F>, file: &File) -> Result<usize, Status> {
    let (_, records, _) = file.descriptor.kind.sizes();
    let mut sum: usize = 0;
    for index in 1..=records {
        match tx.len(file.slot.content(index))? {
            Some(length) => sum = sum.saturating_add(length),
            None => break,
        }
    }
    Ok(sum)
}
