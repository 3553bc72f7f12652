//! CRYPT `80 FA 00 00` (LD/T 33): one block under the session key of INIT SAM.

use apdu_specs::Status;

use super::State;
use crate::apdu::Apdu;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers the block enciphered.
///
/// # Errors
/// 6985 without INIT SAM or with a type that does not encipher, 6700 for anything but one block.
#[inline(never)]
pub fn handle<P: Platform>(
    state: &State,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let State::Cipher { session, kind } = state else {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    };
    if !kind.enciphers() {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    if apdu.data.len() != session.algorithm().block_len() {
        return Err(Status::WRONG_LENGTH);
    }
    reply.extend(apdu.data)?;
    session
        .encrypt_block_with::<P::Ciphers>(reply.as_mut_slice())
        .map_err(|_| Status::WRONG_LENGTH)
}
