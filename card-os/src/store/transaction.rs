//! Changes that happen together or not at all.

use super::geometry::UNIT;
use super::log::Source;
use super::pending::Change;
use super::{MAX_OBJECT, OBJECTS, ObjectId, Store, StoreError, overhead};
use core::ops::{Deref, DerefMut};
use embedded_storage::nor_flash::NorFlash;

/// An open transaction: the store, in which reads already see the pending changes, and the means to change it.
///
/// Up to 32 objects and 1,280 bytes (each object counts 8 bytes and its data, rounded up to 8).
pub struct Transaction<'a, F: NorFlash> {
    store: &'a mut Store<F>,
}

impl<F: NorFlash> Deref for Transaction<'_, F> {
    type Target = Store<F>;

    fn deref(&self) -> &Store<F> {
        self.store
    }
}

impl<F: NorFlash> DerefMut for Transaction<'_, F> {
    fn deref_mut(&mut self) -> &mut Store<F> {
        self.store
    }
}

impl<F: NorFlash> Transaction<'_, F> {
    /// Creates or replaces an object with the concatenation of `parts`.
    ///
    /// `TooLarge`: more than [`Store::MAX_OBJECT`] bytes, or more than the transaction holds.
    /// `Full`: the capacity or the number of objects is reached. `Flash`: the flash failed. After an error nothing of this
    /// call is pending, and the transaction can go on or be abandoned.
    pub fn put(&mut self, id: ObjectId, parts: &[&[u8]]) -> Result<(), StoreError> {
        let len = parts
            .iter()
            .fold(0usize, |sum, part| sum.saturating_add(part.len()));
        if len > MAX_OBJECT {
            return Err(StoreError::TooLarge);
        }
        let store = &mut *self.store;
        let (new, old) = (footprint(len), store.footprint(id)?);
        let used = store
            .pending_used
            .saturating_sub(old.unwrap_or(0))
            .saturating_add(new);
        let count = store.pending_count.saturating_add(u16::from(old.is_none()));
        if (used > store.log.geometry.capacity() && new > old.unwrap_or(0))
            || usize::from(count) > OBJECTS
        {
            return Err(StoreError::Full);
        }
        store.write(id, len as u16, Source::Parts(parts), false)?;
        (store.pending_used, store.pending_count) = (used, count);
        Ok(())
    }

    /// Removes an object; one that is absent stays so, and nothing is written for it.
    ///
    /// Errors as for [`Self::put`].
    pub fn delete(&mut self, id: ObjectId) -> Result<(), StoreError> {
        let store = &mut *self.store;
        let Some(old) = store.footprint(id)? else {
            return Ok(());
        };
        store.write(id, 0, Source::Parts(&[]), true)?;
        store.pending_used = store.pending_used.saturating_sub(old);
        store.pending_count = store.pending_count.saturating_sub(1);
        Ok(())
    }
}

/// Units that an object of `len` bytes takes.
pub(super) fn footprint(len: usize) -> u32 {
    (len.saturating_add(overhead(len)) as u32) / UNIT
}

impl<F: NorFlash> Store<F> {
    /// Runs `f` and commits what it put and deleted when it answers `Ok`; abandons it when it answers `Err`.
    ///
    /// Nothing is written without a put or a delete of something that is there. `Err(Flash)` at the end says that the flash failed before the commit
    /// was known to be whole: the next mount finds the state before or the state after. After any `Flash` error the store
    /// answers nothing but `Flash` until it is mounted again. A transaction inside another is refused with `Nested`.
    pub fn transaction<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Transaction<'_, F>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.open {
            return Err(StoreError::Nested.into());
        }
        self.open = true;
        (self.pending_used, self.pending_count) = (self.used, self.index.len() as u16);
        let result = f(&mut Transaction { store: self });
        self.open = false;
        match result {
            Ok(value) => {
                self.finish()?;
                Ok(value)
            }
            Err(error) => {
                self.abandon();
                Err(error)
            }
        }
    }

    /// Commits the pending changes.
    fn finish(&mut self) -> Result<(), StoreError> {
        if self.doomed {
            self.abandon();
            return Err(if self.log.failed {
                StoreError::Flash
            } else {
                StoreError::Full
            });
        }
        if self.pending.is_empty() {
            return Ok(());
        }
        let units = self.log.written.saturating_add(3);
        if let Err(error) = self.log.commit() {
            self.abandon();
            return Err(error);
        }
        self.debt = self.debt.saturating_add(units);
        self.used = self.pending_used;
        self.apply_pending();
        // The transaction is valid whatever happens now. A flash that fails here fails at the next access too.
        let _ = self.collect_share();
        Ok(())
    }

    /// Forgets the pending changes. What was written of them stays in the log without a commit.
    pub(super) fn abandon(&mut self) {
        self.pending.clear();
        self.debt = self.debt.saturating_add(self.log.written);
        self.log.forget();
        (self.pending_used, self.pending_count) = (self.used, self.index.len() as u16);
        self.doomed = false;
    }

    /// Appends an entry of the open transaction.
    fn write(
        &mut self,
        id: ObjectId,
        len: u16,
        source: Source,
        deleted: bool,
    ) -> Result<(), StoreError> {
        if self.doomed {
            return Err(StoreError::Full);
        }
        let known = self.pending.get(id).is_some();
        if !self.log.fits(len.into()) || (!known && self.pending.is_full()) {
            return Err(StoreError::TooLarge);
        }
        if self.pending.is_empty() {
            self.make_room()?;
        }
        match self.log.append(id, len, deleted, source) {
            Ok(location) => {
                let change = if deleted {
                    Change::Deleted
                } else {
                    Change::Moved(location)
                };
                self.pending.set(id, change);
                Ok(())
            }
            Err(error) => {
                // a part of the entry is in the log: this transaction must not be committed any more
                self.doomed = true;
                Err(error)
            }
        }
    }

    /// Units that an object takes now, `None` if it is absent.
    fn footprint(&mut self, id: ObjectId) -> Result<Option<u32>, StoreError> {
        Ok(self.len(id)?.map(footprint))
    }

    /// Makes the pending changes the state. `false` if there are more objects than the index holds.
    pub(super) fn apply_pending(&mut self) -> bool {
        let mut fits = true;
        for (id, change) in self.pending.changes() {
            match change {
                Change::Deleted => self.index.remove(id),
                Change::Moved(location) => fits &= self.index.set(id, location),
            }
        }
        self.pending.clear();
        fits
    }
}
