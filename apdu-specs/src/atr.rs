//! Answer to reset (ISO 7816-3, 8.2; LD/T 32.2).

/// TS, T0, TB1 absent…: `3B 6D 00 00` before 13 historical bytes; T=0 only, no TCK (C).
pub const ATR_PREFIX: [u8; 4] = [0x3B, 0x6D, 0x00, 0x00];
/// Historical bytes: chip maker (2), chip and card OS (3), card maker (2), serial (6) (C).
pub const HISTORICAL_BYTES: usize = 13;
/// How many of the last historical bytes diversify every key (C).
pub const CARD_FACTOR_LENGTH: usize = 8;
/// Bytes of a contact ATR.
pub const ATR_LENGTH: usize = ATR_PREFIX.len() + HISTORICAL_BYTES;
/// Historical bytes of our blank card before the serial: no maker's code, since it is no maker's
/// chip (P): chip maker 0000, chip and card OS 000001, card maker 86FF.
pub const MAKER: [u8; 7] = [0x00, 0x00, 0x00, 0x00, 0x01, 0x86, 0xFF];
/// First byte of an ATR: the direct convention, which all cards here use.
pub const TS: u8 = ATR_PREFIX[0];
/// What a contactless reader puts before the historical bytes, behind TS: T0 (80 and how many there are), TD1, TD2 (PC/SC part 3,
/// 3.1.3.2.3). TCK follows them.
pub const CONTACTLESS: [u8; 3] = [0x80, 0x80, 0x01];
/// ATS before the historical bytes (ISO 14443-4, 5.2): TL, T0 = 78 (FSC 256, TA, TB, TC present),
/// TA 00 (106 kbit/s both ways), TB 80 (FWI 8), TC 00 (P).
pub const ATS_PREFIX: [u8; 5] = [0x12, 0x78, 0x00, 0x80, 0x00];
