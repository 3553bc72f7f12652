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
            let others = Held::count(tx, file)?.bytes.saturating_sub(old);
            room(greatest, size, others, record)?;
        }
        Kind::Cyclic { .. } | Kind::Transparent { .. } | Kind::Directory { .. } => {
            return Err(Status::INCOMPATIBLE_FILE);
        }
    }
    tx.put(id, &[record])?;
    Ok(())
}

/// What an EF of linear records holds.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Records, from index 1 on.
    records: u8,
    /// Bytes of all of them.
    bytes: usize,
}

impl Held {
    /// Counts the records of `file`.
    ///
    /// # Errors
    /// 6581.
    fn count<F: NorFlash>(tx: &mut Transaction<'_, F>, file: &File) -> Result<Self, Status> {
        let (_, records, _) = file.descriptor.kind.sizes();
        let mut held = Self::default();
        for index in 1..=records {
            match tx.len(file.slot.content(index))? {
                Some(length) => held.add(length),
                None => break,
            }
        }
        Ok(held)
    }

    /// One more, of this length.
    const fn add(&mut self, length: usize) {
        self.records = self.records.saturating_add(1);
        self.bytes = self.bytes.saturating_add(length);
    }
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
    let mut held = Held::default();
    if let Kind::LinearFixed { .. } | Kind::LinearVariable { .. } = file.descriptor.kind {
        held = Held::count(tx, file)?;
    }
    append_to(tx, file, &mut held, record)
}

/// The same for an EF of which is known what it holds: to count it for each record would take long.
///
/// # Errors
/// As [`append`].
pub fn append_to<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    file: &File,
    held: &mut Held,
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
            free_index(held, records)?
        }
        Kind::LinearVariable {
            record: greatest,
            records,
            size,
        } => {
            simple_tlv(record)?;
            room(greatest, size, held.bytes, record)?;
            free_index(held, records)?
        }
        Kind::Transparent { .. } | Kind::Directory { .. } => return Err(Status::INCOMPATIBLE_FILE),
    };
    tx.put(file.slot.content(index), &[record])?;
    held.add(record.len());
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

fn free_index(held: &Held, records: u8) -> Result<u8, Status> {
    if held.records < records {
        Ok(held.records.saturating_add(1))
    } else {
        Err(Status::NOT_ENOUGH_MEMORY)
    }
}
