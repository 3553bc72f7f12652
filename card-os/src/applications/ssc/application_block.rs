//! APPLICATION BLOCK (PBOC 2.0; LD/T 32.5; P): the current directory's application works no more.

use apdu_specs::Status;
use apdu_specs::applications::ssc::parameters::application_block::FOR_GOOD;
use apdu_specs::keys::KeyRole;

use super::maintenance::authorised;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{FileState, create, load};
use crate::platform::Platform;

/// Blocks the current directory's application with the MAC of its LK, for a time or (P2 = 01) for good. What its keys
/// have shown is forgotten.
///
/// # Errors
/// 6985 without a challenge, 6A88 where the directory has no LK, 6988, 6983, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    authorised(cx, apdu, KeyRole::ApplicationLock)?;
    let state = if apdu.p2 == FOR_GOOD {
        FileState::Terminated
    } else {
        FileState::Deactivated
    };
    become_state(cx, state)?;
    cx.session.security.leave_directory();
    cx.session.file = None;
    Ok(())
}

/// Gives the current directory another state.
///
/// # Errors
/// 6A84, 6581.
pub fn become_state<P: Platform>(cx: &mut Context<'_, P>, state: FileState) -> Result<(), Status> {
    let mut directory = load(cx.store, cx.session.security.directory)?;
    cx.store
        .transaction(|tx| create::set_state(tx, &mut directory, state))?;
    cx.session.state = state;
    Ok(())
}
