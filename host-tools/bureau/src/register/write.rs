//! What a head notes of its order, under its lease: fence, chain, order, chip and citizen in one transaction.

use ssc_database::{Failure, Transaction, Value};

use super::chain::{self, End};
use super::chips::{self, NewState};
use super::jobs::json;
use super::record::Lease;
use super::state::{ChipState, OrderState};
use super::{Register, RegisterError, stored};
use crate::journal::Note;
use crate::steps::Step;

/// Chips that may be spoiled for one order in one run: then it waits for somebody to look at it. Two bad chips one after the other are an
/// accident; what three chips refuse is of the order's own data, or of all chips of the stack.
pub const CHIPS_AN_ORDER: u32 = 3;

/// An order while notes are entered.
struct Order<'l> {
    lease: &'l Lease,
    at: i64,
    state: OrderState,
    queued: bool,
    attempts: i64,
    lease_until: i64,
    /// The chip that was met last: serial, answer to reset, identification code.
    met: Option<(String, String, String)>,
    chip: Option<String>,
    reason: Option<(String, String)>,
    number: String,
    kind: String,
}

impl Register {
    /// Notes what a head does to a card. The fence is looked at first: what begins needs a lease that has not ended; what has happened
    /// is noted too where the time is over and nobody else has the order.
    ///
    /// # Errors
    /// [`RegisterError::Fenced`], [`RegisterError::ChipTaken`], [`RegisterError::MayBeFinished`], [`RegisterError::OutOfOrder`]:
    /// nothing is noted, and the card must not be touched; [`RegisterError::ClockBack`], [`RegisterError::Database`].
    pub fn write(&self, lease: &Lease, notes: &[Note]) -> Result<(), RegisterError> {
        let mut last = None;
        let mut written = self.write_once(lease, notes, &mut last);
        while let (Err(RegisterError::Database(error)), Some((seq, hash))) = (&written, &last) {
            if !matches!(error.failure, Failure::Unknown(_)) {
                break;
            }
            // The connection was cut while this was being kept: the chain tells whether it was.
            if self.has_entry(lease.job, *seq, hash)? {
                return Ok(());
            }
            written = self.write_once(lease, notes, &mut last);
        }
        written
    }

    /// Notes it once. `last` becomes the number and the hash of the last entry.
    fn write_once(
        &self,
        lease: &Lease,
        notes: &[Note],
        last: &mut Option<(i64, Vec<u8>)>,
    ) -> Result<(), RegisterError> {
        self.write_books(|books| {
            let mut order = Order::of(books, lease)?;
            let mut end = End::of(books, lease.job)?;
            order.at = self.time_after(end.at)?;
            let begins = |note: &Note| matches!(note, Note::Met { .. } | Note::Begins { .. });
            if order.lease_until <= order.at && notes.iter().any(begins) {
                return Err(RegisterError::Fenced { row: lease.row });
            }
            let mut entries = Vec::new();
            for note in notes {
                order.enter(books, note)?;
                let (job, row, at) = (lease.job, lease.row, order.at);
                let entry = end.link(job, at, row, lease.fence, &lease.worker, json(note)?);
                entries.extend(chain::values(entry));
            }
            books.insert(chain::INTO, chain::COLUMNS, &entries)?;
            end.keep(books, lease.job)?;
            *last = Some((end.seq, end.hash));
            order.keep(books)
        })
    }
}

impl Register {
    /// Notes that no card can be made of an order, whatever the chip: no head takes it again in this run. Nothing was written for it, and the
    /// lease ends.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn give_up(
        &self,
        lease: &Lease,
        (english, chinese): (&str, &str),
    ) -> Result<(), RegisterError> {
        let (english, chinese) = (english.to_owned(), chinese.to_owned());
        self.write(lease, &[Note::Failed { english, chinese }])?;
        self.write_books(|books| {
            let mut order = Order::of(books, lease)?;
            order.at = self.time_after(0)?;
            order.attempts = order.attempts.max(CHIPS_AN_ORDER.into());
            order.keep(books)
        })?;
        self.release(lease)
    }
}

