//! The plain model: what the register's rules say, in memory and without a store.

use std::collections::BTreeMap;

use ssc_bureau::register::{ChipState, Lease, OrderState};

/// Orders of the job, in the rows from 2 on.
pub const ORDERS: usize = 4;
/// Seconds that a lease lasts.
pub const LASTS: i64 = 10;

#[derive(Clone, Debug)]
pub enum Act {
    Lease,
    LeaseRow(usize),
    /// Seconds go by.
    Wait(i64),
    /// With one of all leases there ever were, counted from the newest.
    Write(usize, Vec<Word>),
    Release(usize),
    Renew(usize),
    SetAside(usize),
    Destroyed(usize),
}

/// A note, with the chip it is of.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    Met(usize),
    Load,
    Compared,
    Secure,
    Issued,
    Failed,
    Aside(usize),
}

/// An order in the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub state: OrderState,
    pub fence: i64,
    pub until: i64,
    pub worker: String,
    pub attempts: u32,
    pub met: Option<usize>,
    pub chip: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub now: i64,
    pub orders: BTreeMap<usize, Order>,
    pub chips: BTreeMap<usize, (ChipState, usize)>,
    pub entries: i64,
}

/// What an act gives: a row where one was leased.
pub type Answer = Result<Option<usize>, &'static str>;

impl Model {
    pub fn new() -> Self {
        let order = Order {
            state: OrderState::Validated,
            fence: 0,
            until: 0,
            worker: String::new(),
            attempts: 0,
            met: None,
            chip: None,
        };
        Self {
            now: 0,
            orders: (2..ORDERS + 2).map(|row| (row, order.clone())).collect(),
            chips: BTreeMap::new(),
            entries: 1 + ORDERS as i64,
        }
    }

    fn chip_state(&self, chip: Option<usize>) -> Option<ChipState> {
        Some(self.chips.get(&chip?)?.0)
    }

    /// Whether a head with a fresh chip may have it.
    fn is_open(&self, order: &Order) -> bool {
        let over = matches!(order.state, OrderState::Delivered | OrderState::Rejected);
        !over && self.chip_state(order.chip) != Some(ChipState::MayBeFinished)
    }

    fn lease(&mut self, row: usize, worker: &str) {
        let now = self.now;
        let order = self.orders.get_mut(&row).unwrap();
        order.fence += 1;
        order.until = now + LASTS;
        order.worker = worker.to_owned();
        if matches!(order.state, OrderState::Validated | OrderState::ToBeRemade) {
            order.state = OrderState::Reserved;
        }
    }

    pub fn act(&mut self, act: &Act, worker: &str, leases: &[Lease]) -> Answer {
        match act {
            Act::Wait(time) => {
                self.now += time;
                Ok(None)
            }
            Act::Lease => {
                // Its own order comes back to a head that was stopped.
                let is_free = |order: &Order| order.until <= self.now || order.worker == worker;
                let free = |order: &Order| self.is_open(order) && is_free(order);
                let row = self.orders.iter().find(|(_, order)| free(order));
                let row = row.map(|(row, _)| *row);
                if let Some(row) = row {
                    self.lease(row, worker);
                }
                Ok(row)
            }
            Act::LeaseRow(row) => {
                let order = &self.orders[row];
                let is_others = order.until > self.now && order.worker != worker;
                if is_others || order.state == OrderState::Delivered {
                    return Ok(None);
                }
                self.lease(*row, worker);
                Ok(Some(*row))
            }
            Act::Write(lease, words) => {
                let mut after = self.clone();
                after.write(pick(leases, *lease), words)?;
                *self = after;
                Ok(None)
            }
            Act::Release(lease) => {
                let lease = pick(leases, *lease);
                let order = self.orders.get_mut(&lease.row).unwrap();
                if order.fence != lease.fence {
                    return Err("fenced");
                }
                order.until = 0;
                if order.state == OrderState::Reserved {
                    let is_begun = self.chips.values().any(|(_, row)| *row == lease.row);
                    order.state = match is_begun {
                        false => OrderState::Validated,
                        true => OrderState::ToBeRemade,
                    };
                }
                Ok(None)
            }
            Act::Renew(lease) => {
                let lease = pick(leases, *lease);
                let order = self.orders.get_mut(&lease.row).unwrap();
                if order.fence != lease.fence || order.until <= self.now {
                    return Err("fenced");
                }
                order.until = self.now + LASTS;
                Ok(None)
            }
            Act::SetAside(chip) => self.put_away(*chip, false),
            Act::Destroyed(row) => match self.orders[row].chip {
                Some(chip) => self.put_away(chip, true),
                None => Err("no order"),
            },
        }
    }

