//! GET DATA of the security domain (GlobalPlatform 2.3.1, 11.3, H.2): what a card tells of itself, whatever is selected.

use apdu_specs::Status;
use apdu_specs::applications::domain::coding::{CARD_RECOGNITION, key_field};
use apdu_specs::applications::domain::tags;

use super::keys::DomainKeys;
use crate::context::Context;
use crate::objects::SEQUENCE_COUNTER;
use crate::platform::Platform;
use crate::reply::Reply;

/// Appends the value of `tag`.
///
/// # Errors
/// 6A88 for a tag that is not the domain's, 6581.
pub fn value<P: Platform>(
    cx: &mut Context<'_, P>,
    tag: u16,
    value: &mut Reply,
) -> Result<(), Status> {
    match tag {
        tags::DATA_CARD => value.tlv(tags::CARD_RECOGNITION.into(), CARD_RECOGNITION),
        tags::DATA_KEY_INFORMATION => {
            let version = DomainKeys::load(cx.store)?.version;
            for kid in 1..=3 {
                let key = [kid, version, key_field::AES, key_field::KEY_LENGTH];
                value.tlv(tags::KEY_INFORMATION.into(), &key)?;
            }
            Ok(())
        }
        tags::DATA_SEQUENCE_COUNTER => {
            let mut counter = [0; 3];
            cx.store.read(SEQUENCE_COUNTER, 0, &mut counter)?;
            value.extend(&counter)
        }
        tags::DATA_CPLC => value.extend(&cplc(cx)),
        _ => Err(Status::REFERENCED_DATA_NOT_FOUND),
    }
}

/// CPLC, 42 bytes: maker and type from the historical bytes, the serial number from their last four, the
/// rest 00 (not known).
fn cplc<P: Platform>(cx: &Context<'_, P>) -> [u8; 42] {
    let [m1, m2, os1, os2, os3, _, _, b1, b2, s @ ..] = *cx.identity.historical();
    let mut data = [0; 42];
    let head = [m1, m2, os1, os2, 0, os3, 0, 0, 0, 0, 0, 0];
    let serial = s;
    let batch = [b1, b2];
    for (byte, value) in data
        .iter_mut()
        .zip(head.iter().chain(&serial).chain(&batch))
    {
        *byte = *value;
    }
    data
}
