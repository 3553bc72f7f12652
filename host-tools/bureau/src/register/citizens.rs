//! Citizens: a person has one living card of a kind; a second one is a replacement with its reason.

use std::collections::HashMap;

use ssc_database::{Row, Transaction, Value};
use ssc_person::CardNumber;

use super::chain::{self, End};
use super::jobs::json;
use super::note::BookNote;
use super::reason::Reason;
use super::record::{CardEvent, CitizenRecord, JobId, Replacement};
use super::state::CardStatus;
use super::{Register, RegisterError, stored};

/// The card that a person has or waits for.
pub(super) type Holds = CitizenRecord;

impl Holds {
    pub(super) fn reason(&self) -> Reason {
        Reason::HasCard {
            status: self.status,
            job: self.job,
            row: self.row,
        }
    }
}

/// The card of a kind that a person has or waits for.
pub(super) fn holds(
    books: &mut Transaction<'_>,
    number: &str,
    kind: &str,
) -> Result<Option<Holds>, RegisterError> {
    let row = books.row(
        "SELECT status, card_number, job, line, since, reason FROM citizens WHERE number = $1 AND kind = $2",
        &[number.into(), kind.into()],
    )?;
    row.as_ref().map(of_row).transpose()
}

/// The cards of many persons, by number and kind.
pub(super) fn held_by(
    books: &mut Transaction<'_>,
    numbers: &[Value],
) -> Result<HashMap<(String, String), Holds>, RegisterError> {
    let rows = books.rows_of(
        "SELECT status, card_number, job, line, since, reason, number, kind FROM citizens WHERE number IN ({keys})",
        numbers,
    )?;
    rows.iter()
        .map(|row| Ok(((row.text(6)?, row.text(7)?), of_row(row)?)))
        .collect()
}

fn of_row(row: &Row) -> Result<Holds, RegisterError> {
    let status = CardStatus::of_name(&row.text(0)?);
    Ok(Holds {
        status: status.ok_or(RegisterError::Record("status of a card"))?,
        card_number: row.text(1)?,
        job: JobId(row.int(2)?),
        row: row.number(3)?,
        since: row.int(4)?,
        reason: row.maybe_text(5)?,
    })
}

/// Another card is ordered in the place of the one that the person `of` (number, kind) has.
pub(super) fn replace(
    books: &mut Transaction<'_>,
    of: (&str, &str),
    holds: &Holds,
    why: &Replacement,
    to: (JobId, usize, &str),
    at: i64,
) -> Result<(), RegisterError> {
    let end = End::of(books, holds.job)?;
    becomes(books, holds, (why.status, &why.reason), at, end)?;
    let (job, row, card_number) = to;
    books.execute(
        "UPDATE citizens SET status = 'ordered', card_number = $3, job = $4, line = $5, since = $6, reason = $7
         WHERE number = $1 AND kind = $2",
        &[
            of.0.into(),
            of.1.into(),
            card_number.into(),
            job.0.into(),
            stored(row).into(),
            at.into(),
            (&why.reason).into(),
        ],
    )?;
    Ok(())
}

/// The order of the person `of` (number, kind) is taken back: the person has the card that it was to replace, or none.
pub(super) fn give_back(
    books: &mut Transaction<'_>,
    of: (&str, &str),
    order: (JobId, usize),
    before: Option<(i64, i64)>,
) -> Result<(), RegisterError> {
    let mut values: Vec<Value> = vec![
        of.0.into(),
        of.1.into(),
        order.0.0.into(),
        stored(order.1).into(),
    ];
    let own = "WHERE number = $1 AND kind = $2 AND job = $3 AND line = $4 AND status = 'ordered'";
    let Some((job, line)) = before else {
        books.execute(&format!("DELETE FROM citizens {own}"), &values)?;
        return Ok(());
    };
    let card = books.row(
        "SELECT o.card_number, e.status, e.at, e.reason FROM orders o
         JOIN card_events e ON e.job = o.job AND e.line = o.line
         WHERE o.job = $1 AND o.line = $2 ORDER BY e.at DESC LIMIT 1",
        &[job.into(), line.into()],
    )?;
    let card = card.ok_or(RegisterError::Record("a replaced card"))?;
    values.extend([
        job.into(),
        line.into(),
        card.text(0)?.into(),
        card.text(1)?.into(),
        card.int(2)?.into(),
        card.maybe_text(3)?.into(),
    ]);
    books.execute(
        &format!(
            "UPDATE citizens SET job = $5, line = $6, card_number = $7, status = $8, since = $9, reason = $10 {own}"
        ),
        &values,
    )?;
    Ok(())
}

