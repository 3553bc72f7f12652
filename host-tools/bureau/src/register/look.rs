//! All that the books have of one job, as they stand at one moment: what an audit compares.

use std::collections::{HashMap, HashSet};

use ssc_database::{Transaction, Value};

use super::chain;
use super::chips;
use super::citizens;
use super::jobs;
use super::orders;
use super::record::{
    CardEvent, ChainedEntry, ChipRecord, CitizenRecord, JobId, JobRecord, OrderRecord,
};
use super::signatures::{self, SignatureRecord};
use super::state::CardStatus;
use super::{Register, RegisterError, stored};

/// How far ahead a lease can end, in milliseconds: four times what a head takes, for clocks that differ.
const LONGEST_LEASE: i64 = 120_000;

/// One state of the books, seen from one job. Each list is read in pieces of `limit` at the most.
pub struct Look<'t, 'd> {
    books: &'t mut Transaction<'d>,
    job: JobId,
    now: i64,
}

impl Register {
    /// Looks at a job. What others write meanwhile is not seen. `look` may be called again where the connection was cut.
    ///
    /// # Errors
    /// What `look` returns; [`RegisterError::Database`].
    pub fn look<T>(
        &self,
        job: JobId,
        look: &mut dyn FnMut(&mut Look<'_, '_>) -> Result<T, RegisterError>,
    ) -> Result<T, RegisterError> {
        let now = self.clock.now();
        self.read_books(|books| look(&mut Look { books, job, now }))
    }

    /// How many jobs were made: they are numbered from 1 on.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn jobs_made(&self) -> Result<i64, RegisterError> {
        self.read_books(|books| {
            let row = books.row("SELECT value FROM counters WHERE name = 'job'", &[])?;
            row.map_or(Ok(0), |row| Ok(row.int(0)?))
        })
    }
}

/// Rows that no order is for, at the most `limit` of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strays {
    /// Cards of persons: job, row, card number. The order is not there, rejected, another person's, or has another number.
    pub persons: Vec<(JobId, usize, String)>,
    /// Card numbers that are noted as given: job, row, number.
    pub card_numbers: Vec<(JobId, usize, String)>,
    /// Chips: job, row, serial.
    pub chips: Vec<(JobId, usize, String)>,
}

impl Register {
    /// What stands in the books of all jobs, and belongs to no order.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn strays(&self, limit: usize) -> Result<Strays, RegisterError> {
        self.read_books(|books| {
            let mut of = |columns: &str, unless: &str| {
                let statement = format!(
                    "SELECT t.job, t.line, {columns} t LEFT JOIN orders o ON o.job = t.job AND o.line = t.line
                     WHERE o.job IS NULL {unless} LIMIT $1"
                );
                let rows = books.rows(&statement, &[stored(limit).into()])?;
                rows.iter()
                    .map(|row| Ok((JobId(row.int(0)?), row.number(1)?, row.text(2)?)))
                    .collect::<Result<_, RegisterError>>()
            };
            Ok(Strays {
                persons: of(
                    "t.card_number FROM citizens",
                    "OR o.state = 'rejected' OR o.number <> t.number OR o.kind <> t.kind
                     OR o.card_number IS NULL OR o.card_number <> t.card_number",
                )?,
                card_numbers: of("t.number FROM card_numbers", "")?,
                chips: of("t.serial FROM chips", "")?,
            })
        })
    }
}

impl Look<'_, '_> {
    /// The job.
    ///
    /// # Errors
    /// [`RegisterError::NoJob`], [`RegisterError::Database`].
    pub fn job(&mut self) -> Result<JobRecord, RegisterError> {
        jobs::one(self.books, self.job)
    }

    /// Entries behind `after`.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn entries(
        &mut self,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ChainedEntry>, RegisterError> {
        chain::page(self.books, self.job, after, limit)
    }

