//! Garbage collection: what is live on the oldest pages is copied to the head, a little with each transaction.
//!
//! Copies are committed in transactions of their own, outside the one of the user, so that a cut in the middle changes nothing.
//! A deletion is not copied: when its page goes, all older entries of the object have gone. [`super::geometry`] shows why this keeps up.

use super::geometry::{Geometry, Place, STEP};
use super::log::Source;
use super::pending::Change;
use super::{MAX_OBJECT, Step, Store, StoreError};
use embedded_storage::nor_flash::NorFlash;

impl<F: NorFlash> Store<F> {
    /// Prepares the log for a transaction of any size. `Full` if that is impossible.
    ///
    /// There is always room, unless power cuts have wasted what the collector needed; then it catches up here.
    pub(super) fn make_room(&mut self) -> Result<(), StoreError> {
        self.log.reclaim()?;
        self.log.settle()?;
        let stop = self.log.head;
        while self.log.free() < self.log.geometry.reserve() {
            if self.cursor.at.seq >= stop {
                return Err(StoreError::Full);
            }
            self.collect(0, stop)?;
        }
        Ok(())
    }

    /// The share of the work that belongs to the transaction just written.
    pub(super) fn collect_share(&mut self) -> Result<(), StoreError> {
        let goal = Geometry::share(core::mem::take(&mut self.debt));
        if self.log.free() >= self.log.geometry.threshold() {
            return Ok(());
        }
        self.collect(goal, self.log.head)
    }

    /// Passes `goal` units, at least one batch, but not the page `stop`.
    fn collect(&mut self, goal: u32, stop: u32) -> Result<(), StoreError> {
        let mut passed = 0u32;
        loop {
            let result = self.collect_batch(goal.saturating_sub(passed), stop);
            if result.is_err() {
                self.abandon();
            }
            passed = passed.saturating_add(result?);
            if passed >= goal || self.cursor.at.seq >= stop {
                return Ok(());
            }
        }
    }

    /// Copies as much as one transaction holds. Returns the units passed.
    fn collect_batch(&mut self, goal: u32, stop: u32) -> Result<u32, StoreError> {
        let mut cursor = self.cursor;
        let mut passed = 0u32;
        while cursor.at.seq < stop
            && passed < goal.max(STEP)
            && !self.pending.is_full()
            && self.log.fits(MAX_OBJECT)
        {
            let from = cursor.at;
            let step = cursor.step(&mut self.log)?;
            if let Step::Entry(entry, place) = step {
                let location = self.log.geometry.location(place);
                if !entry.deleted && self.index.get(entry.id) == Some(location) {
                    let copy =
                        self.log
                            .append(entry.id, entry.len, false, Source::Stored(place))?;
                    let _ = self.pending.set(entry.id, Change::Moved(copy));
                }
            }
            passed = passed.saturating_add(self.distance(from, cursor.at));
        }
        if !self.pending.is_empty() {
            self.log.commit()?;
            self.apply_pending();
        }
        self.cursor = cursor;
        self.log.tail = cursor.tail();
        Ok(passed)
    }

    fn distance(&self, from: Place, to: Place) -> u32 {
        let pages = to
            .seq
            .wrapping_sub(from.seq)
            .wrapping_mul(self.log.geometry.units());
        pages.wrapping_add(to.unit).wrapping_sub(from.unit)
    }
}
