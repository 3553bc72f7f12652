//! GET DATA 00E1: what a PSAM says of its keys (P).

use apdu_specs::Status;

use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

/// 62 keys of a PSAM: with tag and length they stay within 256 bytes, and the table has fewer.
const MOST_KEY_BYTES: usize = 62 * 4;

/// Appends use, identifier, algorithm marker and version of each key, never a key.
///
/// # Errors
/// 6581.
pub fn value<P: Platform>(cx: &mut Context<'_, P>, value: &mut Reply) -> Result<(), Status> {
    let mut keys = cx.session.security.directory.sam_keys();
    while value.len() < MOST_KEY_BYTES
        && let Some(id) = keys.present(cx.store)
    {
        let mut header = [0; 4];
        cx.store.read(id, 0, &mut header)?;
        value.extend(&header)?;
    }
    Ok(())
}
