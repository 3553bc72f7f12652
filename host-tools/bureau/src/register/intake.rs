//! The rows of a new job, as they stream in: numbers are given, persons looked up, and all is written in pieces.

mod persons;
mod piece;

use sha2::{Digest as _, Sha256};
use ssc_database::{Transaction, Value};
use ssc_person::CardNumber;

use super::chain::End;
use super::citizens::{self, Holds};
use super::jobs::json;
use super::note::BookNote;
use super::ranges::Ranges;
use super::reason::Reason;
use super::record::{JobId, NewOrder, NewRejected, Taken, Wanted};
use super::state::{CardStatus, OrderState};
use super::{RegisterError, stored};
use persons::Persons;
use piece::Piece;

/// A job that is being made.
pub struct Intake<'t, 'd> {
    books: &'t mut Transaction<'d>,
    job: JobId,
    at: i64,
    end: End,
    ranges: Ranges,
    persons: Persons,
    piece: Piece,
}

impl<'t, 'd> Intake<'t, 'd> {
    pub(super) fn new(
        books: &'t mut Transaction<'d>,
        job: JobId,
        at: i64,
        end: End,
    ) -> Result<Self, RegisterError> {
        Ok(Self {
            persons: Persons::new(books, job, at)?,
            books,
            job,
            at,
            end,
            ranges: Ranges::default(),
            piece: Piece::default(),
        })
    }

    /// The job.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// Takes an order: gives it its card number, then has what is decided sealed. An order that the register refuses is kept as rejected.
    ///
    /// # Errors
    /// [`RegisterError::RangeTaken`], [`RegisterError::Database`]; what `seal` returns.
    pub fn order<E: From<RegisterError>>(
        &mut self,
        order: NewOrder,
        seal: &mut dyn FnMut(&CardNumber) -> Result<Vec<u8>, E>,
    ) -> Result<Taken, E> {
        let (number, holds) = match self.number_for(&order)? {
            Ok(given) => given,
            Err(reason) => {
                let (english, chinese) = reason.say();
                let refused = NewRejected {
                    row: order.row,
                    number: order.number,
                    name_masked: order.name_masked,
                    english,
                    chinese,
                };
                self.rejected(refused)?;
                return Ok(Taken::Refused(reason));
            }
        };
        let sealed = seal(&number)?;
        self.enter(order, number, holds, sealed)?;
        Ok(Taken::Ok(number))
    }

