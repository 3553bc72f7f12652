//! One card of a job: its six steps, each noted in the journal before the card is touched and after it has answered.

use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_words::{Bilingual, Lang};

use crate::basis::Basis;
use crate::card_error::CardError;
use crate::contents::ForChip;
use crate::domain_keys::Line;
use crate::job::Decided;
use crate::journal::{Entry, Journal, Note};
use crate::plan::CardPlan;
use crate::steps::{self, Notes, Step, card_factor};

/// Makes `card` into what was decided. It is SECURED, and noted as issued, when this returns without an error.
///
/// A card that an earlier attempt left half-way is begun again. One that is finished is asked, if the journal knows that it was made for
/// this row and lost: then it is issued, and nothing is written on it.
///
/// # Errors
/// [`CardError`]; the journal has the reason too. [`CardError::Journal`] where it cannot be written: the order ends.
pub fn issue_one(
    card: &mut dyn Card,
    decided: &Decided,
    keys: &dyn KeyService,
    line: Line,
    journal: &mut dyn Journal,
) -> Result<(), CardError> {
    let result = attempt(card, decided, keys, line, journal);
    let note = match &result {
        Ok(()) => Note::Issued,
        Err(error) => failed(error),
    };
    journal.write(&[of(decided, note)])?;
    result
}

/// An attempt that made no card.
pub(crate) fn failed(error: &CardError) -> Note {
    Note::Failed {
        english: error.say(Lang::En),
        chinese: error.say(Lang::Zh),
    }
}

/// The first entry of a card.
pub(crate) fn decision(decided: &Decided, basis: Basis) -> Entry {
    of(
        decided,
        Note::Decided {
            number: decided.holder.number.as_str().to_owned(),
            card_number: decided.card_number.as_str().to_owned(),
            basis,
        },
    )
}

pub(crate) fn of(decided: &Decided, note: Note) -> Entry {
    Entry {
        row: decided.row,
        note,
    }
}

fn attempt(
    card: &mut dyn Card,
    decided: &Decided,
    keys: &dyn KeyService,
    line: Line,
    journal: &mut dyn Journal,
) -> Result<(), CardError> {
    let mut entries = Vec::new();
    if journal.record(decided.row)?.is_none() {
        entries.push(decision(decided, Basis::of(decided, keys)?));
    }
    let factor = card_factor(card.atr());
    let target = match &factor {
        Ok(factor) => Some(ForChip::new(decided, *factor, keys)?),
        // What is no card of this kind is noted all the same.
        Err(_) => None,
    };
    let code = target.as_ref().map(|target| target.identification_code);
    let met = Note::Met {
        atr: hex::encode_upper(card.atr()),
        identification_code: code.map(hex::encode_upper).unwrap_or_default(),
        serial: String::new(),
    };
    entries.push(of(decided, met));
    let lost = is_lost(card, decided, journal)?;
    journal.write(&entries)?;
    factor?;
    let target = target.ok_or(CardError::NotAnSsc)?;
    let plan = CardPlan::new(&target, keys)?;
    let mut notes = InJournal {
        journal: &mut *journal,
        row: decided.row,
    };
    match steps::make(card, || Ok(&plan), keys, line, &mut notes) {
        Err(CardError::AlreadyPersonalized) if lost => {
            notes.begins(Step::Confirm)?;
            steps::confirm(card, &target, keys)?;
            notes.done(Step::Confirm)
        }
        other => other.map(drop),
    }
}

/// Whether the journal knows that this chip was made for this very card, and may be finished.
fn is_lost(card: &dyn Card, decided: &Decided, journal: &dyn Journal) -> Result<bool, CardError> {
    let record = journal.of_chip(card.atr())?;
    Ok(record.is_some_and(|record| {
        record.may_be_finished()
            && record.row == decided.row
            && record.card_number == decided.card_number.as_str()
            && record.number == decided.holder.number.as_str()
    }))
}

/// The steps of one row, in the journal.
struct InJournal<'j> {
    journal: &'j mut dyn Journal,
    row: usize,
}

impl InJournal<'_> {
    fn note(&mut self, note: Note) -> Result<(), CardError> {
        let row = self.row;
        Ok(self.journal.write(&[Entry { row, note }])?)
    }
}

impl Notes for InJournal<'_> {
    fn begins(&mut self, step: Step) -> Result<(), CardError> {
        self.note(Note::Begins { step })
    }

    fn done(&mut self, step: Step) -> Result<(), CardError> {
        self.note(Note::Done { step })
    }
}
