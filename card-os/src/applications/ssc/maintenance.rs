//! What PIN UNBLOCK, PIN RELOAD, CARD BLOCK and APPLICATION BLOCK share: a MAC of four bytes under the session key
//! that a key makes with the challenge (LD/T 32.4; S).

use apdu_specs::Status;
use apdu_specs::access::Access;
use apdu_specs::keys::KeyRole;
use card_crypto::SessionKey;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;

/// Checks the MAC at the end of a maintenance command under the key of `role`: LK is the current directory's, the others
/// are the environment's. Gives the data before it, and the session key whose MAC it was. The challenge is used up whatever
/// comes of it.
///
/// # Errors
/// 6985 without a challenge, 6A88 where there is no such key, 6988, 6983, 6581.
pub fn authorised<'a, P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'a>,
    role: KeyRole,
) -> Result<(&'a [u8], SessionKey), Status> {
    let challenge = cx
        .session
        .take_challenge()
        .ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let (data, mac) = apdu
        .data
        .split_last_chunk::<4>()
        .ok_or(Status::WRONG_LENGTH)?;
    let directory = match role {
        KeyRole::ApplicationLock => cx.session.security.directory,
        KeyRole::Internal
        | KeyRole::External
        | KeyRole::Maintenance
        | KeyRole::Unblock
        | KeyRole::CardBlock
        | KeyRole::CertificatePin
        | KeyRole::Administrator => cx.session.security.environment,
    };
    let key = StoredKey::of_role(cx.store, directory, role)?;
    let factor = key.factor(challenge.as_slice())?;
    let header = apdu.header(apdu.data.len());
    let session = key.check_mac::<P>(cx.store, cx.interface, &factor, &[&header, data], mac)?;
    Ok((data, session))
}

/// Whether PUK of the environment has authenticated the terminal. An attempt without it uses the challenge up too.
///
/// # Errors
/// 6A88 where there is none, 6982, 6581.
pub fn unblock_key_shown<P: Platform>(cx: &mut Context<'_, P>) -> Result<(), Status> {
    let security = cx.session.security;
    let shown = StoredKey::of_role(cx.store, security.environment, KeyRole::Unblock)
        .and_then(|key| security.check(Access::Key(key.kid())));
    if shown.is_err() {
        cx.session.take_challenge();
    }
    shown
}
