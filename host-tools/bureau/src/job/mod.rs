//! A job: what an order of cards decides, once and for all of them, before a card is touched.

mod create;
mod create_error;
mod decided;
mod decider;
mod pin_list;
mod pins;

use std::collections::{HashMap, HashSet};

use ssc_person::{CardNumber, Date, FirstPin, Region};
use zeroize::Zeroizing;

use crate::batch::Batch;
use crate::card_error::CardError;
use crate::card_model::CardModel;
use crate::order_error::OrderError;
use crate::profile::{IssueDate, PinRule, Profile};

pub use create::{Created, Creation, OnRow};
pub use create_error::CreateError;
pub use decided::Decided;
pub use decider::Decider;
pub use pin_list::{PinListError, random_pins};
pub use pins::{DEMO_PIN, PinPolicy};

/// What an order decides where its rows do not.
#[derive(Clone, Debug)]
pub struct OrderOptions {
    /// What the cards are made into.
    pub model: &'static CardModel,
    /// Region of cards whose row names none.
    pub region: Option<Region>,
    /// Serial of the first card number, for rows that bring none.
    pub first_card_number: Option<u32>,
    /// Issue date of cards whose row names none.
    pub issue_date: Date,
    /// Issue the valid rows of a batch that has faults.
    pub skip_invalid: bool,
    /// PINs of rows that bring none.
    pub pins: PinPolicy,
}

impl OrderOptions {
    /// What decides the cards: the profile that these options are.
    #[must_use]
    pub fn decider(&self) -> Decider {
        let pin = match self.pins {
            PinPolicy::Demo => PinRule::Demo,
            PinPolicy::Random => PinRule::Random,
        };
        let profile = Profile {
            issue_date: IssueDate::Day(self.issue_date),
            ..Profile::of_options(self.model, self.region, self.first_card_number, pin)
        };
        Decider::new(profile, self.issue_date)
    }

    /// The card number of a row that brings none, the `index`th card of its order.
    fn card_number(&self, index: usize) -> Result<CardNumber, CardError> {
        self.first_card_number
            .and_then(|first| first.checked_add(u32::try_from(index).ok()?))
            .and_then(CardNumber::from_serial)
            .ok_or(CardError::NoCardNumber)
    }
}

/// The cards of an order.
#[derive(Default)]
pub struct Job {
    /// In the order of the batch.
    pub cards: Vec<Decided>,
    /// Rows that the check of the batch refused.
    pub refused: usize,
    random_pins: Zeroizing<String>,
}

impl Job {
    /// Decides every card of `batch`: no faults, unless they are to be skipped, and for every row a region, a card number and a
    /// name that fits. All PINs are drawn here: no stop of the order can lose those that are in their sealed file by then.
    ///
    /// # Errors
    /// [`OrderError::FaultyHeading`], [`OrderError::FaultyBatch`], [`OrderError::EmptyBatch`], [`OrderError::Row`].
    pub fn decide(batch: &Batch, options: &OrderOptions) -> Result<Self, OrderError> {
        if !batch.faults.is_empty() {
            return Err(OrderError::FaultyHeading {
                faults: batch.faults.len(),
            });
        }
        let faults = batch.all_faults().count();
        if faults > 0 && !options.skip_invalid {
            return Err(OrderError::FaultyBatch {
                rows: batch.refused().count(),
                faults,
            });
        }
        let mut job = Self {
            refused: batch.refused().count(),
            ..Self::default()
        };
        let decider = options.decider();
        for (index, (line, request)) in batch.requests().enumerate() {
            let number = request.card_number;
            let (decided, is_random) = number
                .map_or_else(|| options.card_number(index), Ok)
                .and_then(|number| decider.decide(line, request, number))
                .map_err(|error| OrderError::Row { line, error })?;
            if is_random {
                note_pin(&mut job.random_pins, &decided);
            }
            job.cards.push(decided);
        }
        if job.cards.is_empty() {
            return Err(OrderError::EmptyBatch);
        }
        Ok(job)
    }

    /// A job of one card that needs no batch.
    #[must_use]
    pub fn of_one(decided: Decided) -> Self {
        Self {
            cards: vec![decided],
            ..Self::default()
        }
    }

    /// Rows of number, card number and PIN, for the random PINs; what goes into the sealed file.
    #[must_use]
    pub fn random_pins(&self) -> &[u8] {
        self.random_pins.as_bytes()
    }

    /// Whether any PIN is random.
    #[must_use]
    pub fn has_random_pins(&self) -> bool {
        !self.random_pins.is_empty()
    }

    /// Takes the random PINs of an earlier run of the same order, in the rows of [`random_pins`](Self::random_pins), in
    /// the place of those that were made now.
    ///
    /// # Errors
    /// [`OrderError::OtherPins`] unless there is one for each of these cards.
    pub fn take_pins(&mut self, rows: &[u8]) -> Result<(), OrderError> {
        let other = || OrderError::OtherPins;
        let text = std::str::from_utf8(rows).map_err(|_| other())?;
        let mut pins = HashMap::new();
        for row in text.lines() {
            let mut fields = row.split(',');
            let (Some(number), Some(card), Some(pin), None) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                return Err(other());
            };
            pins.insert((number, card), FirstPin::parse(pin).map_err(|_| other())?);
        }
        let own = std::mem::take(&mut self.random_pins);
        let own: HashSet<&str> = own
            .lines()
            .filter_map(|row| row.split(',').nth(1))
            .collect();
        let cards = self
            .cards
            .iter_mut()
            .filter(|decided| own.contains(decided.card_number.as_str()));
        let mut random_pins = Zeroizing::new(String::new());
        for decided in cards {
            let of = (decided.holder.number.as_str(), decided.card_number.as_str());
            decided.pin = pins.get(&of).cloned().ok_or_else(other)?;
            note_pin(&mut random_pins, decided);
        }
        self.random_pins = random_pins;
        Ok(())
    }

    /// The card of a row.
    #[must_use]
    pub fn card(&self, row: usize) -> Option<&Decided> {
        let found = self.cards.binary_search_by_key(&row, |card| card.row);
        self.cards.get(found.ok()?)
    }
}

/// One row of the sealed file.
fn note_pin(rows: &mut Zeroizing<String>, decided: &Decided) {
    let digits = Zeroizing::new(String::from_utf8_lossy(decided.pin.digits()).into_owned());
    let number = decided.holder.number.as_str();
    let card_number = decided.card_number.as_str();
    for part in [number, ",", card_number, ",", &digits, "\n"] {
        rows.push_str(part);
    }
}
