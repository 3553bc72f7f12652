//! CHANGE PIN of the certificate environment (S for its length, P for what is in it).

use apdu_specs::Status;
use apdu_specs::applications::certificates::PIN_KEY;
use card_crypto::Key16;
use zeroize::Zeroize;

use super::challenge::take_for_change;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;

/// Puts a new PIN in the place of the old one, under whose session key it comes. Uses up the challenge, or the one that has
/// just served an authentication; a wrong MAC costs the PIN a try, as a wrong PIN does. The PIN must be verified anew.
///
/// # Errors
/// 6985 without a challenge, 6A88 where there is no PIN, 6988, 6983, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let challenge = take_for_change(cx.session).ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let directory = cx.session.security.key_directory(PIN_KEY);
    let key = StoredKey::load_certificate(cx.store, directory, PIN_KEY)?;
    let (data, mac) = apdu.data.split_last_chunk().ok_or(Status::WRONG_LENGTH)?;
    let mut new: [u8; 16] = data.try_into().map_err(|_| Status::WRONG_LENGTH)?;
    cx.session.security.not_authenticated(PIN_KEY);
    let header = apdu.header(apdu.data.len());
    let changed = key
        .open_change::<P>(cx.store, cx.interface, &challenge, &header, &mut new, mac)
        .and_then(|()| {
            let new = Key16::new(new);
            cx.store
                .transaction(|tx| key.replace_certificate::<P>(tx, directory, &new))
        });
    new.zeroize();
    changed
}
