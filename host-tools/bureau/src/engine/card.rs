//! One card in a head, for the order that the head has leased.

use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_words::{Bilingual, Lang};

use super::notes::LeaseNotes;
use crate::card_error::CardError;
use crate::contents::ForChip;
use crate::domain_keys::Line;
use crate::job::Decided;
use crate::journal::Note;
use crate::plan::CardPlan;
use crate::register::{ChipState, RegisterError};
use crate::steps::{self, Notes as _, Step};

/// What became of a card.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is the person's, SECURED and confirmed.
    Delivered,
    /// It is of no use here: foreign, mute, of another kind. Nothing was written on it, and it stays what it was.
    Useless(CardError),
    /// It was begun for the order and is set aside.
    Spoiled(CardError),
    /// It was begun for the order, and may be finished: nobody but that chip knows.
    MayBeFinished(CardError),
    /// No card can be made of the order, whatever the chip: nothing was written on this one.
    Refused(CardError),
    /// It left in the middle, or its reader did. It may come back.
    Left(CardError),
    /// Another head has the order: nothing was done to the card since.
    Fenced,
    /// No card can do better: the register or the keys cannot be used.
    Over(CardError),
}

/// A chip that lies in a head.
pub(super) struct Chip<'c> {
    /// The card.
    pub card: &'c mut dyn Card,
    /// Its diversification factor.
    pub factor: [u8; 8],
    /// What the register has it as, for this very order.
    pub known: Option<ChipState>,
}

impl Chip<'_> {
    /// The name under which the register has it: the eight historical bytes that CPLC's serial number is the end of.
    pub fn serial(&self) -> String {
        serial(&self.factor)
    }
}

/// The name of a chip in the register.
pub(super) fn serial(factor: &[u8; 8]) -> String {
    hex::encode_upper(factor)
}

/// Makes the chip into what was decided, or asks it whether it is that already.
pub(super) fn make(
    chip: Chip<'_>,
    decided: &Decided,
    keys: &dyn KeyService,
    line: Line,
    notes: &mut LeaseNotes<'_>,
) -> Fate {
    let serial = chip.serial();
    let target = match ForChip::new(decided, chip.factor, keys) {
        Ok(target) => target,
        Err(error) => return refused(error, notes),
    };
    // A device answers while the chip is taken over. Whoever answers at once says first whether it has all keys.
    let at_once = !keys.is_remote();
    let plan = match at_once.then(|| CardPlan::new(&target, keys)).transpose() {
        Ok(plan) => plan,
        Err(error) => return refused(error, notes),
    };
    let is_begun = chip.known.is_some();
    match attempt(chip, (&target, plan), keys, line, notes) {
        Ok(()) => match notes.write(&[Note::Issued]) {
            Ok(()) => Fate::Delivered,
            Err(error) => judge_of_register(error),
        },
        Err(error) => after(error, &serial, is_begun, notes),
    }
}

fn attempt(
    chip: Chip<'_>,
    (target, plan): (&ForChip<'_>, Option<CardPlan>),
    keys: &dyn KeyService,
    line: Line,
    notes: &mut LeaseNotes<'_>,
) -> Result<(), CardError> {
    let serial = chip.serial();
    notes.write(&[Note::Met {
        atr: hex::encode_upper(chip.card.atr()),
        identification_code: hex::encode_upper(target.identification_code),
        serial,
    }])?;
    let plan = || plan.map_or_else(|| CardPlan::new(target, keys), Ok);
    match steps::make(chip.card, plan, keys, line, notes) {
        Err(CardError::AlreadyPersonalized) if chip.known == Some(ChipState::MayBeFinished) => {
            notes.begins(Step::Confirm)?;
            steps::confirm(chip.card, target, keys)?;
            notes.done(Step::Confirm)
        }
        other => other.map(drop),
    }
}

/// What an attempt that made no card means, noted.
fn after(error: CardError, serial: &str, is_begun: bool, notes: &LeaseNotes<'_>) -> Fate {
    if matches!(error, CardError::Register(_)) {
        return judge_of_register(error);
    }
    let (english, chinese) = (error.say(Lang::En), error.say(Lang::Zh));
    let failed = Note::Failed {
        english: english.clone(),
        chinese: chinese.clone(),
    };
    let wrote_nothing = !is_begun && !notes.wrote || is_foreign(&error);
    let noted = match &error {
        CardError::Keys(_) => return Fate::Over(error),
        CardError::Reader(reader) if reader.is_lost() => {
            let noted = notes.write(&[failed]);
            return noted.map_or_else(judge_of_register, |()| Fate::Left(error));
        }
        _ if wrote_nothing => {
            let noted = notes.write(&[Note::Refused { english, chinese }]);
            return noted.map_or_else(judge_of_register, |()| Fate::Useless(error));
        }
        _ => notes
            .write(&[failed])
            .and_then(|()| set_aside(notes, serial, english, chinese)),
    };
    match noted {
        Err(failed) => judge_of_register(failed),
        Ok(true) => Fate::Spoiled(error),
        Ok(false) => Fate::MayBeFinished(error),
    }
}

/// Why the contents of a card cannot be made, noted.
fn refused(error: CardError, notes: &LeaseNotes<'_>) -> Fate {
    if matches!(error, CardError::Keys(_)) {
        return Fate::Over(error);
    }
    let (english, chinese) = (error.say(Lang::En), error.say(Lang::Zh));
    match notes.register.give_up(notes.lease, (&english, &chinese)) {
        Ok(()) => Fate::Refused(error),
        Err(error) => judge_of_register(error.into()),
    }
}

/// Errors of somebody else's card, or a blank of another kind. Another bureau may use it.
const fn is_foreign(error: &CardError) -> bool {
    matches!(
        error,
        CardError::AlreadyPersonalized
            | CardError::PublishedKeys { .. }
            | CardError::PublishedInitialKeys
            | CardError::OtherInitialKeys
            | CardError::NotBlank { .. }
            | CardError::NotAnSsc
            | CardError::NoSecurityDomain(_)
    )
}

/// Sets a chip aside for ever, unless it may be somebody's card: whether it is set aside.
fn set_aside(
    notes: &LeaseNotes<'_>,
    serial: &str,
    english: String,
    chinese: String,
) -> Result<bool, CardError> {
    let serial = serial.to_owned();
    let aside = Note::SetAside {
        serial,
        english,
        chinese,
    };
    match notes.write(&[aside]) {
        // It stays what it is: its order waits for it, or for the operator's word that it is destroyed.
        Err(CardError::Register(
            RegisterError::MayBeFinished { .. } | RegisterError::ChipTaken { .. },
        )) => Ok(false),
        other => other.map(|()| true),
    }
}

fn judge_of_register(error: CardError) -> Fate {
    match error {
        CardError::Register(RegisterError::Fenced { .. }) => Fate::Fenced,
        // The chip is another order's, or this order's own chip may be finished: this card gets nothing.
        CardError::Register(
            RegisterError::ChipTaken { .. } | RegisterError::MayBeFinished { .. },
        ) => Fate::Useless(error),
        error => Fate::Over(error),
    }
}
