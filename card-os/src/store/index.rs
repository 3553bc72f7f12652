//! Where each object is: the one large thing in RAM, 4 bytes an object.

use super::names::{ObjectId, SPACES, Space};

/// Objects that a store can hold.
pub const OBJECTS: usize = 1_024;

/// Number and location of an object.
type Slot = (u16, u16);

/// On a chip there is one card, and one store in it: its slots have a place of their own, so that a card can be made on a stack that is
/// smaller than they are. A second store would have no room.
#[cfg(feature = "one-card")]
mod memory {
    use super::{OBJECTS, Slot};
    use static_cell::ConstStaticCell;

    pub(super) type Slots = &'static mut [Slot];

    static SLOTS: ConstStaticCell<[Slot; OBJECTS]> = ConstStaticCell::new([(0, 0); OBJECTS]);

    pub(super) fn slots() -> Slots {
        SLOTS.try_take().map_or(&mut [], |slots| slots)
    }
}

/// On a host there are as many stores as one likes.
#[cfg(not(feature = "one-card"))]
mod memory {
    use super::{OBJECTS, Slot};

    pub(super) type Slots = [Slot; OBJECTS];

    pub(super) const fn slots() -> Slots {
        [(0, 0); OBJECTS]
    }
}

/// Up to [`OBJECTS`] objects with a location each, in the order of their names. A slot holds the number alone: whose space it is, its place
/// tells. (Not `heapless::Vec`: at the smallest code size its `push` keeps a panic.)
pub(super) struct Index {
    slots: memory::Slots,
    /// Where each space ends, space 1 first.
    ends: [u16; SPACES],
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            slots: memory::slots(),
            ends: [0; SPACES],
        }
    }

    /// All that are in use.
    pub(super) fn slots(&self) -> &[Slot] {
        self.slots.get(..self.len()).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        let [.., last] = self.ends;
        last.into()
    }

    pub(super) fn clear(&mut self) {
        self.ends = [0; SPACES];
    }

    /// Which of `ends` is of a space.
    fn of_space(space: Space) -> usize {
        usize::from(space.number()).wrapping_sub(1)
    }

    /// Where an object is among the slots, or where it would be.
    fn find(&self, id: ObjectId) -> Result<usize, usize> {
        let end = |at: usize| self.ends.get(at).copied().map_or(0, usize::from);
        let space = Self::of_space(id.space());
        let start = end(space.wrapping_sub(1));
        let slots = self.slots.get(start..end(space)).unwrap_or_default();
        match slots.binary_search_by_key(&id.number(), |slot| slot.0) {
            Ok(at) => Ok(start.wrapping_add(at)),
            Err(at) => Err(start.wrapping_add(at)),
        }
    }

    pub(super) fn get(&self, id: ObjectId) -> Option<u16> {
        let at = self.find(id).ok()?;
        self.slots.get(at).map(|slot| slot.1)
    }

    /// The smallest object from `id` upwards, and its location.
    pub(super) fn first_from(&self, id: ObjectId) -> Option<(ObjectId, u16)> {
        let at = self.find(id).unwrap_or_else(|at| at);
        let &(number, location) = self.slots().get(at)?;
        let before = self.ends.iter().take_while(|&&end| usize::from(end) <= at);
        let space = Space::new((before.count() as u8).wrapping_add(1))?;
        Some((ObjectId::new(space, number), location))
    }

    /// Adds an object or moves it. `false` if there is no room.
    pub(super) fn set(&mut self, id: ObjectId, location: u16) -> bool {
        let slot = (id.number(), location);
        match self.find(id) {
            Ok(at) => {
                if let Some(held) = self.slots.get_mut(at) {
                    *held = slot;
                }
            }
            Err(_) if self.len() >= self.slots.len() => return false,
            Err(at) => {
                // everything from here on moves up by one
                let mut carry = slot;
                let len = self.len().wrapping_add(1);
                for held in self.slots.iter_mut().take(len).skip(at) {
                    core::mem::swap(held, &mut carry);
                }
                for end in self.ends.iter_mut().skip(Self::of_space(id.space())) {
                    *end = end.saturating_add(1);
                }
            }
        }
        true
    }

    /// Removes an object; one that is absent stays so.
    pub(super) fn remove(&mut self, id: ObjectId) {
        let Ok(at) = self.find(id) else { return };
        // everything after it moves down by one
        let mut carry = (0, 0);
        let len = self.len();
        for held in self.slots.iter_mut().take(len).skip(at).rev() {
            core::mem::swap(held, &mut carry);
        }
        for end in self.ends.iter_mut().skip(Self::of_space(id.space())) {
            *end = end.saturating_sub(1);
        }
    }
}
