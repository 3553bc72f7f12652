//! SET STATUS (GlobalPlatform 2.3.1, 11.10): the life cycle, only forwards.

use apdu_specs::Status;
use apdu_specs::life_cycle::LifeCycle;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{FileState, directory, wipe};
use crate::objects::LIFE_CYCLE;
use crate::platform::Platform;

/// Goes on to INITIALIZED or SECURED. SECURED closes the file structure for good.
///
/// # Errors
/// 6982 outside the secure channel; 6985 for a step that is not forwards, or for SECURED while a wipe or
/// the contents of an EF are not finished; 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    let next = LifeCycle::from_byte(apdu.p2).ok_or(Status::WRONG_P1P2)?;
    if next.byte() <= cx.life_cycle.byte() {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    wipe::none_under_way(cx.store)?;
    if next == LifeCycle::Secured {
        let unfinished =
            directory::find(cx.store, 0, |file| file.state == FileState::Initialisation)?;
        if unfinished.is_some() {
            return Err(Status::CONDITIONS_NOT_SATISFIED);
        }
    }
    cx.store
        .transaction(|tx| tx.put(LIFE_CYCLE, &[&[next.byte()]]).map_err(Status::from))
}
