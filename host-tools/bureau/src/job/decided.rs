//! What is decided of one card.

use apdu_specs::Generation;
use serde::{Deserialize, Serialize};
use ssc_person::{CardNumber, Cardholder, Date, FirstPin, Institution, Region};

use super::{OrderOptions, PinPolicy};
use crate::batch::CardRequest;
use crate::card_error::CardError;
use crate::card_model::{self, CardModel};

/// Years that a card is valid where the batch names no day (P).
const VALID_YEARS: u16 = 10;
/// Category of a card where the batch names none: what two real cards and the issuers of 1.00 have (S).
const CATEGORY: u8 = b'3';

/// Everything about a card that does not come from the chip: decided once, before a card is touched, and the same at each attempt.
///
/// It can be written down and read again. The PIN is in it: whoever keeps it seals it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Number in the batch: the line of the row.
    pub row: usize,
    /// Whom the card is for, with the photo.
    pub holder: Cardholder,
    /// What the card is made into.
    #[serde(with = "card_model::by_name")]
    pub model: &'static CardModel,
    /// Region of the card.
    pub region: Region,
    /// Card number.
    pub card_number: CardNumber,
    /// First PIN.
    pub pin: FirstPin,
    /// Category of the card.
    pub category: u8,
    /// Initialising institution.
    pub institution: Institution,
    /// Issue date.
    pub issue_date: Date,
    /// Last day of validity.
    pub valid_to: Date,
}

impl Decided {
    /// Decides what `request`, the `index`th card of its order, leaves open. Tells too whether the PIN is random.
    ///
    /// # Errors
    /// [`CardError::NoRegion`], [`CardError::NoCardNumber`], [`CardError::NameTooLong`].
    pub fn of(
        row: usize,
        request: &CardRequest,
        index: usize,
        options: &OrderOptions,
    ) -> Result<(Self, bool), CardError> {
        let card_number = match request.card_number {
            Some(number) => number,
            None => options
                .first_card_number
                .and_then(|first| first.checked_add(u32::try_from(index).ok()?))
                .and_then(CardNumber::from_serial)
                .ok_or(CardError::NoCardNumber)?,
        };
        Self::with_number(row, request, card_number, options)
    }

    /// Decides what `request` leaves open of the card with this number. Tells too whether the PIN is random.
    ///
    /// # Errors
    /// [`CardError::NoRegion`], [`CardError::NameTooLong`].
    pub fn with_number(
        row: usize,
        request: &CardRequest,
        card_number: CardNumber,
        options: &OrderOptions,
    ) -> Result<(Self, bool), CardError> {
        let region = request
            .region
            .or(options.region)
            .ok_or(CardError::NoRegion)?;
        let model = options.model;
        if request.holder.name.needs_extension()
            && model.name_bytes() <= request.holder.name.head().len()
        {
            let generation: Generation = model.generation;
            return Err(CardError::NameTooLong { generation });
        }
        let issue_date = request.issue_date.unwrap_or(options.issue_date);
        let valid_to = request
            .valid_to
            .or_else(|| issue_date.plus_years(VALID_YEARS))
            .ok_or(CardError::Internal("issue date"))?;
        let institution = match &request.institution {
            Some(institution) => institution.clone(),
            None => Institution::of_region(&region),
        };
        let (pin, is_random) = match &request.pin {
            Some(pin) => (pin.clone(), false),
            None => (options.pins.pin()?, options.pins == PinPolicy::Random),
        };
        let decided = Self {
            row,
            holder: request.holder.clone(),
            model,
            region,
            card_number,
            pin,
            category: request.category.unwrap_or(CATEGORY),
            institution,
            issue_date,
            valid_to,
        };
        Ok((decided, is_random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decided_is_read_as_it_was_written() {
        let decided = crate::sample::decided(CardModel::plain(Generation::V3), 1).unwrap();
        let text = serde_json::to_string(&decided).unwrap();
        assert_eq!(serde_json::from_str::<Decided>(&text).unwrap(), decided);
        let other = text.replace("\"3.00\"", "\"4.00\"");
        assert_ne!(other, text);
        assert!(serde_json::from_str::<Decided>(&other).is_err());
    }
}
