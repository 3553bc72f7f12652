//! The terminal's PSAM (终端安全模块): what a master key in it is for, and how INIT, CRYPT and MAC name it.
//!
//! A key of a PSAM has an identifier of one byte and a `use` byte, the P1 of `BF DE`: the levels of derivation in
//! the high three bits, the type in the low five (C). One level is the card's factor alone, two levels the city's and the
//! card's, three the province's, the city's and the card's; the factors stand in INIT's data card first, challenge last.

mod commands;
mod files;
pub mod names;
pub mod tags;

use crate::Evidence;
use crate::application::Application;
use crate::applications::ssc;
use crate::room::Room;

pub use commands::{COMMANDS, PsamCommand};
pub use files::{
    SAM_APPLICATION_FILES, SAM_DEBIT_FID, SAM_ENVIRONMENTS, SAM_FILES, SAM_PUBLIC_FID,
    SAM_SEQUENCE_FID, SAM_TERMINAL_FID, SamEnvironment, TERMINAL_IDENTIFIER_LENGTH,
};

/// All there is of it. Its directories are made for each PSAM: [`SAM_ENVIRONMENTS`].
pub static ROOM: Room = Room {
    application: Application::Psam,
    commands: &COMMANDS,
    words: commands::WORDS,
    directories: &[],
    tags: tags::TAGS,
};

/// Greatest number of levels.
pub const MOST_LEVELS: u8 = 3;
/// Index of the debit key on the card, which a terminal reads out of the PSAM ([`SAM_DEBIT_FID`]) for
/// INITIALIZE FOR DEBIT (P: keys of the purse have an index of their own).
pub const DEBIT_INDEX: u8 = 0x01;

/// What a master key in a PSAM is for: the low five bits of `use` (C).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SamKeyType {
    /// 0, master key.
    Master = 0x00,
    /// 1, maintenance.
    Maintenance = 0x01,
    /// 2, purchase: INIT SAM FOR DEBIT.
    Purchase = 0x02,
    /// 3, PIN unblock.
    PinUnblock = 0x03,
    /// 4, PIN reload.
    PinReload = 0x04,
    /// 5, user card's maintenance.
    CardMaintenance = 0x05,
    /// 6, MAC.
    Mac = 0x06,
    /// 7, encryption.
    Encryption = 0x07,
    /// 8, MAC.
    MacAndEncryption = 0x08,
}

impl SamKeyType {
    /// The type of `byte`; `None` for one that the facts do not name.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0x00 => Self::Master,
            0x01 => Self::Maintenance,
            0x02 => Self::Purchase,
            0x03 => Self::PinUnblock,
            0x04 => Self::PinReload,
            0x05 => Self::CardMaintenance,
            0x06 => Self::Mac,
            0x07 => Self::Encryption,
            0x08 => Self::MacAndEncryption,
            _ => return None,
        })
    }

    /// In words, for the manual: English and Chinese.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Master => ("master key", "主控密钥"),
            Self::Maintenance => ("maintenance", "维护密钥"),
            Self::Purchase => ("purchase", "消费密钥"),
            Self::PinUnblock => ("PIN unblock", "PIN 解锁密钥"),
            Self::PinReload => ("PIN reload", "PIN 重装密钥"),
            Self::CardMaintenance => ("user card's maintenance", "用户卡应用维护密钥"),
            Self::Mac => ("MAC", "MAC 密钥"),
            Self::Encryption => ("encryption", "加密密钥"),
            Self::MacAndEncryption => ("MAC and encryption", "MAC、加密密钥"),
        }
    }

    /// Whether CRYPT may be done with it (P).
    pub const fn enciphers(self) -> bool {
        matches!(
            self,
            Self::PinReload | Self::Encryption | Self::MacAndEncryption
        )
    }

    /// Whether MAC may be done with it (P).
    pub const fn macs(self) -> bool {
        matches!(
            self,
            Self::Maintenance
                | Self::PinUnblock
                | Self::CardMaintenance
                | Self::Mac
                | Self::MacAndEncryption
        )
    }
}

/// The `use` of a key: levels and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SamUse {
    /// Levels of derivation, 1 to 3.
    pub levels: u8,
    /// The type.
    pub kind: SamKeyType,
}

