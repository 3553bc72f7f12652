//! Card keys: their roles, the rows of key tables, and the coding of an entry in DGI 8F01 (P).

use crate::{Conflict, Evidence, Generations};

/// What a card key is for; the card lets a key do nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyRole {
    /// IRK: internal authentication and the MAC of the identification code.
    Internal = 0x01,
    /// UK, RK: external authentication that satisfies access conditions.
    External = 0x02,
    /// STK: MAC of maintenance commands.
    Maintenance = 0x03,
    /// PUK: external authentication before PIN unblock and reload.
    Unblock = 0x04,
    /// LK: application block and unblock.
    ApplicationLock = 0x05,
    /// BK: card block.
    CardBlock = 0x06,
    /// The PIN of the certificate environment: the first half of SM3 over it.
    CertificatePin = 0x07,
    /// The administrator of the certificate environment.
    Administrator = 0x08,
}

impl KeyRole {
    /// The role coded by `byte`.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Internal),
            0x02 => Some(Self::External),
            0x03 => Some(Self::Maintenance),
            0x04 => Some(Self::Unblock),
            0x05 => Some(Self::ApplicationLock),
            0x06 => Some(Self::CardBlock),
            0x07 => Some(Self::CertificatePin),
            0x08 => Some(Self::Administrator),
            _ => None,
        }
    }

    /// Its coding.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// Whether the issuer may give a card further versions of it (P). The others are the secrets of people: one more beside the
    /// holder's own PIN, and the issuer signs as the holder. They have one version, and nothing tells their check value.
    pub const fn has_versions(self) -> bool {
        match self {
            Self::Internal
            | Self::External
            | Self::Maintenance
            | Self::Unblock
            | Self::ApplicationLock
            | Self::CardBlock => true,
            Self::CertificatePin | Self::Administrator => false,
        }
    }
}

/// One key of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardKey {
    /// The standard's name, such as `UK1`.
    pub name: &'static str,
    /// Name in a vault: directory and key, such as `DF01/UK1`.
    pub vault_id: &'static str,
    /// Identifier on the card: P2 of EXTERNAL AUTHENTICATE.
    pub identifier: u8,
    /// Identifier of the master key in a PSAM; `None` where no source names one.
    pub psam: Option<u8>,
    /// `use` under which a PSAM holds that master key, the P1 of its INIT: the levels of derivation in the high three
    /// bits, the type in the low five ([`crate::applications::psam`]). Two programs agree on which update keys are 47 and which 48; a third,
    /// of 1.00, has 29 as 48 (X). [`crate::applications::psam::SamUse::grants`] serves both.
    pub sam_use: Option<u8>,
    /// What the card lets it do.
    pub role: KeyRole,
    /// What it is for.
    pub english: &'static str,
    /// 用途
    pub chinese: &'static str,
    /// Where a card has it.
    pub generations: Generations,
    /// Strength of the evidence.
    pub evidence: Evidence,
    /// Where sources conflict over it (X): how, and what was chosen.
    pub conflict: Option<Conflict>,
}

impl CardKey {
    /// Whether it opens what is read and changes nothing: IRK, the reading keys (RK), and the one of the local extension, whose
    /// name is from when it was taken for an update key (vaults hold its root under that name).
    pub fn reads(&self) -> bool {
        self.role == KeyRole::Internal || self.name == "LUK1" || self.name.starts_with("RK")
    }
}

/// Bytes of one key entry in DGI 8F01:
/// role (1), identifier (1), algorithm marker (1), version (1), tries (1), key (16), KCV (3).
pub const KEY_ENTRY_LENGTH: usize = 24;
/// Versions that a card holds of one key identifier (P).
pub const KEY_VERSIONS_HELD: usize = 3;
/// Bytes of the plain PIN in DGI 8F02: tries (1), least digits (1), most digits (1), digits (1),
/// BCD padded with F (8), 80 00 00 00.
pub const PIN_ENTRY_LENGTH: usize = 16;
/// Bit of a key identifier that makes it the directory's own; without it the SSSE's is meant
/// (ISO 7816-4 table 82, "specific reference data").
pub const LOCAL_KEY_BIT: u8 = 0x80;
/// Version of the keys that a new card gets (P).
pub const FIRST_KEY_VERSION: u8 = 1;
/// The last version that a root has: three of each (P).
pub const LAST_KEY_VERSION: u8 = 3;
/// Tries of a card key before it is blocked (P).
pub const KEY_TRIES: u8 = 15;
/// Tries of the PIN before it is blocked (P).
pub const PIN_TRIES: u8 = 3;
/// Least and most digits of a PIN (C).
pub const PIN_DIGITS: core::ops::RangeInclusive<u8> = 4..=16;

/// A key's row: name, identifier on the card, then where a source names them `use` and identifier in a PSAM; role, words,
/// evidence, and where not every generation has it, which.
macro_rules! key_tables {
    (@option) => { None };
    (@option $value:literal) => { Some($value) };
    (@generations) => { $crate::Generations::ALL };
    (@generations $generations:ident) => { $crate::Generations::$generations };
    (@conflict) => { None };
    (@conflict $sources:literal $choice:literal) => { Some($crate::Conflict { sources: $sources, choice: $choice }) };
    ($($(#[$doc:meta])* $id:ident = $directory:literal {
        $($name:literal $identifier:literal $(/ $use:literal $psam:literal)?, $role:ident, $english:literal, $chinese:literal, $evidence:ident
            $(, $generations:ident)? $(, conflict $sources:literal chosen $choice:literal)?;)*
    })*) => {
        $($(#[$doc])* pub static $id: &[$crate::keys::CardKey] = &[$($crate::keys::CardKey {
            name: $name, vault_id: concat!($directory, "/", $name), identifier: $identifier,
            psam: key_tables!(@option $($psam)?), sam_use: key_tables!(@option $($use)?), role: $crate::keys::KeyRole::$role, english: $english, chinese: $chinese,
            generations: key_tables!(@generations $($generations)?), evidence: $crate::Evidence::$evidence,
            conflict: key_tables!(@conflict $($sources $choice)?),
        }),*];)*
    };
}
