//! PIN RELOAD (PBOC 2.0; LD/T 32.5): a new PIN under PUK, without the old one.

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;
use card_crypto::padding::MARK;
use zeroize::Zeroize;

use super::maintenance::{authorised, unblock_key_shown};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::pin::{self, PinBlock};
use crate::platform::Platform;

/// Sets the PIN and gives it all its tries, after PUK. The PIN comes as its length, BCD and 80 00…, one cipher block
/// under the session key of STK that makes the MAC too (C).
///
/// # Errors
/// 6982 without PUK, 6985 without a challenge, 6988, 6983, 6700 where the data is not one block of STK's
/// cipher, 6A80 for what is no PIN or does not keep the card's limits, 6A88, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    unblock_key_shown(cx)?;
    let (cipher, session) = authorised(cx, apdu, KeyRole::Maintenance)?;
    cx.session.security.pin_verified = false;
    let mut block =
        heapless::Vec::<u8, 16>::from_slice(cipher).map_err(|_| Status::WRONG_LENGTH)?;
    let result = session
        .decrypt_block_with::<P::Ciphers>(&mut block)
        .map_err(|_| Status::WRONG_LENGTH)
        .and_then(|()| reloaded(&block))
        .and_then(|pin| pin::reload(cx.store, &pin));
    block.as_mut_slice().zeroize();
    result
}

/// Length, PIN, 80, zeros.
fn reloaded(block: &[u8]) -> Result<PinBlock, Status> {
    let (&length, rest) = block.split_first().ok_or(Status::WRONG_DATA)?;
    let (pin, padding) = rest
        .split_at_checked(usize::from(length))
        .ok_or(Status::WRONG_DATA)?;
    match padding {
        [] => {}
        [MARK, zeros @ ..] if zeros.iter().all(|byte| *byte == 0) => {}
        _ => return Err(Status::WRONG_DATA),
    }
    PinBlock::parse(pin)
}