impl<'l> Order<'l> {
    /// The order of a lease whose fence is the last one, held until the transaction ends.
    fn of(books: &mut Transaction<'_>, lease: &'l Lease) -> Result<Self, RegisterError> {
        let key = [lease.job.0.into(), stored(lease.row).into()];
        let row = books.row(
            "SELECT state, fence, lease_until, queued, attempts, met, chip, reason_en, reason_zh, number, kind
             FROM orders WHERE job = $1 AND line = $2 {for update}",
            &key,
        )?;
        let row = row.ok_or(RegisterError::NoOrder { row: lease.row })?;
        if row.int(1)? != lease.fence {
            return Err(RegisterError::Fenced { row: lease.row });
        }
        let state = OrderState::of_name(&row.text(0)?);
        let met = row.maybe_text(5)?;
        Ok(Self {
            lease,
            at: 0,
            state: state.ok_or(RegisterError::Record("state of an order"))?,
            lease_until: row.int(2)?,
            queued: row.int(3)? != 0,
            attempts: row.int(4)?,
            met: met.and_then(|met| serde_json::from_str(&met).ok()),
            chip: row.maybe_text(6)?,
            reason: row.maybe_text(7)?.zip(row.maybe_text(8)?),
            number: row.text(9)?,
            kind: row.text(10)?,
        })
    }

    fn enter(&mut self, books: &mut Transaction<'_>, note: &Note) -> Result<(), RegisterError> {
        if self.state == OrderState::Delivered || self.state == OrderState::Rejected {
            return Err(self.out_of_order("any note"));
        }
        match note {
            Note::Met {
                atr,
                identification_code,
                serial,
            } => {
                let serial = if serial.is_empty() { atr } else { serial };
                self.met = Some((serial.clone(), atr.clone(), identification_code.clone()));
                Ok(())
            }
            Note::Begins { step } => self.begins(books, *step),
            Note::Done { step: Step::Check } => {
                self.written_chip(books, "check")?;
                self.state = OrderState::Checked;
                Ok(())
            }
            Note::Done { .. } => Ok(()),
            Note::Issued => self.issued(books),
            Note::Failed { english, chinese } => {
                self.reason = Some((english.clone(), chinese.clone()));
                Ok(())
            }
            Note::Refused { english, chinese } => {
                self.reason = Some((english.clone(), chinese.clone()));
                Ok(())
            }
            Note::SetAside {
                serial,
                english,
                chinese,
            } => self.set_aside(books, serial, (english, chinese)),
        }
    }

    fn begins(&mut self, books: &mut Transaction<'_>, step: Step) -> Result<(), RegisterError> {
        match step {
            Step::TakeOver | Step::Load => self.takes_chip(books),
            Step::Secure => {
                let serial = self.written_chip(books, "secure")?;
                if self.state != OrderState::Checked {
                    return Err(self.out_of_order("secure"));
                }
                // From here on nobody but the chip knows whether it is finished.
                self.queued = false;
                let state = NewState::plain(ChipState::MayBeFinished, self.at);
                chips::set_state(books, &serial, &state)
            }
            Step::Recognise | Step::Check | Step::Confirm => Ok(()),
        }
    }

    /// The chip that was met is written for this order from now on, and the one before is set aside.
    fn takes_chip(&mut self, books: &mut Transaction<'_>) -> Result<(), RegisterError> {
        let met = self.met.clone();
        let (serial, atr, code) = met.ok_or_else(|| self.out_of_order("load"))?;
        let (job, row) = (self.lease.job, self.lease.row);
        if let Some(known) = chips::known(books, &serial)? {
            let is_own = (known.job, known.row) == (job, row);
            if !is_own || matches!(known.state, ChipState::SetAside | ChipState::Issued) {
                return Err(RegisterError::ChipTaken {
                    serial,
                    job: known.job,
                    row: known.row,
                });
            }
        }
        if let Some(before) = self.chip.clone().filter(|before| *before != serial) {
            let known = chips::known(books, &before)?;
            match known.map(|known| known.state) {
                Some(ChipState::MayBeFinished | ChipState::Issued) => {
                    return Err(RegisterError::MayBeFinished {
                        row,
                        serial: before,
                    });
                }
                Some(ChipState::Writing) => {
                    let why = ("another chip took its place", "由另一芯片代替");
                    chips::set_state(books, &before, &NewState::aside(self.at, why))?;
                }
                Some(ChipState::SetAside) | None => {}
            }
        }
        chips::begin(books, &serial, self.lease, (&atr, &code), self.at)?;
        self.chip = Some(serial);
        self.state = OrderState::InPersonalization;
        self.queued = true;
        Ok(())
    }

