//! What a report says, put together row by row and entry by entry in bounded memory.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use ssc_person::mask;

use super::causes::{Causes, cause};
use super::timeline::Timeline;
use crate::return_file::{Fate, Reason, ReturnRow, Tally};

/// Rows without a card that a report names; the return file has all of them.
pub(super) const NAMED: usize = 200;

/// What an entry of the register says of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A chip lies in the head for this row.
    Begun,
    /// The card is delivered.
    Delivered,
    /// This attempt made no card.
    Failed(Reason),
}

/// What one head has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadSum {
    /// Cards delivered.
    pub delivered: u64,
    /// Attempts that made no card.
    pub failed: u64,
    /// Time over its delivered cards.
    pub on_cards: Duration,
    /// Time that it worked: over these cards and over attempts that made none. What lies between two cards is none of it.
    pub worked: Duration,
}

impl HeadSum {
    /// Cards delivered in an hour of work; none before it has worked.
    #[must_use]
    pub fn per_hour(&self) -> Option<f64> {
        let hours = self.worked.as_secs_f64() / 3600.0;
        (hours > 0.0).then(|| self.delivered as f64 / hours)
    }

    /// Seconds that one delivered card took.
    #[must_use]
    pub fn seconds_a_card(&self) -> Option<f64> {
        (self.delivered > 0).then(|| self.on_cards.as_secs_f64() / self.delivered as f64)
    }
}

/// A row without a card, or whose card is no longer in use, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRow {
    /// Line of the batch.
    pub line: u64,
    /// Social security number, masked.
    pub number: String,
    /// What became of it.
    pub fate: Fate,
    /// Why, without what is of one card.
    pub reason: Reason,
}

fn open(row: &ReturnRow) -> OpenRow {
    OpenRow {
        line: row.line,
        number: mask::number(&row.number),
        fate: row.fate,
        reason: cause(&row.reason),
    }
}

/// What a report is made from.
#[derive(Clone, Debug, Default)]
pub struct Gather {
    pub(super) tally: Tally,
    pub(super) heads: BTreeMap<String, HeadSum>,
    pub(super) open: Vec<OpenRow>,
    /// Delivered cards that are lost, damaged, expired or replaced since.
    pub(super) later: Vec<OpenRow>,
    pub(super) later_count: u64,
    pub(super) rejected: Causes,
    pub(super) failed: Causes,
    pub(super) timeline: Timeline,
    pub(super) first: Option<SystemTime>,
    pub(super) last: Option<SystemTime>,
    begun: HashMap<u64, SystemTime>,
}

impl Gather {
    /// A row of the batch, in its order.
    pub fn row(&mut self, row: &ReturnRow) {
        self.tally.add(row.fate);
        match row.fate {
            Fate::Rejected => self.rejected.add(&row.reason),
            Fate::Delivered if row.reason != Reason::default() => {
                self.later_count += 1;
                if self.later.len() < NAMED {
                    self.later.push(open(row));
                }
                return;
            }
            Fate::Delivered | Fate::NotReached => return,
            Fate::ToBeRemade | Fate::Unfinished => {}
        }
        if self.open.len() < NAMED {
            self.open.push(open(row));
        }
    }

    /// What happened to a row's card, in the order of the register.
    pub fn happened(&mut self, at: SystemTime, line: u64, head: &str, what: &Happened) {
        self.first.get_or_insert(at);
        self.last = Some(at);
        // A worker's name has its process; the head is the same one in the next.
        let head = head.split(" of process ").next().unwrap_or(head);
        let sum = self.heads.entry(head.to_owned()).or_default();
        let begun = match what {
            Happened::Begun => {
                self.begun.insert(line, at);
                None
            }
            Happened::Delivered | Happened::Failed(_) => self.begun.remove(&line),
        };
        let took = begun.and_then(|begun| at.duration_since(begun).ok());
        let took = took.unwrap_or_default();
        sum.worked += took;
        match what {
            Happened::Begun => {}
            Happened::Delivered => {
                sum.delivered += 1;
                sum.on_cards += took;
                self.timeline.add(at, true);
            }
            Happened::Failed(reason) => {
                sum.failed += 1;
                self.failed.add(reason);
                self.timeline.add(at, false);
            }
        }
    }

    /// Rows that are neither delivered nor waiting for their first turn.
    pub(super) fn open_rows(&self) -> u64 {
        [Fate::Rejected, Fate::ToBeRemade, Fate::Unfinished]
            .iter()
            .map(|fate| self.tally.of(*fate))
            .sum()
    }
}