impl SamUse {
    /// The use coded by `byte`; `None` for no or more than three levels and for an unknown type.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        let levels = byte >> 5;
        if levels == 0 || levels > MOST_LEVELS {
            return None;
        }
        match SamKeyType::from_byte(byte & 0x1F) {
            Some(kind) => Some(Self { levels, kind }),
            None => None,
        }
    }

    /// Its coding.
    pub const fn byte(self) -> u8 {
        self.levels << 5 | self.kind as u8
    }

    /// What INIT with `asked` gets of a key stored with `self`: nothing with other levels, its own type else. A type 8 key
    /// may be asked for as type 6 or 7 too, and a type 7 key as type 8, which then enciphers and makes no MACs (P: programs
    /// are seen with 47 and 48 for the same keys).
    pub fn grants(self, asked: Self) -> Option<SamKeyType> {
        use SamKeyType::{Encryption, Mac, MacAndEncryption};
        if self.levels != asked.levels {
            return None;
        }
        match (self.kind, asked.kind) {
            (stored, asked) if stored == asked => Some(stored),
            (MacAndEncryption, narrower @ (Mac | Encryption)) => Some(narrower),
            (Encryption, MacAndEncryption) => Some(Encryption),
            _ => None,
        }
    }
}

/// Bytes of the public data that all PSAMs have (C); this project's have no more meaning than these.
pub const PUBLIC_DATA_LENGTH: usize = 15;

/// What EF 0015 of a PSAM of this project begins with: serial number, version, type of key card, region (P).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamPublicData {
    /// The last 8 historical bytes of the PSAM itself; with two zero bytes in front they are its serial number.
    pub card_factor: [u8; 8],
    /// The region for which it was made, six digits packed BCD.
    pub region: [u8; 3],
}

impl SamPublicData {
    /// Version of the PSAM, and type of key card: a PSAM.
    const VERSION_AND_TYPE: [u8; 2] = [0x01, 0x00];

    /// Its coding.
    pub const fn to_bytes(self) -> [u8; PUBLIC_DATA_LENGTH] {
        let [a, b, c, d, e, f, g, h] = self.card_factor;
        let [version, kind] = Self::VERSION_AND_TYPE;
        let [x, y, z] = self.region;
        [0, 0, a, b, c, d, e, f, g, h, version, kind, x, y, z]
    }

    /// Decodes the beginning of `public`. `None` for another maker's, which are known to have as many bytes and no more: the
    /// serial number must be that of the PSAM with the factor `card_factor`.
    pub fn from_bytes(public: &[u8], card_factor: [u8; 8]) -> Option<Self> {
        let found: &[u8; PUBLIC_DATA_LENGTH] = public.first_chunk()?;
        let region = *found.last_chunk()?;
        let this = Self {
            card_factor,
            region,
        };
        let digits = region.iter().all(|byte| byte >> 4 <= 9 && byte & 0x0F <= 9);
        (digits && this.to_bytes() == *found).then_some(this)
    }

    /// The region as ASCII digits.
    pub fn region_digits(self) -> [u8; 6] {
        let mut digits = [0; 6];
        let halves = self.region.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
        for (to, half) in digits.iter_mut().zip(halves) {
            *to = b'0' + half;
        }
        digits
    }
}

/// A master key as a PSAM holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamKey {
    /// Name of its root in a vault, such as `SSSE/RK`.
    pub vault_id: &'static str,
    /// Identifier in the PSAM: P2 of INIT.
    pub identifier: u8,
    /// Its `use`, as a byte.
    pub sam_use: u8,
    /// Whether it opens what is read and changes nothing ([`crate::keys::CardKey::reads`]).
    pub reads: bool,
    /// What it is for.
    pub english: &'static str,
    /// 用途
    pub chinese: &'static str,
    /// Strength of the evidence for the identifier.
    pub evidence: Evidence,
}

/// DPK, the debit key of the medical purse: INIT SAM FOR DEBIT finds it by its type, version and algorithm, so that no
/// terminal names its identifier (P).
pub static DEBIT_KEY: SamKey = SamKey {
    vault_id: "DF04/DPK",
    identifier: 0x01,
    sam_use: 0x42,
    reads: false,
    english: "debit of the medical purse",
    chinese: "医疗消费密钥",
    evidence: Evidence::P,
};

/// All keys of an environment of a PSAM: those of the cards that have an identifier in a PSAM, and DPK.
pub fn keys() -> impl Iterator<Item = SamKey> {
    let cards = ssc::DIRECTORIES
        .iter()
        .flat_map(|directory| directory.keys)
        .filter_map(|key| {
            Some(SamKey {
                vault_id: key.vault_id,
                identifier: key.psam?,
                sam_use: key.sam_use?,
                reads: key.reads(),
                english: key.english,
                chinese: key.chinese,
                evidence: key.evidence,
            })
        });
    cards.chain([DEBIT_KEY])
}
