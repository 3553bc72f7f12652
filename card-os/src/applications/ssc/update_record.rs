//! UPDATE RECORD (ISO 7816-4, 11.3.5; LD/T 32.5): by number or by tag; on a cyclic EF it appends.

use apdu_specs::Status;
use apdu_specs::parameters::record::{BY_NUMBER, BY_TAG, MODE, NEWEST, PREVIOUS, SFI_SHIFT};

use super::address::addressed;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{Kind, record, record_write};
use crate::platform::Platform;

/// Replaces one record, in one transaction.
///
/// # Errors
/// 6982, 6985, 6981, 6986, 6A82, 6A83, 6A80, 6A84, 6700, 6A86, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let file = addressed(cx, apdu.p2 >> SFI_SHIFT)?;
    file.may_write(&cx.rights())?;
    let mode = apdu.p2 & MODE;
    if let Kind::Cyclic { .. } = file.descriptor.kind {
        // Both forms are seen in the field (docs/ssc-facts.md).
        return match (mode, apdu.p1) {
            (BY_NUMBER, NEWEST) | (PREVIOUS, 0) => cx
                .store
                .transaction(|tx| record_write::append(tx, &file, apdu.data)),
            _ => Err(Status::WRONG_P1P2),
        };
    }
    let number = match mode {
        BY_TAG => record::find_tag(cx.store, &file, apdu.p1)?,
        PREVIOUS => return Err(Status::WRONG_P1P2),
        _ => apdu.p1,
    };
    let index = record::locate(cx.store, &file, number)?;
    cx.store
        .transaction(|tx| record_write::replace(tx, &file, index, apdu.data))
}
