//! What survives power-off, watched from action to action.

use std::collections::BTreeMap;
use std::fmt::Debug;

use card_os::Interface;

use crate::support::{TestCard, hex};

type Objects = BTreeMap<u16, Vec<u8>>;

const IDENTITY: u16 = 0x0001;
const LIFE_CYCLE: u16 = 0x0002;
const SEQUENCE_COUNTER: u16 = 0x0003;
const PIN: u16 = 0x0010;
const PIN_TRIES: u16 = 0x0011;
/// First of the files' contents.
const CONTENTS: u16 = 0x8000;
const SECURED: u8 = 0x0F;

/// The card's objects, and the flash operations when they were last looked at.
pub struct Watch {
    objects: Objects,
    writes: u64,
}

impl Watch {
    pub fn new(card: &TestCard) -> Self {
        Self {
            objects: card.objects(),
            writes: card.writes(),
        }
    }

    /// Compares with the last look. Mounting is part of it: the memory is whole. `may_rise`: a success may
    /// have given tries back.
    ///
    /// # Panics
    /// Where something changed that must not.
    pub fn look(&mut self, card: &TestCard, may_rise: bool, action: &impl Debug) {
        if card.writes() == self.writes {
            return;
        }
        self.writes = card.writes();
        let before = std::mem::replace(&mut self.objects, card.objects());
        let after = &self.objects;
        let life = |objects: &Objects| objects[&LIFE_CYCLE][0];
        assert!(life(after) >= life(&before), "{action:?}");
        assert_eq!(after[&IDENTITY], before[&IDENTITY], "{action:?}");
        // one for the card, whichever keys it has
        let counter = |objects: &Objects| objects.get(&SEQUENCE_COUNTER).cloned();
        assert!(counter(after) >= counter(&before), "{action:?}");
        if card.interface == Interface::Contactless {
            over_the_air(&before, after, action);
        }
        if !may_rise {
            assert_eq!(tries_risen(&before, after), None, "{action:?}");
        }
        // CARD_LOCKED comes after SECURED
        if life(&before) >= SECURED {
            assert_eq!(structure(after), structure(&before), "{action:?}");
        }
    }

    /// Whether the card is in its holder's hands.
    pub fn secured(&self) -> bool {
        self.objects[&LIFE_CYCLE][0] >= SECURED
    }

    /// Whether the PIN is the second of the fuzzer's two.
    pub fn pin_changed(&self) -> bool {
        self.objects
            .get(&PIN)
            .is_some_and(|pin| pin.ends_with(&hex("246810FFFFFFFFFF")))
    }
}

/// Over the air tries are counted and files are updated; nothing else is written, and nobody takes a last try.
fn over_the_air(before: &Objects, after: &Objects, action: &impl Debug) {
    let ids = before.keys().chain(after.keys());
    for id in ids.filter(|id| before.get(id) != after.get(id)) {
        let tries = is_counter(*id);
        assert!(tries || *id >= CONTENTS, "{id:04X} by {action:?}");
        let none_left = tries && after.get(id).is_some_and(|left| left[0] == 0);
        assert!(!none_left, "{id:04X} was blocked by {action:?}");
    }
}

fn is_counter(id: u16) -> bool {
    id == PIN_TRIES || (0x3000..0x4000).contains(&id)
}

/// Descriptors of files, but whether an application is blocked, and keys.
fn structure(objects: &Objects) -> Vec<(&u16, Vec<u8>)> {
    const KIND: usize = 3;
    const STATE: usize = 4;
    let of_one = |(id, object): (_, &Vec<u8>)| {
        let mut object = object.clone();
        if (0x1000..0x2000).contains(id) && object[KIND] == 0x38 && object[STATE] != 0x03 {
            object[STATE] = 0x05;
        }
        (id, object)
    };
    objects.range(0x1000..0x3000).map(of_one).collect()
}

/// The first counter of tries, the PIN's or a key's, that shows more than before.
fn tries_risen(before: &Objects, after: &Objects) -> Option<u16> {
    before
        .iter()
        .filter(|(id, _)| is_counter(**id))
        .find(|(id, left)| after.get(id).is_none_or(|now| now[0] > left[0]))
        .map(|(id, _)| *id)
}
