//! What a journal's entries say of each row, put together.

use std::collections::{BTreeMap, HashMap};

use super::{Entry, Note};
use crate::basis::Basis;
use crate::steps::Step;

/// What is known of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number in the batch.
    pub row: usize,
    /// Social security number.
    pub number: String,
    /// Card number.
    pub card_number: String,
    /// What it is decided from.
    pub basis: Basis,
    /// Answer to reset of the chip that was met last, as hex; empty where none was.
    pub atr: String,
    /// The identification code of that card, as hex; empty where no chip was met.
    pub identification_code: String,
    /// The step that this chip has done last.
    pub done: Option<Step>,
    /// What became of the row.
    pub outcome: Option<Outcome>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The card is SECURED and holds what was written.
    Issued,
    /// No card was finished, as far as is known.
    Failed {
        /// Why.
        english: String,
        /// 原因
        chinese: String,
    },
}

impl Record {
    /// Whether its card is made.
    #[must_use]
    pub fn is_issued(&self) -> bool {
        self.outcome == Some(Outcome::Issued)
    }

    /// Whether the chip may be SECURED although no entry says so: its contents were compared, and how it went on is not noted.
    #[must_use]
    pub fn may_be_finished(&self) -> bool {
        !self.is_issued() && self.done >= Some(Step::Check)
    }
}

/// The rows of a journal, in memory.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    rows: BTreeMap<usize, Row>,
    chips: HashMap<String, Chip>,
}

#[derive(Clone, Debug)]
struct Row {
    number: String,
    card_number: String,
    basis: Basis,
    /// The chip that was met last.
    atr: String,
    identification_code: String,
    outcome: Option<Outcome>,
}

/// What a chip was made into last.
#[derive(Clone, Debug)]
struct Chip {
    row: usize,
    identification_code: String,
    done: Option<Step>,
}

impl Ledger {
    /// Whether an entry can follow what is known: a row is decided once and first, and nothing comes after its card.
    #[must_use]
    pub fn may_follow(&self, entry: &Entry) -> bool {
        match (self.rows.get(&entry.row), &entry.note) {
            (None, Note::Decided { .. }) => true,
            (None, _) | (Some(_), Note::Decided { .. }) => false,
            (Some(row), _) => row.outcome != Some(Outcome::Issued),
        }
    }

    /// Enters one entry. One for a row that was not decided says nothing.
    pub fn enter(&mut self, entry: &Entry) {
        if let Note::Decided {
            number,
            card_number,
            basis,
        } = &entry.note
        {
            self.rows.entry(entry.row).or_insert_with(|| Row {
                number: number.clone(),
                card_number: card_number.clone(),
                basis: basis.clone(),
                atr: String::new(),
                identification_code: String::new(),
                outcome: None,
            });
            return;
        }
        let Some(row) = self.rows.get_mut(&entry.row) else {
            return;
        };
        match &entry.note {
            Note::Decided { .. } | Note::SetAside { .. } | Note::Refused { .. } => {}
            Note::Met {
                atr,
                identification_code,
                ..
            } => {
                row.atr.clone_from(atr);
                row.identification_code.clone_from(identification_code);
            }
            Note::Begins { step } if step.writes() => {
                // From here on it is this row's, and what was compared before counts no longer.
                let chip = Chip {
                    row: entry.row,
                    identification_code: row.identification_code.clone(),
                    done: None,
                };
                self.chips.insert(row.atr.clone(), chip);
            }
            Note::Begins { .. } => {}
            Note::Done { step } => {
                if let Some(chip) = self.chips.get_mut(&row.atr)
                    && chip.row == entry.row
                {
                    chip.done = chip.done.max(Some(*step));
                }
            }
            Note::Issued => row.outcome = Some(Outcome::Issued),
            Note::Failed { english, chinese } => {
                row.outcome = Some(Outcome::Failed {
                    english: english.clone(),
                    chinese: chinese.clone(),
                });
            }
        }
    }

