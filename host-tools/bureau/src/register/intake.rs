//! The rows of a new job, as they stream in: numbers are given, persons looked up, and all is written in pieces.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};
use ssc_database::{Transaction, Value};
use ssc_person::CardNumber;

use super::chain::{self, End};
use super::citizens::{self, Holds};
use super::jobs::json;
use super::note::BookNote;
use super::ranges::Ranges;
use super::reason::Reason;
use super::record::{JobId, NewOrder, NewRejected, Taken, Wanted};
use super::state::{CardStatus, OrderState};
use super::{RegisterError, stored};

/// Rows that are written at once.
const PIECE: usize = 500;

/// Seals what is decided for an order, told which one and its card number.
pub type Seal<'s, E> = dyn FnMut(usize, &CardNumber) -> Result<Vec<u8>, E> + 's;

/// A job that is being made.
pub struct Intake<'t, 'd> {
    books: &'t mut Transaction<'d>,
    job: JobId,
    at: i64,
    end: End,
    ranges: Ranges,
    known: Known,
    waiting: Waiting,
}

/// What was looked up at once for several orders. It is right until the next of them is written.
#[derive(Default)]
struct Known {
    persons: HashSet<String>,
    cards: HashMap<(String, String), Holds>,
    asked: HashSet<CardNumber>,
    given: HashMap<String, (JobId, usize)>,
}

/// What is not written yet.
#[derive(Default)]
struct Waiting {
    rows: usize,
    orders: Vec<Value>,
    decided: Vec<Value>,
    entries: Vec<Value>,
    numbers: HashMap<CardNumber, usize>,
    citizens: HashMap<(String, String), (CardNumber, usize)>,
}

impl<'t, 'd> Intake<'t, 'd> {
    pub(super) fn new(books: &'t mut Transaction<'d>, job: JobId, at: i64, end: End) -> Self {
        Self {
            books,
            job,
            at,
            end,
            ranges: Ranges::default(),
            known: Known::default(),
            waiting: Waiting::default(),
        }
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

    /// Takes several orders, as [`order`](Self::order) does each, and looks persons and numbers up at once: for large batches, some
    /// hundreds at a time. `seal` is told which of them.
    ///
    /// # Errors
    /// As [`order`](Self::order).
    pub fn orders<E: From<RegisterError>>(
        &mut self,
        orders: Vec<NewOrder>,
        seal: &mut Seal<'_, E>,
    ) -> Result<Vec<Taken>, E> {
        // What waits is written first, so that it is found.
        self.write()?;
        self.known = self.look_up(&orders)?;
        let taken = orders.into_iter().enumerate();
        let taken = taken.map(|(at, order)| self.order(order, &mut |number| seal(at, number)));
        let taken = taken.collect();
        self.known = Known::default();
        taken
    }

    fn look_up(&mut self, orders: &[NewOrder]) -> Result<Known, RegisterError> {
        let persons: HashSet<String> = orders.iter().map(|order| order.number.clone()).collect();
        let keys: Vec<Value> = persons.iter().map(Value::from).collect();
        let cards = citizens::held_by(self.books, &keys)?;
        let named = orders.iter().filter_map(|order| match &order.card_number {
            Wanted::Given(number) => Some(*number),
            Wanted::FromRanges { .. } => None,
        });
        let asked: HashSet<CardNumber> = named.collect();
        let keys: Vec<Value> = asked.iter().map(|number| number.as_str().into()).collect();
        let rows = self.books.rows_of(
            "SELECT number, job, line FROM card_numbers WHERE number IN ({keys})",
            &keys,
        )?;
        let mut given = HashMap::new();
        for row in rows {
            given.insert(row.text(0)?, (JobId(row.int(1)?), row.number(2)?));
        }
        Ok(Known {
            persons,
            cards,
            asked,
            given,
        })
    }

    /// Takes a row that the check has refused.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn rejected(&mut self, row: NewRejected) -> Result<(), RegisterError> {
        self.push_order(
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
        );
        let note = BookNote::Rejected {
            english: row.english,
            chinese: row.chinese,
        };
        self.push_entry(row.row, &note)?;
        self.row_done()
    }

