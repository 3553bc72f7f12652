//! CHANGE PIN (PBOC 2.0; LD/T 32.5): `old FF new`.

use apdu_specs::Status;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::pin::{self, PinBlock};
use crate::platform::Platform;

/// Puts the new PIN in the place of the old one, which costs a try if it is wrong.
///
/// # Errors
/// 6A80 where either is no PIN or the new one does not keep the card's limits (no try is spent);
/// 63Cx, 6983, 6A88, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let (old, new) = split(apdu.data).ok_or(Status::WRONG_DATA)?;
    let (old, new) = (PinBlock::parse(old)?, PinBlock::parse(new)?);
    let changed = pin::change(cx.store, cx.interface, &old, &new);
    // A new PIN of a wrong length was refused before anything was compared.
    if matches!(changed, Err(status) if status != Status::WRONG_DATA) {
        cx.session.security.pin_verified = false;
    }
    changed
}

/// No byte of packed BCD with at least one digit is FF, so the first FF separates.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = data.iter().position(|byte| *byte == 0xFF)?;
    let (old, rest) = data.split_at_checked(at)?;
    Some((old, rest.get(1..)?))
}
