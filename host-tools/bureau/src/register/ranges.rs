//! Ranges of card numbers: each belongs to one institution, and its next free number is looked up in pieces.

use std::collections::{HashMap, HashSet, VecDeque};

use ssc_database::Transaction;
use ssc_person::CardNumber;

use super::{Register, RegisterError};

/// Numbers that are looked up at once.
const PIECE: u32 = 500;

/// The ranges that a job takes numbers from.
#[derive(Default)]
pub(super) struct Ranges(HashMap<(u32, u32), Range>);

struct Range {
    /// The next serial that was not looked up.
    next: u32,
    last: u32,
    free: VecDeque<(u32, CardNumber)>,
}

impl Ranges {
    /// The next free number; none where all are given. `waiting` tells of numbers that are not written yet.
    pub fn next(
        &mut self,
        books: &mut Transaction<'_>,
        first: u32,
        last: u32,
        owner: &str,
        waiting: &dyn Fn(&CardNumber) -> bool,
    ) -> Result<Option<CardNumber>, RegisterError> {
        let range = match self.0.entry((first, last)) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                let next = begin(books, first, last, owner)?;
                new.insert(Range {
                    next,
                    last,
                    free: VecDeque::new(),
                })
            }
        };
        loop {
            while let Some((_, number)) = range.free.pop_front() {
                if !waiting(&number) {
                    return Ok(Some(number));
                }
            }
            if range.next > range.last {
                return Ok(None);
            }
            range.look_up(books)?;
        }
    }

    /// A number was given that the batch names: it is free no longer.
    pub fn take_out(&mut self, number: &CardNumber) {
        for range in self.0.values_mut() {
            range.free.retain(|(_, free)| free != number);
        }
    }

    /// Notes how far each is.
    pub fn keep(&self, books: &mut Transaction<'_>) -> Result<(), RegisterError> {
        for ((first, _), range) in &self.0 {
            let next = range.free.front().map_or(range.next, |(serial, _)| *serial);
            books.execute(
                "UPDATE card_ranges SET next_serial = $2 WHERE first_serial = $1",
                &[(*first).into(), next.into()],
            )?;
        }
        Ok(())
    }
}

impl Range {
    fn look_up(&mut self, books: &mut Transaction<'_>) -> Result<(), RegisterError> {
        let until = self.last.min(self.next.saturating_add(PIECE - 1));
        let numbers: Vec<_> = (self.next..=until)
            .filter_map(|serial| Some((serial, CardNumber::from_serial(serial)?)))
            .collect();
        let keys: Vec<_> = numbers
            .iter()
            .map(|(_, number)| number.as_str().into())
            .collect();
        let given = books.rows_of(
            "SELECT number FROM card_numbers WHERE number IN ({keys})",
            &keys,
        )?;
        let given: HashSet<String> = given
            .iter()
            .map(|row| row.text(0))
            .collect::<Result<_, _>>()?;
        self.free.extend(
            numbers
                .into_iter()
                .filter(|(_, number)| !given.contains(number.as_str())),
        );
        self.next = until.saturating_add(1);
        Ok(())
    }
}

/// The next serial of a range, which is `owner`'s from now on.
fn begin(
    books: &mut Transaction<'_>,
    first: u32,
    last: u32,
    owner: &str,
) -> Result<u32, RegisterError> {
    let beside = books.rows(
        "SELECT owner, first_serial, next_serial FROM card_ranges WHERE first_serial <= $2 AND last_serial >= $1",
        &[first.into(), last.into()],
    )?;
    let mut next = None;
    for range in beside {
        let of = range.text(0)?;
        if of != owner {
            return Err(RegisterError::RangeTaken { owner: of });
        }
        if range.number::<u32>(1)? == first {
            next = Some(range.number(2)?);
        }
    }
    match next {
        Some(next) => {
            books.execute(
                "UPDATE card_ranges SET last_serial = $2 WHERE first_serial = $1 AND last_serial < $2",
                &[first.into(), last.into()],
            )?;
            Ok(next)
        }
        None => {
            books.execute(
                "INSERT INTO card_ranges (owner, first_serial, last_serial, next_serial) VALUES ($1, $2, $3, $2)",
                &[owner.into(), first.into(), last.into()],
            )?;
            Ok(first)
        }
    }
}

/// A range of card numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeRecord {
    /// Whose it is.
    pub owner: String,
    /// Its first serial.
    pub first: u32,
    /// Its last serial.
    pub last: u32,
    /// The next serial that is looked at.
    pub next: u32,
}

impl Register {
    /// All ranges that numbers were taken from, in order.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn ranges(&self) -> Result<Vec<RangeRecord>, RegisterError> {
        self.read_books(|books| {
            let rows = books.rows(
                "SELECT owner, first_serial, last_serial, next_serial FROM card_ranges ORDER BY first_serial",
                &[],
            )?;
            rows.iter()
                .map(|row| {
                    Ok(RangeRecord {
                        owner: row.text(0)?,
                        first: row.number(1)?,
                        last: row.number(2)?,
                        next: row.number(3)?,
                    })
                })
                .collect()
        })
    }

    /// Keeps a range for an institution, before numbers are taken from it.
    ///
    /// # Errors
    /// [`RegisterError::RangeTaken`], [`RegisterError::Database`].
    pub fn reserve_range(&self, owner: &str, first: u32, last: u32) -> Result<(), RegisterError> {
        self.write_books(|books| {
            books.row(
                "SELECT value FROM counters WHERE name = 'job' {for update}",
                &[],
            )?;
            begin(books, first, last, owner).map(drop)
        })
    }
}
