//! INITIALIZE UPDATE (GlobalPlatform Amendment D, 7.1.1).

use apdu_specs::Status;
use apdu_specs::applications::domain;
use card_crypto::diversify::key_diversification_data;
use card_crypto::scp03::{SessionKeys, card_challenge_with};

use super::State;
use crate::apdu::Apdu;
use crate::applications::domain::keys::DomainKeys;
use crate::applications::domain::secure_channel::{Handshake, SecureChannel};
use crate::context::Context;
use crate::objects::SEQUENCE_COUNTER;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers diversification data (10), key version, 03, i, card challenge (8), cryptogram (8), counter (3).
/// The counter is in the store before anything is derived from it, so no challenge comes twice.
///
/// # Errors
/// 6A88 for an unknown key version, 6985 when the counter is at its end, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    state.channel.close();
    let host_challenge: [u8; 8] = apdu.data.try_into().map_err(|_| Status::WRONG_LENGTH)?;
    let keys = DomainKeys::load(cx.store)?;
    if apdu.p1 != 0 && apdu.p1 != keys.version {
        return Err(Status::REFERENCED_DATA_NOT_FOUND);
    }
    let mut counter = [0; 3];
    cx.store.read(SEQUENCE_COUNTER, 0, &mut counter)?;
    let [a, b, c] = counter;
    let next = u32::from_be_bytes([0, a, b, c]).saturating_add(1);
    let [0, a, b, c] = next.to_be_bytes() else {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    };
    let counter = [a, b, c];
    cx.store
        .transaction(|tx| tx.put(SEQUENCE_COUNTER, &[&counter]).map_err(Status::from))?;

    let card_challenge = card_challenge_with::<P::Ciphers>(
        keys.set.enc.as_bytes(),
        &counter,
        domain::names::ISSUER_SECURITY_DOMAIN,
    );
    let session =
        SessionKeys::derive_with::<P::Ciphers>(&keys.set, &host_challenge, &card_challenge);
    reply.extend(&key_diversification_data(&cx.identity.card_factor()))?;
    reply.extend(&[keys.version])?;
    reply.extend(&domain::coding::SCP)?;
    reply.extend(&card_challenge)?;
    reply.extend(&session.card_cryptogram_with::<P::Ciphers>(&host_challenge, &card_challenge))?;
    reply.extend(&counter)?;
    state.channel = SecureChannel::Challenged(Handshake {
        keys: session,
        host_challenge,
        card_challenge,
    });
    Ok(())
}
