//! INTERNAL AUTHENTICATE (ISO 7816-4, 11.5.2; LD/T 32.5): the card shows that it has IRK.

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;
use card_crypto::Factor;
use card_crypto::session::cryptogram_with;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;
use crate::reply::Reply;

/// Factor (8), source (8), and perhaps a key version (1); answers the cryptogram over the source, 8 bytes, under that
/// version of IRK or the newest.
///
/// # Errors
/// 6A88 where the environment has no IRK or not this version, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let (factor, rest) = apdu
        .data
        .split_first_chunk::<8>()
        .ok_or(Status::WRONG_LENGTH)?;
    let (source, version) = rest.split_first_chunk::<8>().ok_or(Status::WRONG_LENGTH)?;
    let environment = cx.session.security.environment;
    let key = StoredKey::of_role(cx.store, environment, KeyRole::Internal)?;
    let version = key.named_version(version)?.unwrap_or(key.newest());
    let session = key.session::<P>(version, &Factor::new(factor))?;
    reply.extend(&cryptogram_with::<P::Ciphers>(&session, source))
}
