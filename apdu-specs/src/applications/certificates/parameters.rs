//! What P1 and P2 say where a command of the certificate environment has a choice.

/// P2 of VERIFY: its administrator.
pub const ADMINISTRATOR: u8 = 0x00;
/// P2 of IMPORT KEY (private): the key is enciphered under the envelope's (P).
pub const ENCIPHERED: u8 = 0x01;
/// P2 of IMPORT KEY (private): the key as it is.
pub const PLAIN: u8 = 0x00;
/// P1 of HASH: the message alone.
pub const MESSAGE: u8 = 0x01;
/// P1 of HASH: ZA before the message (P).
pub const WITH_ZA: u8 = 0x02;
