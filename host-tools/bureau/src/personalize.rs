//! One card: from blank to SECURED, with a check in between that it holds what was written.

use apdu_specs::Status;
use apdu_specs::applications::domain::keys::ISSUER_KEY_VERSION;
use apdu_specs::applications::domain::tags;
use apdu_specs::atr::{ATR_LENGTH, ATR_PREFIX};
use apdu_specs::life_cycle::LifeCycle;
use card_crypto::block::aes_cbc_encrypt;
use card_crypto::scp03::KeySet;
use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_reader::commands::{any, domain};
use zeroize::Zeroizing;

use crate::channel::{self, Handshake, Level, MAX_DATA, SecureChannel};
use crate::domain_keys::{self, Line};
use crate::error::CardError;
use crate::plan::CardPlan;

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

/// What the making of a card cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Bytes on a T=0 line, both ways, that are the secure channel's: handshakes, MACs, padding.
    pub secure_channel: u64,
}

/// Personalizes the card. It is SECURED when this returns without an error, and not before.
///
/// A card that an earlier attempt left half-way is wiped and begun again.
///
/// # Errors
/// [`CardError`], among them [`CardError::PublishedKeys`]; the card is not SECURED then, unless it was before, or it was lost
/// in the very last exchange.
pub fn personalize(
    card: &mut dyn Card,
    plan: &CardPlan,
    keys: &dyn KeyService,
    line: Line,
) -> Result<Cost, CardError> {
    let factor = card_factor(card.atr())?;
    let issuer = keys.issuer_keys(&factor)?;
    channel::select_domain(card)?;
    let mut cost = Cost::default();
    let handshake = Handshake::begin(card)?;
    // Loading needs no MAC on each 9000: what the card holds in the end is checked under one.
    let mut channel = if handshake.version() == ISSUER_KEY_VERSION {
        // An earlier attempt came this far.
        handshake.open(&issuer, Level::Loading)?
    } else {
        let old = domain_keys::of_chip(&handshake, &factor, keys, line)?;
        cost.secure_channel += take_over(handshake, &old, &issuer)?;
        SecureChannel::open(card, &issuer, Level::Loading)?
    };
    match load(&mut channel, plan, &issuer) {
        Err(error) if error.sw() == Some(Status::FILE_EXISTS) => {
            wipe(&mut channel)?;
            load(&mut channel, plan, &issuer)?;
        }
        Err(error) if error.sw() == Some(Status::CONDITIONS_NOT_SATISFIED) => {
            // SECURED, or a wipe that was torn: only the second lets itself be wiped.
            wipe(&mut channel).map_err(|_| CardError::AlreadyPersonalized)?;
            load(&mut channel, plan, &issuer)?;
        }
        other => other?,
    }
    cost.secure_channel += channel.overhead();
    let mut channel = SecureChannel::open(card, &issuer, Level::Checking)?;
    check(&mut channel, plan)?;
    let secured = domain::set_status(LifeCycle::Secured);
    channel.send(&secured)?.ok()?;
    cost.secure_channel += channel.overhead();
    Ok(cost)
}

/// Puts the issuer's keys in the place of the set that the chip came with, and gives what the channel cost. What follows is
/// hidden from a listener at the line only if he could not read this: with a chip's own initial keys he cannot, with published
/// ones he reads all of it ([`domain_keys`]).
fn take_over(handshake: Handshake<'_>, old: &KeySet, issuer: &KeySet) -> Result<u64, CardError> {
    let version = handshake.version();
    let mut channel = handshake.open(old, Level::Checking)?;
    domain_keys::replace(&mut channel, version, old, ISSUER_KEY_VERSION, issuer)?;
    Ok(channel.overhead())
}

/// All groupings in as few, full blocks as there can be.
fn load(
    channel: &mut SecureChannel<'_>,
    plan: &CardPlan,
    issuer: &KeySet,
) -> Result<(), CardError> {
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

fn wipe(channel: &mut SecureChannel<'_>) -> Result<(), CardError> {
    let [high, low] = tags::DGI_WIPE.to_be_bytes();
    channel
        .send(&domain::store_data(true, 0, &[high, low, 0]))?
        .ok()?;
    Ok(())
}

/// Compares the digests of all files and keys with the plan's.
fn check(channel: &mut SecureChannel<'_>, plan: &CardPlan) -> Result<(), CardError> {
    let mut expected = plan.digests.as_slice();
    while !expected.is_empty() {
        let done = plan.digests.len() - expected.len();
        let done = u8::try_from(done).map_err(|_| CardError::Internal("number of files"))?;
        let answer = channel
            .send(&any::get_data_of(tags::DATA_DIGESTS, done))?
            .ok()?;
        let (digests, rest) = answer.as_chunks::<4>();
        let here = expected
            .split_at_checked(digests.len())
            .filter(|_| rest.is_empty() && !digests.is_empty());
        let Some((here, after)) = here else {
            return Err(CardError::Malformed("GET DATA (digests)"));
        };
        expected = after;
        if let Some((wrong, _)) = here
            .iter()
            .zip(digests)
            .find(|(expected, digest)| expected.digest != **digest)
        {
            return Err(CardError::Differs {
                directory: wrong.directory,
                file: wrong.file,
            });
        }
    }
    Ok(())
}