    /// Takes a row that the check has refused.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn rejected(&mut self, row: NewRejected) -> Result<(), RegisterError> {
        self.piece.order(
            self.job,
            [
                stored(row.row).into(),
                OrderState::Rejected.name().into(),
                row.number.into(),
                row.name_masked.into(),
                "".into(),
                Value::Text(None),
                Value::Text(None),
                Value::Int(None),
                Value::Int(None),
                Value::Text(None),
                false.into(),
            ],
            Some((row.english.clone(), row.chinese.clone())),
            self.at,
        );
        let note = BookNote::Rejected {
            english: row.english,
            chinese: row.chinese,
        };
        self.row_done(row.row, &note)
    }

    /// The card number of an order, and the card that its person has.
    fn number_for(
        &mut self,
        order: &NewOrder,
    ) -> Result<Result<(CardNumber, Option<Holds>), Reason>, RegisterError> {
        let holds = self.persons.card_of(self.books, order)?;
        match (&holds, &order.replaces) {
            (None, None) => {}
            (Some(holds), Some(_)) if holds.status != CardStatus::Ordered => {}
            (Some(holds), _) => return Ok(Err(holds.reason())),
            (None, Some(_)) => return Ok(Err(Reason::NoCard)),
        }
        let keeps = order.replaces.as_ref().is_some_and(|why| why.keeps_number);
        if let (true, Some(holds)) = (keeps, &holds) {
            let number = CardNumber::parse(&holds.card_number);
            let number = number.map_err(|_| RegisterError::Record("a card number"))?;
            return Ok(Ok((number, Some(holds.clone()))));
        }
        let number = match &order.card_number {
            Wanted::Given(number) => match self.given_before(number)? {
                Some(Reason::NumberGiven { job, row })
                    if self.was_taken_back(job, row, &order.number)? =>
                {
                    let to = [self.job.0.into(), stored(order.row).into()];
                    citizens::moves_number(self.books, number, to)?;
                    return Ok(Ok((*number, holds)));
                }
                Some(reason) => return Ok(Err(reason)),
                None => {
                    self.ranges.take_out(number);
                    *number
                }
            },
            Wanted::FromRanges { ranges, owner } => {
                let waiting = &self.piece.numbers;
                let taken = |number: &CardNumber| waiting.contains_key(number);
                let mut found = None;
                for (first, last) in ranges {
                    found = self.ranges.next(self.books, *first, *last, owner, &taken)?;
                    if found.is_some() {
                        break;
                    }
                }
                match found {
                    Some(number) => number,
                    None => return Ok(Err(Reason::RangeUsedUp)),
                }
            }
        };
        self.piece.numbers.insert(number, order.row);
        Ok(Ok((number, holds)))
    }

    /// Whether the number was this very person's in a job that was closed, and no chip was ever written for it.
    fn was_taken_back(
        &mut self,
        job: JobId,
        row: usize,
        person: &str,
    ) -> Result<bool, RegisterError> {
        let found = self.books.row(
            "SELECT 1 FROM orders o JOIN jobs j ON j.id = o.job
             WHERE o.job = $1 AND o.line = $2 AND o.number = $3 AND o.state = 'rejected' AND j.state = 'closed'
                 AND NOT EXISTS (SELECT 1 FROM chips c WHERE c.job = o.job AND c.line = o.line)",
            &[job.0.into(), stored(row).into(), person.into()],
        )?;
        Ok(found.is_some())
    }

    fn given_before(&mut self, number: &CardNumber) -> Result<Option<Reason>, RegisterError> {
        let job = self.job;
        if let Some(row) = self.piece.numbers.get(number) {
            return Ok(Some(Reason::NumberGiven { job, row: *row }));
        }
        let row = self.books.row(
            "SELECT job, line FROM card_numbers WHERE number = $1",
            &[number.as_str().into()],
        )?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Reason::NumberGiven {
            job: JobId(row.int(0)?),
            row: row.number(1)?,
        }))
    }

    fn enter(
        &mut self,
        mut order: NewOrder,
        number: CardNumber,
        holds: Option<Holds>,
        sealed: Vec<u8>,
    ) -> Result<(), RegisterError> {
        let replaced = holds.as_ref().map(|holds| holds.card_number.clone());
        let why = order.replaces.as_ref().map(|why| why.reason.clone());
        let note = BookNote::Ordered {
            card_number: number.as_str().to_owned(),
            kind: order.kind.clone(),
            sealed_sha256: hex::encode(Sha256::digest(&sealed)),
            replaces: replaced.clone(),
        };
        let row = stored(order.row);
        self.piece.order(
            self.job,
            [
                row.into(),
                OrderState::Validated.name().into(),
                (&order.number).into(),
                std::mem::take(&mut order.name_masked).into(),
                (&order.kind).into(),
                number.as_str().into(),
                replaced.into(),
                holds.as_ref().map(|holds| holds.job.0).into(),
                holds.as_ref().map(|holds| stored(holds.row)).into(),
                why.into(),
                true.into(),
            ],
            None,
            self.at,
        );
        self.piece.decided(self.job, row, sealed);
        let line = order.row;
        match (holds, &order.replaces) {
            (Some(holds), Some(why)) => {
                let to = (self.job, line, number.as_str());
                let of = (order.number.as_str(), order.kind.as_str());
                citizens::replace(self.books, of, &holds, why, to, self.at)?;
            }
            _ => self.persons.add(self.books, order, number)?,
        }
        self.row_done(line, &note)
    }

    /// Notes a row, which ends it.
    fn row_done(&mut self, row: usize, note: &BookNote) -> Result<(), RegisterError> {
        let entry = self.end.link(self.job, self.at, row, 0, "", json(note)?);
        if self.piece.entry(entry) {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), RegisterError> {
        std::mem::take(&mut self.piece).write(self.books, self.job)
    }

    pub(super) fn finish(mut self) -> Result<(), RegisterError> {
        self.write()?;
        self.persons.write(self.books)?;
        self.ranges.keep(self.books)?;
        self.end.keep(self.books, self.job)
    }
}
