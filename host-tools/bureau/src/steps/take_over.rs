//! Second step: the issuer's keys take the place of the set that the chip came with.
//!
//! What follows is hidden from a listener at the line only if he could not read this: with a chip's own initial keys he cannot, with
//! published ones he reads all of it ([`domain_keys`]).

use apdu_specs::applications::domain::keys::ISSUER_KEY_VERSION;
use card_crypto::scp03::KeySet;
use ssc_keys::KeyService;

use crate::card_error::CardError;
use crate::channel::{HostHandshake, Level};
use crate::domain_keys::{self, Line};

/// Replaces the keys, and gives what the channel cost.
pub(super) fn run(
    handshake: HostHandshake<'_>,
    card_factor: &[u8; 8],
    keys: &dyn KeyService,
    line: Line,
    issuer: &KeySet,
) -> Result<u64, CardError> {
    let old = domain_keys::of_chip(&handshake, card_factor, keys, line)?;
    let version = handshake.version();
    let mut channel = handshake.open(&old, Level::Checking)?;
    domain_keys::replace(&mut channel, version, &old, ISSUER_KEY_VERSION, issuer)?;
    Ok(channel.overhead())
}
