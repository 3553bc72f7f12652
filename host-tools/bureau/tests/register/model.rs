//! The register against a plain model of its rules: random leases, ends of leases, and writes with fences old and new, by several heads.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use ssc_bureau::journal::Note;
use ssc_bureau::register::{ChipState, Filter, JobId, Lease, OrderState, Register, RegisterError};
use ssc_bureau::steps::Step;

use crate::books::{Books, begins, done, met};

/// Orders of the job, in the rows from 2 on.
const ORDERS: usize = 4;
/// Seconds that a lease lasts.
const LASTS: i64 = 10;

#[derive(Clone, Debug)]
enum Act {
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
enum Word {
    Met(usize),
    Load,
    Compared,
    Secure,
    Issued,
    Failed,
    Aside(usize),
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        (0..6usize).prop_map(Word::Met),
        Just(Word::Load),
        Just(Word::Compared),
        Just(Word::Secure),
        Just(Word::Issued),
        Just(Word::Failed),
        (0..6usize).prop_map(Word::Aside),
    ]
}

/// Words as a head says them: a chip is met, and then it goes on for some steps.
fn words() -> impl Strategy<Value = Vec<Word>> {
    let way = [Word::Load, Word::Compared, Word::Secure, Word::Issued];
    prop_oneof![
        1 => prop::collection::vec(word(), 1..3),
        3 => (0..6usize, 0..5usize).prop_map(move |(chip, steps)| {
            let mut words = vec![Word::Met(chip)];
            words.extend(&way[..steps]);
            words
        }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Lease),
        1 => (2..ORDERS + 2).prop_map(Act::LeaseRow),
        2 => (1..LASTS + 3).prop_map(Act::Wait),
        8 => (0..5usize, words()).prop_map(|(lease, words)| Act::Write(lease, words)),
        1 => (0..4usize).prop_map(Act::Release),
        1 => (0..4usize).prop_map(Act::Renew),
        1 => (0..6usize).prop_map(Act::SetAside),
        1 => (2..ORDERS + 2).prop_map(Act::Destroyed),
    ]
}

