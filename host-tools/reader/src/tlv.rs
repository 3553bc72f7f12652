//! Data objects of one-byte tags, as commands and answers carry them (ISO 7816-4, 5.2.2).

use apdu_specs::tlv::{LONG, TWO_BYTES};

/// An object of fewer than 128 bytes.
#[must_use]
pub fn object(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    debug_assert!(length < LONG, "{} bytes", value.len());
    [&[tag, length], value].concat()
}

/// An object whose length takes two bytes, whether it needs them or not.
#[must_use]
pub fn long_object(tag: u8, value: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[tag, TWO_BYTES, high, low], value].concat()
}
