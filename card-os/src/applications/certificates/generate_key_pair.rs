//! GENERATE KEY PAIR (S): the signing pair, made on the card.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, Operation, SIGNING};
use card_crypto::sm2::PrivateKey;

use super::State;
use super::objects::this_file;
use super::{allowed, pair};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;

/// Makes the signing pair and writes both keys in one transaction. The files may only be its own: no other pair is made here.
///
/// # Errors
/// 6982, 6A80 for other files, 6A82, 6F00 where the random source fails, 6A84, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
) -> Result<(), Status> {
    allowed(&cx.session.security, Operation::Generate)?;
    let rest = this_file(
        apdu.data,
        certificates::tags::ACSE_PUBLIC_FID,
        SIGNING.public,
    )?;
    if !this_file(rest, certificates::tags::ACSE_PRIVATE_FID, SIGNING.private)?.is_empty() {
        return Err(Status::WRONG_DATA);
    }
    let public = pair::public_file(cx, &SIGNING)?.slot;
    let private = pair::private_file(cx, &SIGNING)?.slot;
    let key = PrivateKey::generate(cx.rng).map_err(|_| Status::INTERNAL_ERROR)?;
    let public_key = key.public_key_with::<P::Ciphers>();
    // The open envelope belongs to the old key, so forget it.
    state.envelope = None;
    cx.store.transaction(|tx| {
        pair::write_public(tx, public, &public_key)?;
        pair::write_private(tx, private, Some(&key))
    })
}
