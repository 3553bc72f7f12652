//! GET DATA 01 and a key identifier: which versions the card holds of one of its keys (P).

use apdu_specs::Status;
use apdu_specs::applications::domain::tags::KEY_INFORMATION;
use apdu_specs::life_cycle::LifeCycles;

use crate::context::Context;
use crate::credential::key_store;
use crate::fs::wipe;
use crate::platform::Platform;
use crate::reply::Reply;

/// Bytes of a card key, 3DES or SM4.
const CARD_KEY_LENGTH: u8 = 16;

/// Which versions the card holds of its key `kid`, the newest last: for each `C0 04 kid version algorithm 10`. The coding of a
/// tag in 0100 to 01FF is the card's own (ISO 7816-4, 11.4.3), so it is the same in both classes.
#[inline(never)]
pub fn answer<P: Platform>(
    cx: &mut Context<'_, P>,
    kid: u8,
    reply: &mut Reply,
) -> Result<(), Status> {
    if !LifeCycles::SERVING.contains(cx.life_cycle) {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    wipe::none_under_way(cx.store)?;
    let directory = cx.session.security.key_directory(kid);
    let mut found = false;
    key_store::public_parts(cx.store, directory.key(kid), |part| {
        let [_, held, algorithm, version, ..] = *part;
        if held != kid {
            return Ok(());
        }
        found = true;
        reply.tlv(
            KEY_INFORMATION.into(),
            &[kid, version, algorithm, CARD_KEY_LENGTH],
        )
    })?;
    if found {
        Ok(())
    } else {
        Err(Status::REFERENCED_DATA_NOT_FOUND)
    }
}
