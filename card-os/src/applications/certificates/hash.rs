//! HASH (S; P for the form with ZA).

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, ENCRYPTION, SIGNING};
use card_crypto::sm2::{DEFAULT_ID, message_hash, za};
use card_crypto::sm3::sm3;

use super::objects::{file, last};
use super::pair;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers SM3 of the message, or e = SM3(ZA, message) for one of the card's public keys. Nothing secret goes in.
///
/// # Errors
/// 6A80, 6A82, 6A88 where there is no such key yet, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    if apdu.p1 != certificates::parameters::WITH_ZA {
        return reply.extend(&sm3(&[last(apdu.data, certificates::tags::ACSE_DATA)?]));
    }
    let (fid, rest) = file(apdu.data, certificates::tags::ACSE_PUBLIC_FID)?;
    let message = last(rest, certificates::tags::ACSE_DATA)?;
    let asked = [&SIGNING, &ENCRYPTION]
        .into_iter()
        .find(|pair| pair.public == fid)
        .ok_or(Status::FILE_NOT_FOUND)?;
    let public = pair::public_key(cx, asked)?;
    reply.extend(&message_hash(&za(DEFAULT_ID, &public), &[message]))
}
