//! WRITE KEY of the certificate environment (S, P for the key that does it).

use apdu_specs::Status;
use apdu_specs::applications::certificates::{ADMINISTRATOR_KEY, EXTERNAL_KEY};

use super::challenge::take_for_change;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;

/// Puts another key in the place of EAK, the administrator's or the PIN (P2), sealed under the key that has authenticated: EAK or
/// the administrator's, the last of the two. So a blocked PIN gets all its tries back, with a new value. Uses up the challenge, or
/// the one that has just served the authentication; a wrong MAC costs the key that did it a try.
///
/// # Errors
/// 6982 where neither has authenticated, 6985 without a challenge, 6A88 where there is no such key, 6988, 6983, 6A80 for what is
/// no key, 6A84, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let challenge = take_for_change(cx.session);
    let security = &cx.session.security;
    let authority = [EXTERNAL_KEY, ADMINISTRATOR_KEY]
        .into_iter()
        .find(|kid| security.is_authenticated(*kid))
        .ok_or(Status::SECURITY_NOT_SATISFIED)?;
    let challenge = challenge.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let (owner, directory) = (
        security.key_directory(authority),
        security.key_directory(apdu.p2),
    );
    let authority = StoredKey::load_certificate(cx.store, owner, authority)?;
    let replaced = StoredKey::load_certificate(cx.store, directory, apdu.p2)?;
    let (data, mac) = apdu.data.split_last_chunk().ok_or(Status::WRONG_LENGTH)?;
    let data = data.try_into().map_err(|_| Status::WRONG_LENGTH)?;
    let header = apdu.header(apdu.data.len());
    let new = authority.open_key::<P>(cx.store, cx.interface, &challenge, &header, data, mac)?;
    cx.store
        .transaction(|tx| replaced.replace_certificate::<P>(tx, directory, &new))?;
    // An authentication with the old key does not count for the new one.
    cx.session.security.not_authenticated(apdu.p2);
    if apdu.p2 == EXTERNAL_KEY {
        cx.session.security.not_authenticated(ADMINISTRATOR_KEY);
    }
    Ok(())
}
