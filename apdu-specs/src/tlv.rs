//! Lengths of BER-TLV data objects (ISO 7816-4, 5.2.2.2).

/// Lengths from here on have bytes of their own behind a first one; what is shorter is that byte.
pub const LONG: u8 = 0x80;
/// One byte of length follows.
pub const ONE_BYTE: u8 = 0x81;
/// Two bytes of length follow.
pub const TWO_BYTES: u8 = 0x82;
