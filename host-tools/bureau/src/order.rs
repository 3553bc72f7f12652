//! An order: a job in, cards out of a feeder, what became of every row in a journal and in a return file.

use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_reader::feeder::Feeder;

use crate::basis::Basis;
use crate::card_error::CardError;
use crate::difference::Difference;
use crate::domain_keys::Line;
use crate::issue_one::{decision, failed, issue_one, of};
use crate::job::{Decided, Job};
use crate::journal::{Journal, Outcome};
use crate::order_error::OrderError;
use crate::return_file::ReturnFile;

/// What happens, as it happens.
#[derive(Debug)]
pub enum Event<'a> {
    /// The order begins.
    Started {
        /// Cards to issue.
        total: usize,
    },
    /// A card is issued.
    Issued {
        /// Line of the batch.
        line: usize,
        /// Card number.
        card_number: &'a str,
        /// Identification code as hex.
        identification_code: &'a str,
        /// ATR as hex.
        atr: &'a str,
    },
    /// A card is not issued.
    Failed {
        /// Line of the batch.
        line: usize,
        /// ATR as hex, where a card was reached.
        atr: &'a str,
        /// Why.
        error: &'a CardError,
    },
}

/// What became of an order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cards issued.
    pub issued: usize,
    /// Rows for which no card was finished.
    pub failed: usize,
    /// Rows refused by the check of the batch.
    pub refused: usize,
    /// Valid rows that were not reached, because the order had to end.
    pub not_reached: usize,
}

impl Summary {
    /// Whether every row of the batch has its card.
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.refused == 0 && self.not_reached == 0
    }

    /// What the journal says of a job.
    fn of(job: &Job, journal: &dyn Journal) -> Result<Self, OrderError> {
        let mut summary = Self {
            refused: job.refused,
            not_reached: job.cards.len(),
            ..Self::default()
        };
        for record in journal.records()? {
            match record.outcome {
                Some(Outcome::Issued) => summary.issued += 1,
                Some(Outcome::Failed { .. }) => summary.failed += 1,
                None => continue,
            }
            summary.not_reached = summary.not_reached.saturating_sub(1);
        }
        Ok(summary)
    }
}

/// Where an order writes what becomes of its cards.
pub struct Records<'r> {
    /// Every step of every card.
    pub journal: &'r mut dyn Journal,
    /// One row a card, made from the journal.
    pub return_file: &'r mut ReturnFile,
}

/// Issues the cards of `job`, one after the other. Those that the journal knows as issued are issued; so an order that was stopped goes
/// on with the same job and the same journal.
///
/// A card of another row that may be finished already, since its last answer was lost, is found out when it comes, whichever row it is
/// the turn of; the row itself then waits for the next card.
///
/// # Errors
/// [`OrderError::OtherJournal`], [`OrderError::Journal`] and [`OrderError::File`] where journal or return file cannot be used. A card
/// that fails is no error of the order: it is in the return file, and the next one follows.
pub fn issue(
    job: &Job,
    keys: &dyn KeyService,
    line: Line,
    feeder: &mut dyn Feeder,
    records: &mut Records<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Summary, OrderError> {
    let to_do = open(job, keys, records.journal)?;
    on_event(Event::Started { total: to_do.len() });
    let mut order = Order {
        job,
        keys,
        line,
        records,
        on_event,
    };
    for decided in to_do {
        // Its card may have come when it was another row's turn.
        let record = order.records.journal.record(decided.row)?;
        if record.is_some_and(|record| record.is_issued()) {
            continue;
        }
        if order.row(decided, feeder)? == Next::Stop {
            break;
        }
    }
    let all = records.journal.records()?;
    records.return_file.finish(&all)?;
    Summary::of(job, records.journal)
}

/// Writes down what is decided, where that was not done yet, and gives the cards that are not issued.
///
/// # Errors
/// [`OrderError::OtherJournal`], [`OrderError::Row`] where the keys are not to be had.
fn open<'j>(
    job: &'j Job,
    keys: &dyn KeyService,
    journal: &mut dyn Journal,
) -> Result<Vec<&'j Decided>, OrderError> {
    let other = |line, what| Err(OrderError::OtherJournal { line, what });
    let records = journal.records()?;
    if let Some(record) = records.iter().find(|record| job.card(record.row).is_none()) {
        return other(record.row, Difference::Row);
    }
    let mut entries = Vec::new();
    let mut to_do = Vec::new();
    for decided in &job.cards {
        let line = decided.row;
        let basis = Basis::of(decided, keys).map_err(|error| OrderError::Row { line, error })?;
        match journal.record(decided.row)? {
            None => {
                entries.push(decision(decided, basis));
                to_do.push(decided);
            }
            Some(record) => {
                if let Some(what) = basis.difference(&record, decided) {
                    return other(line, what);
                }
                if !record.is_issued() {
                    to_do.push(decided);
                }
            }
        }
    }
    if !entries.is_empty() {
        journal.write(&entries)?;
    }
    Ok(to_do)
}

