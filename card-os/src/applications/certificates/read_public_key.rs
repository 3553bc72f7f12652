//! READ PUBLIC KEY (S).

use apdu_specs::Status;
use apdu_specs::applications::certificates::{ENCRYPTION, SIGNING};

use super::pair;
use crate::context::Context;
use crate::fs;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers the signing public key's file, or the encryption key's while that file is current (P).
///
/// # Errors
/// 6A82, 6A88 where there is no key yet, 6581.
#[inline(never)]
pub fn handle<P: Platform>(cx: &mut Context<'_, P>, reply: &mut Reply) -> Result<(), Status> {
    let current = match cx.session.file {
        Some(slot) => fs::load(cx.store, slot)?.descriptor.fid,
        None => SIGNING.public,
    };
    let asked = if current == ENCRYPTION.public {
        &ENCRYPTION
    } else {
        &SIGNING
    };
    let slot = pair::public_file(cx, asked)?.slot;
    reply.extend(&pair::read_public_file(cx.store, slot)?)
}
