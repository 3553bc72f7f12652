//! VERIFY of the certificate environment (S): the PIN or the administrator, shown by enciphering the challenge.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{ADMINISTRATOR_KEY, EXTERNAL_KEY, PIN_KEY};

use super::challenge::keep_served;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;

/// Verifies the PIN (P2 = 81) or the administrator (00), or without data tells how many tries are left. Uses the
/// challenge up, whatever comes of it.
///
/// # Errors
/// 6A88 where there is no such key, 6985 without a challenge, 63Cx, 6983, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let kid = if apdu.p2 == PIN_KEY {
        PIN_KEY
    } else {
        ADMINISTRATOR_KEY
    };
    if apdu.data.is_empty() {
        return tries(cx, kid);
    }
    show(cx, kid, apdu.data)
}

/// Compares `data` with the challenge enciphered under key `kid`. First the old state is cleared: of the PIN, or of EAK and
/// administrator together, since EAK counts as the administrator. Right: the key's state is set, and the challenge may serve
/// the next change (C).
///
/// # Errors
/// As [`handle`].
pub fn show<P: Platform>(cx: &mut Context<'_, P>, kid: u8, data: &[u8]) -> Result<(), Status> {
    let challenge = cx.session.take_challenge();
    let directory = cx.session.security.key_directory(kid);
    let key = StoredKey::load_certificate(cx.store, directory, kid)?;
    let given = data.try_into().map_err(|_| Status::WRONG_LENGTH)?;
    let challenge = challenge.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let cleared: &[u8] = if kid == PIN_KEY {
        &[PIN_KEY]
    } else {
        &[EXTERNAL_KEY, ADMINISTRATOR_KEY]
    };
    for kid in cleared {
        cx.session.security.not_authenticated(*kid);
    }
    key.verify_challenge::<P>(cx.store, cx.interface, &challenge, given)?;
    cx.session.security.authenticated(kid);
    if kid == EXTERNAL_KEY {
        cx.session.security.authenticated(ADMINISTRATOR_KEY);
    }
    keep_served(cx.session, challenge);
    Ok(())
}

fn tries<P: Platform>(cx: &mut Context<'_, P>, kid: u8) -> Result<(), Status> {
    let directory = cx.session.security.key_directory(kid);
    let left = StoredKey::load_certificate(cx.store, directory, kid)?
        .tries
        .left(cx.store)?;
    let shown = apdu_specs::access::Access::Key(kid);
    match left {
        _ if cx.session.security.check(shown).is_ok() => Ok(()),
        0 => Err(Status::BLOCKED),
        left => Err(Status::tries_left(left)),
    }
}
