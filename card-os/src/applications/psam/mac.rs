//! MAC `80 FA 05 00` (LD/T 33): CBC under the session key of INIT SAM.

use apdu_specs::Status;

use super::State;
use crate::apdu::Apdu;
use crate::platform::Platform;
use crate::reply::Reply;

/// Initial value, data; answers the last cipher block.
///
/// # Errors
/// 6985 without INIT SAM or with a type that makes no MACs, 6700 without data behind the initial value.
#[inline(never)]
pub fn handle<P: Platform>(
    state: &State,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let State::Cipher { session, kind } = state else {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    };
    if !kind.macs() {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    let (iv, data) = apdu
        .data
        .split_at_checked(session.algorithm().block_len())
        .filter(|(_, data)| !data.is_empty())
        .ok_or(Status::WRONG_LENGTH)?;
    reply.extend(iv)?;
    card_crypto::sam::mac::<P::Ciphers>(session, reply.as_mut_slice(), data)
        .map_err(|_| Status::WRONG_LENGTH)
}
