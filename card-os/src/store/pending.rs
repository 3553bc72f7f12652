//! The changes of a transaction that is open, or that the mount reads or the collector writes.

use super::MAX_PENDING;
use super::names::ObjectId;

/// What becomes of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Deleted,
    /// It is there from now on.
    Moved(u16),
}

impl Change {
    const fn of(location: u16) -> Self {
        match location {
            // a page header stands there, so it is no object's location
            0 => Self::Deleted,
            location => Self::Moved(location),
        }
    }

    const fn location(self) -> u16 {
        match self {
            Self::Deleted => 0,
            Self::Moved(location) => location,
        }
    }
}

/// Up to [`MAX_PENDING`] changes, in the order of the names.
pub(super) struct Pending {
    changes: [(ObjectId, u16); MAX_PENDING],
    len: usize,
}

impl Pending {
    pub(super) const fn new() -> Self {
        Self {
            changes: [(ObjectId::NONE, 0); MAX_PENDING],
            len: 0,
        }
    }

    fn slots(&self) -> &[(ObjectId, u16)] {
        self.changes.get(..self.len).unwrap_or_default()
    }

    /// All changes.
    pub(super) fn changes(&self) -> impl Iterator<Item = (ObjectId, Change)> {
        self.slots()
            .iter()
            .map(|&(id, location)| (id, Change::of(location)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn is_full(&self) -> bool {
        self.len >= MAX_PENDING
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    fn find(&self, id: ObjectId) -> Result<usize, usize> {
        let key = id.key();
        self.slots().binary_search_by_key(&key, |slot| slot.0.key())
    }

    /// The change of an object, if there is one.
    pub(super) fn get(&self, id: ObjectId) -> Option<Change> {
        let at = self.find(id).ok()?;
        self.slots().get(at).map(|slot| Change::of(slot.1))
    }

    /// The smallest object from `id` upwards that is not deleted, and its location.
    pub(super) fn first_from(&self, id: ObjectId) -> Option<(ObjectId, u16)> {
        let at = self.find(id).unwrap_or_else(|at| at);
        let mut rest = self.slots().iter().skip(at);
        rest.find(|slot| Change::of(slot.1) != Change::Deleted)
            .copied()
    }

    /// Adds a change, or puts it in the place of the one that is there. `false` if there is no room.
    pub(super) fn set(&mut self, id: ObjectId, change: Change) -> bool {
        let slot = (id, change.location());
        match self.find(id) {
            Ok(at) => {
                if let Some(held) = self.changes.get_mut(at) {
                    *held = slot;
                }
            }
            Err(_) if self.is_full() => return false,
            Err(at) => {
                // everything from here on moves up by one
                let mut carry = slot;
                self.len = self.len.wrapping_add(1);
                for held in self.changes.iter_mut().take(self.len).skip(at) {
                    core::mem::swap(held, &mut carry);
                }
            }
        }
        true
    }
}
