//! UPDATE BINARY (ISO 7816-4, 11.2.5).

use apdu_specs::Status;

use super::address::addressed_offset;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::transparent;
use crate::platform::Platform;

/// Replaces bytes within the file, all in one transaction.
///
/// # Errors
/// 6982, 6985, 6981, 6986, 6A82, 6A86, 6B00 for an offset at or past the end, 6A84 where the data reach
/// beyond it, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let (file, offset) = addressed_offset(cx, apdu)?;
    let size = transparent::size(&file)?;
    file.may_write(&cx.rights())?;
    let remaining = size
        .checked_sub(offset)
        .filter(|remaining| *remaining > 0)
        .ok_or(Status::WRONG_OFFSET)?;
    if apdu.data.len() > usize::from(remaining) {
        return Err(Status::NOT_ENOUGH_MEMORY);
    }
    cx.store
        .transaction(|tx| transparent::write(tx, file.slot, offset, apdu.data))
}
