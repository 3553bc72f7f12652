//! What the orders and chips of a job must be, by its log alone: the rules of [`crate::register`] once more, without its tables.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::journal::Note;
use crate::register::{BookNote, CardStatus, ChainedEntry, ChipState, JobState, OrderState};
use crate::steps::Step;

/// A reason: English, Chinese.
pub(super) type Why = (String, String);

/// How far an order is, as far as a log tells: that a head has it is not noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waits,
    Is(OrderState),
}

impl Stage {
    /// Whether the state of the books is this one.
    pub fn is(self, state: OrderState) -> bool {
        match self {
            Self::Is(stage) => stage == state,
            Self::Waits => matches!(
                state,
                OrderState::Validated | OrderState::Reserved | OrderState::ToBeRemade
            ),
        }
    }

    /// The state in whose words it is told.
    pub const fn state(self) -> OrderState {
        match self {
            Self::Is(state) => state,
            Self::Waits => OrderState::Validated,
        }
    }
}

/// What an order must be.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// The last entry about it.
    pub seq: i64,
    pub stage: Stage,
    pub card_number: Option<Box<str>>,
    pub kind: Arc<str>,
    pub replaces: Option<Box<str>>,
    pub sealed: Option<[u8; 32]>,
    pub chip: Option<Arc<str>>,
    pub reason: Option<Box<Why>>,
    /// The highest fence that was noted.
    pub fence: i64,
    met: Option<(Arc<str>, [u8; 16])>,
    /// What the card became, after it was delivered.
    pub card: Option<CardStatus>,
}

/// What a chip must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chip {
    /// The last entry about it.
    pub seq: i64,
    pub row: usize,
    pub state: ChipState,
    pub reason: Option<Box<Why>>,
    /// Over its answer to reset and identification code.
    pub is: [u8; 16],
}

/// What became of a card: row, time, status, reason.
pub(super) type Became = (usize, i64, CardStatus, String);

/// Chips by their serials.
type Chips = HashMap<Arc<str>, Chip>;

/// A job, by its log.
#[derive(Debug, Default)]
pub(super) struct Replay {
    pub fingerprint: Option<String>,
    pub created_at: i64,
    pub state: Option<JobState>,
    pub orders: BTreeMap<usize, Order>,
    pub chips: Chips,
    pub became: Vec<(i64, Became)>,
    /// The kinds of card, each once.
    kinds: HashSet<Arc<str>>,
}

/// Answer to reset and identification code, in short.
pub(super) fn chip_is(atr: &str, identification_code: &str) -> [u8; 16] {
    let all = Sha256::digest(format!("{atr}|{identification_code}"));
    let mut short = [0; 16];
    short.copy_from_slice(all.split_at(16).0);
    short
}

impl Replay {
    /// Goes on by one entry. `None` where it says nothing that can be understood.
    pub fn enter(&mut self, entry: &ChainedEntry) -> Option<()> {
        if entry.head.is_empty() {
            let note = serde_json::from_str(&entry.note).ok()?;
            self.book(entry, note)
        } else {
            let note = serde_json::from_str(&entry.note).ok()?;
            let order = self.orders.get_mut(&entry.row)?;
            order.seq = entry.seq;
            order.fence = order.fence.max(entry.fence);
            order.enter(&mut self.chips, entry, note)
        }
    }

    fn book(&mut self, entry: &ChainedEntry, note: BookNote) -> Option<()> {
        let (seq, row) = (entry.seq, entry.row);
        match note {
            BookNote::Created { sha256, .. } => {
                self.fingerprint = Some(sha256);
                self.created_at = entry.at;
                self.state = Some(JobState::Ready);
            }
            BookNote::Ordered {
                card_number,
                kind,
                sealed_sha256,
                replaces,
            } => {
                let mut sealed = [0; 32];
                hex::decode_to_slice(sealed_sha256, &mut sealed).ok()?;
                let kind = Arc::from(kind);
                let kind = match self.kinds.get(&kind) {
                    Some(known) => Arc::clone(known),
                    None => {
                        self.kinds.insert(Arc::clone(&kind));
                        kind
                    }
                };
                let order = Order {
                    card_number: Some(card_number.into()),
                    kind,
                    replaces: replaces.map(Into::into),
                    sealed: Some(sealed),
                    ..Order::new(seq, Stage::Waits)
                };
                self.orders.insert(row, order);
            }
            BookNote::Rejected { english, chinese } => {
                let new = || Order::new(seq, Stage::Waits);
                let order = self.orders.entry(row).or_insert_with(new);
                let why = (english, chinese);
                if let Some(serial) = order.chip.take() {
                    set_aside(&mut self.chips, &serial, seq, &why);
                }
                order.seq = seq;
                order.stage = Stage::Is(OrderState::Rejected);
                order.reason = Some(why.into());
            }
            BookNote::JobIs { state } => self.state = Some(state),
            // Nothing of the job follows from them: an auditor reads them.
            BookNote::ClockIsRight { .. } | BookNote::OlderRegister { .. } => {}
            BookNote::ChipSetAside {
                serial,
                english,
                chinese,
            } => {
                set_aside(&mut self.chips, &serial, seq, &(english, chinese));
                let order = self.orders.get_mut(&row)?;
                order.seq = seq;
                if order.chip.as_deref() == Some(&*serial) {
                    order.chip = None;
                    order.stage = Stage::Waits;
                }
            }
            BookNote::CardIs { status, reason, .. } => {
                self.orders.get_mut(&row)?.card = Some(status);
                self.became.push((seq, (row, entry.at, status, reason)));
            }
        }
        Some(())
    }
}

