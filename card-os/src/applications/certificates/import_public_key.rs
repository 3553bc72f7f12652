//! IMPORT KEY of a public key (S).

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, ENCRYPTION, Operation};
use card_crypto::sm2::PublicKey;

use super::objects::{last, this_file};
use super::{allowed, pair};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;

/// Takes the encryption pair's public key. A stored private key that does not belong to it is deleted in the same transaction:
/// the files never hold halves of two pairs.
///
/// # Errors
/// 6982, 6A80 for another file or what is no point of the curve, 6A82, 6A84, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    allowed(&cx.session.security, Operation::Import)?;
    let rest = this_file(
        apdu.data,
        certificates::tags::ACSE_PUBLIC_FID,
        ENCRYPTION.public,
    )?;
    let key = last(rest, certificates::tags::ACSE_PUBLIC_KEY)?;
    let key = key.try_into().map_err(|_| Status::WRONG_DATA)?;
    PublicKey::from_bytes(key).map_err(|_| Status::WRONG_DATA)?;
    let public = pair::public_file(cx, &ENCRYPTION)?.slot;
    let private = pair::private_file(cx, &ENCRYPTION)?.slot;
    let fits = match pair::private_key(cx, &ENCRYPTION) {
        Ok(held) => held.public_key_with::<P::Ciphers>() == *key,
        Err(Status::REFERENCED_DATA_NOT_FOUND) => true,
        Err(status) => return Err(status),
    };
    cx.store.transaction(|tx| {
        pair::write_public(tx, public, key)?;
        if fits {
            Ok(())
        } else {
            pair::write_private(tx, private, None)
        }
    })
}
