//! Rows of a new job that are written at once.

use std::collections::BTreeMap;

use ssc_database::{Transaction, Value};
use ssc_person::CardNumber;

use super::super::chain;
use super::super::record::{ChainedEntry, JobId};
use super::super::{RegisterError, stored};

/// Rows of a piece.
const ROWS: usize = 500;

/// What is not written yet.
#[derive(Default)]
pub(super) struct Piece {
    rows: usize,
    orders: Vec<Value>,
    decided: Vec<Value>,
    entries: Vec<Value>,
    /// Card numbers that are given, each with its row.
    pub numbers: BTreeMap<CardNumber, usize>,
}

impl Piece {
    /// An order: line, state, number, masked name, kind, card number, and of the replaced one card, job, line and reason; whether it is queued.
    /// `reason` says why it is rejected.
    pub fn order(
        &mut self,
        job: JobId,
        values: [Value; 11],
        reason: Option<(String, String)>,
        at: i64,
    ) {
        let (english, chinese) = reason.unzip();
        self.orders.push(job.0.into());
        self.orders.extend(values);
        self.orders
            .extend([english.into(), chinese.into(), at.into()]);
    }

    /// What is decided of a row, sealed.
    pub fn decided(&mut self, job: JobId, row: i64, sealed: Vec<u8>) {
        self.decided
            .extend([job.0.into(), row.into(), sealed.into()]);
    }

    /// The entry of a row, which ends it. Tells whether the piece is full.
    pub fn entry(&mut self, entry: ChainedEntry) -> bool {
        self.entries.extend(chain::values(entry));
        self.rows += 1;
        self.rows >= ROWS
    }

    /// Writes it.
    pub fn write(self, books: &mut Transaction<'_>, job: JobId) -> Result<(), RegisterError> {
        books.insert_with(
            "orders (job, line, state, number, name_masked, kind, card_number, replaced_card, replaced_job,
                 replaced_line, replaced_why, queued,
                 reason_en, reason_zh, changed_at, attempts, fence, worker, lease_until)",
            15,
            "0, 0, '', 0",
            &self.orders,
        )?;
        books.insert("decided (job, line, sealed)", 3, &self.decided)?;
        let mut numbers = Vec::with_capacity(self.numbers.len() * 3);
        for (number, row) in &self.numbers {
            numbers.extend([number.as_str().into(), job.0.into(), stored(*row).into()]);
        }
        books.insert("card_numbers (number, job, line)", 3, &numbers)?;
        books.insert(chain::INTO, chain::COLUMNS, &self.entries)?;
        Ok(())
    }
}
