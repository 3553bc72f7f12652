//! SM4 DECRYPT (S; P for its mode): blocks under the key of the envelope.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, Operation};
use card_crypto::BlockCipher;

use super::State;
use super::allowed;
use super::objects::last;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::{Platform, Sm4};
use crate::reply::Reply;

/// Answers whole blocks deciphered by SM4-ECB.
///
/// # Errors
/// 6982, 6985 while no envelope is open, 6A80 for what is not whole blocks.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &State,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    allowed(&cx.session.security, Operation::Envelope)?;
    let data = last(apdu.data, certificates::tags::ACSE_DATA)?;
    if data.is_empty() {
        return Err(Status::WRONG_DATA);
    }
    let key = state
        .envelope
        .as_ref()
        .ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let (blocks, []) = data.as_chunks::<16>() else {
        return Err(Status::WRONG_DATA);
    };
    let cipher = Sm4::<P>::new(key.as_bytes());
    for block in blocks {
        let mut block = *block;
        cipher.decrypt(&mut block);
        reply.extend(&block)?;
    }
    Ok(())
}
