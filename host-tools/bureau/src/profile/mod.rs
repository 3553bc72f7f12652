//! A profile (配置): the bureau's TOML file, which names a card model and the rules of an issue: region, institution, dates, PINs, photos,
//! rare characters, and the ranges that card numbers come from.
//!
//! [`Profile::parse`] finds every fault in one run and points at it in the file; [`Profile::to_toml`] writes what it reads again as the
//! same. A job keeps that text ([`Profile::changed_since`] compares).

mod changed;
mod error;
mod example;
mod fault;
mod keys;
mod range;
mod rare;
mod read;
mod rules;
mod table;
mod write;

use std::path::Path;

use apdu_specs::{Application, Generation};
use ssc_person::name::Rare;
use ssc_person::{Date, Institution, Region};

use crate::card_model::CardModel;

pub use changed::{ChangedKey, ProfileChanged};
pub use error::ProfileError;
pub use example::example;
pub use fault::{Fault, FaultKind};
pub use range::{NumberRange, SerialError, serial_of};
pub use rules::{IssueDate, NumberRule, PhotoRule, PinRule};

/// Kind of a card where the profile names none: a person has one living card of a kind.
pub const KIND: &str = "social security card";
/// Years that a card is valid where the profile names none (P).
pub const VALID_YEARS: u16 = 10;
/// Category where neither profile nor row names one: what two real cards and the issuers of 1.00 have (S).
pub const CATEGORY: u8 = b'3';

/// The rules of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name, which jobs and return files show.
    pub name: String,
    /// What the cards are made into.
    pub model: &'static CardModel,
    /// The kind of card: a person has one living card of it.
    pub kind: String,
    /// Region of cards whose row names none.
    pub region: Option<Region>,
    /// Initialising institution of cards whose row names none; without it that of the region.
    pub institution: Option<Institution>,
    /// Years from the issue date that a card is valid, where its row names no day.
    pub valid_years: u16,
    /// Issue date of cards whose row names none.
    pub issue_date: IssueDate,
    /// Category of cards whose row names none, one ASCII letter or digit.
    pub category: u8,
    /// PINs.
    pub pin: PinRule,
    /// Photos.
    pub photo: PhotoRule,
    /// Characters that names may have.
    pub rare: Rare,
    /// Card number of a card that replaces another.
    pub replacement: NumberRule,
    /// Where card numbers come from, for rows that bring none; in this order.
    pub card_numbers: Vec<NumberRange>,
}

impl Profile {
    /// The profile of cards of `model` that says nothing else, as `ssc issue` makes one of its options.
    #[must_use]
    pub fn of_model(model: &'static CardModel) -> Self {
        Self {
            name: model.name.to_owned(),
            model,
            kind: KIND.to_owned(),
            region: None,
            institution: None,
            valid_years: VALID_YEARS,
            issue_date: IssueDate::Today,
            category: CATEGORY,
            pin: PinRule::Random,
            photo: PhotoRule::Allowed,
            rare: Rare::USUAL,
            replacement: NumberRule::New,
            card_numbers: Vec::new(),
        }
    }

    /// The profile of the options of `ssc issue`: card numbers from the serial `first_card_number` on, if there is one.
    #[must_use]
    pub fn of_options(
        model: &'static CardModel,
        region: Option<Region>,
        first_card_number: Option<u32>,
        pin: PinRule,
    ) -> Self {
        Self {
            region,
            pin,
            card_numbers: first_card_number
                .into_iter()
                .map(NumberRange::from_serial)
                .collect(),
            ..Self::of_model(model)
        }
    }

    /// Reads and checks the text of a profile.
    ///
    /// # Errors
    /// [`ProfileError::Faults`], all of them.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        read::profile(text).map_err(|faults| ProfileError::Faults { file: None, faults })
    }

    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub fn open(path: &Path) -> Result<Self, ProfileError> {
        let bytes = std::fs::read(path).map_err(|source| ProfileError::Read {
            path: path.to_owned(),
            source,
        })?;
        let text = String::from_utf8(bytes).map_err(|_| ProfileError::NotUtf8 {
            path: path.to_owned(),
        })?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        read::profile(text).map_err(|faults| ProfileError::Faults {
            file: Some(path.to_owned()),
            faults,
        })
    }

    /// The generation of its cards.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.model.generation
    }

    /// Whether its cards have `application`.
    #[must_use]
    pub fn has(&self, application: Application) -> bool {
        self.model.has(application)
    }

    /// The issue date of a job that is made today.
    #[must_use]
    pub fn issue_date(&self, today: Date) -> Date {
        match self.issue_date {
            IssueDate::Today => today,
            IssueDate::Day(day) => day,
        }
    }

    /// Whose a range is in the register: its institution, else that of the profile, else the region.
    #[must_use]
    pub fn owner(&self, of_range: Option<&Institution>) -> String {
        let institution = of_range.or(self.institution.as_ref());
        match (institution, &self.region) {
            (Some(institution), _) => write::institution_text(institution),
            (None, Some(region)) => region.as_str().to_owned(),
            (None, None) => String::new(),
        }
    }

    /// The ranges that a card of `institution` takes its number from: its own where there are any, else those of no institution.
    pub fn ranges_of<'p>(
        &'p self,
        institution: &'p Institution,
    ) -> impl Iterator<Item = &'p NumberRange> + 'p {
        let is_own = |range: &&NumberRange| range.institution.as_ref() == Some(institution);
        let has_own = self.card_numbers.iter().any(|range| is_own(&range));
        self.card_numbers
            .iter()
            .filter(move |range| is_own(range) || (!has_own && range.institution.is_none()))
    }
}
