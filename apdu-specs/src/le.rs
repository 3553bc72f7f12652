//! Lengths of short APDUs as bytes on the line (ISO 7816-3, 12.1.3): 00 is 256.

/// Greatest Ne of a short APDU: all that a command can answer.
pub const ALL: u16 = 256;

/// Ne of an Le; also the number in `61xx` and `6Cxx`.
pub const fn ne(le: u8) -> u16 {
    if le == 0 { ALL } else { le as u16 }
}

/// Le of an Ne; also the byte of `61xx` and `6Cxx` for so many bytes. More than 256 are none of a short APDU.
pub const fn byte(ne: usize) -> u8 {
    (ne & 0xFF) as u8
}
