//! Objects in flash that no power cut can corrupt.
//!
//! A store holds up to [`OBJECTS`] objects of up to [`Store::MAX_OBJECT`] bytes, each under an [`ObjectId`]. A
//! [`transaction`](Store::transaction) over several of them happens whole or not at all, at whatever flash operation the power goes.
//!
//! # How
//!
//! The pages of the flash are a ring, and the ring is a log. Page `n` of the log lies on physical page `n mod pages`: levelling is
//! perfect by construction, every page is erased once a round. A page is erased just before its header is written; no page is trusted
//! to be erased because it reads so. The header names the oldest page that is still valid: everything outside is free, whatever stands
//! there, half erased pages with an old header included.
//!
//! A transaction is its entries, then a commit with their number, one more than the last, and a checksum over all of them. Entries without a commit
//! are ignored and their number is used again; the first entry of a transaction says so, hence what was torn before it does not enter its
//! checksum. An entry's header is complete before its data are written, so a header that is not whole is one lost unit of 8 bytes and a whole one
//! tells how much to pass over. The first write after a mount gives up one unit, because a word whose programming was interrupted may read as
//! ones. Data run on over the end of a page, so no space is lost there. Pages above the last commit are erased before the next write:
//! repeated cuts use up no pages.
//!
//! Objects have names in spaces ([`Space`], [`ObjectId`]), one space for each application. In RAM stands where each object is, 4 bytes for each, sorted
//! by name; which space a slot belongs to follows from its place. A store of format 1, which had no spaces, is read as it is and goes on in
//! format 2 with the first transaction, on a new page: see `entry.rs`.
//!
//! # Damage
//!
//! What a cut cannot have caused is refused at mount ([`StoreError::Corrupt`]), never repaired to an older state: a page missing between the oldest and
//! the newest, a wrong checksum, a gap in the numbers. The newest transaction has no successor to show its loss, so its
//! commit is written twice: one that has aged is found by the other. If the header of the newest page has aged, the commits on the page
//! show it. Every header and commit carries a checksum over the sequence number of its page, so that nothing of an earlier round is taken for new.
//!
//! Assumed of the flash: an interrupted write touches its own words only; writes are done in the order of the calls; a word
//! that was interrupted reads as some value without an error and keeps that value (a driver for flash with error correction must
//! map such errors to a value); zeros may be written over a word that was interrupted and reads as ones.
//!
//! # Why not `sequential-storage` or `ekv`
//!
//! Both are good log-structured stores over NOR flash. `sequential-storage` keeps each item by itself: a purse debit with its log record, sequence
//! number and counter cannot be one commit, it repairs damage at will where a card must refuse, and its search reads the flash for each
//! fetch. `ekv` has transactions, but merges whole sorted files when it compacts, so that one command pays for many, and wants a page cache that
//! alone exceeds this card's RAM. Both are async, and their cost and panics would be in the image. Here: one index of 4 bytes an object, a bounded
//! share of the collection with each command, no panic, and a number that gives a lost transaction away.

mod cursor;
mod entry;
mod gc;
mod geometry;
mod index;
mod log;
mod mount;
mod names;
mod pending;
mod transaction;

use cursor::{Cursor, Step};
use embedded_storage::nor_flash::NorFlash;
use geometry::UNIT;
use index::Index;
pub use index::OBJECTS;
use log::Log;
pub use names::{Names, ObjectId, Space};
use pending::{Change, Pending};
pub use transaction::Transaction;

/// Bytes of the largest object.
const MAX_OBJECT: usize = 272;
/// Objects that one transaction can change.
const MAX_PENDING: usize = 32;

/// Why the store refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreError {
    /// No room for this change. Everything is as before and usable.
    Full,
    /// An object or a transaction exceeds its limit.
    TooLarge,
    /// What is on the flash is not what was committed.
    Corrupt,
    /// The flash was written by another version of the store.
    UnknownFormat,
    /// The flash was never formatted.
    Blank,
    /// The flash failed, or is no flash for this store.
    Flash,
    /// A transaction was begun inside another: an error of the program.
    Nested,
}

/// Objects in a flash, found by an index in RAM (4.5 kB in all).
pub struct Store<F: NorFlash> {
    log: Log<F>,
    index: Index,
    /// Changes of the open transaction, or of the one that the mount reads or the collector writes.
    pending: Pending,
    /// How far the collector is.
    cursor: Cursor,
    /// Units of live objects, now and if the open transaction commits.
    used: u32,
    pending_used: u32,
    pending_count: u16,
    /// Units written since the collector last worked.
    debt: u32,
    open: bool,
    /// The open transaction left a broken entry in the log.
    doomed: bool,
}

