//! Synthetic persons (合成数据): the same for the same seed, and nobody's real data.
//!
//! Every number ends in a sequence of 996 to 999, which GB 11643 kept for people over a hundred, beside a birth date
//! after 1950: the number is well formed, but nobody was ever given it. Each row says so in its `note`.
//!
//! [`write_sample`] makes a batch of them; [`issue`] makes a card of one without a batch (`examples/sample-card.rs`).

mod csv;
mod names;
mod persons;
mod photo;

use apdu_specs::keys::FIRST_KEY_VERSION;
use ssc_keys::KeyService;
use ssc_person::{Cardholder, CitizenNumber, Date, Name, Region};

use ssc_reader::Card;

use crate::batch::CardRequest;
use crate::card_error::CardError;
use crate::card_model::{CARD_MODELS, CardModel};
use crate::domain_keys::Line;
use crate::issue_one::issue_one;
use crate::job::{Decided, OrderOptions, PinPolicy};
use crate::psam::{self, Levels, PsamOrder, TerminalIdentifier};
use persons::{Person, Persons};

pub use csv::{SampleError, SampleOptions, sample, write_sample};
pub use photo::sample_photo;

/// Which synthetic person a sample card is for: always the same one.
const SEED: u64 = 1;
/// The sample PSAM's terminal identifier.
const TERMINAL: TerminalIdentifier = [0x00, 0x00, 0x00, 0x00, 0x00, 0x01];

/// A card for the first person of `seed`, all decided: issued today, with the published PIN, and with a photo.
///
/// ```
/// use apdu_specs::Generation;
/// use ssc_bureau::card_model::CardModel;
///
/// let decided = ssc_bureau::sample::decided(CardModel::plain(Generation::V3), 1)?;
/// assert_eq!(decided.pin.digits(), b"123456");
/// # Ok::<(), ssc_bureau::card_error::CardError>(())
/// ```
///
/// # Errors
/// None in fact: a test makes some.
pub fn decided(model: &'static CardModel, seed: u64) -> Result<Decided, CardError> {
    let person = Persons::new(seed).next();
    let request = person
        .and_then(|person| request(&person, seed))
        .ok_or(CardError::Internal("synthetic person"))?;
    let options = OrderOptions {
        model,
        region: None,
        first_card_number: None,
        issue_date: Date::today(),
        pins: PinPolicy::Demo,
    };
    // Line 2: the row behind the heading, as a batch of one would have it.
    let number = request.card_number.ok_or(CardError::NoCardNumber)?;
    let (decided, _) = options.decider().decide(2, &request, number)?;
    Ok(decided)
}

/// Makes `card` that of the first person of a seed, whose keys come from `keys`: SECURED, with the published PIN. The line must be one where
/// nobody listens.
///
/// # Errors
/// The card is not blank ([`CardError::AlreadyPersonalized`]), or the keys do not open it.
pub fn issue(
    card: &mut dyn Card,
    model: &'static CardModel,
    keys: &dyn KeyService,
) -> Result<Decided, CardError> {
    let decided = decided(model, SEED)?;
    issue_one(card, &decided, keys, Line::Trusted)?;
    Ok(decided)
}

/// Makes `card` a PSAM for the province of that person.
///
/// # Errors
/// The card is not blank, or the keys do not open it.
pub fn issue_psam(card: &mut dyn Card, keys: &dyn KeyService) -> Result<(), CardError> {
    let order = PsamOrder {
        region: decided(&CARD_MODELS[0], SEED)?.region,
        levels: Levels::Usual,
        terminal: TERMINAL,
        version: FIRST_KEY_VERSION,
        line: Line::Trusted,
    };
    psam::issue(card, &order, keys).map(drop)
}

fn request(person: &Person, seed: u64) -> Option<CardRequest> {
    let number = CitizenNumber::parse(&person.number).ok()?;
    let photo = ssc_person::photo::to_card(&sample_photo(seed, 0)).ok()?;
    Some(CardRequest {
        holder: Cardholder {
            number,
            name: Name::parse(&person.name).ok()?,
            sex: number.sex()?,
            birth_date: number.birth_date()?,
            ethnic_group: person.group,
            birthplace: number.region()?,
            photo: Some(photo.into()),
        },
        region: Region::parse(&person.city).ok(),
        card_number: person.card_number,
        pin: None,
        category: None,
        institution: None,
        issue_date: None,
        valid_to: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{ReadOptions, read_bytes};

    /// A sample card is that of the first row of a sample batch.
    #[test]
    fn a_sample_card_is_the_batchs() {
        for seed in 0..20 {
            let options = SampleOptions {
                count: 1,
                seed,
                card_numbers: true,
                ..SampleOptions::default()
            };
            let mut csv = Vec::new();
            sample(&options, &mut csv).unwrap();
            let batch = read_bytes(&csv, &ReadOptions::default()).unwrap();
            let (line, of_batch) = batch.requests().next().unwrap();
            for model in CARD_MODELS {
                let decided = decided(model, seed).unwrap();
                assert_eq!(decided.row, line);
                assert_eq!(decided.card_number, of_batch.card_number.unwrap());
                assert_eq!(decided.region, of_batch.region.unwrap());
                let mut holder = decided.holder;
                assert!(holder.photo.take().is_some());
                assert_eq!(holder, of_batch.holder);
            }
        }
    }
}
