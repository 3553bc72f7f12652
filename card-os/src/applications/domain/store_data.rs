//! STORE DATA (GlobalPlatform 2.3.1, 11.11): one block of data groupings, one transaction.

use apdu_specs::Status;
use apdu_specs::applications::domain;
use apdu_specs::applications::domain::parameters::store_data::LAST;

use super::State;
use crate::apdu::Apdu;
use crate::applications::domain::keys::DomainKeys;
use crate::context::Context;
use crate::fs::wipe;
use crate::platform::Platform;

/// Takes a block; a fault in it writes nothing of it, and needs block 00 again. A wipe stands alone in
/// its block, since it is more than one transaction.
///
/// # Errors
/// 6982 outside the secure channel, 6985 after an unfinished wipe, and what the groupings answer.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
) -> Result<(), Status> {
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    let [high, low] = domain::tags::DGI_WIPE.to_be_bytes();
    if apdu.data == [high, low, 0x00] && apdu.p2 == 0 {
        cx.session.forget_files();
        state.groupings.reset();
        return wipe::run(cx.store);
    }
    wipe::none_under_way(cx.store)?;
    let keys = DomainKeys::load(cx.store)?;
    let groupings = &mut state.groupings;
    let result = cx.store.transaction(|tx| {
        groupings.block::<P>(
            tx,
            keys.set.dek.as_bytes(),
            apdu.p2,
            apdu.p1 & LAST != 0,
            apdu.data,
        )
    });
    if result.is_err() {
        groupings.fault();
    }
    result
}
