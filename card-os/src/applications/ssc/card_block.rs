//! CARD BLOCK (PBOC 2.0; LD/T 32.5).

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;
use apdu_specs::life_cycle::LifeCycle;

use super::maintenance::authorised;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::objects::LIFE_CYCLE;
use crate::platform::Platform;

/// Locks the card with the MAC of BK: its files answer 6985 from then on, the security domain still works.
///
/// # Errors
/// 6985 without a challenge, 6988, 6983, 6A88, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<(), Status> {
    authorised(cx, apdu, KeyRole::CardBlock)?;
    cx.store.transaction(|tx| {
        tx.put(LIFE_CYCLE, &[&[LifeCycle::CardLocked.byte()]])
            .map_err(Status::from)
    })
}
