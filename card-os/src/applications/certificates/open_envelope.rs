//! OPEN ENVELOPE (S): a key enciphered by SM2 for the card's signing key.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, Operation, SIGNING};
use card_crypto::Key16;
use card_crypto::sm2::UNCOMPRESSED;
use card_crypto::sm2::{Ciphertext, decrypt_with};
use zeroize::Zeroize;

use super::State;
use super::objects::{last, this_file};
use super::{allowed, pair};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;

/// Bytes of C1, C3 and a key of 16.
const ENVELOPE: usize = 112;

/// Keeps the key of the envelope for this session; the last one goes, also where this one cannot be opened.
///
/// # Errors
/// 6982, 6A80 for another file, another length or an envelope that is not for this card, 6A82, 6A88 where there is no
/// signing pair, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
) -> Result<(), Status> {
    allowed(&cx.session.security, Operation::Envelope)?;
    state.envelope = None;
    let rest = this_file(
        apdu.data,
        certificates::tags::ACSE_PRIVATE_FID,
        SIGNING.private,
    )?;
    let envelope = match *last(rest, certificates::tags::ACSE_DATA)? {
        [UNCOMPRESSED, ref point @ ..] if point.len() == ENVELOPE => point,
        ref point => point,
    };
    let (parts, c2) = Ciphertext::split(envelope).ok_or(Status::WRONG_DATA)?;
    let mut key: [u8; 16] = c2.try_into().map_err(|_| Status::WRONG_DATA)?;
    let private = pair::private_key(cx, &SIGNING)?;
    let opened =
        decrypt_with::<P::Ciphers>(&private, &parts, &mut key).map_err(|_| Status::WRONG_DATA);
    if opened.is_ok() {
        state.envelope = Some(Key16::new(key));
    }
    key.zeroize();
    opened
}
