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
use crate::register::RegisterError;
use crate::steps::{self, Notes as _, Step};

/// What became of a card.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is the person's, SECURED and confirmed.
    Delivered,
    /// It is of no use here: foreign, bad, or spoiled. The order waits for another one.
    Useless(CardError),
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
    /// Whether the register has it as one of this very order that may be SECURED.
    pub may_be_finished: bool,
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
    match attempt(chip, decided, keys, line, notes) {
        Ok(()) => match notes.write(&[Note::Issued]) {
            Ok(()) => Fate::Delivered,
            Err(error) => judge_of_register(error),
        },
        Err(error) => after(error, &serial, notes),
    }
}

fn attempt(
    chip: Chip<'_>,
    decided: &Decided,
    keys: &dyn KeyService,
    line: Line,
    notes: &mut LeaseNotes<'_>,
) -> Result<(), CardError> {
    let serial = chip.serial();
    let target = ForChip::new(decided, chip.factor, keys)?;
    let plan = CardPlan::new(&target, keys)?;
    notes.write(&[Note::Met {
        atr: hex::encode_upper(chip.card.atr()),
        identification_code: hex::encode_upper(target.identification_code),
        serial,
    }])?;
    match steps::make(chip.card, &plan, keys, line, notes) {
        Err(CardError::AlreadyPersonalized) if chip.may_be_finished => {
            notes.begins(Step::Confirm)?;
            steps::confirm(chip.card, &target, keys)?;
            notes.done(Step::Confirm)
        }
        other => other.map(drop),
    }
}

/// What an attempt that made no card means, noted.
fn after(error: CardError, serial: &str, notes: &LeaseNotes<'_>) -> Fate {
    if matches!(error, CardError::Register(_)) {
        return judge_of_register(error);
    }
    let (english, chinese) = (error.say(Lang::En), error.say(Lang::Zh));
    let failed = Note::Failed {
        english: english.clone(),
        chinese: chinese.clone(),
    };
    let noted = match &error {
        CardError::Keys(_) => return Fate::Over(error),
        CardError::Reader(reader) if reader.is_lost() => notes.write(&[failed]),
        error if wrote_nothing(error) => notes.write(&[Note::Refused { english, chinese }]),
        _ => notes
            .write(&[failed])
            .and_then(|()| set_aside(notes, serial, english, chinese)),
    };
    match (noted, error) {
        (Err(failed), _) => judge_of_register(failed),
        (Ok(()), CardError::Reader(reader)) if reader.is_lost() => {
            Fate::Left(CardError::Reader(reader))
        }
        (Ok(()), error) => Fate::Useless(error),
    }
}

/// Errors of a card that nothing was written on: somebody else's card, or a blank of another kind. Another bureau may use it.
const fn wrote_nothing(error: &CardError) -> bool {
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

/// Sets a chip aside for ever, unless it may be somebody's card.
fn set_aside(
    notes: &LeaseNotes<'_>,
    serial: &str,
    english: String,
    chinese: String,
) -> Result<(), CardError> {
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
        )) => Ok(()),
        other => other,
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
