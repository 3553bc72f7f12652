//! Where each object is: the one large thing in RAM.

use heapless::Vec;

/// Objects that a store can hold.
pub const OBJECTS: usize = 448;

/// Object and location, sorted by object: 4 bytes each.
pub(super) struct Index {
    slots: Vec<(u16, u16), OBJECTS>,
}

impl Index {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    fn find(&self, id: u16) -> Result<usize, usize> {
        self.slots.binary_search_by_key(&id, |slot| slot.0)
    }

    pub(super) fn get(&self, id: u16) -> Option<u16> {
        let at = self.find(id).ok()?;
        self.slots.get(at).map(|slot| slot.1)
    }

    /// The smallest object from `id` upwards.
    pub(super) fn first_from(&self, id: u16) -> Option<u16> {
        let at = self.find(id).unwrap_or_else(|at| at);
        self.slots.get(at).map(|slot| slot.0)
    }

    /// Sets or, with location 0, removes. `false` if there is no room.
    pub(super) fn set(&mut self, id: u16, location: u16) -> bool {
        match (self.find(id), location) {
            (Ok(at), 0) => {
                let Some(mut carry) = self.slots.pop() else {
                    return true;
                };
                for slot in self.slots.iter_mut().skip(at).rev() {
                    core::mem::swap(slot, &mut carry);
                }
                true
            }
            (Ok(at), _) => {
                if let Some(slot) = self.slots.get_mut(at) {
                    slot.1 = location;
                }
                true
            }
            (Err(_), 0) => true,
            (Err(at), _) => {
                let mut carry = (id, location);
                if self.slots.is_full() {
                    return false;
                }
                for slot in self.slots.iter_mut().skip(at) {
                    core::mem::swap(slot, &mut carry);
                }
                self.slots.push(carry).is_ok()
            }
        }
    }

    /// The object and location at a position.
    pub(super) fn at(&self, position: usize) -> Option<(u16, u16)> {
        self.slots.get(position).copied()
    }
}