    fn issued(&mut self, books: &mut Transaction<'_>) -> Result<(), RegisterError> {
        let serial = self.written_chip(books, "issued")?;
        let known = chips::known(books, &serial)?;
        if known.is_none_or(|known| known.state != ChipState::MayBeFinished) {
            return Err(self.out_of_order("issued"));
        }
        chips::set_state(books, &serial, &NewState::plain(ChipState::Issued, self.at))?;
        books.execute(
            "UPDATE citizens SET status = 'living', since = $5
             WHERE number = $1 AND kind = $2 AND job = $3 AND line = $4 AND status = 'ordered'",
            &[
                (&self.number).into(),
                (&self.kind).into(),
                self.lease.job.0.into(),
                stored(self.lease.row).into(),
                self.at.into(),
            ],
        )?;
        self.state = OrderState::Delivered;
        self.queued = false;
        self.lease_until = 0;
        self.reason = None;
        Ok(())
    }

    fn set_aside(
        &mut self,
        books: &mut Transaction<'_>,
        serial: &str,
        why: (&str, &str),
    ) -> Result<(), RegisterError> {
        let row = self.lease.row;
        match chips::known(books, serial)? {
            // One that nobody has seen: foreign or bad. It is known from now on.
            None => chips::aside(books, serial, self.lease, why, self.at),
            Some(known) if (known.job, known.row) != (self.lease.job, row) => {
                Err(RegisterError::ChipTaken {
                    serial: known.serial,
                    job: known.job,
                    row: known.row,
                })
            }
            Some(known) => match known.state {
                ChipState::MayBeFinished | ChipState::Issued => Err(RegisterError::MayBeFinished {
                    row,
                    serial: known.serial,
                }),
                ChipState::SetAside => Ok(()),
                ChipState::Writing => {
                    self.attempts += 1;
                    chips::set_state(books, serial, &NewState::aside(self.at, why))?;
                    if self.chip.as_deref() == Some(serial) {
                        self.chip = None;
                        self.state = OrderState::ToBeRemade;
                        self.queued = true;
                    }
                    Ok(())
                }
            },
        }
    }

    /// The chip that is written for this order; it must be the one that was met.
    fn written_chip(
        &self,
        _books: &mut Transaction<'_>,
        note: &'static str,
    ) -> Result<String, RegisterError> {
        let met = self.met.as_ref().map(|(serial, ..)| serial);
        match &self.chip {
            Some(chip) if Some(chip) == met => Ok(chip.clone()),
            _ => Err(self.out_of_order(note)),
        }
    }

    fn out_of_order(&self, note: &'static str) -> RegisterError {
        let row = self.lease.row;
        RegisterError::OutOfOrder { row, note }
    }

    fn keep(self, books: &mut Transaction<'_>) -> Result<(), RegisterError> {
        let met = self.met.as_ref().map(json).transpose()?;
        let (english, chinese) = self.reason.unzip();
        let values: [Value; 11] = [
            self.lease.job.0.into(),
            stored(self.lease.row).into(),
            self.state.name().into(),
            self.queued.into(),
            self.attempts.into(),
            self.lease_until.into(),
            met.into(),
            self.chip.into(),
            english.into(),
            chinese.into(),
            self.at.into(),
        ];
        books.execute(
            "UPDATE orders SET state = $3, queued = $4, attempts = $5, lease_until = $6, met = $7, chip = $8,
                 reason_en = $9, reason_zh = $10, changed_at = $11
             WHERE job = $1 AND line = $2",
            &values,
        )?;
        Ok(())
    }
}
