//! The data objects of this environment's commands (apdu-specs, tags C0, C1, C2, CA, CB).

use apdu_specs::Status;
use apdu_specs::tlv::{LONG, ONE_BYTE, TWO_BYTES};

/// The object that stands first in `data`, with what follows it: a tag of one byte, a length as BER has it (one byte, 81 and
/// one, or 82 and two, the long forms also where a shorter one would do), the value.
///
/// # Errors
/// 6A80 where it has another tag, or is not all there.
pub fn object(data: &[u8], tag: u8) -> Result<(&[u8], &[u8]), Status> {
    let (length, rest) = match *data {
        [first, ONE_BYTE, length, ref rest @ ..] if first == tag => (usize::from(length), rest),
        [first, TWO_BYTES, high, low, ref rest @ ..] if first == tag => {
            (usize::from(u16::from_be_bytes([high, low])), rest)
        }
        [first, length, ref rest @ ..] if first == tag && length < LONG => {
            (usize::from(length), rest)
        }
        _ => return Err(Status::WRONG_DATA),
    };
    rest.split_at_checked(length).ok_or(Status::WRONG_DATA)
}

/// The only or last object of `data`.
///
/// # Errors
/// 6A80 where it has another tag, or another length than `data`.
pub fn last(data: &[u8], tag: u8) -> Result<&[u8], Status> {
    match object(data, tag)? {
        (value, []) => Ok(value),
        _ => Err(Status::WRONG_DATA),
    }
}

/// A file identifier under `tag`, and what follows it.
///
/// # Errors
/// 6A80.
pub fn file(data: &[u8], tag: u8) -> Result<(u16, &[u8]), Status> {
    let (value, rest) = object(data, tag)?;
    let fid = value.try_into().map_err(|_| Status::WRONG_DATA)?;
    Ok((u16::from_be_bytes(fid), rest))
}

/// `fid` under `tag`, and nothing else will do; gives what follows.
///
/// # Errors
/// 6A80.
pub fn this_file(data: &[u8], tag: u8, fid: u16) -> Result<&[u8], Status> {
    match file(data, tag)? {
        (found, rest) if found == fid => Ok(rest),
        _ => Err(Status::WRONG_DATA),
    }
}
