//! READ RECORD (ISO 7816-4, 11.3.3; LD/T 32.5): by number, by tag, or all from a number on.

use apdu_specs::Status;
use apdu_specs::parameters::record as mode;

use super::address::addressed;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::record;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers whole records, with their tag and length where they have them.
///
/// # Errors
/// 6982, 6985, 6981, 6986, 6A82, 6A83, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let file = addressed(cx, apdu.p2 >> mode::SFI_SHIFT)?;
    let rights = cx.rights();
    match apdu.p2 & mode::MODE {
        mode::BY_TAG => {
            // A file without record rules: check the file's own rule first, so that tags are not told.
            if file.descriptor.rules.is_empty() {
                record::judge(&rights, &file, 0)?;
            }
            let number = record::find_tag(cx.store, &file, apdu.p1)?;
            record::read(cx.store, &rights, &file, number, reply)
        }
        mode::ALL_FROM => record::read_all(cx.store, &rights, &file, apdu.p1, reply),
        _ => record::read(cx.store, &rights, &file, apdu.p1, reply),
    }
}
