//! Which EF a command of the files addresses.

use apdu_specs::Status;
use apdu_specs::parameters::binary;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{File, directory};
use crate::platform::Platform;

/// The EF that SFI `sfi` names, which becomes current, or with 00 the current one.
///
/// # Errors
/// 6A82, 6986, 6581.
pub fn addressed<P: Platform>(cx: &mut Context<'_, P>, sfi: u8) -> Result<File, Status> {
    if sfi == 0 {
        let slot = cx.session.file.ok_or(Status::NO_CURRENT_FILE)?;
        return crate::fs::load(cx.store, slot);
    }
    let file = directory::by_sfi(cx.store, cx.session.security.directory, sfi)?;
    cx.session.file = Some(file.slot);
    Ok(file)
}

/// The EF and the offset that READ and UPDATE BINARY address (ISO 7816-4, 11.2.2).
///
/// # Errors
/// As [`addressed`]; 6A86 for a P1 that is neither.
pub fn addressed_offset<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
) -> Result<(File, u16), Status> {
    if apdu.p1 & binary::BY_SFI == 0 {
        let file = addressed(cx, 0)?;
        return Ok((file, u16::from_be_bytes([apdu.p1, apdu.p2])));
    }
    let sfi = apdu.p1 & binary::SFI;
    if apdu.p1 & binary::RESERVED != 0 || sfi == 0 || sfi == binary::SFI {
        return Err(Status::WRONG_P1P2);
    }
    Ok((addressed(cx, sfi)?, u16::from(apdu.p2)))
}
