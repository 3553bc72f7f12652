//! Padding with `80 00 …` (ISO/IEC 9797-1 padding method 2, ISO/IEC 7816-4).

use crate::cipher::LengthError;

/// What padding begins with; zeros follow it.
pub const MARK: u8 = 0x80;

/// Appends 80 and then zeros to the first `len` bytes of `buffer` up to the next multiple of `block` bytes, and returns the
/// padded length. At least one byte is always added.
///
/// # Errors
/// [`LengthError`] when the buffer is too small, or `block` is 0; then nothing is changed.
pub fn pad80(buffer: &mut [u8], len: usize, block: usize) -> Result<usize, LengthError> {
    let padded = len
        .checked_add(1)
        .and_then(|least| least.checked_next_multiple_of(block))
        .ok_or(LengthError)?;
    let padding = buffer.get_mut(len..padded).ok_or(LengthError)?;
    padding.fill(0);
    if let Some(first) = padding.first_mut() {
        *first = MARK;
    }
    Ok(padded)
}

/// The length of `data` without its padding: the index of the last 80, after which only zeros may follow.
///
/// Call it only on data whose MAC has been verified: it is not constant in time.
///
/// # Errors
/// [`LengthError`] when there is no such padding.
pub fn unpad80(data: &[u8]) -> Result<usize, LengthError> {
    let last = data
        .iter()
        .rposition(|&byte| byte != 0)
        .ok_or(LengthError)?;
    if data.get(last) == Some(&MARK) {
        Ok(last)
    } else {
        Err(LengthError)
    }
}
