//! GET CHALLENGE (ISO 7816-4, 11.5.3; LD/T 32.5).

use apdu_specs::Status;
use rand_core::Rng;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;
use crate::session::Challenge;

/// Answers 4, 8 or 16 random bytes, which replace the last challenge.
///
/// # Errors
/// 6700 for any other Le.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let ne = apdu
        .ne
        .filter(|ne| matches!(ne, 4 | 8 | 16))
        .ok_or(Status::WRONG_LENGTH)?;
    cx.rng.fill_bytes(reply.grow(ne.into())?);
    cx.session.set_challenge(Challenge::new(reply.as_slice()));
    Ok(())
}
