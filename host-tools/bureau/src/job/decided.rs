//! What is decided of one card.

use serde::{Deserialize, Serialize};
use ssc_person::{CardNumber, Cardholder, Date, FirstPin, Institution, Region};

use crate::card_model::{self, CardModel};

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
    /// Whether chance has made it, so that the person must be told.
    #[serde(default)]
    pub random_pin: bool,
    /// Category of the card.
    pub category: u8,
    /// Initialising institution.
    pub institution: Institution,
    /// Issue date.
    pub issue_date: Date,
    /// Last day of validity.
    pub valid_to: Date,
}

#[cfg(test)]
mod tests {
    use apdu_specs::Generation;

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