/// An order in the model.
#[derive(Clone, Debug, PartialEq)]
struct Order {
    state: OrderState,
    fence: i64,
    until: i64,
    attempts: u32,
    met: Option<usize>,
    chip: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
struct Model {
    now: i64,
    orders: BTreeMap<usize, Order>,
    chips: BTreeMap<usize, (ChipState, usize)>,
    entries: i64,
}

/// What an act gives: a row where one was leased.
type Answer = Result<Option<usize>, &'static str>;

impl Model {
    fn new() -> Self {
        let order = Order {
            state: OrderState::Validated,
            fence: 0,
            until: 0,
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

    fn lease(&mut self, row: usize) {
        let now = self.now;
        let order = self.orders.get_mut(&row).unwrap();
        order.fence += 1;
        order.until = now + LASTS;
        if matches!(order.state, OrderState::Validated | OrderState::ToBeRemade) {
            order.state = OrderState::Reserved;
        }
    }

    fn act(&mut self, act: &Act, leases: &[Lease]) -> Answer {
        match act {
            Act::Wait(time) => {
                self.now += time;
                Ok(None)
            }
            Act::Lease => {
                let free = |order: &Order| self.is_open(order) && order.until <= self.now;
                let row = self.orders.iter().find(|(_, order)| free(order));
                let row = row.map(|(row, _)| *row);
                if let Some(row) = row {
                    self.lease(row);
                }
                Ok(row)
            }
            Act::LeaseRow(row) => {
                let order = &self.orders[row];
                if order.until > self.now || order.state == OrderState::Delivered {
                    return Ok(None);
                }
                self.lease(*row);
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
                    order.state = match order.attempts {
                        0 => OrderState::Validated,
                        _ => OrderState::ToBeRemade,
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
            Word::Failed => order.attempts += 1,
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

fn pick(leases: &[Lease], from_newest: usize) -> &Lease {
    &leases[leases.len() - 1 - from_newest.min(leases.len() - 1)]
}

fn name(chip: usize) -> String {
    format!("C{chip}")
}

fn note(word: Word) -> Note {
    match word {
        Word::Met(chip) => met(&name(chip)),
        Word::Load => begins(Step::Load),
        Word::Compared => done(Step::Check),
        Word::Secure => begins(Step::Secure),
        Word::Issued => Note::Issued,
        Word::Failed => Note::Failed {
            english: "pulled".into(),
            chinese: "被拔出".into(),
        },
        Word::Aside(chip) => Note::SetAside {
            serial: name(chip),
            english: "bad".into(),
            chinese: "坏".into(),
        },
    }
}

/// The same act on the real register.
fn do_it(
    books: &Books,
    register: &Register,
    job: JobId,
    act: &Act,
    leases: &mut Vec<Lease>,
) -> Answer {
    let lasts = Duration::from_secs(LASTS as u64);
    let class = |error| match error {
        RegisterError::Fenced { .. } => "fenced",
        RegisterError::ChipTaken { .. } => "taken",
        RegisterError::MayBeFinished { .. } => "may be finished",
        RegisterError::OutOfOrder { .. } => "out of order",
        RegisterError::NoOrder { .. } => "no order",
        RegisterError::NoChip { .. } => "no chip",
        other => panic!("{other}"),
    };
    let worker = format!("head {}", leases.len() % 3);
    let leased = match act {
        Act::Lease => register.lease(job, &worker, lasts),
        Act::LeaseRow(row) => register.lease_row(job, *row, &worker, lasts),
        Act::Wait(time) => {
            books.clock.add(time * 1_000);
            return Ok(None);
        }
        other => {
            let done = match other {
                Act::Write(lease, words) => {
                    let notes: Vec<_> = words.iter().copied().map(note).collect();
                    register.write(pick(leases, *lease), &notes)
                }
                Act::Release(lease) => register.release(pick(leases, *lease)),
                Act::Renew(lease) => register.renew(pick(leases, *lease), lasts),
                Act::SetAside(chip) => register.set_aside(&name(*chip), "bad", "坏"),
                Act::Destroyed(row) => register.chip_destroyed(job, *row, "cut", "剪断"),
                Act::Lease | Act::LeaseRow(_) | Act::Wait(_) => Ok(()),
            };
            return done.map(|()| None).map_err(class);
        }
    };
    let lease = leased.unwrap().map(|leased| leased.lease);
    leases.extend(lease.clone());
    Ok(lease.map(|lease| lease.row))
}

fn compare(register: &Register, job: JobId, model: &Model) {
    let orders = register.orders(job, 0, 100, Filter::All).unwrap();
    for order in orders {
        let expected = &model.orders[&order.row];
        assert_eq!(order.state, expected.state, "{order:?}");
        assert_eq!(order.fence, expected.fence, "{order:?}");
        assert_eq!(order.attempts, expected.attempts, "{order:?}");
        assert_eq!(order.chip, expected.chip.map(name), "{order:?}");
    }
    for chip in 0..6 {
        let known = register.chip(&name(chip)).unwrap();
        let known = known.map(|chip| (chip.state, chip.row));
        assert_eq!(known, model.chips.get(&chip).copied(), "chip {chip}");
    }
}

fn run(books: &Books, acts: &[Act]) {
    let job = books.job("one", 1, ORDERS);
    let other = books.again().unwrap();
    let mut model = Model::new();
    let mut leases = Vec::new();
    for (at, act) in acts.iter().enumerate() {
        let needs_lease = matches!(act, Act::Write(..) | Act::Release(_) | Act::Renew(_));
        if leases.is_empty() && needs_lease {
            continue;
        }
        let expected = model.act(act, &leases);
        // Two programs take turns.
        let register = if at % 2 == 0 { &books.register } else { &other };
        let answer = do_it(books, register, job, act, &mut leases);
        assert_eq!(answer, expected, "{act:?} at {at}");
        compare(register, job, &model);
    }
    let (last, _) = other.verify_chain(job).unwrap();
    assert_eq!(last, model.entries);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_a_file(acts in prop::collection::vec(act(), 1..60)) {
        run(&Books::in_file(), &acts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_a_server(acts in prop::collection::vec(act(), 1..60)) {
        run(&Books::on_server(), &acts);
    }
}
