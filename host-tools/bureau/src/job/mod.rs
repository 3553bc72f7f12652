//! A job: what an order of cards decides, once and for all of them, before a card is touched.

mod create;
mod create_error;
mod decided;
mod decider;
mod each;
mod pin_list;
mod pins;

use ssc_person::{CardNumber, Date, Region};

use crate::batch::Batch;
use crate::card_error::CardError;
use crate::card_model::CardModel;
use crate::profile::{IssueDate, PinRule, Profile};

pub use create::{Created, Creation, OnRow};
pub use create_error::CreateError;
pub use decided::Decided;
pub use decider::Decider;
pub(crate) use each::each_decided;
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

    /// Decides the valid rows of a batch, in its order, without a register: for samples, tests and benches.
    ///
    /// # Errors
    /// The first row that cannot be decided, by its line.
    pub fn decide(&self, batch: &Batch) -> Result<Vec<Decided>, CreateError> {
        let decider = self.decider();
        let requests = batch.requests().enumerate();
        let decided = requests.map(|(index, (line, request))| {
            let number = request
                .card_number
                .map_or_else(|| self.card_number(index), Ok);
            let decided = number.and_then(|number| decider.decide(line, request, number));
            decided
                .map(|(decided, _)| decided)
                .map_err(|error| CreateError::Row { line, error })
        });
        decided.collect()
    }

    /// The card number of a row that brings none, the `index`th card of its order.
    fn card_number(&self, index: usize) -> Result<CardNumber, CardError> {
        self.first_card_number
            .and_then(|first| first.checked_add(u32::try_from(index).ok()?))
            .and_then(CardNumber::from_serial)
            .ok_or(CardError::NoCardNumber)
    }
}
