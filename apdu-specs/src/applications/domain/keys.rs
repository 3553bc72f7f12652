//! Key sets of the issuer security domain (SCP03), and their names in a vault.

/// Name in a vault of the security domain's SCP03 keys (P).
pub const ISD_VAULT_ID: &str = "ISD/SCP03";
/// Name in a vault of the initial keys that a chip carries until it is issued (P).
pub const INITIAL_VAULT_ID: &str = "ISD/INITIAL";

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
