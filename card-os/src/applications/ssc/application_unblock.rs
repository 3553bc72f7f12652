//! APPLICATION UNBLOCK (PBOC 2.0; LD/T 32.5; P).

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;

use super::application_block::become_state;
use super::maintenance::authorised;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::FileState;
use crate::platform::Platform;

/// Ends a block with the MAC of LK.
///
/// # Errors
/// 6985 without a challenge or where nothing is blocked, 9303 where it is blocked for good, 6A88, 6988, 6983,
/// 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    let refused = match cx.session.state {
        FileState::Deactivated => None,
        FileState::Terminated => Some(Status::PERMANENTLY_BLOCKED),
        FileState::Initialisation | FileState::Activated => Some(Status::CONDITIONS_NOT_SATISFIED),
    };
    if let Some(status) = refused {
        // Counts as an attempt: the challenge is used up.
        cx.session.take_challenge();
        return Err(status);
    }
    authorised(cx, apdu, KeyRole::ApplicationLock)?;
    become_state(cx, FileState::Activated)
}