    /// All signatures.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn signatures(&mut self) -> Result<Vec<SignatureRecord>, RegisterError> {
        signatures::all(self.books, self.job)
    }

    /// Whether a head has an order now that is not finished. A lease that ends later than one can last is none.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn is_worked_on(&mut self) -> Result<bool, RegisterError> {
        let row = self.books.row(
            "SELECT 1 FROM orders WHERE job = $1 AND lease_until > $2 AND lease_until <= $3
                 AND state NOT IN ('delivered', 'rejected') LIMIT 1",
            &[
                self.job.0.into(),
                self.now.into(),
                self.now.saturating_add(LONGEST_LEASE).into(),
            ],
        )?;
        Ok(row.is_some())
    }

    /// Orders behind the row `after`; before all is [`i64::MIN`].
    ///
    /// # Errors
    /// [`RegisterError::Database`], [`RegisterError::Record`].
    pub fn orders(&mut self, after: i64, limit: usize) -> Result<Vec<OrderRecord>, RegisterError> {
        let statement = format!(
            "SELECT {} FROM orders WHERE job = $1 AND line > $2 ORDER BY line LIMIT $3",
            orders::COLUMNS
        );
        let values = [self.job.0.into(), after.into(), stored(limit).into()];
        let rows = self.books.rows(&statement, &values)?;
        rows.iter().map(orders::of_row).collect()
    }

    /// The orders behind the row `after`, up to `last`, that a head may take with a chip that was written for nobody.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn queued(&mut self, after: i64, last: i64) -> Result<HashSet<usize>, RegisterError> {
        let rows = self.books.rows(
            "SELECT line FROM orders WHERE job = $1 AND line > $2 AND line <= $3 AND queued <> 0",
            &[self.job.0.into(), after.into(), last.into()],
        )?;
        rows.iter().map(|row| Ok(row.number(0)?)).collect()
    }

    /// What is decided, sealed, with its row, behind the row `after`; before all is [`i64::MIN`].
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn sealed(
        &mut self,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(usize, Vec<u8>)>, RegisterError> {
        let rows = self.books.rows(
            "SELECT line, sealed FROM decided WHERE job = $1 AND line > $2 ORDER BY line LIMIT $3",
            &[self.job.0.into(), after.into(), stored(limit).into()],
        )?;
        rows.iter()
            .map(|row| Ok((row.number(0)?, row.bytes(1)?)))
            .collect()
    }

    /// Chips of this job, behind the serial `after`.
    ///
    /// # Errors
    /// [`RegisterError::Database`], [`RegisterError::Record`].
    pub fn chips(&mut self, after: &str, limit: usize) -> Result<Vec<ChipRecord>, RegisterError> {
        let statement = format!(
            "SELECT {} FROM chips WHERE job = $1 AND serial > $2 ORDER BY serial LIMIT $3",
            chips::COLUMNS
        );
        let values = [self.job.0.into(), after.into(), stored(limit).into()];
        let rows = self.books.rows(&statement, &values)?;
        rows.iter().map(chips::of_row).collect()
    }

    /// What became of cards of this job, with their rows.
    ///
    /// # Errors
    /// [`RegisterError::Database`], [`RegisterError::Record`].
    pub fn card_events(&mut self) -> Result<Vec<(usize, CardEvent)>, RegisterError> {
        let rows = self.books.rows(
            "SELECT line, at, status, reason FROM card_events WHERE job = $1 ORDER BY line, at",
            &[self.job.0.into()],
        )?;
        rows.iter()
            .map(|row| {
                let status = CardStatus::of_name(&row.text(2)?);
                let event = CardEvent {
                    at: row.int(1)?,
                    status: status.ok_or(RegisterError::Record("status of a card"))?,
                    reason: row.maybe_text(3)?,
                };
                Ok((row.number(0)?, event))
            })
            .collect()
    }

    /// The cards that these persons have or wait for, by number and kind.
    ///
    /// # Errors
    /// [`RegisterError::Database`], [`RegisterError::Record`].
    pub fn citizens(
        &mut self,
        numbers: &[Value],
    ) -> Result<HashMap<(String, String), CitizenRecord>, RegisterError> {
        citizens::held_by(self.books, numbers)
    }

    /// The jobs and the rows that these card numbers were given to.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn card_numbers(
        &mut self,
        numbers: &[Value],
    ) -> Result<HashMap<String, (JobId, usize)>, RegisterError> {
        let rows = self.books.rows_of(
            "SELECT number, job, line FROM card_numbers WHERE number IN ({keys})",
            numbers,
        )?;
        rows.iter()
            .map(|row| Ok((row.text(0)?, (JobId(row.int(1)?), row.number(2)?))))
            .collect()
    }
}
