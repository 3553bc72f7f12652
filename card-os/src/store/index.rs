//! Where each object is: the one large thing in RAM, 4 bytes an object.

/// Objects that a store can hold.
pub const OBJECTS: usize = 640;

/// Up to `N` objects with a location each, sorted by object. (Not `heapless::Vec`: at the smallest code size its `push` keeps a panic.)
pub(super) struct Index<const N: usize> {
    slots: [(u16, u16); N],
    len: usize,
}

impl<const N: usize> Index<N> {
    // Inlined, it is zeroed where it stays and not on the stack.
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Self {
            slots: [(0, 0); N],
            len: 0,
        }
    }

    pub(super) fn slots(&self) -> &[(u16, u16)] {
        self.slots.get(..self.len).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn is_full(&self) -> bool {
        self.len >= N
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    fn find(&self, id: u16) -> Result<usize, usize> {
        self.slots().binary_search_by_key(&id, |slot| slot.0)
    }

    pub(super) fn get(&self, id: u16) -> Option<u16> {
        let at = self.find(id).ok()?;
        self.slots().get(at).map(|slot| slot.1)
    }

    /// The smallest object from `id` upwards.
    pub(super) fn first_from(&self, id: u16) -> Option<u16> {
        let at = self.find(id).unwrap_or_else(|at| at);
        self.slots().get(at).map(|slot| slot.0)
    }

    /// Adds an object or moves it. `false` if there is no room.
    pub(super) fn set(&mut self, id: u16, location: u16) -> bool {
        match self.find(id) {
            Ok(at) => {
                if let Some(slot) = self.slots.get_mut(at) {
                    slot.1 = location;
                }
            }
            Err(_) if self.is_full() => return false,
            Err(at) => {
                // everything from here on moves up by one
                let mut carry = (id, location);
                self.len = self.len.wrapping_add(1);
                for slot in self.slots.iter_mut().take(self.len).skip(at) {
                    core::mem::swap(slot, &mut carry);
                }
            }
        }
        true
    }

    /// Removes an object; one that is absent stays so.
    pub(super) fn remove(&mut self, id: u16) {
        let Ok(at) = self.find(id) else { return };
        // everything after it moves down by one
        let mut carry = (0, 0);
        for slot in self.slots.iter_mut().take(self.len).skip(at).rev() {
            core::mem::swap(slot, &mut carry);
        }
        self.len = self.len.saturating_sub(1);
    }
}
