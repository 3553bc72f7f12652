//! SEARCH RECORD (ISO 7816-4, 11.3.8): which records hold some bytes.

use apdu_specs::Status;
use apdu_specs::parameters::record as mode;

use super::address::addressed;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::record;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers the numbers of the records that hold the data, searched as READ RECORD answers them: who may not read a record learns
/// nothing of it.
///
/// # Errors
/// 6982 where no record may be read, 6985, 6981, 6986, 6A82, 6A83 where there is no record P1, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    if apdu.data.is_empty() {
        return Err(Status::WRONG_LENGTH);
    }
    let file = addressed(cx, apdu.p2 >> mode::SFI_SHIFT)?;
    let rights = cx.rights();
    let backwards = apdu.p2 & mode::MODE == mode::BACKWARDS;
    let mut next = apdu.p1;
    let (mut searched, mut refused) = (false, false);
    loop {
        let mut record = Reply::new();
        match record::read(cx.store, &rights, &file, next, &mut record) {
            Ok(()) => {
                searched = true;
                let holds = |part: &[u8]| part == apdu.data;
                if record.as_slice().windows(apdu.data.len()).any(holds) {
                    reply.extend(&[next])?;
                }
            }
            Err(Status::SECURITY_NOT_SATISFIED) => refused = true,
            Err(Status::RECORD_NOT_FOUND) if searched || refused => break,
            Err(status) => return Err(status),
        }
        let after = if backwards {
            next.checked_sub(1).filter(|number| *number > 0)
        } else {
            next.checked_add(1)
        };
        match after {
            Some(number) => next = number,
            None => break,
        }
    }
    match (searched, reply.len()) {
        (false, _) => Err(Status::SECURITY_NOT_SATISFIED),
        (true, 0) => Ok(Status::END_OF_FILE),
        (true, _) => Ok(Status::SUCCESS),
    }
}
