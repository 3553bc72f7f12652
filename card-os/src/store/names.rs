//! The names of objects: a number in a name space. Files of all applications share one space, card keys another; a PSAM's keys
//! have their own.

/// Name spaces that there can be.
pub(super) const SPACES: usize = 15;

/// A name space: 1 to 15. On the flash 0 stands for a name of format 1, which had no spaces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Space(u8);

impl Space {
    /// What the card has before any application: its identity, life cycle, secure channel.
    pub const CARD: Self = Self(1);
    /// Files of all applications: descriptors and contents.
    pub const FILES: Self = Self(2);
    /// Card keys and the PIN, with their counters.
    pub const CREDENTIALS: Self = Self(3);
    /// Keys of a PSAM, with their counters.
    pub const PSAM: Self = Self(4);

    /// Space `number`, if there is one.
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=15) {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The name of an object. Names are in order: by space, then by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ObjectId {
    space: Space,
    number: u16,
}

impl ObjectId {
    /// The first name of all.
    pub const FIRST: Self = Self::new(Space(1), 0);
    /// No name at all: what fills places that are not in use. All zeros, so that they need no room in the image.
    pub(super) const NONE: Self = Self::new(Space(0), 0);

    /// Name `number` of `space`.
    pub const fn new(space: Space, number: u16) -> Self {
        Self { space, number }
    }

    /// Its space.
    pub const fn space(self) -> Space {
        self.space
    }

    /// Space and number as one, in the order of names.
    pub(super) const fn key(self) -> u32 {
        (self.space.0 as u32) << 16 | self.number as u32
    }

    /// Its number in the space.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// The name behind this one; `None` behind the last.
    pub const fn next(self) -> Option<Self> {
        match (self.number.checked_add(1), self.space.0.checked_add(1)) {
            (Some(number), _) => Some(Self::new(self.space, number)),
            (None, Some(space)) => match Space::new(space) {
                Some(space) => Some(Self::new(space, 0)),
                None => None,
            },
            (None, None) => None,
        }
    }

    /// The name that an object of format 1 has now. Its numbers were one row for all applications.
    ///
    /// A PSAM's counters stood among the contents of its directory, and only who knows the directories can tell them: they
    /// keep the name of such contents until the PSAM takes them over.
    pub(super) fn of_format_1(number: u16) -> Self {
        let (first, space, start) = FORMAT_1
            .iter()
            .copied()
            .rev()
            .find(|&(first, ..)| first <= number)
            .unwrap_or((0, Space::CARD, 0));
        Self::new(space, number.wrapping_sub(first).wrapping_add(start))
    }
}

/// Where the numbers of format 1 went: from this number on, into this space, from that number on.
const FORMAT_1: [(u16, Space, u16); 6] = [
    (0x0000, Space::CARD, 0x0000),
    // the PIN and its counter
    (0x0010, Space::CREDENTIALS, 0x2000),
    // descriptors
    (0x1000, Space::FILES, 0x8000),
    // card keys, then their counters
    (0x2000, Space::CREDENTIALS, 0x0000),
    (0x4000, Space::PSAM, 0x0000),
    // contents
    (0x8000, Space::FILES, 0x0000),
];

/// Names from one to another, to walk over those that are present. What is there may change on the way.
#[derive(Clone, Copy)]
pub struct Names {
    next: Option<ObjectId>,
    last: ObjectId,
}

impl Names {
    /// All there can be.
    pub const ALL: Self = Self::between(ObjectId::FIRST, ObjectId::new(Space(15), 0xFFFF));

    /// From `first` to `last`, both with them.
    pub const fn between(first: ObjectId, last: ObjectId) -> Self {
        Self {
            next: Some(first),
            last,
        }
    }

    /// The next one that is present.
    pub fn present<F: super::NorFlash>(&mut self, store: &super::Store<F>) -> Option<ObjectId> {
        let last = self.last;
        let found = store.first_from(self.next?).filter(|id| *id <= last);
        self.next = found.and_then(ObjectId::next);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_names_of_format_1_become_one() {
        let names: BTreeSet<ObjectId> = (0..=u16::MAX).map(ObjectId::of_format_1).collect();
        assert_eq!(names.len(), 0x1_0000);
        assert!(names.iter().all(|name| name.space() <= Space::PSAM));
    }

    #[test]
    fn behind_each_name_comes_the_next() {
        let name = |space, number| ObjectId::new(Space(space), number);
        assert_eq!(name(3, 7).next(), Some(name(3, 8)));
        assert_eq!(name(3, 0xFFFF).next(), Some(name(4, 0)));
        assert_eq!(name(15, 0xFFFF).next(), None);
        assert!(name(3, 0xFFFF) < name(4, 0));
        assert_eq!((Space::new(0), Space::new(16)), (None, None));
    }
}
