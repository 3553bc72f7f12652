//! COMPUTE DIGITAL SIGNATURE (ISO 7816-8; P here): SM2 over e with the signing key.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{Operation, SIGNING};

use super::{allowed, pair};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers r and s over the hash e that the terminal has made.
///
/// # Errors
/// 6982 without the PIN, 6A82, 6A88 where there is no signing pair, 6F00 where the random source fails, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    allowed(&cx.session.security, Operation::Sign)?;
    let e = apdu.data.try_into().map_err(|_| Status::WRONG_LENGTH)?;
    let key = pair::private_key(cx, &SIGNING)?;
    let signature = key
        .sign_with::<P::Ciphers, _>(cx.rng, e)
        .map_err(|_| Status::INTERNAL_ERROR)?;
    reply.extend(&signature)
}
