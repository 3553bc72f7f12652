//! Chips: each is written for one order only, or set aside for ever.

use ssc_database::{Row, Transaction};

use super::chain::{self, End};
use super::jobs::json;
use super::note::BookNote;
use super::record::{ChipRecord, JobId, Lease};
use super::state::{ChipState, OrderState};
use super::{Register, RegisterError, orders, stored};

/// A state that a chip comes into.
pub(super) struct NewState<'w> {
    state: ChipState,
    at: i64,
    why: Option<(&'w str, &'w str)>,
}

impl<'w> NewState<'w> {
    pub const fn plain(state: ChipState, at: i64) -> Self {
        Self {
            state,
            at,
            why: None,
        }
    }

    pub const fn aside(at: i64, why: (&'w str, &'w str)) -> Self {
        Self {
            state: ChipState::SetAside,
            at,
            why: Some(why),
        }
    }
}

pub(super) const COLUMNS: &str =
    "serial, state, job, line, atr, identification_code, since, reason_en, reason_zh";

pub(super) fn of_row(row: &Row) -> Result<ChipRecord, RegisterError> {
    let state = ChipState::of_name(&row.text(1)?);
    Ok(ChipRecord {
        serial: row.text(0)?,
        state: state.ok_or(RegisterError::Record("state of a chip"))?,
        job: JobId(row.int(2)?),
        row: row.number(3)?,
        atr: row.text(4)?,
        identification_code: row.text(5)?,
        since: row.int(6)?,
        reason: row.maybe_text(7)?.zip(row.maybe_text(8)?),
    })
}

/// A chip that the register has seen.
pub(super) fn known(
    books: &mut Transaction<'_>,
    serial: &str,
) -> Result<Option<ChipRecord>, RegisterError> {
    let statement = format!("SELECT {COLUMNS} FROM chips WHERE serial = $1");
    let row = books.row(&statement, &[serial.into()])?;
    row.as_ref().map(of_row).transpose()
}

pub(super) fn set_state(
    books: &mut Transaction<'_>,
    serial: &str,
    new: &NewState<'_>,
) -> Result<(), RegisterError> {
    let (english, chinese) = new.why.unzip();
    books.execute(
        "UPDATE chips SET state = $2, since = $3, reason_en = $4, reason_zh = $5 WHERE serial = $1",
        &[
            serial.into(),
            new.state.name().into(),
            new.at.into(),
            english.into(),
            chinese.into(),
        ],
    )?;
    Ok(())
}

/// The chip is written for the order of `lease` from now on, with this answer to reset and identification code. The serial is the key of
/// its table: where two heads meet twins at the same time, one of them is refused.
pub(super) fn begin(
    books: &mut Transaction<'_>,
    serial: &str,
    lease: &Lease,
    of: (&str, &str),
    at: i64,
) -> Result<(), RegisterError> {
    let changed = books.execute(
        "INSERT INTO chips (serial, state, job, line, atr, identification_code, since)
         VALUES ($1, 'writing', $2, $3, $4, $5, $6)
         ON CONFLICT (serial) DO UPDATE SET state = 'writing', since = $6, atr = $4, identification_code = $5
             WHERE chips.job = $2 AND chips.line = $3",
        &[
            serial.into(),
            lease.job.0.into(),
            stored(lease.row).into(),
            of.0.into(),
            of.1.into(),
            at.into(),
        ],
    )?;
    if changed == 0 {
        return Err(match known(books, serial)? {
            Some(known) => RegisterError::ChipTaken {
                serial: known.serial,
                job: known.job,
                row: known.row,
            },
            None => RegisterError::Record("a chip"),
        });
    }
    Ok(())
}

/// A chip that nobody has seen is set aside.
pub(super) fn aside(
    books: &mut Transaction<'_>,
    serial: &str,
    lease: &Lease,
    why: (&str, &str),
    at: i64,
) -> Result<(), RegisterError> {
    books.execute(
        "INSERT INTO chips (serial, state, job, line, atr, identification_code, since, reason_en, reason_zh)
         VALUES ($1, 'set_aside', $2, $3, '', '', $4, $5, $6) ON CONFLICT (serial) DO NOTHING",
        &[
            serial.into(),
            lease.job.0.into(),
            stored(lease.row).into(),
            at.into(),
            why.0.into(),
            why.1.into(),
        ],
    )?;
    Ok(())
}