fn set_aside(chips: &mut Chips, serial: &str, seq: i64, why: &Why) {
    if let Some(chip) = chips.get_mut(serial) {
        chip.seq = seq;
        chip.state = ChipState::SetAside;
        chip.reason = Some(why.clone().into());
    }
}

impl Order {
    fn new(seq: i64, stage: Stage) -> Self {
        Self {
            seq,
            stage,
            card_number: None,
            kind: Arc::from(""),
            replaces: None,
            sealed: None,
            chip: None,
            reason: None,
            fence: 0,
            met: None,
            card: None,
        }
    }

    fn enter(&mut self, chips: &mut Chips, entry: &ChainedEntry, note: Note) -> Option<()> {
        let (seq, row) = (entry.seq, entry.row);
        match note {
            Note::Met {
                atr,
                identification_code,
                serial,
            } => {
                let is = chip_is(&atr, &identification_code);
                let serial = if serial.is_empty() { atr } else { serial };
                self.met = Some((serial.into(), is));
            }
            Note::Begins {
                step: Step::TakeOver | Step::Load,
            } => {
                let (serial, is) = self.met.clone()?;
                if let Some(before) = self.chip.replace(serial.clone())
                    && before != serial
                    && chips
                        .get(&*before)
                        .is_some_and(|chip| chip.state == ChipState::Writing)
                {
                    let why = ("another chip took its place", "由另一芯片代替");
                    set_aside(chips, &before, seq, &(why.0.into(), why.1.into()));
                }
                let chip = Chip {
                    seq,
                    row,
                    state: ChipState::Writing,
                    reason: None,
                    is,
                };
                chips.insert(serial, chip);
                self.stage = Stage::Is(OrderState::InPersonalization);
            }
            Note::Begins { step: Step::Secure } => {
                self.own_chip(chips, seq, ChipState::MayBeFinished)?;
            }
            Note::Done { step: Step::Check } => self.stage = Stage::Is(OrderState::Checked),
            Note::Begins { .. } | Note::Done { .. } => {}
            Note::Issued => {
                self.own_chip(chips, seq, ChipState::Issued)?;
                self.stage = Stage::Is(OrderState::Delivered);
                self.reason = None;
                self.met = None;
            }
            Note::Failed { english, chinese } | Note::Refused { english, chinese } => {
                self.reason = Some((english, chinese).into());
            }
            Note::SetAside {
                serial,
                english,
                chinese,
            } => self.puts_aside(chips, entry, &serial, (english, chinese)),
        }
        Some(())
    }

    fn own_chip(&self, chips: &mut Chips, seq: i64, state: ChipState) -> Option<()> {
        let chip = chips.get_mut(self.chip.as_ref()?)?;
        chip.seq = seq;
        chip.state = state;
        chip.reason = None;
        Some(())
    }

    fn puts_aside(&mut self, chips: &mut Chips, entry: &ChainedEntry, serial: &str, why: Why) {
        match chips.get(serial).map(|chip| chip.state) {
            None => {
                let chip = Chip {
                    seq: entry.seq,
                    row: entry.row,
                    state: ChipState::SetAside,
                    reason: Some(why.into()),
                    is: chip_is("", ""),
                };
                chips.insert(serial.into(), chip);
            }
            Some(ChipState::Writing) => {
                set_aside(chips, serial, entry.seq, &why);
                if self.chip.as_deref() == Some(serial) {
                    self.chip = None;
                    self.stage = Stage::Waits;
                }
            }
            Some(_) => {}
        }
    }
}
