//! EXTERNAL AUTHENTICATE of the certificate environment (S): EAK shown by enciphering the challenge, without a source.

use apdu_specs::Status;
use apdu_specs::applications::certificates::EXTERNAL_KEY;

use super::verify::show;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;

/// Authenticates the terminal by EAK, which stands for the administrator (P).
///
/// # Errors
/// 6A88 where there is no EAK, 6985 without a challenge, 63Cx, 6983, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    show(cx, EXTERNAL_KEY, apdu.data)
}
