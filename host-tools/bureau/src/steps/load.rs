//! Third step: all data groupings go in.
//!
//! A card that an earlier attempt left half-way says so (its files are there, or its wipe was torn); it is wiped and begun again.

use apdu_specs::Status;
use apdu_specs::applications::domain::tags;
use card_crypto::block::aes_cbc_encrypt;
use card_crypto::scp03::KeySet;
use ssc_reader::Card;
use ssc_reader::commands::domain;
use zeroize::Zeroizing;

use crate::card_error::CardError;
use crate::channel::{HostChannel, Level, MAX_DATA};
use crate::plan::CardPlan;

/// Loads the card under a channel of its own, and gives what the channel cost. Loading needs no MAC on each 9000: what the card holds in
/// the end is checked under one.
pub(super) fn run(card: &mut dyn Card, plan: &CardPlan, issuer: &KeySet) -> Result<u64, CardError> {
    let mut channel = HostChannel::open(card, issuer, Level::Loading)?;
    match load(&mut channel, plan, issuer) {
        Err(error) if error.sw() == Some(Status::FILE_EXISTS) => {
            wipe(&mut channel)?;
            load(&mut channel, plan, issuer)?;
        }
        Err(error) if error.sw() == Some(Status::CONDITIONS_NOT_SATISFIED) => {
            // Either the card is finished, or a wipe was torn. Only a torn card accepts another wipe.
            wipe(&mut channel).map_err(|_| CardError::AlreadyPersonalized)?;
            load(&mut channel, plan, issuer)?;
        }
        other => other?,
    }
    Ok(channel.overhead())
}

/// All groupings in as few, full blocks as there can be.
fn load(channel: &mut HostChannel<'_>, plan: &CardPlan, issuer: &KeySet) -> Result<(), CardError> {
    let stream = stream(plan, issuer)?;
    let blocks = stream.chunks(MAX_DATA);
    let last = blocks.len().saturating_sub(1);
    for (number, block) in blocks.enumerate() {
        // The block number wraps after 256.
        let store = domain::store_data(number == last, (number % 256) as u8, block);
        channel.send(&store)?.ok()?;
    }
    Ok(())
}

/// All groupings one behind the other, the secret ones under the data-encryption key.
fn stream(plan: &CardPlan, issuer: &KeySet) -> Result<Zeroizing<Vec<u8>>, CardError> {
    let mut stream = Zeroizing::new(Vec::new());
    for grouping in &plan.groupings {
        let mut value = grouping.value.clone();
        if grouping.secret {
            aes_cbc_encrypt(issuer.dek.as_bytes(), &[0; 16], &mut value)
                .map_err(|_| CardError::Internal("padding of a secret grouping"))?;
        }
        stream.extend(grouping.encode(&value).iter());
    }
    Ok(stream)
}

fn wipe(channel: &mut HostChannel<'_>) -> Result<(), CardError> {
    let [high, low] = tags::DGI_WIPE.to_be_bytes();
    channel
        .send(&domain::store_data(true, 0, &[high, low, 0]))?
        .ok()?;
    Ok(())
}