/// How the order goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Row,
    Stop,
}

struct Order<'j, 'o, 'r> {
    job: &'j Job,
    keys: &'o dyn KeyService,
    line: Line,
    records: &'o mut Records<'r>,
    on_event: &'o mut dyn FnMut(Event<'_>),
}

impl<'j> Order<'j, '_, '_> {
    /// The turn of one row.
    fn row(&mut self, decided: &Decided, feeder: &mut dyn Feeder) -> Result<Next, OrderError> {
        let mut others = true;
        loop {
            let mut card = match feeder.next_card() {
                Ok(card) => card,
                Err(error) => return self.no_card(decided, error.into()),
            };
            // A recognised card finishes its own row; then the next card is taken. A card that could not be finished ends this, and
            // the next is for this row.
            let other = if others {
                self.row_to_finish(&*card, decided)?
            } else {
                None
            };
            let result = self.one(&mut *card, other.unwrap_or(decided))?;
            let Some(other) = other.filter(|_| result == Next::Row) else {
                return Ok(result);
            };
            let record = self.records.journal.record(other.row)?;
            others = record.is_some_and(|record| record.is_issued());
        }
    }

    /// The row that this card may be finished for, where it is another one.
    fn row_to_finish(
        &self,
        card: &dyn Card,
        decided: &Decided,
    ) -> Result<Option<&'j Decided>, OrderError> {
        let record = self.records.journal.of_chip(card.atr())?;
        Ok(record
            .filter(|record| record.may_be_finished() && record.row != decided.row)
            .and_then(|record| self.job.card(record.row)))
    }

    fn one(&mut self, card: &mut dyn Card, decided: &Decided) -> Result<Next, OrderError> {
        let result = issue_one(card, decided, self.keys, self.line, self.records.journal);
        self.tell(decided, result)
    }

    fn no_card(&mut self, decided: &Decided, error: CardError) -> Result<Next, OrderError> {
        self.records.journal.write(&[of(decided, failed(&error))])?;
        self.tell(decided, Err(error))
    }

    /// One row of the return file, and one event.
    fn tell(
        &mut self,
        decided: &Decided,
        result: Result<(), CardError>,
    ) -> Result<Next, OrderError> {
        if let Err(CardError::Journal(error)) = result {
            return Err(error.into());
        }
        let record = self.records.journal.record(decided.row)?;
        let record = record.ok_or(OrderError::OtherJournal {
            line: decided.row,
            what: Difference::Row,
        })?;
        self.records.return_file.row(&record)?;
        let line = decided.row;
        match &result {
            Ok(()) => (self.on_event)(Event::Issued {
                line,
                card_number: &record.card_number,
                identification_code: &record.identification_code,
                atr: &record.atr,
            }),
            Err(error) => (self.on_event)(Event::Failed {
                line,
                atr: &record.atr,
                error,
            }),
        }
        Ok(match result {
            Err(error) if error.ends_order() => Next::Stop,
            _ => Next::Row,
        })
    }
}