    /// A row, with the chip that was met last.
    #[must_use]
    pub fn record(&self, row: usize) -> Option<Record> {
        let (known, chip) = (self.rows.get(&row)?, |row: &Row| self.chips.get(&row.atr));
        let done = chip(known).filter(|chip| chip.row == row);
        Some(Record {
            row,
            number: known.number.clone(),
            card_number: known.card_number.clone(),
            basis: known.basis.clone(),
            atr: known.atr.clone(),
            identification_code: known.identification_code.clone(),
            done: done.and_then(|chip| chip.done),
            outcome: known.outcome.clone(),
        })
    }

    /// The row that the chip with this answer to reset was last written for.
    #[must_use]
    pub fn of_chip(&self, atr: &[u8]) -> Option<Record> {
        let atr = hex::encode_upper(atr);
        let chip = self.chips.get(&atr)?;
        let record = self.record(chip.row)?;
        Some(Record {
            atr,
            identification_code: chip.identification_code.clone(),
            done: chip.done,
            ..record
        })
    }

    /// All rows, in order.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.rows.keys().filter_map(|row| self.record(*row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(row: usize, note: Note) -> Entry {
        Entry { row, note }
    }

    fn met(atr: &str) -> Note {
        Note::Met {
            atr: atr.into(),
            identification_code: "11".into(),
            serial: String::new(),
        }
    }

    fn decided() -> Ledger {
        let mut ledger = Ledger::default();
        for row in [2, 3] {
            let note = Note::Decided {
                number: "110105199003079978".into(),
                card_number: format!("A0000000{row}"),
                basis: Basis::default(),
            };
            ledger.enter(&entry(row, note));
        }
        ledger
    }

    fn failed() -> Note {
        Note::Failed {
            english: "taken out".into(),
            chinese: "被取出".into(),
        }
    }

    /// A chip that was loaded and compared stays its row's until something is written for another.
    #[test]
    fn a_chip_is_the_rows_for_which_it_was_written() {
        let mut ledger = decided();
        let steps = [Step::TakeOver, Step::Load, Step::Check];
        ledger.enter(&entry(2, met("AA")));
        for step in steps {
            assert!(!ledger.record(2).unwrap().may_be_finished());
            ledger.enter(&entry(2, Note::Begins { step }));
            ledger.enter(&entry(2, Note::Done { step }));
        }
        ledger.enter(&entry(2, Note::Begins { step: Step::Secure }));
        ledger.enter(&entry(2, failed()));
        assert!(ledger.of_chip(&[0xAA]).unwrap().may_be_finished());
        // The row meets another chip, and another row this chip: nothing is written.
        ledger.enter(&entry(2, met("BB")));
        ledger.enter(&entry(3, met("AA")));
        ledger.enter(&entry(
            3,
            Note::Begins {
                step: Step::Recognise,
            },
        ));
        ledger.enter(&entry(3, failed()));
        assert!(!ledger.record(2).unwrap().may_be_finished());
        let chip = ledger.of_chip(&[0xAA]).unwrap();
        assert_eq!((chip.row, chip.may_be_finished()), (2, true));
        assert_eq!(chip.card_number, "A00000002");
        // Now it is the other row's.
        ledger.enter(&entry(3, Note::Begins { step: Step::Load }));
        let chip = ledger.of_chip(&[0xAA]).unwrap();
        assert_eq!((chip.row, chip.may_be_finished()), (3, false));
        assert!(ledger.of_chip(&[0xBB]).is_none());
    }

    #[test]
    fn what_is_issued_needs_no_finding_out() {
        let mut ledger = decided();
        ledger.enter(&entry(2, met("AA")));
        ledger.enter(&entry(2, Note::Begins { step: Step::Load }));
        ledger.enter(&entry(2, Note::Done { step: Step::Check }));
        ledger.enter(&entry(2, Note::Issued));
        let record = ledger.record(2).unwrap();
        assert!(record.is_issued() && !record.may_be_finished());
        assert_eq!(ledger.records().count(), 2);
    }
}
