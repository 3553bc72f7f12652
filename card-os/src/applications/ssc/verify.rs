//! VERIFY (ISO 7816-4, 11.5.6; LD/T 32.5).

use apdu_specs::Status;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::pin::{self, PinBlock};
use crate::platform::Platform;

/// Verifies the PIN, or without data tells how many tries are left.
///
/// # Errors
/// 63Cx, 6983, 6985 for the last try over the air, 6A80 for what is no PIN (no try is spent), 6A88, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    if apdu.data.is_empty() {
        return match pin::tries_left(cx.store)? {
            _ if cx.session.security.pin_verified => Ok(()),
            0 => Err(Status::BLOCKED),
            left => Err(Status::tries_left(left)),
        };
    }
    let pin = PinBlock::parse(apdu.data)?;
    cx.session.security.pin_verified = false;
    pin::verify(cx.store, cx.interface, &pin)?;
    cx.session.security.pin_verified = true;
    Ok(())
}