/// A card number that no chip had is its person's again, by another order: its job and line.
pub(super) fn moves_number(
    books: &mut Transaction<'_>,
    number: &CardNumber,
    [job, line]: [Value; 2],
) -> Result<(), RegisterError> {
    books.execute(
        "UPDATE card_numbers SET job = $2, line = $3 WHERE number = $1",
        &[number.as_str().into(), job, line],
    )?;
    Ok(())
}

/// Notes what became of a card, in its table and behind the `end` of its job's chain. Gives the time of it.
fn becomes(
    books: &mut Transaction<'_>,
    holds: &Holds,
    (status, reason): (CardStatus, &str),
    at: i64,
    mut end: End,
) -> Result<i64, RegisterError> {
    let note = BookNote::CardIs {
        card_number: holds.card_number.clone(),
        status,
        reason: reason.to_owned(),
    };
    let entry = end.link(holds.job, at, holds.row, 0, "", json(&note)?);
    let at = entry.at;
    books.execute(
        "INSERT INTO card_events (job, line, at, status, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        &[
            holds.job.0.into(),
            stored(holds.row).into(),
            at.into(),
            status.name().into(),
            reason.into(),
        ],
    )?;
    books.insert(chain::INTO, chain::COLUMNS, &chain::values(entry))?;
    end.keep(books, holds.job)?;
    Ok(at)
}

impl Register {
    /// The card of a kind that a person has or waits for.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn citizen(
        &self,
        number: &str,
        kind: &str,
    ) -> Result<Option<CitizenRecord>, RegisterError> {
        self.read_books(|books| holds(books, number, kind))
    }

    /// What became of the card of an order, the newest last.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn card_events(&self, job: JobId, row: usize) -> Result<Vec<CardEvent>, RegisterError> {
        self.read_books(|books| {
            let rows = books.rows(
                "SELECT at, status, reason FROM card_events WHERE job = $1 AND line = $2 ORDER BY at",
                &[job.0.into(), stored(row).into()],
            )?;
            rows.iter()
                .map(|row| {
                    let status = CardStatus::of_name(&row.text(1)?);
                    Ok(CardEvent {
                        at: row.int(0)?,
                        status: status.ok_or(RegisterError::Record("status of a card"))?,
                        reason: row.maybe_text(2)?,
                    })
                })
                .collect()
        })
    }

    /// Notes what became of the card that a person has: lost, damaged, expired. It stays the person's until another is ordered.
    ///
    /// # Errors
    /// [`RegisterError::NoCard`]: the person has none, or waits for it still; [`RegisterError::Database`].
    pub fn set_card_status(
        &self,
        number: &str,
        kind: &str,
        status: CardStatus,
        reason: &str,
    ) -> Result<(), RegisterError> {
        self.write_books(|books| {
            let card = holds(books, number, kind)?;
            let card = card.filter(|card| card.status != CardStatus::Ordered);
            let card = card.ok_or(RegisterError::NoCard)?;
            let end = End::of(books, card.job)?;
            let at = self.time_after(end.at)?;
            let at = becomes(books, &card, (status, reason), at, end)?;
            books.execute(
                "UPDATE citizens SET status = $3, since = $4, reason = $5 WHERE number = $1 AND kind = $2",
                &[
                    number.into(),
                    kind.into(),
                    status.name().into(),
                    at.into(),
                    reason.into(),
                ],
            )?;
            Ok(())
        })
    }
}
