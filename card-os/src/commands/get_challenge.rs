//! GET CHALLENGE (ISO 7816-4, 11.5.3; LD/T 32.5).

use apdu_specs::Status;
use rand_core::CryptoRng;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::reply::Reply;
use crate::session::Challenge;
use embedded_storage::nor_flash::NorFlash;

/// Answers 4, 8 or 16 random bytes, which replace the last challenge.
///
/// # Errors
/// 6700 for any other Le.
#[inline(never)]
pub fn handle<F: NorFlash, R: CryptoRng>(
    cx: &mut Context<'_, F, R>,
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
