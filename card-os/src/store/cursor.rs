//! A walk over the log from its tail, for mount and for the collector.

use super::MAX_OBJECT;
use super::StoreError;
use super::entry::{Copy, Entry, Record};
use super::geometry::Place;
use super::log::Log;
use embedded_storage::nor_flash::NorFlash;

/// The transaction in which the walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// In none.
    No,
    /// In one whose first entry was seen, on this page.
    Since(u32),
    /// In one that began on a page that is gone: its live entries were copied, what is left of it is passed over.
    Skip,
}

/// A position between two entries.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub at: Place,
    /// The number that the next commit must have.
    pub number: u16,
    open: Open,
}

/// What a step passed.
pub(super) enum Step {
    Entry(Entry, Place),
    /// The end of a transaction with the checksum of its entries.
    Commit(u32),
    /// The end of a transaction whose entries are not all there any more.
    Skipped,
    /// A unit that holds nothing.
    Blank,
    /// A unit, or the rest of a page, that a power cut left.
    Torn,
    /// The start of the next page.
    Page,
    /// The end of the newest page.
    End,
}

impl Cursor {
    /// Nowhere, before a mount.
    pub(super) const fn new() -> Self {
        Self {
            at: Place { seq: 0, unit: 0 },
            number: 0,
            open: Open::No,
        }
    }

    /// At the first entry that begins on the tail page.
    pub(super) fn at_tail<F: NorFlash>(log: &mut Log<F>) -> Result<Self, StoreError> {
        let header = log.header(log.tail)?;
        let open = if header.continued {
            Open::Skip
        } else {
            Open::No
        };
        Ok(Self {
            at: Place {
                seq: header.seq,
                unit: header.first.into(),
            },
            number: header.number,
            open,
        })
    }

    /// The page that must stay for a walk to start again from here: the one on which the current transaction began,
    /// because its commit is checked over all its entries.
    pub(super) fn tail(&self) -> u32 {
        match self.open {
            Open::Since(seq) => seq,
            Open::No | Open::Skip => self.at.seq,
        }
    }

    /// Passes one thing.
    ///
    /// `Corrupt` where transactions are missing: a page, a gap in the numbers, or a commit without the start of its transaction.
    pub(super) fn step<F: NorFlash>(&mut self, log: &mut Log<F>) -> Result<Step, StoreError> {
        let units = log.geometry.units();
        if self.at.unit >= units {
            if self.at.seq >= log.head {
                return Ok(Step::End);
            }
            let header = log.header(self.at.seq.wrapping_add(1))?;
            if !header.continued {
                self.open = Open::No;
            }
            if header.first != 0
                || header.number != self.number
                || (header.continued && self.open == Open::No)
            {
                return Err(StoreError::Corrupt);
            }
            self.at = Place {
                seq: header.seq,
                unit: 0,
            };
            return Ok(Step::Page);
        }
        let place = self.at;
        match log.record(place)? {
            Record::Entry(entry)
                if entry.number == self.number && usize::from(entry.len) <= MAX_OBJECT =>
            {
                self.entry(log, entry, place)
            }
            // far ahead or behind is not a gap but a torn unit whose checksum fits by chance
            Record::Commit { number, .. }
                if u32::from(number.wrapping_sub(self.number)) > units =>
            {
                Ok(self.pass(Step::Torn))
            }
            Record::Commit { number, crc, copy } => self.commit(number, crc, copy),
            Record::Blank => Ok(self.pass(Step::Blank)),
            Record::Entry(_) | Record::Torn => Ok(self.pass(Step::Torn)),
        }
    }

    fn pass(&mut self, step: Step) -> Step {
        self.at.unit = self.at.unit.wrapping_add(1);
        step
    }

    fn entry<F: NorFlash>(
        &mut self,
        log: &mut Log<F>,
        entry: Entry,
        place: Place,
    ) -> Result<Step, StoreError> {
        if entry.start {
            self.open = Open::Since(place.seq);
        }
        let units = log.geometry.units();
        let end = place.unit.wrapping_add(1).wrapping_add(entry.data_units());
        let Some(rest) = end.checked_sub(units).filter(|&rest| rest > 0) else {
            self.at.unit = end;
            return Ok(Step::Entry(entry, place));
        };
        // the data go on on the next page, and its header says so; or the power went before that page was opened
        let next = if place.seq < log.head {
            Some(log.header(place.seq.wrapping_add(1))?)
        } else {
            None
        };
        match next.filter(|next| {
            next.continued && u32::from(next.first) == rest && next.number == self.number
        }) {
            Some(next) => {
                self.at = Place {
                    seq: next.seq,
                    unit: rest,
                };
                Ok(Step::Entry(entry, place))
            }
            None => {
                self.at.unit = units;
                self.open = Open::No;
                Ok(Step::Torn)
            }
        }
    }

    fn commit(&mut self, number: u16, crc: u32, copy: Copy) -> Result<Step, StoreError> {
        let step = match self.open {
            _ if number != self.number => return Err(StoreError::Corrupt),
            Open::No => return Err(StoreError::Corrupt),
            Open::Since(_) => Step::Commit(crc),
            Open::Skip => Step::Skipped,
        };
        self.number = self.number.wrapping_add(1);
        self.open = Open::No;
        // the first copy is followed by room for the second, whatever is in it; a second copy comes here when the first has aged
        self.at.unit = self
            .at
            .unit
            .wrapping_add(if copy == Copy::First { 2 } else { 1 });
        Ok(step)
    }
}
