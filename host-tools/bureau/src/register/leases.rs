//! Leases: a head's right to one order until a time, with a fence that grows at each of them.

use std::time::Duration;

use ssc_database::{Failure, Row, Transaction, Value};

use super::orders::{self, of_row};
use super::record::{JobId, Lease, Leased};
use super::state::OrderState;
use super::{Register, RegisterError, stored};

/// How often a lease is taken again where the connection was cut while it was being kept.
const UNKNOWN: usize = 5;

/// Whom a lease is for.
struct Terms<'w> {
    job: JobId,
    worker: &'w str,
    now: i64,
    until: i64,
}

impl Register {
    /// Leases the first order that waits for a card: checked ones, ones that are to be made again, and ones whose head has not come back
    /// in time, the one that this worker had when it was stopped among them. None where no such order is free or the job is paused or closed. An order whose chip may be finished is never among them.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn lease(
        &self,
        job: JobId,
        worker: &str,
        for_: Duration,
    ) -> Result<Option<Leased>, RegisterError> {
        self.lease_below(job, worker, for_, u32::MAX)
    }

    /// As [`lease`](Self::lease), of orders for which fewer than `attempts` chips were spoiled.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn lease_below(
        &self,
        job: JobId,
        worker: &str,
        for_: Duration,
        attempts: u32,
    ) -> Result<Option<Leased>, RegisterError> {
        let lease = || self.lease_once(job, worker, for_, attempts);
        let mut leased = lease();
        for _ in 0..UNKNOWN {
            match &leased {
                // It was kept or not: one that nobody knows of ends by itself.
                Err(RegisterError::Database(error))
                    if matches!(error.failure, Failure::Unknown(_)) =>
                {
                    leased = lease();
                }
                _ => break,
            }
        }
        leased
    }

    fn lease_once(
        &self,
        job: JobId,
        worker: &str,
        for_: Duration,
        attempts: u32,
    ) -> Result<Option<Leased>, RegisterError> {
        self.write_books(|books| {
            let terms = self.terms(job, worker, for_);
            let free = books.row(
                "SELECT line FROM orders WHERE job = $1 AND queued = 1 AND (lease_until <= $2 OR worker = $4) AND attempts < $3
                     AND EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND state IN ('ready', 'running'))
                     AND NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.job = $1 AND wanted.line = orders.line
                                         AND wanted.until > $2 AND wanted.worker <> $4)
                 ORDER BY line LIMIT 1 {skip locked}",
                &[job.0.into(), terms.now.into(), attempts.into(), worker.into()],
            )?;
            match free {
                Some(free) => take(books, &terms, free.number(0)?),
                None => Ok(None),
            }
        })
    }

    /// Leases one order: the one whose card lies in the head. None where another head has it, where it is delivered or rejected,
    /// or the job is closed.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn lease_row(
        &self,
        job: JobId,
        row: usize,
        worker: &str,
        for_: Duration,
    ) -> Result<Option<Leased>, RegisterError> {
        self.write_books(|books| {
            let terms = self.terms(job, worker, for_);
            let free = books.row(
                "SELECT line FROM orders WHERE job = $1 AND line = $2 AND (lease_until <= $3 OR worker = $4)
                     AND state NOT IN ('delivered', 'rejected')
                     AND EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND state <> 'closed')
                 {skip locked}",
                &[job.0.into(), stored(row).into(), terms.now.into(), worker.into()],
            )?;
            match free {
                Some(_) => {
                    books.execute(
                        "DELETE FROM wanted WHERE job = $1 AND line = $2 AND worker = $3",
                        &[job.0.into(), stored(row).into(), worker.into()],
                    )?;
                    take(books, &terms, row)
                }
                None => Ok(None),
            }
        })
    }

    /// How many orders a head has now, of this run or another.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn leased(&self, job: JobId) -> Result<usize, RegisterError> {
        let now = self.clock.now();
        self.read_books(|books| {
            let row = books.row(
                "SELECT COUNT(*) FROM orders WHERE job = $1 AND lease_until > $2 AND state NOT IN ('delivered', 'rejected')",
                &[job.0.into(), now.into()],
            )?;
            row.map_or(Ok(0), |row| Ok(row.number(0)?))
        })
    }

    fn terms<'w>(&self, job: JobId, worker: &'w str, for_: Duration) -> Terms<'w> {
        let now = self.clock.now();
        Terms {
            job,
            worker,
            now,
            until: now.saturating_add(milliseconds(for_)),
        }
    }

    /// Makes a lease last from now on for `for_`.
    ///
    /// # Errors
    /// [`RegisterError::Fenced`]: it has ended; [`RegisterError::Database`].
    pub fn renew(&self, lease: &Lease, for_: Duration) -> Result<(), RegisterError> {
        self.write_books(|books| {
            let terms = self.terms(lease.job, &lease.worker, for_);
            let changed = books.execute(
                "UPDATE orders SET lease_until = $5
                 WHERE job = $1 AND line = $2 AND fence = $3 AND lease_until > $4",
                &[
                    lease.job.0.into(),
                    stored(lease.row).into(),
                    lease.fence.into(),
                    terms.now.into(),
                    terms.until.into(),
                ],
            )?;
            is_one(changed, lease)
        })
    }

    /// Gives a lease back. An order for which no chip was written waits for a head again.
    ///
    /// # Errors
    /// [`RegisterError::Fenced`]: another head has the order; [`RegisterError::Database`].
    pub fn release(&self, lease: &Lease) -> Result<(), RegisterError> {
        self.write_books(|books| {
            let changed = books.execute(
                "UPDATE orders SET lease_until = 0,
                     state = CASE WHEN state <> 'reserved' THEN state
                                  WHEN attempts = 0 AND NOT EXISTS (SELECT 1 FROM chips WHERE chips.job = $1 AND chips.line = $2)
                                      THEN 'validated' ELSE 'to_be_remade' END
                 WHERE job = $1 AND line = $2 AND fence = $3",
                &[
                    lease.job.0.into(),
                    stored(lease.row).into(),
                    lease.fence.into(),
                ],
            )?;
            is_one(changed, lease)
        })
    }

    /// Gives back the leases of heads that are known to be dead, so that nobody waits for their end; returns how many there were.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn release_of(
        &self,
        job: JobId,
        is_dead: &dyn Fn(&str) -> bool,
    ) -> Result<usize, RegisterError> {
        let now = self.clock.now();
        let held = self.read_books(|books| {
            let rows = books.rows(
                "SELECT line, fence, worker FROM orders WHERE job = $1 AND lease_until > $2 AND state NOT IN ('delivered', 'rejected')",
                &[job.0.into(), now.into()],
            )?;
            rows.iter()
                .map(|row| {
                    Ok(Lease {
                        job,
                        row: row.number(0)?,
                        fence: row.int(1)?,
                        worker: row.text(2)?,
                    })
                })
                .collect::<Result<Vec<_>, RegisterError>>()
        })?;
        let mut released = 0;
        for lease in held.iter().filter(|lease| is_dead(&lease.worker)) {
            match self.release(lease) {
                Ok(()) => released += 1,
                // It has ended meanwhile.
                Err(RegisterError::Fenced { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(released)
    }

    /// Begins the counting of spoiled chips anew, for a run that takes again what the run before gave up.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn forget_attempts(&self, job: JobId) -> Result<(), RegisterError> {
        self.write_books(|books| {
            books.execute(
                "UPDATE orders SET attempts = 0 WHERE job = $1 AND queued = 1 AND attempts > 0",
                &[job.0.into()],
            )?;
            Ok(())
        })
    }
}

fn is_one(changed: u64, lease: &Lease) -> Result<(), RegisterError> {
    match changed {
        0 => Err(RegisterError::Fenced { row: lease.row }),
        _ => Ok(()),
    }
}

fn take(
    books: &mut Transaction<'_>,
    terms: &Terms<'_>,
    row: usize,
) -> Result<Option<Leased>, RegisterError> {
    let key: [Value; 2] = [terms.job.0.into(), stored(row).into()];
    let statement = format!(
        "UPDATE orders SET fence = fence + 1, worker = $3, lease_until = $4, changed_at = $5,
             state = CASE WHEN state IN ('validated', 'to_be_remade') THEN 'reserved' ELSE state END
         WHERE job = $1 AND line = $2 RETURNING {}",
        orders::COLUMNS
    );
    let [job, line] = key.clone();
    let leased: Option<Row> = books.row(
        &statement,
        &[
            job,
            line,
            terms.worker.into(),
            terms.until.into(),
            terms.now.into(),
        ],
    )?;
    let order = of_row(&leased.ok_or(RegisterError::NoOrder { row })?)?;
    let sealed = books.row(
        "SELECT sealed FROM decided WHERE job = $1 AND line = $2",
        &key,
    )?;
    debug_assert!(order.state != OrderState::Rejected);
    Ok(Some(Leased {
        lease: Lease {
            job: terms.job,
            row,
            fence: order.fence,
            worker: terms.worker.to_owned(),
        },
        order,
        sealed: sealed.map_or(Ok(Vec::new()), |sealed| sealed.bytes(0))?,
    }))
}

pub(super) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
