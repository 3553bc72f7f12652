//! A chip's initial keys: given once, in a trusted room, in the place of the published ones that it came with.
//!
//! Whoever records the line of that room can read everything that is ever sent to these chips; whoever records the line of
//! the bureau afterwards cannot.

use apdu_specs::Status;
use apdu_specs::applications::domain::keys::INITIAL_KEY_VERSION;
use apdu_specs::applications::domain::tags;
use card_crypto::scp03::KeySet;
use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_reader::commands::any;

use crate::card_error::CardError;
use crate::channel::{self, HostChannel, HostHandshake, Level};
use crate::domain_keys;
use crate::steps::card_factor;

/// What became of a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// It has the vault's initial keys now.
    Done,
    /// It had them already; nothing was written.
    Before,
}

/// Gives a blank chip the initial keys that `keys` has for it. The published ones are gone then.
///
/// # Errors
/// [`CardError::PublishedInitialKeys`] with published keys, [`CardError::OtherInitialKeys`], [`CardError::NotBlank`];
/// [`CardError::Keys`] from a vault without initial keys. The chip is as it was, unless it was lost in the last exchanges: then
/// the same call finds out.
pub fn prepare(card: &mut dyn Card, keys: &dyn KeyService) -> Result<Preparation, CardError> {
    if keys.is_demo() {
        return Err(CardError::PublishedInitialKeys);
    }
    let factor = card_factor(card.atr())?;
    let initial = keys.initial_keys(&factor)?;
    channel::select_domain(card)?;
    let handshake = HostHandshake::begin(card)?;
    let version = handshake.version();
    if version == INITIAL_KEY_VERSION {
        return if handshake.is_of(&initial) {
            Ok(Preparation::Before)
        } else {
            Err(CardError::OtherInitialKeys)
        };
    }
    let published = KeySet::transport();
    if !handshake.is_of(&published) {
        return Err(CardError::NotBlank { version });
    }
    let mut channel = handshake.open(&published, Level::Checking)?;
    if !is_blank(&mut channel)? {
        return Err(CardError::NotBlank { version });
    }
    domain_keys::replace(
        &mut channel,
        version,
        &published,
        INITIAL_KEY_VERSION,
        &initial,
    )?;
    // The proof that they are there: a channel opens with them.
    HostChannel::open(card, &initial, Level::Checking)?;
    Ok(Preparation::Done)
}

/// Whether the card has no files. A SECURED card gives no digests at all.
fn is_blank(channel: &mut HostChannel<'_>) -> Result<bool, CardError> {
    let answer = channel.send(&any::get_data(tags::DATA_DIGESTS))?;
    if answer.sw == Status::CONDITIONS_NOT_SATISFIED {
        return Ok(false);
    }
    Ok(answer.ok()?.is_empty())
}