    /// The card number of an order, and the card that its person has.
    fn number_for(
        &mut self,
        order: &NewOrder,
    ) -> Result<Result<(CardNumber, Option<Holds>), Reason>, RegisterError> {
        let key = (order.number.clone(), order.kind.clone());
        if let Some((_, row)) = self.waiting.citizens.get(&key) {
            return Ok(Err(Reason::HasCard {
                status: CardStatus::Ordered,
                job: self.job,
                row: *row,
            }));
        }
        let holds = if self.known.persons.contains(&order.number) {
            self.known.cards.get(&key).cloned()
        } else {
            citizens::holds(self.books, &order.number, &order.kind)?
        };
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
                let waiting = &self.waiting.numbers;
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
        self.waiting.numbers.insert(number, order.row);
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
        if let Some(row) = self.waiting.numbers.get(number) {
            return Ok(Some(Reason::NumberGiven { job, row: *row }));
        }
        if self.known.asked.contains(number) {
            let given = self.known.given.get(number.as_str());
            return Ok(given.map(|(job, row)| Reason::NumberGiven {
                job: *job,
                row: *row,
            }));
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
        order: NewOrder,
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
        self.push_order(
            [
                row.into(),
                OrderState::Validated.name().into(),
                (&order.number).into(),
                order.name_masked.into(),
                (&order.kind).into(),
                number.as_str().into(),
                replaced.into(),
                holds.as_ref().map(|holds| holds.job.0).into(),
                holds.as_ref().map(|holds| stored(holds.row)).into(),
                why.into(),
                true.into(),
            ],
            None,
        );
        self.waiting
            .decided
            .extend([self.job.0.into(), row.into(), sealed.into()]);
        match (holds, order.replaces) {
            (Some(holds), Some(why)) => {
                let to = (self.job, order.row, number.as_str());
                let of = (order.number.as_str(), order.kind.as_str());
                citizens::replace(self.books, of, &holds, &why, to, self.at)?;
                let key = (order.number, order.kind);
                if let Some(known) = self.known.cards.get_mut(&key) {
                    known.status = CardStatus::Ordered;
                    (known.job, known.row) = (self.job, order.row);
                }
            }
            _ => {
                let citizen = (order.number, order.kind);
                if let Slot::Vacant(slot) = self.waiting.citizens.entry(citizen) {
                    slot.insert((number, order.row));
                }
            }
        }
        self.push_entry(order.row, &note)?;
        self.row_done()
    }

    fn push_order(&mut self, values: [Value; 11], reason: Option<(String, String)>) {
        let (english, chinese) = reason.unzip();
        let orders = &mut self.waiting.orders;
        orders.push(self.job.0.into());
        orders.extend(values);
        orders.extend([english.into(), chinese.into(), self.at.into()]);
    }

    fn push_entry(&mut self, row: usize, note: &BookNote) -> Result<(), RegisterError> {
        let entry = self.end.link(self.job, self.at, row, 0, "", json(note)?);
        self.waiting.entries.extend(chain::values(entry));
        Ok(())
    }

    fn row_done(&mut self) -> Result<(), RegisterError> {
        self.waiting.rows += 1;
        // What was looked up at once stays right only while nothing is written.
        if self.waiting.rows >= PIECE && self.known.persons.is_empty() {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), RegisterError> {
        let waiting = std::mem::take(&mut self.waiting);
        let (books, job, at) = (&mut *self.books, self.job, self.at);
        books.insert_with(
            "orders (job, line, state, number, name_masked, kind, card_number, replaced_card, replaced_job,
                 replaced_line, replaced_why, queued,
                 reason_en, reason_zh, changed_at, attempts, fence, worker, lease_until)",
            15,
            "0, 0, '', 0",
            &waiting.orders,
        )?;
        books.insert("decided (job, line, sealed)", 3, &waiting.decided)?;
        let mut numbers = Vec::with_capacity(waiting.numbers.len() * 3);
        for (number, row) in &waiting.numbers {
            numbers.extend([number.as_str().into(), job.0.into(), stored(*row).into()]);
        }
        books.insert("card_numbers (number, job, line)", 3, &numbers)?;
        let mut citizens = Vec::with_capacity(waiting.citizens.len() * 6);
        for ((number, kind), (card_number, row)) in waiting.citizens {
            citizens.extend([
                number.into(),
                kind.into(),
                card_number.as_str().into(),
                job.0.into(),
                stored(row).into(),
                at.into(),
            ]);
        }
        books.insert_with(
            "citizens (number, kind, card_number, job, line, since, status)",
            6,
            "'ordered'",
            &citizens,
        )?;
        books.insert(chain::INTO, chain::COLUMNS, &waiting.entries)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), RegisterError> {
        self.write()?;
        self.ranges.keep(self.books)?;
        self.end.keep(self.books, self.job)
    }
}
