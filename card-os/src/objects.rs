//! Where everything that survives power-off lives: one identifier for each object of the store.

use crate::store::{Names, ObjectId, Space};

/// Historical bytes of the ATR (13), set once at manufacture.
pub const IDENTITY: ObjectId = ObjectId::new(Space::CARD, 0x0001);
/// Life-cycle state (1).
pub const LIFE_CYCLE: ObjectId = ObjectId::new(Space::CARD, 0x0002);
/// SCP03 sequence counter (3).
pub const SEQUENCE_COUNTER: ObjectId = ObjectId::new(Space::CARD, 0x0003);
/// Key set of the security domain: version (1), ENC (16), MAC (16), DEK (16).
pub const DOMAIN_KEYS: ObjectId = ObjectId::new(Space::CARD, 0x0004);
/// Present while the SSC files are being wiped: nothing of them may be used until that is done.
pub const WIPING: ObjectId = ObjectId::new(Space::CARD, 0x0005);

/// Reference PIN: see `credential::pin`.
pub const PIN: ObjectId = ObjectId::new(Space::CREDENTIALS, 0x2000);
/// PIN tries left (1); absent while none was used up.
pub const PIN_TRIES: ObjectId = ObjectId::new(Space::CREDENTIALS, 0x2001);

/// First of all objects that a wipe removes: what is the card's own comes before it.
pub const FIRST_WIPED: ObjectId = ObjectId::new(Space::FILES, 0);

/// Among the files: a descriptor and no content.
const DESCRIPTORS: u16 = 0x8000;
/// Among the credentials: counters of card keys.
const KEY_TRIES: u16 = 0x1000;
/// In a PSAM: counters of its keys.
const SAM_TRIES: u16 = 0x8000;

/// Number of a file, 0 for the MF: 7 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    /// The MF.
    pub const MF: Self = Self(0);
    /// How many files a card can hold, the MF with them.
    pub const COUNT: u8 = 128;

    /// File number `number`, if there can be one.
    pub const fn new(number: u8) -> Option<Self> {
        if number < Self::COUNT {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its descriptor.
    pub const fn descriptor(self) -> ObjectId {
        ObjectId::new(Space::FILES, DESCRIPTORS | self.0 as u16)
    }

    /// The file whose descriptor `id` is.
    pub fn of_descriptor(id: ObjectId) -> Option<Self> {
        let number = id.number().checked_sub(DESCRIPTORS)?;
        let slot = u8::try_from(number).ok().and_then(Self::new)?;
        (id.space() == Space::FILES).then_some(slot)
    }

    /// Number `low` of 256 that belong to this file.
    const fn of_256(self, low: u8) -> u16 {
        (self.0 as u16) << 8 | low as u16
    }

    /// Number of key `kid` of this directory among all card keys; only the low five bits tell keys apart.
    const fn of_32(self, kid: u8) -> u16 {
        (self.0 as u16) << 5 | (kid & 0x1F) as u16
    }

    /// Part `index` of its contents: a record by number, or a chunk of a transparent EF.
    pub const fn content(self, index: u8) -> ObjectId {
        ObjectId::new(Space::FILES, self.of_256(index))
    }

    /// The card key `kid` of this directory.
    pub const fn key(self, kid: u8) -> ObjectId {
        ObjectId::new(Space::CREDENTIALS, self.of_32(kid))
    }

    /// All card keys that this directory can have.
    pub const fn keys(self) -> Names {
        Names::between(self.key(0), self.key(0x1F))
    }

    /// Tries left of that key; absent while none was used up.
    pub const fn key_tries(self, kid: u8) -> ObjectId {
        ObjectId::new(Space::CREDENTIALS, KEY_TRIES | self.of_32(kid))
    }

    /// Key `kid` of this PSAM directory.
    pub const fn sam_key(self, kid: u8) -> ObjectId {
        ObjectId::new(Space::PSAM, self.of_256(kid))
    }

    /// All keys that this PSAM directory can have.
    pub const fn sam_keys(self) -> Names {
        Names::between(self.sam_key(0), self.sam_key(0xFF))
    }

    /// Tries left of that key; absent while none was used up.
    pub const fn sam_tries(self, kid: u8) -> ObjectId {
        ObjectId::new(Space::PSAM, SAM_TRIES | self.of_256(kid))
    }

    /// Where format 1 of the store kept that counter: among contents, of which a directory has none.
    pub const fn sam_tries_of_format_1(self, kid: u8) -> ObjectId {
        self.content(kid)
    }
}