impl<F: NorFlash> Store<F> {
    /// Bytes of the largest object.
    pub const MAX_OBJECT: usize = MAX_OBJECT;
    /// Objects that one transaction can change.
    pub const MAX_PENDING: usize = MAX_PENDING;

    /// Bytes of an object, `None` if it is absent. `Corrupt` or `Flash` if it cannot be read.
    pub fn len(&mut self, id: ObjectId) -> Result<Option<usize>, StoreError> {
        let Some(location) = self.location(id) else {
            return Ok(None);
        };
        let (_, entry) = self.log.entry(id, location)?;
        Ok(Some(entry.len.into()))
    }

    /// Whether there are no objects at all.
    pub fn is_empty(&self) -> bool {
        self.first_from(ObjectId::FIRST).is_none()
    }

    /// Whether an object is present.
    pub fn contains(&self, id: ObjectId) -> bool {
        self.location(id).is_some()
    }

    /// Copies bytes of an object from `offset` on into `buf` and returns how many: fewer than asked at its end, 0 after it or
    /// if the object is absent. `Corrupt` or `Flash` if it cannot be read.
    pub fn read(
        &mut self,
        id: ObjectId,
        offset: usize,
        buf: &mut [u8],
    ) -> Result<usize, StoreError> {
        let Some(location) = self.location(id) else {
            return Ok(0);
        };
        self.read_at(id, location, offset, buf)
    }

    /// The smallest object from `id` upwards that is present, and in `buf` its first bytes: at once, what [`Self::first_from`] and
    /// [`Self::read`] would look for twice. Bytes beyond the object's end stay as they were.
    pub fn read_first_from(
        &mut self,
        id: ObjectId,
        buf: &mut [u8],
    ) -> Result<Option<ObjectId>, StoreError> {
        let Some((id, location)) = self.first_with_location(id) else {
            return Ok(None);
        };
        self.read_at(id, location, 0, buf)?;
        Ok(Some(id))
    }

    fn read_at(
        &mut self,
        id: ObjectId,
        location: u16,
        offset: usize,
        buf: &mut [u8],
    ) -> Result<usize, StoreError> {
        let (place, entry) = self.log.entry(id, location)?;
        let take = usize::from(entry.len).saturating_sub(offset).min(buf.len());
        match buf.get_mut(..take) {
            Some(bytes) if take > 0 => self.log.data(place, offset, bytes)?,
            _ => {}
        }
        Ok(take)
    }

    /// The smallest object from `id` upwards that is present: the way to walk over a range.
    pub fn first_from(&self, id: ObjectId) -> Option<ObjectId> {
        self.first_with_location(id).map(|(id, _)| id)
    }

    fn first_with_location(&self, id: ObjectId) -> Option<(ObjectId, u16)> {
        let mut kept = self.index.first_from(id);
        if self.pending.is_empty() {
            return kept;
        }
        while let Some((deleted, _)) = kept
            && self.pending.get(deleted) == Some(Change::Deleted)
        {
            kept = deleted.next().and_then(|from| self.index.first_from(from));
        }
        match (kept, self.pending.first_from(id)) {
            // Of an object that has moved, the new location counts.
            (Some(kept), Some(new)) => Some(if kept.0 < new.0 { kept } else { new }),
            (one, None) | (None, one) => one,
        }
    }

    /// Bytes that objects may take at once, each with its [`overhead`](Self::overhead_of). What fits stays changeable for ever.
    pub fn capacity(&self) -> usize {
        self.log.geometry.capacity().saturating_mul(UNIT) as usize
    }

    /// Bytes that objects take now, with their overhead and with the changes of the open transaction.
    pub fn used(&self) -> usize {
        let units = if self.open {
            self.pending_used
        } else {
            self.used
        };
        units.saturating_mul(UNIT) as usize
    }

    /// Bytes that an object of `len` bytes takes beyond its data.
    pub fn overhead_of(len: usize) -> usize {
        overhead(len)
    }

    /// The flash under the store.
    pub fn flash(&self) -> &F {
        &self.log.flash
    }

    /// The flash under the store, for what a simulation does to it (power, faults). Never write through it.
    pub fn flash_mut(&mut self) -> &mut F {
        &mut self.log.flash
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.log.flash
    }

    /// Where an object is, pending changes included.
    fn location(&self, id: ObjectId) -> Option<u16> {
        match self.pending.get(id) {
            Some(Change::Deleted) => None,
            Some(Change::Moved(location)) => Some(location),
            None => self.index.get(id),
        }
    }
}

/// An entry header, and the data rounded up to units; an empty object counts one unit, as its share of the commits when it is moved.
fn overhead(len: usize) -> usize {
    let padded = len.saturating_add(7) & !7;
    padded.max(8).saturating_sub(len).saturating_add(8)
}
