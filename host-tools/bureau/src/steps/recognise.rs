//! First step: which chip this is, and how far it is.

use apdu_specs::applications::domain::keys::ISSUER_KEY_VERSION;
use apdu_specs::applications::domain::parameters::get_status;
use apdu_specs::applications::domain::tags;
use apdu_specs::atr::{ATR_LENGTH, ATR_PREFIX};
use apdu_specs::life_cycle::{LifeCycle, LifeCycles};
use card_crypto::scp03::KeySet;
use iso7816_tlv::ber::{Tag, Tlv, Value};
use ssc_reader::Card;
use ssc_reader::commands::domain;

use crate::card_error::CardError;
use crate::channel::{self, HostChannel, HostHandshake, Level};

/// The last eight historical bytes of a contact ATR: the card's diversification factor.
///
/// # Errors
/// [`CardError::NotAnSsc`].
pub fn card_factor(atr: &[u8]) -> Result<[u8; 8], CardError> {
    match (atr.strip_prefix(&ATR_PREFIX), atr.last_chunk::<8>()) {
        (Some(_), Some(factor)) if atr.len() == ATR_LENGTH => Ok(*factor),
        _ => Err(CardError::NotAnSsc),
    }
}

/// How far a card is.
pub(super) enum Standing<'c> {
    /// It has the keys that the chip came with, and nothing of an order.
    New(HostHandshake<'c>),
    /// It has the issuer's keys, and may have files: an earlier attempt came this far.
    Begun,
    /// It was finished once: SECURED, or locked, or dead since.
    Finished,
}

/// Asks the card.
pub(super) fn run<'c>(card: &'c mut dyn Card, issuer: &KeySet) -> Result<Standing<'c>, CardError> {
    channel::select_domain(card)?;
    let handshake = HostHandshake::begin(card)?;
    if handshake.version() != ISSUER_KEY_VERSION {
        return Ok(Standing::New(handshake));
    }
    let mut channel = handshake.open(issuer, Level::Checking)?;
    // A card that does not answer GET STATUS is recognised later: it refuses to load.
    Ok(match life_cycle(&mut channel)? {
        Some(state) if !LifeCycles::PERSONALIZATION.contains(state) => Standing::Finished,
        Some(_) | None => Standing::Begun,
    })
}

/// The card's life cycle, by GET STATUS; `None` from a card that does not tell.
pub(super) fn life_cycle(channel: &mut HostChannel<'_>) -> Result<Option<LifeCycle>, CardError> {
    let any_name = [tags::STATUS_NAME, 0];
    let get = domain::get_status(get_status::DOMAIN, get_status::TEMPLATES, &any_name);
    let answer = channel.send(&get)?;
    if !answer.is_ok() {
        return Ok(None);
    }
    match state(&answer.data) {
        Some(state) => Ok(LifeCycle::from_byte(state)),
        None => Err(CardError::Malformed("GET STATUS")),
    }
}

/// The life cycle out of the security domain's entry.
fn state(answer: &[u8]) -> Option<u8> {
    let entry = Tlv::from_bytes(answer).ok()?;
    let wanted = Tag::try_from(tags::STATUS_LIFE_CYCLE).ok()?;
    match entry.find(&wanted)?.value() {
        Value::Primitive(state) => state.first().copied(),
        Value::Constructed(_) => None,
    }
}
