//! What survives power-off, watched from action to action.

use std::fmt::Debug;

use apdu_specs::applications::certificates::{ENCRYPTION, SIGNING};
use apdu_specs::applications::psam::SAM_SEQUENCE_FID;
use card_os::Interface;
use card_os::objects::{IDENTITY, LIFE_CYCLE, PIN, SEQUENCE_COUNTER, Slot};
use card_os::store::ObjectId;

use crate::{Objects, TestCard, hex, is_card_key, is_content, is_counter, is_sam_key};

const SECURED: u8 = 0x0F;
/// Where a descriptor has its file descriptor byte.
const KIND: usize = 3;
const DIRECTORY: u8 = 0x38;
const TRANSPARENT: u8 = 0x01;

/// What commands may have changed since the last look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// A success may have given tries back.
    pub tries: bool,
    /// A key of the certificate environment may have been replaced.
    pub keys: bool,
    /// A pair may have been made, or a key of one imported.
    pub pairs: bool,
    /// So many debits were answered.
    pub debits: u32,
    /// There may be more: the power went before an answer came.
    pub torn: bool,
}

impl Change {
    /// All of it, without an answer.
    pub const ANY: Self = Self {
        tries: true,
        keys: true,
        pairs: true,
        debits: 0,
        torn: true,
    };
}

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

    /// Compares with the last look. Mounting is part of it: the memory is whole.
    ///
    /// # Panics
    /// Where something changed that must not.
    pub fn look(&mut self, card: &TestCard, change: Change, action: &impl Debug) {
        if card.writes() == self.writes {
            assert_eq!(change.debits, 0, "{action:?}");
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
        if !change.tries {
            assert_eq!(tries_risen(&before, after), None, "{action:?}");
        }
        // CARD_LOCKED comes after SECURED
        if life(&before) >= SECURED {
            assert_eq!(structure(after), structure(&before), "{action:?}");
            if !change.keys {
                assert_eq!(keys(after), keys(&before), "{action:?}");
            }
            if !change.pairs {
                assert_eq!(pairs(after), pairs(&before), "{action:?}");
            }
            debits(&before, after, change, action);
        }
    }

    /// The private keys in the card.
    pub fn private_keys(&self) -> Vec<Vec<u8>> {
        if is_psam(&self.objects) {
            return Vec::new(); // its 0015 is public
        }
        contents(&self.objects, &[SIGNING.private, ENCRYPTION.private])
            .into_iter()
            .filter_map(|(_, bytes)| Some(bytes.get(2..)?.to_vec()))
            .collect()
    }

    /// The public key that envelopes are made for.
    pub fn signing_key(&self) -> Option<[u8; 64]> {
        let (_, bytes) = contents(&self.objects, &[SIGNING.public]).pop()?;
        bytes.get(2..)?.try_into().ok()
    }

    /// Whether the card has this key.
    pub fn has_key(&self, key: [u8; 16]) -> bool {
        let same = |(_, bytes): (_, &Vec<u8>)| bytes.array_windows().any(|part| *part == key);
        keys(&self.objects).into_iter().any(same)
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
        assert!(tries || is_content(*id), "{id:04X?} by {action:?}");
        let none_left = tries && after.get(id).is_some_and(|left| left[0] == 0);
        assert!(!none_left, "{id:04X?} was blocked by {action:?}");
    }
}

/// Card keys.
fn keys(objects: &Objects) -> Vec<(&ObjectId, &Vec<u8>)> {
    objects.iter().filter(|(id, _)| is_card_key(**id)).collect()
}

/// The files of the certificate environment's pairs.
fn pairs(objects: &Objects) -> Vec<(Slot, Vec<u8>)> {
    let (signing, encryption) = (SIGNING, ENCRYPTION);
    contents(
        objects,
        &[
            signing.public,
            signing.private,
            encryption.public,
            encryption.private,
        ],
    )
}

/// What is in the EFs with these identifiers that are no one's to read or to write.
fn contents(objects: &Objects, fids: &[u16]) -> Vec<(Slot, Vec<u8>)> {
    let mut found = Vec::new();
    let descriptors = objects
        .iter()
        .filter_map(|(id, descriptor)| Some((Slot::of_descriptor(*id)?, descriptor)));
    for (slot, descriptor) in descriptors {
        let fid = u16::from_be_bytes([descriptor[0], descriptor[1]]);
        if descriptor[KIND] == TRANSPARENT && fids.contains(&fid) {
            let parts = objects.range(slot.content(0)..=slot.content(0xFF));
            found.push((slot, parts.flat_map(|(_, part)| part.clone()).collect()));
        }
    }
    found
}

fn is_psam(objects: &Objects) -> bool {
    objects.keys().any(|id| is_sam_key(*id))
}

/// Each debit of a PSAM takes the next number; nothing else does, and none comes back.
fn debits(before: &Objects, after: &Objects, change: Change, action: &impl Debug) {
    let number = |(_, bytes): &(Slot, Vec<u8>)| match bytes.first_chunk() {
        Some(bytes) => u32::from_be_bytes(*bytes),
        None => 0,
    };
    if !is_psam(before) {
        return;
    }
    let (old, new) = (
        contents(before, &[SAM_SEQUENCE_FID]),
        contents(after, &[SAM_SEQUENCE_FID]),
    );
    let mut taken = 0;
    for (old, new) in old.iter().zip(&new) {
        let more = number(new).checked_sub(number(old));
        taken += more.unwrap_or_else(|| panic!("a sequence fell by {action:?}"));
    }
    let one_more = u32::from(change.torn);
    let expected = change.debits..=change.debits + one_more;
    assert!(expected.contains(&taken), "{taken} debits by {action:?}");
}

/// Descriptors of files, but whether an application is blocked, and keys of a PSAM.
fn structure(objects: &Objects) -> Vec<(&ObjectId, Vec<u8>)> {
    const STATE: usize = 4;
    let is_file = |id: &ObjectId| Slot::of_descriptor(*id).is_some();
    let of_one = |(id, object): (&'_ ObjectId, &Vec<u8>)| {
        let mut object = object.clone();
        if is_file(id) && object[KIND] == DIRECTORY && object[STATE] != 0x03 {
            object[STATE] = 0x05;
        }
        object
    };
    objects
        .iter()
        .filter(|(id, _)| is_file(id) || is_sam_key(**id))
        .map(|(id, object)| (id, of_one((id, object))))
        .collect()
}

/// The first counter of tries, the PIN's or a key's, that shows more than before.
fn tries_risen(before: &Objects, after: &Objects) -> Option<ObjectId> {
    before
        .iter()
        .filter(|(id, _)| is_counter(**id))
        .find(|(id, left)| after.get(id).is_none_or(|now| now[0] > left[0]))
        .map(|(id, _)| *id)
}
