//! Orders, read.

use ssc_database::{Row, Transaction};

use super::record::{Counts, Filter, JobId, OrderRecord};
use super::state::OrderState;
use super::{Register, RegisterError, stored};

/// The columns of [`of_row`].
pub(super) const COLUMNS: &str =
    "job, line, state, number, name_masked, kind, card_number, replaced_card, replaced_why,
     attempts, fence, worker, lease_until, chip, reason_en, reason_zh, changed_at";

pub(super) fn of_row(row: &Row) -> Result<OrderRecord, RegisterError> {
    let state = OrderState::of_name(&row.text(2)?);
    Ok(OrderRecord {
        job: JobId(row.int(0)?),
        row: row.number(1)?,
        state: state.ok_or(RegisterError::Record("state of an order"))?,
        number: row.text(3)?,
        name_masked: row.text(4)?,
        kind: row.text(5)?,
        card_number: row.maybe_text(6)?,
        replaced_card: row.maybe_text(7)?,
        replaced_why: row.maybe_text(8)?,
        attempts: row.number(9)?,
        fence: row.int(10)?,
        worker: row.text(11)?,
        lease_until: row.int(12)?,
        chip: row.maybe_text(13)?,
        reason: row.maybe_text(14)?.zip(row.maybe_text(15)?),
        changed_at: row.int(16)?,
    })
}

/// One order.
fn one(
    books: &mut Transaction<'_>,
    job: JobId,
    row: usize,
) -> Result<Option<OrderRecord>, RegisterError> {
    find(books, job, row, "")
}

/// One order, held until the transaction ends.
pub(super) fn held(
    books: &mut Transaction<'_>,
    job: JobId,
    row: usize,
) -> Result<Option<OrderRecord>, RegisterError> {
    find(books, job, row, " {for update}")
}

fn find(
    books: &mut Transaction<'_>,
    job: JobId,
    row: usize,
    how: &str,
) -> Result<Option<OrderRecord>, RegisterError> {
    let statement = format!("SELECT {COLUMNS} FROM orders WHERE job = $1 AND line = $2{how}");
    let found = books.row(&statement, &[job.0.into(), stored(row).into()])?;
    found.as_ref().map(of_row).transpose()
}

impl Register {
    /// One order.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn order(&self, job: JobId, row: usize) -> Result<Option<OrderRecord>, RegisterError> {
        self.read_books(|books| one(books, job, row))
    }

    /// What is decided for an order, sealed; `None` for a rejected row.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn sealed(&self, job: JobId, row: usize) -> Result<Option<Vec<u8>>, RegisterError> {
        self.read_books(|books| {
            let found = books.row(
                "SELECT sealed FROM decided WHERE job = $1 AND line = $2",
                &[job.0.into(), stored(row).into()],
            )?;
            Ok(found.map(|found| found.bytes(0)).transpose()?)
        })
    }

    /// Orders behind the row `after`, in order, `limit` at the most.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn orders(
        &self,
        job: JobId,
        after: usize,
        limit: usize,
        filter: Filter,
    ) -> Result<Vec<OrderRecord>, RegisterError> {
        let (only, state) = match filter {
            Filter::All => ("", None),
            Filter::In(state) => (" AND state = $4", Some(state.name())),
            Filter::Remaining => (" AND state NOT IN ('delivered', 'rejected')", None),
        };
        let statement = format!(
            "SELECT {COLUMNS} FROM orders WHERE job = $1 AND line > $2{only} ORDER BY line LIMIT $3"
        );
        let mut values = vec![job.0.into(), stored(after).into(), stored(limit).into()];
        values.extend(state.map(Into::into));
        self.read_books(|books| {
            let rows = books.rows(&statement, &values)?;
            rows.iter().map(of_row).collect()
        })
    }

    /// How many orders of a job are in each state.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn counts(&self, job: JobId) -> Result<Counts, RegisterError> {
        self.read_books(|books| {
            let rows = books.rows(
                "SELECT state, COUNT(*) FROM orders WHERE job = $1 GROUP BY state",
                &[job.0.into()],
            )?;
            let mut counts = Counts::default();
            for row in rows {
                let state = OrderState::of_name(&row.text(0)?);
                let state = state.ok_or(RegisterError::Record("state of an order"))?;
                counts.0.insert(state, row.number(1)?);
            }
            Ok(counts)
        })
    }
}