impl Register {
    /// A chip, by its serial (or its answer to reset, where it was noted with none).
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn chip(&self, serial: &str) -> Result<Option<ChipRecord>, RegisterError> {
        self.read_books(|books| known(books, serial))
    }

    /// The chips of a job's rows behind `after`, up to the row `last`.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn chips(
        &self,
        job: JobId,
        after: usize,
        last: usize,
    ) -> Result<Vec<ChipRecord>, RegisterError> {
        let statement =
            format!("SELECT {COLUMNS} FROM chips WHERE job = $1 AND line > $2 AND line <= $3");
        let values = [job.0.into(), stored(after).into(), stored(last).into()];
        self.read_books(|books| {
            books
                .rows(&statement, &values)?
                .iter()
                .map(of_row)
                .collect()
        })
    }

    /// Sets a chip aside for ever that was left half-way; its order waits for another one.
    ///
    /// # Errors
    /// [`RegisterError::NoChip`]: nothing was written to it; [`RegisterError::Leased`]: a head works on its order; [`RegisterError::MayBeFinished`]: it may be a person's card;
    /// [`RegisterError::Database`].
    pub fn set_aside(
        &self,
        serial: &str,
        english: &str,
        chinese: &str,
    ) -> Result<(), RegisterError> {
        self.put_away(serial, (english, chinese), false)
    }

    /// The operator says that the chip of an order is destroyed, though it may be finished: the order waits for another one.
    ///
    /// # Errors
    /// [`RegisterError::Leased`]: a head works on the order; [`RegisterError::NoOrder`]: there is none, or it has no chip;
    /// [`RegisterError::Database`].
    pub fn chip_destroyed(
        &self,
        job: JobId,
        row: usize,
        english: &str,
        chinese: &str,
    ) -> Result<(), RegisterError> {
        let order = self.order(job, row)?;
        let chip = order.and_then(|order| order.chip);
        let chip = chip.ok_or(RegisterError::NoOrder { row })?;
        self.put_away(&chip, (english, chinese), true)
    }

    fn put_away(
        &self,
        serial: &str,
        why: (&str, &str),
        is_destroyed: bool,
    ) -> Result<(), RegisterError> {
        self.write_books(|books| {
            let unseen = || RegisterError::NoChip {
                serial: serial.to_owned(),
            };
            let chip = known(books, serial)?.ok_or_else(unseen)?;
            let (job, row) = (chip.job, chip.row);
            let order = orders::held(books, job, row)?;
            // Held now: what the chip is can be looked at.
            let chip = known(books, serial)?.ok_or_else(unseen)?;
            match chip.state {
                ChipState::SetAside => return Ok(()),
                ChipState::MayBeFinished if is_destroyed => {}
                ChipState::Issued | ChipState::MayBeFinished => {
                    let serial = chip.serial;
                    return Err(RegisterError::MayBeFinished { row, serial });
                }
                ChipState::Writing => {}
            }
            let order = order.ok_or(RegisterError::NoOrder { row })?;
            let mut end = End::of(books, job)?;
            let at = self.time_after(end.at)?;
            if order.lease_until > at {
                return Err(RegisterError::Leased {
                    job: super::jobs::one(books, job)?.name,
                    row,
                    worker: order.worker,
                    until: order.lease_until,
                });
            }
            set_state(books, serial, &NewState::aside(at, why))?;
            if order.chip.as_deref() == Some(serial) {
                books.execute(
                    "UPDATE orders SET state = $3, chip = NULL, queued = 1, fence = fence + 1, changed_at = $4
                     WHERE job = $1 AND line = $2",
                    &[
                        job.0.into(),
                        stored(row).into(),
                        OrderState::ToBeRemade.name().into(),
                        at.into(),
                    ],
                )?;
            }
            let note = BookNote::ChipSetAside {
                serial: serial.to_owned(),
                english: why.0.to_owned(),
                chinese: why.1.to_owned(),
            };
            let entry = end.link(job, at, row, order.fence, "", json(&note)?);
            books.insert(chain::INTO, chain::COLUMNS, &chain::values(entry))?;
            end.keep(books, job)
        })
    }
}
