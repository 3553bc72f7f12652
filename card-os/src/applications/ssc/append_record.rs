//! APPEND RECORD (ISO 7816-4, 11.3.6).

use apdu_specs::Status;

use super::address::addressed;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::record_write;
use crate::platform::Platform;

/// Appends one record; on a cyclic EF the oldest goes.
///
/// # Errors
/// 6982, 6985, 6981, 6986, 6A82, 6A80, 6A84, 6700, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let file = addressed(cx, apdu.p2 >> 3)?;
    file.may_write(&cx.rights())?;
    cx.store
        .transaction(|tx| record_write::append(tx, &file, apdu.data))
}
