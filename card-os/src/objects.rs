//! Where everything that survives power-off lives: one identifier for each object of the store.

use crate::store::ObjectId;

/// Historical bytes of the ATR (13), set once at manufacture.
pub const IDENTITY: ObjectId = ObjectId(0x0001);
/// Life-cycle state (1).
pub const LIFE_CYCLE: ObjectId = ObjectId(0x0002);
/// SCP03 sequence counter (3).
pub const SEQUENCE_COUNTER: ObjectId = ObjectId(0x0003);
/// Key set of the security domain: version (1), ENC (16), MAC (16), DEK (16).
pub const DOMAIN_KEYS: ObjectId = ObjectId(0x0004);
/// Present while the SSC files are being wiped: nothing of them may be used until that is done.
pub const WIPING: ObjectId = ObjectId(0x0005);
/// Reference PIN: see `credential::pin`.
pub const PIN: ObjectId = ObjectId(0x0010);
/// PIN tries left (1); absent while none was used up.
pub const PIN_TRIES: ObjectId = ObjectId(0x0011);

/// First of all objects that a wipe removes, but for the PIN's.
pub const FIRST_FILE_OBJECT: ObjectId = ObjectId(FILES);

const FILES: u16 = 0x1000;
const KEYS: u16 = 0x2000;
const KEY_TRIES: u16 = 0x3000;
/// Keys of PSAM directories: six bits of slot, eight of identifier, up to 7FFF.
const SAM_KEYS: u16 = 0x4000;
const SAM_SLOTS: u8 = 0x3F;
const CONTENTS: u16 = 0x8000;

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
        ObjectId(FILES | self.0 as u16)
    }

    /// The file whose descriptor `id` is.
    pub const fn of_descriptor(id: ObjectId) -> Option<Self> {
        if id.0 & 0xF000 == FILES && id.0 & 0x0FFF < Self::COUNT as u16 {
            Some(Self(id.0 as u8))
        } else {
            None
        }
    }

    /// Part `index` of its contents: a record by number, or a chunk of a transparent EF.
    pub const fn content(self, index: u8) -> ObjectId {
        ObjectId(CONTENTS | (self.0 as u16) << 8 | index as u16)
    }

    /// The card key `kid` of this directory; only the low five bits tell keys apart.
    pub const fn key(self, kid: u8) -> ObjectId {
        ObjectId(KEYS | (self.0 as u16) << 5 | (kid & 0x1F) as u16)
    }

    /// First and last possible key object of this directory.
    pub const fn keys(self) -> (ObjectId, ObjectId) {
        (self.key(0), self.key(0x1F))
    }

    /// Tries left of that key; absent while none was used up.
    pub const fn key_tries(self, kid: u8) -> ObjectId {
        ObjectId(KEY_TRIES | (self.0 as u16) << 5 | (kid & 0x1F) as u16)
    }

    /// Whether it can be a PSAM directory: only the first 64 files have room for such keys.
    pub const fn holds_sam_keys(self) -> bool {
        self.0 <= SAM_SLOTS
    }

    /// Key `kid` of this PSAM directory.
    pub const fn sam_key(self, kid: u8) -> ObjectId {
        ObjectId(SAM_KEYS | ((self.0 & SAM_SLOTS) as u16) << 8 | kid as u16)
    }

    /// First and last possible key object of this PSAM directory.
    pub const fn sam_keys(self) -> (ObjectId, ObjectId) {
        (self.sam_key(0), self.sam_key(0xFF))
    }

    /// Tries left of that key; absent while none was used up. A directory has no contents of its own, so
    /// that their numbers are free for what it counts.
    #[cfg(feature = "psam")]
    pub const fn sam_tries(self, kid: u8) -> ObjectId {
        self.content(kid)
    }
}
