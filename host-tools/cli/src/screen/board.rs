//! What is known of a run: counts, heads, causes, rate.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use ssc_bureau::report;
use ssc_bureau::return_file::Reason;
use ssc_bureau::run_event::{HeadState, RunEvent, Totals};
use ssc_words::clean;

use super::rate::Rate;

/// Messages that a full screen keeps.
const MESSAGES: usize = 200;
/// Causes that are kept apart.
const CAUSES: usize = 200;

/// A head and what it has done in this run.
#[derive(Debug)]
pub struct Head {
    /// What it does.
    pub state: HeadState,
    /// Since when.
    pub since: Instant,
    /// Cards delivered.
    pub delivered: u64,
    /// Attempts that made no card.
    pub failed: u64,
    /// The time that its cards took together.
    pub took: Duration,
}

impl Head {
    /// The time of one card; none before the first.
    pub fn each(&self) -> Option<Duration> {
        let cards = u32::try_from(self.delivered)
            .ok()
            .filter(|cards| *cards > 0);
        cards.map(|cards| self.took / cards)
    }
}

/// What is known of a run.
#[derive(Debug)]
pub struct Board {
    /// Name of the job.
    pub job: String,
    /// Orders of the job.
    pub counts: Totals,
    /// Cards delivered in this run.
    pub delivered: u64,
    /// Attempts of this run that made no card.
    pub failed: u64,
    /// By name.
    pub heads: BTreeMap<String, Head>,
    /// Whether the end was asked for.
    pub stopping: bool,
    /// Cards an hour.
    pub rate: Rate,
    causes: HashMap<Reason, u64>,
    messages: VecDeque<String>,
    began: Instant,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            job: String::new(),
            counts: Totals::default(),
            delivered: 0,
            failed: 0,
            heads: BTreeMap::new(),
            stopping: false,
            rate: Rate::default(),
            causes: HashMap::new(),
            messages: VecDeque::new(),
            began: Instant::now(),
        }
    }
}

impl Board {
    /// Enters what happened.
    pub fn apply(&mut self, event: &RunEvent) {
        let now = Instant::now();
        match event {
            RunEvent::Counted { job, counts } => {
                self.job.clone_from(job);
                self.counts = *counts;
            }
            RunEvent::Head { head, state } => {
                let head = self.head(head, now);
                if head.state != *state {
                    head.since = now;
                    head.state.clone_from(state);
                }
            }
            RunEvent::Delivered { head, took, .. } => {
                let head = self.head(head, now);
                head.delivered += 1;
                head.took += *took;
                self.delivered += 1;
                self.counts.delivered += 1;
                self.rate.card(now);
            }
            RunEvent::Failed { head, reason, .. } => {
                self.head(head, now).failed += 1;
                self.failed += 1;
                let cause = report::cause(reason);
                if let Some(count) = self.causes.get_mut(&cause) {
                    *count += 1;
                } else if self.causes.len() < CAUSES {
                    self.causes.insert(cause, 1);
                }
            }
            RunEvent::Stopping => self.stopping = true,
            RunEvent::Ended { .. } => {}
        }
    }

    fn head(&mut self, name: &str, now: Instant) -> &mut Head {
        self.heads.entry(name.to_owned()).or_insert_with(|| Head {
            state: HeadState::Idle,
            since: now,
            delivered: 0,
            failed: 0,
            took: Duration::ZERO,
        })
    }

    /// Orders that wait for a card or have one under way.
    pub fn remaining(&self) -> u64 {
        let done = self.counts.delivered + self.counts.rejected;
        self.counts.total.saturating_sub(done)
    }

    /// Causes of failures, the most frequent first.
    pub fn causes(&self) -> Vec<(&Reason, u64)> {
        let mut causes: Vec<_> = self
            .causes
            .iter()
            .map(|(why, count)| (why, *count))
            .collect();
        causes.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        causes
    }

    /// Keeps a message for the full screen.
    pub fn said(&mut self, words: &str) {
        self.messages.push_back(clean::line(words).into_owned());
        if self.messages.len() > MESSAGES {
            self.messages.pop_front();
        }
    }

    /// The messages, the oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.messages.iter().map(String::as_str)
    }

    /// Time since the beginning.
    pub fn time(&self) -> Duration {
        self.began.elapsed()
    }
}
