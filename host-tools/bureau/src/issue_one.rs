//! One card without a register: samples, tests, benches. An issuing bureau makes its cards by [`engine`](crate::engine), which notes each step,
//! and asks a card that came back by [`ask_one`] too.

use ssc_keys::KeyService;
use ssc_reader::Card;

use crate::card_error::CardError;
use crate::contents::{ForChip, IDENTIFICATION_CODE_LENGTH};
use crate::domain_keys::Line;
use crate::job::Decided;
use crate::plan::CardPlan;
use crate::steps::{self, card_factor};

/// Makes `card` into what was decided, and returns its identification code. It is SECURED when this returns without an error.
///
/// A card that an earlier attempt left half-way is begun again.
///
/// # Errors
/// [`CardError`]; the card is not SECURED then, unless it was before, or its last answer was lost: [`ask_one`] tells.
pub fn issue_one(
    card: &mut dyn Card,
    decided: &Decided,
    keys: &dyn KeyService,
    line: Line,
) -> Result<[u8; IDENTIFICATION_CODE_LENGTH], CardError> {
    let target = ForChip::new(decided, card_factor(card.atr())?, keys)?;
    let plan = CardPlan::new(&target, keys)?;
    steps::personalize(card, &plan, keys, line)?;
    Ok(target.identification_code)
}

/// Asks a card that is finished whether it is what was decided; nothing is written on it.
///
/// # Errors
/// [`CardError`]: it is not, or not finished.
pub fn ask_one(
    card: &mut dyn Card,
    decided: &Decided,
    keys: &dyn KeyService,
) -> Result<(), CardError> {
    let target = ForChip::new(decided, card_factor(card.atr())?, keys)?;
    steps::confirm(card, &target, keys)
}
