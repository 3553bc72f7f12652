//! EXTERNAL AUTHENTICATE (ISO 7816-4, 11.5.4; LD/T 32.5): the terminal shows that it has a key.

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;

/// Cryptogram (8), source (8), and perhaps a key version (1); without one the cryptogram may be of any version
/// that the card holds (P). Uses the challenge up, whatever comes of it.
///
/// # Errors
/// 6A88 for an unknown key or version; 6985 for a key of another role, without a challenge that serves, or for the last try over
/// the air; 63Cx, 6983, 6700, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let challenge = cx.session.take_challenge();
    let kid = apdu.p2;
    let directory = cx.session.security.key_directory(kid);
    let key = StoredKey::load(cx.store, directory, kid)?;
    if !matches!(key.role(), KeyRole::External | KeyRole::Unblock) {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    let (cryptogram, rest) = apdu
        .data
        .split_first_chunk::<8>()
        .ok_or(Status::WRONG_LENGTH)?;
    let (source, version) = rest.split_first_chunk::<8>().ok_or(Status::WRONG_LENGTH)?;
    let version = key.named_version(version)?;
    let challenge = challenge.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let factor = key.factor(challenge.as_slice())?;
    cx.session.security.not_authenticated(kid);
    key.authenticate::<P>(cx.store, cx.interface, version, &factor, source, cryptogram)?;
    cx.session.security.authenticated(kid);
    Ok(())
}
