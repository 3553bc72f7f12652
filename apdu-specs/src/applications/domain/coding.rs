//! What card and host code in the same way in the commands of the security domain.

/// SCP03 and its option i = 70: pseudo-random challenge, R-MAC, R-ENCRYPTION (Amendment D, 5.1).
pub const SCP: [u8; 2] = [0x03, 0x70];

/// Bits of the security level, P1 of EXTERNAL AUTHENTICATE (Amendment D, table 7-6).
pub mod level {
    /// Commands have a MAC.
    pub const C_MAC: u8 = 0x01;
    /// Commands are enciphered.
    pub const C_DECRYPTION: u8 = 0x02;
    /// Answers have a MAC.
    pub const R_MAC: u8 = 0x10;
    /// Answers are enciphered.
    pub const R_ENCRYPTION: u8 = 0x20;
}

/// PUT KEY (Amendment D, 7.2): for each key type, length of the field, length of the key, the key enciphered, length of its check
/// value, the check value. In the field the first of the lengths is sometimes left out.
pub mod key_field {
    /// Key type AES (GlobalPlatform table 11-16).
    pub const AES: u8 = 0x88;
    /// Bytes of an AES-128 key.
    pub const KEY_LENGTH: u8 = 16;
    /// Bytes of the key's length and the key.
    pub const FIELD_LENGTH: u8 = KEY_LENGTH + 1;
    /// Bytes of a check value.
    pub const CHECK_LENGTH: u8 = 3;
}

/// Privileges in GET STATUS (GlobalPlatform 11.1.2): security domain, global registry.
pub const DOMAIN_PRIVILEGES: [u8; 3] = [0x80, 0x04, 0x00];
/// An application has none (P).
pub const NO_PRIVILEGES: [u8; 3] = [0; 3];

/// Life cycle of an application in GET STATUS (GlobalPlatform table 11-4): it can be selected.
pub const SELECTABLE: u8 = 0x07;
/// It is blocked.
pub const LOCKED: u8 = 0x87;

/// Card recognition data (GlobalPlatform H.2): RID-based OIDs of GlobalPlatform 2.3.1, of the issuer security
/// domain's card identification scheme, and of SCP03 with i = 70.
pub const CARD_RECOGNITION: &[u8] = &[
    0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01, //
    0x60, 0x0C, 0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x03, 0x01, //
    0x63, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x03, //
    0x64, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x04, 0x03, 0x70,
];
