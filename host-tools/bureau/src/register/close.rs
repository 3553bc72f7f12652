//! The end of a job: what was not made is taken back, and its persons can be ordered anew.

use ssc_database::{Row, Transaction};

use super::chain::{self, End};
use super::chips::{self, NewState};
use super::citizens;
use super::jobs::json;
use super::note::BookNote;
use super::record::JobId;
use super::state::JobState;
use super::{Register, RegisterError};

/// Orders that are taken back at once.
const PIECE: i64 = 500;
/// Why an order of a closed job is rejected.
const WHY: (&str, &str) = (
    "the job was closed before this card was made",
    "作业在制成此卡之前已关闭",
);

impl Register {
    /// Closes a job for ever. Orders without a card are rejected, chips that were left half-way are set aside, and the persons have the
    /// card that they had before; card numbers stay given. Gives how many orders were taken back.
    ///
    /// # Errors
    /// [`RegisterError::Leased`]: a head works on an order; [`RegisterError::MayBeFinished`]: a chip may be a person's card;
    /// [`RegisterError::NoJob`], [`RegisterError::Database`].
    pub fn close_job(&self, job: JobId) -> Result<u64, RegisterError> {
        self.write_books(|books| {
            // The row that who makes a job holds: nobody orders for these persons meanwhile.
            books.row(
                "SELECT value FROM counters WHERE name = 'job' {for update}",
                &[],
            )?;
            let state = books.row(
                "SELECT state, name FROM jobs WHERE id = $1",
                &[job.0.into()],
            )?;
            let state = state.ok_or_else(|| RegisterError::NoJob {
                name: job.to_string(),
            })?;
            if state.text(0)? == JobState::Closed.name() {
                return Ok(0);
            }
            let mut end = End::of(books, job)?;
            let at = self.time_after(end.at)?;
            let (mut after, mut taken_back) = (-1, 0);
            loop {
                let open = books.rows(
                    "SELECT line, number, kind, chip, replaced_job, replaced_line, lease_until, queued, worker FROM orders
                     WHERE job = $1 AND line > $2 AND state NOT IN ('delivered', 'rejected')
                     ORDER BY line LIMIT $3 {for update}",
                    &[job.0.into(), after.into(), PIECE.into()],
                )?;
                let Some(last) = open.last() else { break };
                after = last.int(0)?;
                taken_back += open.len() as u64;
                let mut entries = Vec::new();
                for order in &open {
                    let row = order.number(0)?;
                    if order.int(6)? > at {
                        return Err(RegisterError::Leased {
                            job: state.text(1)?,
                            row,
                            worker: order.text(8)?,
                            until: order.int(6)?,
                        });
                    }
                    may_be_taken_back(order, row)?;
                    take_back(books, job, order, at)?;
                    let note = BookNote::Rejected {
                        english: WHY.0.to_owned(),
                        chinese: WHY.1.to_owned(),
                    };
                    let entry = end.link(job, at, row, 0, "", json(&note)?);
                    entries.extend(chain::values(entry));
                }
                books.insert(chain::INTO, chain::COLUMNS, &entries)?;
            }
            books.execute(
                "UPDATE orders SET state = 'rejected', queued = 0, fence = fence + 1, lease_until = 0, chip = NULL,
                     reason_en = $2, reason_zh = $3, changed_at = $4
                 WHERE job = $1 AND state NOT IN ('delivered', 'rejected')",
                &[job.0.into(), WHY.0.into(), WHY.1.into(), at.into()],
            )?;
            books.execute(
                "UPDATE jobs SET state = 'closed' WHERE id = $1",
                &[job.0.into()],
            )?;
            let note = BookNote::JobIs {
                state: JobState::Closed,
            };
            let entry = end.link(job, at, 0, 0, "", json(&note)?);
            books.insert(chain::INTO, chain::COLUMNS, &chain::values(entry))?;
            end.keep(books, job)?;
            Ok(taken_back)
        })
    }
}

fn may_be_taken_back(order: &Row, row: usize) -> Result<(), RegisterError> {
    match order.maybe_text(3)? {
        Some(serial) if order.int(7)? == 0 => Err(RegisterError::MayBeFinished { row, serial }),
        _ => Ok(()),
    }
}

fn take_back(
    books: &mut Transaction<'_>,
    job: JobId,
    order: &Row,
    at: i64,
) -> Result<(), RegisterError> {
    if let Some(serial) = order.maybe_text(3)? {
        chips::set_state(books, &serial, &NewState::aside(at, WHY))?;
    }
    let of = (order.text(1)?, order.text(2)?);
    let row = order.number(0)?;
    let before = order.maybe_int(4)?.zip(order.maybe_int(5)?);
    citizens::give_back(books, (&of.0, &of.1), (job, row), before)
}
