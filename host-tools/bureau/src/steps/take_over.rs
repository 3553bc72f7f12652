//! Second step: the issuer's keys take the place of the set that the chip came with.
//!
//! What follows is hidden from a listener at the line only if he could not read this: with a chip's own initial keys he cannot, with
//! published ones he reads all of it ([`domain_keys`]).

use apdu_specs::applications::domain::keys::ISSUER_KEY_VERSION;
use card_crypto::scp03::KeySet;
use ssc_keys::KeyService;

use crate::card_error::CardError;
use crate::channel::{HostChannel, HostHandshake, Level};
use crate::domain_keys::{self, Line};

/// A chip that has opened its security domain to the keys that it came with. Nothing is written yet.
pub(super) struct Opened<'c> {
    channel: HostChannel<'c>,
    version: u8,
    old: KeySet,
}

/// Opens the domain. A chip of another lot or issuer is found out here, before anything is written.
pub(super) fn open<'c>(
    handshake: HostHandshake<'c>,
    card_factor: &[u8; 8],
    keys: &dyn KeyService,
    line: Line,
) -> Result<Opened<'c>, CardError> {
    let old = domain_keys::of_chip(&handshake, card_factor, keys, line)?;
    let version = handshake.version();
    let channel = handshake.open(&old, Level::Checking)?;
    Ok(Opened {
        channel,
        version,
        old,
    })
}

impl Opened<'_> {
    /// Replaces the keys, and gives what the channel cost.
    pub fn replace(mut self, issuer: &KeySet) -> Result<u64, CardError> {
        let (channel, old) = (&mut self.channel, &self.old);
        domain_keys::replace(channel, self.version, old, ISSUER_KEY_VERSION, issuer)?;
        Ok(self.channel.overhead())
    }
}