    fn put_away(&mut self, chip: usize, is_destroyed: bool) -> Answer {
        let Some((state, row)) = self.chips.get(&chip).copied() else {
            return Err("no chip");
        };
        match state {
            ChipState::SetAside => return Ok(None),
            ChipState::MayBeFinished if is_destroyed => {}
            ChipState::Writing => {}
            _ => return Err("may be finished"),
        }
        let order = self.orders.get_mut(&row).unwrap();
        if order.until > self.now {
            return Err("fenced");
        }
        self.chips.insert(chip, (ChipState::SetAside, row));
        if order.chip == Some(chip) {
            order.chip = None;
            order.state = OrderState::ToBeRemade;
            order.fence += 1;
        }
        self.entries += 1;
        Ok(None)
    }

    fn write(&mut self, lease: &Lease, words: &[Word]) -> Result<(), &'static str> {
        let row = lease.row;
        let order = self.orders[&row].clone();
        if order.fence != lease.fence {
            return Err("fenced");
        }
        let begins = |word: &Word| matches!(word, Word::Met(_) | Word::Load | Word::Secure);
        if order.until <= self.now && words.iter().any(begins) {
            return Err("fenced");
        }
        for word in words {
            self.word(row, *word)?;
            self.entries += 1;
        }
        Ok(())
    }

    fn word(&mut self, row: usize, word: Word) -> Result<(), &'static str> {
        let mut order = self.orders[&row].clone();
        if order.state == OrderState::Delivered {
            return Err("out of order");
        }
        let in_hand = order.chip.filter(|chip| order.met == Some(*chip));
        match word {
            Word::Met(chip) => order.met = Some(chip),
            Word::Failed => {}
            Word::Load => {
                let chip = order.met.ok_or("out of order")?;
                match self.chips.get(&chip) {
                    None => {}
                    Some((_, of)) if *of != row => return Err("taken"),
                    Some((ChipState::SetAside | ChipState::Issued, _)) => return Err("taken"),
                    Some(_) => {}
                }
                if let Some(before) = order.chip.filter(|before| *before != chip) {
                    if self.chips[&before].0 == ChipState::MayBeFinished {
                        return Err("may be finished");
                    }
                    self.chips.insert(before, (ChipState::SetAside, row));
                }
                self.chips.insert(chip, (ChipState::Writing, row));
                order.chip = Some(chip);
                order.state = OrderState::InPersonalization;
            }
            Word::Compared => {
                in_hand.ok_or("out of order")?;
                order.state = OrderState::Checked;
            }
            Word::Secure => {
                let chip = in_hand.ok_or("out of order")?;
                if order.state != OrderState::Checked {
                    return Err("out of order");
                }
                self.chips.insert(chip, (ChipState::MayBeFinished, row));
            }
            Word::Issued => {
                let chip = in_hand.ok_or("out of order")?;
                if self.chips[&chip].0 != ChipState::MayBeFinished {
                    return Err("out of order");
                }
                self.chips.insert(chip, (ChipState::Issued, row));
                order.state = OrderState::Delivered;
                order.until = 0;
            }
            Word::Aside(chip) => match self.chips.get(&chip).copied() {
                None => {
                    self.chips.insert(chip, (ChipState::SetAside, row));
                }
                Some((_, of)) if of != row => return Err("taken"),
                Some((ChipState::MayBeFinished | ChipState::Issued, _)) => {
                    return Err("may be finished");
                }
                Some((ChipState::SetAside, _)) => {}
                Some((ChipState::Writing, _)) => {
                    order.attempts += 1;
                    self.chips.insert(chip, (ChipState::SetAside, row));
                    if order.chip == Some(chip) {
                        order.chip = None;
                        order.state = OrderState::ToBeRemade;
                    }
                }
            },
        }
        self.orders.insert(row, order);
        Ok(())
    }
}

pub fn pick(leases: &[Lease], from_newest: usize) -> &Lease {
    &leases[leases.len() - 1 - from_newest.min(leases.len() - 1)]
}
