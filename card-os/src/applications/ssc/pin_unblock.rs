//! PIN UNBLOCK (PBOC 2.0; LD/T 32.5).

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;

use super::maintenance::{authorised, unblock_key_shown};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::pin;
use crate::platform::Platform;

/// Gives the PIN all its tries back, after PUK and with the MAC of STK. The PIN stays what it is.
///
/// # Errors
/// 6982 without PUK, 6985 without a challenge, 6988, 6983, 6A88, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    unblock_key_shown(cx)?;
    authorised(cx, apdu, KeyRole::Maintenance)?;
    pin::unblock(cx.store)
}
