//! READ BINARY (ISO 7816-4, 11.2.3).

use apdu_specs::Status;

use super::address::addressed_offset;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::transparent;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers up to Ne bytes; 00 asks for all that remain, at most 256. More than remain is `6Cxx` on T=0,
/// and the rest with 6282 elsewhere (`docs/decisions.md`).
///
/// # Errors
/// 6982, 6985, 6981, 6986, 6A82, 6A86, 6B00 for an offset at or past the end, 6Cxx, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let (file, offset) = addressed_offset(cx, apdu)?;
    let size = transparent::size(&file)?;
    file.may_read(&cx.rights())?;
    let remaining = size
        .checked_sub(offset)
        .filter(|remaining| *remaining > 0)
        .ok_or(Status::WRONG_OFFSET)?;
    let ne = apdu.ne.unwrap_or(0);
    // A secure message has less room. A stated Le that does not fit is 6700; Le 00 gets what fits.
    let room = u16::try_from(reply.room()).unwrap_or(0);
    let length = ne.min(remaining);
    if length > room && ne != 256 {
        return Err(Status::WRONG_LENGTH);
    }
    let length = length.min(room);
    let status = if ne > remaining && ne != 256 {
        if cx.interface.is_t0() {
            return Err(Status::wrong_le(apdu_specs::le::byte(remaining.into())));
        }
        Status::END_OF_FILE
    } else {
        Status::SUCCESS
    };
    let bytes = reply.grow(length.into())?;
    transparent::read(cx.store, file.slot, offset, bytes)?;
    Ok(status)
}
