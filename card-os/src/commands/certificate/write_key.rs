//! WRITE KEY of the certificate environment (S for its length, P for what is in it).

use apdu_specs::Status;
use apdu_specs::certificates::EXTERNAL_KEY;
use apdu_specs::keys::KEY_ENTRY_LENGTH;
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::key::CardKey;
use crate::credential::key::certificate::store_certificate_entry;

/// A key entry of DGI 8F01, then 80 and zeros.
const PLAIN: usize = 32;
const PADDING: [u8; PLAIN - KEY_ENTRY_LENGTH] = [0x80, 0, 0, 0, 0, 0, 0, 0];

/// Replaces EAK, the administrator's key or the PIN (P2), under EAK's session key. So a blocked PIN gets all its tries
/// back, with a new value. Uses the challenge up; a wrong MAC costs EAK a try.
///
/// # Errors
/// 6985 without a challenge, 6A88 where there is no EAK or no such key, 6988, 6983, 6A80 for an entry that is not this
/// key's, 6A84, 6581.
#[inline(never)]
pub fn handle<F: NorFlash, R>(cx: &mut Context<'_, F, R>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let challenge = cx
        .session
        .take_challenge()
        .ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let security = &cx.session.security;
    let (owner, directory) = (
        security.key_directory(EXTERNAL_KEY),
        security.key_directory(apdu.p2),
    );
    let authority = CardKey::load_certificate(cx.store, owner, EXTERNAL_KEY)?;
    CardKey::load_certificate(cx.store, directory, apdu.p2)?;
    let (data, mac) = apdu.data.split_last_chunk().ok_or(Status::WRONG_LENGTH)?;
    let mut plain: [u8; PLAIN] = data.try_into().map_err(|_| Status::WRONG_LENGTH)?;
    let header = apdu.header(apdu.data.len());
    let written = authority
        .open_change(cx.store, cx.interface, &challenge, &header, &mut plain, mac)
        .and_then(|()| {
            let (entry, padding) = plain.split_first_chunk().ok_or(Status::WRONG_DATA)?;
            if padding != PADDING {
                return Err(Status::WRONG_DATA);
            }
            cx.store
                .transaction(|tx| store_certificate_entry(tx, directory, apdu.p2, entry))
        });
    plain.zeroize();
    // What the old key has shown says nothing of the new one.
    if written.is_ok() {
        cx.session.security.not_authenticated(apdu.p2);
    }
    written
}
