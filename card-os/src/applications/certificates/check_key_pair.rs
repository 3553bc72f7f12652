//! CHECK KEY PAIR (S; what it checks is P). Programs send it after GENERATE KEY PAIR.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, SIGNING};

use super::objects::this_file;
use super::pair;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;

/// Says that both keys of the signing pair are there. Nothing is told of them.
///
/// # Errors
/// 6A80 for other files, 6A82, 6A88 where there is no pair yet, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let rest = this_file(
        apdu.data,
        certificates::tags::ACSE_PUBLIC_FID,
        SIGNING.public,
    )?;
    if !this_file(rest, certificates::tags::ACSE_PRIVATE_FID, SIGNING.private)?.is_empty() {
        return Err(Status::WRONG_DATA);
    }
    pair::public_key(cx, &SIGNING)?;
    pair::private_key(cx, &SIGNING)?;
    Ok(())
}
