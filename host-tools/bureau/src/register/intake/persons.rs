//! The persons of a job that is being made: a person who is in it already, or has a card of that kind, is found before the next order is taken.
//!
//! Persons come in no order, and a table that is kept by their numbers takes each into another page. So they are written in large runs, each in
//! the order of the table: a page is written once a run, not once a person. What was not written yet is known here.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use ssc_database::Transaction;
use ssc_person::CardNumber;

use super::super::citizens::{self, Holds};
use super::super::record::{JobId, NewOrder};
use super::super::state::CardStatus;
use super::super::{RegisterError, stored};

/// Persons that are kept until they are written: some 20 MB.
const RUN: usize = 200_000;
/// Rows that are handed to the store at once.
const PIECE: usize = 2_000;

/// The persons of a job.
pub(super) struct Persons {
    job: JobId,
    at: i64,
    /// Whether anybody was in the register before this job.
    any_before: bool,
    /// Hashes of all persons of this job, under a random key. One that is not among them is not in the job; one that is, is looked up.
    seen: HashSet<u64>,
    hash: RandomState,
    kinds: Vec<String>,
    /// By number and place of the kind: those that are not written yet.
    waiting: BTreeMap<(Box<str>, usize), (CardNumber, usize)>,
    /// How many of them are kept.
    run: usize,
}

impl Persons {
    pub fn new(books: &mut Transaction<'_>, job: JobId, at: i64) -> Result<Self, RegisterError> {
        let before = books.row("SELECT 1 FROM citizens LIMIT 1", &[])?;
        Ok(Self {
            job,
            at,
            any_before: before.is_some(),
            seen: HashSet::new(),
            hash: RandomState::new(),
            kinds: Vec::new(),
            waiting: BTreeMap::new(),
            run: RUN,
        })
    }

    /// The card that the person of an order has or waits for, in this job or from before.
    pub fn card_of(
        &mut self,
        books: &mut Transaction<'_>,
        order: &NewOrder,
    ) -> Result<Option<Holds>, RegisterError> {
        let in_job = self.seen.contains(&self.key(&order.number, &order.kind));
        if !in_job && !self.any_before {
            return Ok(None);
        }
        let kind = self.kind(&order.kind);
        if in_job
            && let Some((number, row)) = self.waiting.get(&(order.number.as_str().into(), kind))
        {
            return Ok(Some(Holds {
                status: CardStatus::Ordered,
                card_number: number.as_str().to_owned(),
                job: self.job,
                row: *row,
                since: self.at,
                reason: None,
            }));
        }
        citizens::holds(books, &order.number, &order.kind)
    }

    /// A person who had no card waits for one from now on.
    pub fn add(
        &mut self,
        books: &mut Transaction<'_>,
        order: NewOrder,
        number: CardNumber,
    ) -> Result<(), RegisterError> {
        let kind = self.kind(&order.kind);
        let key = self.key(&order.number, &order.kind);
        self.seen.insert(key);
        self.waiting
            .insert((order.number.into(), kind), (number, order.row));
        if self.waiting.len() >= self.run {
            self.write(books)?;
        }
        Ok(())
    }

    /// Writes those that wait, in the order of the table.
    pub fn write(&mut self, books: &mut Transaction<'_>) -> Result<(), RegisterError> {
        let mut waiting = std::mem::take(&mut self.waiting).into_iter();
        loop {
            let mut values = Vec::new();
            for ((number, kind), (card_number, row)) in waiting.by_ref().take(PIECE) {
                values.extend([
                    (&*number).into(),
                    self.kinds.get(kind).map(String::as_str).into(),
                    card_number.as_str().into(),
                    self.job.0.into(),
                    stored(row).into(),
                    self.at.into(),
                ]);
            }
            if values.is_empty() {
                return Ok(());
            }
            books.insert_with(
                "citizens (number, kind, card_number, job, line, since, status)",
                6,
                "'ordered'",
                &values,
            )?;
        }
    }

    fn key(&self, number: &str, kind: &str) -> u64 {
        self.hash.hash_one((number, kind))
    }

    fn kind(&mut self, kind: &str) -> usize {
        if let Some(known) = self.kinds.iter().position(|known| known == kind) {
            return known;
        }
        self.kinds.push(kind.to_owned());
        self.kinds.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ssc_database::Store;

    use super::super::super::record::Wanted;
    use super::super::super::{Register, SystemClock};
    use super::*;

    fn order(row: usize, number: &str, kind: &str) -> NewOrder {
        NewOrder {
            row,
            number: number.into(),
            name_masked: String::new(),
            card_number: Wanted::FromRanges {
                ranges: Vec::new(),
                owner: String::new(),
            },
            kind: kind.into(),
            replaces: None,
        }
    }

    /// Whether a person waits still or was written with a run before.
    #[test]
    fn a_person_of_the_job_is_found_in_every_run() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("bureau.db"));
        let register = Register::open(&store, Arc::new(SystemClock)).unwrap();
        let found = register.database.once(|books| {
            for (job, people) in [
                (1, ["e", "a", "d", "b", "c"]),
                (2, ["j", "f", "i", "g", "h"]),
            ] {
                let mut persons = Persons::new(books, JobId(job), 7)?;
                persons.run = 2;
                for (row, person) in people.into_iter().enumerate() {
                    let number = CardNumber::from_serial(u32::try_from(row).unwrap() + 1).unwrap();
                    assert_eq!(persons.card_of(books, &order(row, person, "ssc"))?, None);
                    persons.add(books, order(row, person, "ssc"), number)?;
                    for (row, known) in people.iter().enumerate().take(row + 1) {
                        let card = persons.card_of(books, &order(99, known, "ssc"))?.unwrap();
                        assert_eq!((card.job, card.row), (JobId(job), row), "{known}");
                        assert_eq!(card.status, CardStatus::Ordered);
                    }
                    // A card of another kind is another card.
                    assert_eq!(persons.card_of(books, &order(99, person, "other"))?, None);
                }
                persons.write(books)?;
            }
            let mut after = Persons::new(books, JobId(3), 7)?;
            let card = after.card_of(books, &order(0, "b", "ssc"))?.unwrap();
            assert_eq!((card.job, card.row), (JobId(1), 3));
            let all = books.row("SELECT COUNT(*) FROM citizens", &[])?;
            Ok::<_, RegisterError>(all.unwrap().int(0)?)
        });
        assert_eq!(found, Ok(10));
    }
}
