//! Card keys: their roles and the coding of an entry in DGI 8F01 (P).

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
/// Published transport keys of a blank card for demo and development (ENC, MAC and DEK alike), GlobalPlatform's test key (C).
pub const TRANSPORT_KEY: [u8; 16] = [
    0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F,
];
/// Key version of the transport keys (P).
pub const TRANSPORT_KEY_VERSION: u8 = 0x30;
/// Key version of the issuer's keys (P).
pub const ISSUER_KEY_VERSION: u8 = 0x31;
/// Key version of the initial keys that a chip for real use gets in a trusted room (P; 20 to 2F are SCP02's by custom).
pub const INITIAL_KEY_VERSION: u8 = 0x32;
