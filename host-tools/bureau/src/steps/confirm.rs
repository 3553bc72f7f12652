//! Sixth step: the card is this order's, and it is finished.
//!
//! As a rule the answer to SET STATUS says so. Where that was lost, the card is asked, and the journal has what was noted before the command
//! went out: that this chip holds what was written for this row. The channel proves that it is the chip (its keys are this chip's alone),
//! CPLC names its serial number, GET STATUS tells that it is SECURED; and by its identification code and card number it is the row's card,
//! and not one that a later order made of the same chip.

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::applications::domain::tags::DATA_CPLC;
use apdu_specs::applications::ssc::{directories, names};
use apdu_specs::files::{Directory, ElementaryFile};
use apdu_specs::keys::{CardKey, FIRST_KEY_VERSION};
use apdu_specs::life_cycle::LifeCycle;
use card_crypto::session::may_be_answered;
use ssc_keys::{KeyModule, KeyRef, KeyService, ModuleError, SecurityModule as _};
use ssc_reader::commands::{any, ssc};
use ssc_reader::{Card, exchange};

use super::recognise::life_cycle;
use crate::card_error::CardError;
use crate::channel::{self, HostChannel, Level};
use crate::contents::ForChip;

/// Bytes of a challenge.
const CHALLENGE: u16 = 8;
/// Bytes of a record's tag and length.
const HEAD: usize = 2;
/// Where CPLC has the chip's serial number.
const SERIAL: std::ops::Range<usize> = 12..16;

/// Asks a card that is finished whether it is this one.
///
/// # Errors
/// [`CardError::AlreadyPersonalized`] for any other card.
pub(crate) fn run(
    card: &mut dyn Card,
    target: &ForChip<'_>,
    keys: &dyn KeyService,
) -> Result<(), CardError> {
    let issuer = keys.issuer_keys(&target.card_factor)?;
    channel::select_domain(card)?;
    let mut channel = HostChannel::open(card, &issuer, Level::Checking)?;
    let secured = life_cycle(&mut channel)? == Some(LifeCycle::Secured);
    let own = secured && serial(&mut channel)? == target.card_factor[4..];
    if own && holds(card, target, keys)? {
        Ok(())
    } else {
        Err(CardError::AlreadyPersonalized)
    }
}

/// The chip's serial number out of CPLC.
fn serial(channel: &mut HostChannel<'_>) -> Result<Vec<u8>, CardError> {
    let cplc = channel.send(&any::get_data(DATA_CPLC))?.ok()?;
    let serial = cplc.get(SERIAL).ok_or(CardError::Malformed("CPLC"))?;
    Ok(serial.to_vec())
}

/// Whether identification code and card number in SSSE are the row's.
fn holds(
    card: &mut dyn Card,
    target: &ForChip<'_>,
    keys: &dyn KeyService,
) -> Result<bool, CardError> {
    exchange(card, &any::select_by_name(names::SSSE))?.ok()?;
    let generation = target.decided.model.generation;
    let wanted = [
        ("identification_code", &target.identification_code[..]),
        ("card_number", target.decided.card_number.bytes()),
    ];
    for (field, value) in wanted {
        let (directory, file, tag) = place(generation, field)?;
        if let Some(key) = key_of(directory, file, tag, generation) {
            authenticate(card, key, target, keys)?;
        }
        exchange(card, &any::select_file(file.fid))?.ok()?;
        let record = exchange(card, &ssc::read_record_by_tag(tag))?.ok()?;
        if record.get(HEAD..) != Some(value) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where the generation's table has a field of SSSE, and its tag.
fn place(
    generation: Generation,
    field: &str,
) -> Result<(&'static Directory, &'static ElementaryFile, u8), CardError> {
    directories(generation)
        .filter(|directory| directory.ddf)
        .flat_map(|directory| {
            directory
                .files(generation)
                .map(move |file| (directory, file))
        })
        .find_map(|(directory, file)| {
            let found = file.fields(generation).find(|one| one.id == field)?;
            Some((directory, file, found.tag?))
        })
        .ok_or(CardError::Internal("field not in the table"))
}

/// The key that a record's own rule names, where it has one.
fn key_of(
    directory: &Directory,
    file: &ElementaryFile,
    tag: u8,
    generation: Generation,
) -> Option<&'static CardKey> {
    let (record, _) = file
        .records(generation)
        .find(|(_, field)| field.tag == Some(tag))?;
    let rule = file
        .record_rules(generation)
        .find(|rule| rule.record == record)?;
    match rule.read {
        Access::Key(key) | Access::PinOrKey(key) | Access::PinAndKey(key) => {
            directory.find_key(key)
        }
        Access::Free | Access::Pin | Access::Never => None,
    }
}

/// EXTERNAL AUTHENTICATE, as a terminal does it.
fn authenticate(
    card: &mut dyn Card,
    key: &'static CardKey,
    target: &ForChip<'_>,
    keys: &dyn KeyService,
) -> Result<(), CardError> {
    let challenge: [u8; 8] = exchange(card, &ssc::get_challenge(CHALLENGE))?
        .ok()?
        .try_into()
        .map_err(|_| CardError::Malformed("GET CHALLENGE"))?;
    if !may_be_answered(&challenge) {
        return Err(CardError::Malformed("GET CHALLENGE"));
    }
    let mut source = [0; 8];
    getrandom::fill(&mut source).map_err(|_| CardError::Internal("no random source"))?;
    let of = KeyRef {
        key,
        algorithm: target.algorithm,
        version: FIRST_KEY_VERSION,
        region: *target.decided.region.digits(),
        card_factor: target.card_factor,
    };
    let cryptogram = KeyModule::new(keys)
        .cryptogram(&of, &challenge, &source)
        .map_err(|error| match error {
            ModuleError::Keys(error) => CardError::Keys(error),
            // `ModuleError` is open for more.
            _ => CardError::Internal("the vault returned another module's error"),
        })?;
    let present = ssc::external_authenticate(key.identifier, &cryptogram, &source);
    exchange(card, &present)?.ok()?;
    Ok(())
}
