//! A job in a register of its own, heads that a test feeds, and every chip that ever lay in one of them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use apdu_specs::Generation;
use ssc_bureau::batch::{Batch, BatchReader, ReadOptions};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{Engine, EngineError, Run, Stop};
use ssc_bureau::job::{Creation, OrderOptions, PinPolicy};
use ssc_bureau::register::{ChipState, Clock, Filter, JobId, OrderState, Register, SystemClock};
use ssc_bureau::run_event::RunEvent;
use ssc_bureau::sample::{SampleOptions, sample};
use ssc_database::Store;
use ssc_keys::Vault;
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, Interface, ReaderError, ReaderFault, Shared};
use ssc_simulator::SimulatedCard;
use ssc_terminal::{CardBasic, TerminalIdentity, read_card_basic};

use crate::support;

/// A chip that the test keeps.
pub type Kept = Shared<SimulatedCard>;
/// What goes wrong with an exchange, by the chip's number and the exchange's, both from 0. Only a card that is taken out.
pub type Pulls = Box<dyn Fn(usize, usize) -> Option<ReaderFault> + Send + Sync>;

/// Where all chips are.
#[derive(Default)]
struct Chips {
    all: Vec<(Kept, usize)>,
    /// Those that somebody puts into a head next.
    pile: VecDeque<usize>,
    /// Blank ones that may still be opened; they come when the pile is empty.
    blanks: usize,
    good: Vec<usize>,
    bad: Vec<usize>,
    asked: usize,
}

/// The table beside the heads.
pub struct Table {
    chips: Mutex<Chips>,
    pulls: Pulls,
}

impl Table {
    pub fn new(blanks: usize, pulls: Pulls) -> Arc<Self> {
        let chips = Mutex::new(Chips {
            blanks,
            ..Chips::default()
        });
        Arc::new(Self { chips, pulls })
    }

    /// Cards are never taken out.
    pub fn quiet(blanks: usize) -> Arc<Self> {
        Self::new(blanks, Box::new(|_, _| None))
    }

    fn chips(&self) -> MutexGuard<'_, Chips> {
        self.chips.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A chip of the test's own, the next to be put into a head.
    pub fn lay(&self, card: Kept) -> usize {
        let mut chips = self.chips();
        chips.all.push((card, 0));
        let number = chips.all.len() - 1;
        chips.pile.push_front(number);
        number
    }

    /// A chip of the test's own, the last of the pile.
    pub fn lay_last(&self, card: Kept) {
        let mut chips = self.chips();
        chips.all.push((card, 0));
        let number = chips.all.len() - 1;
        chips.pile.push_back(number);
    }

    /// A chip that lay in a head when its program ended is put into one again.
    pub fn back(&self, number: usize) {
        self.chips().pile.push_front(number);
    }

    pub fn all(&self) -> Vec<Kept> {
        self.chips()
            .all
            .iter()
            .map(|(card, _)| card.clone())
            .collect()
    }

    /// How many commands a chip has got.
    pub fn exchanges(&self, number: usize) -> usize {
        self.chips().all[number].1
    }

    pub fn good(&self) -> Vec<usize> {
        self.chips().good.clone()
    }

    pub fn bad(&self) -> Vec<usize> {
        self.chips().bad.clone()
    }

    /// How often a head has asked for a card.
    pub fn asked(&self) -> usize {
        self.chips().asked
    }

    /// The chips that lie on the table.
    pub fn pile(&self) -> Vec<usize> {
        self.chips().pile.iter().copied().collect()
    }

    /// The next chip, out of the pile.
    fn next(&self) -> Option<usize> {
        let mut chips = self.chips();
        if chips.pile.len() > 2 || chips.blanks == 0 {
            return chips.pile.pop_front();
        }
        chips.blanks -= 1;
        let serial = 0x0088_0000_0001 + chips.all.len() as u64;
        chips.all.push((Shared::new(support::blank(serial)), 0));
        Some(chips.all.len() - 1)
    }

    fn number(&self, number: usize) -> Kept {
        self.chips().all[number].0.clone()
    }

    fn fault(&self, number: usize) -> Option<ReaderFault> {
        let exchange = {
            let mut chips = self.chips();
            chips.all[number].1 += 1;
            chips.all[number].1 - 1
        };
        // What a test does meanwhile may look at the table.
        (self.pulls)(number, exchange)
    }
}

/// A head.
pub struct Slot {
    name: String,
    table: Arc<Table>,
    here: Arc<Mutex<Option<usize>>>,
}

impl Slot {
    pub fn new(name: &str, table: &Arc<Table>) -> Self {
        Self {
            name: name.into(),
            table: Arc::clone(table),
            here: Arc::default(),
        }
    }

    /// With the next card of the pile in it already.
    pub fn with_card(name: &str, table: &Arc<Table>) -> Self {
        let slot = Self::new(name, table);
        *slot.here.lock().unwrap() = table.chips().pile.pop_front();
        slot
    }
}

impl Head for Slot {
    fn name(&self) -> &str {
        &self.name
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        let Some(number) = *self.here.lock().unwrap() else {
            return Ok(None);
        };
        let mut card = self.table.number(number);
        card.reset()?;
        Ok(Some(Box::new(InSlot {
            card,
            number,
            table: Arc::clone(&self.table),
            here: Arc::clone(&self.here),
        })))
    }

    fn next(&mut self, _: Duration) -> Result<Coming, ReaderError> {
        self.table.chips().asked += 1;
        let mut here = self.here.lock().unwrap();
        if here.is_none() {
            *here = self.table.next();
        }
        Ok(match *here {
            Some(_) => Coming::Here,
            None => Coming::NoMore,
        })
    }

    fn put(&mut self, bin: Bin) -> Result<(), ReaderError> {
        let number = self.here.lock().unwrap().take();
        let mut chips = self.table.chips();
        match bin {
            Bin::Good => chips.good.extend(number),
            Bin::Bad => chips.bad.extend(number),
        }
        Ok(())
    }
}

/// A card that can be taken out of its head at each exchange.
struct InSlot {
    card: Kept,
    number: usize,
    table: Arc<Table>,
    here: Arc<Mutex<Option<usize>>>,
}

impl Card for InSlot {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn interface(&self) -> Interface {
        self.card.interface()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let gone = || ReaderError::CardRemoved {
            reader: "slot".into(),
        };
        if *self.here.lock().unwrap() != Some(self.number) {
            return Err(gone());
        }
        let fault = self.table.fault(self.number);
        if fault != Some(ReaderFault::LostCommand) {
            let answer = self.card.transmit(command)?;
            if fault.is_none() {
                return Ok(answer);
            }
        }
        self.here.lock().unwrap().take();
        self.table.chips().pile.push_back(self.number);
        Err(gone())
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.card.reset()
    }
}

/// A clock that a test puts forward.
#[derive(Clone, Default)]
pub struct Ahead(Arc<AtomicI64>);

impl Ahead {
    pub fn add(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap();
        self.0.fetch_add(time, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> i64 {
        SystemClock.now() + self.0.load(Ordering::SeqCst)
    }
}

/// A bureau with one job.
pub struct Floor {
    pub register: Register,
    pub store: Store,
    pub clock: Ahead,
    pub vault: Vault,
    pub job: JobId,
    pub batch: Batch,
    _folder: Option<tempfile::TempDir>,
}

impl Floor {
    /// A job of so many cards of 2.00, in a file of its own.
    pub fn new(count: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("bureau.db"));
        Self::of(store, count, Some(folder))
    }

    pub fn of(store: Store, count: u64, folder: Option<tempfile::TempDir>) -> Self {
        let clock = Ahead::default();
        let register = Register::open(&store, Arc::new(clock.clone())).unwrap();
        let vault = Vault::demo().unwrap();
        let job = create(&register, &vault, count, 7);
        Self {
            batch: support::batch(count, 7),
            register,
            store,
            clock,
            vault,
            job,
            _folder: folder,
        }
    }

    /// Another program over the same books.
    pub fn again(&self) -> Register {
        Register::open(&self.store, Arc::new(self.clock.clone())).unwrap()
    }

    pub fn run(&self, heads: &mut [Box<dyn Head>]) -> Result<Run, EngineError> {
        self.run_as(&self.register, "machine", heads, &Stop::new(), &|_| {})
    }

    pub fn run_as(
        &self,
        register: &Register,
        machine: &str,
        heads: &mut [Box<dyn Head>],
        stop: &Stop,
        tell: &(dyn Fn(RunEvent) + Sync),
    ) -> Result<Run, EngineError> {
        let (job, keys) = (self.job, &self.vault);
        Engine::open(register, job, keys, Line::Open, machine, stop, tell)?.run(heads)
    }

    /// Runs until the pile is empty and no order is left, as an operator does: what lies about is put into the heads, and the job run again.
    pub fn run_out(&self, table: &Arc<Table>, heads: usize) -> usize {
        let mut runs = 0;
        loop {
            let mut slots: Vec<Box<dyn Head>> = (1..=heads)
                .map(|head| Box::new(Slot::with_card(&format!("head {head}"), table)) as _)
                .collect();
            self.run(&mut slots).unwrap();
            runs += 1;
            if self.register.counts(self.job).unwrap().remaining() == 0 && table.pile().is_empty() {
                return runs;
            }
            assert!(runs < 100, "{:?}", self.register.counts(self.job));
        }
    }

    /// What must be at the end of every job: each order has one card, whose contents are its row's; no number is on two cards; no genuine card
    /// is unknown to the register.
    pub fn check(&self, table: &Table) {
        let register = &self.register;
        let orders = register.orders(self.job, 0, 100_000, Filter::All).unwrap();
        let people: Vec<_> = self.batch.requests().collect();
        assert_eq!(orders.len(), people.len());
        let mut genuine: Vec<(String, CardBasic)> = Vec::new();
        for card in table.all() {
            if let Some(basic) = support::genuine(&mut card.clone(), &self.vault, |card| {
                read_card_basic(card, Some(&self.vault), &TerminalIdentity::default()).unwrap()
            }) {
                let serial = support::serial(&card);
                let chip = register.chip(&serial).unwrap();
                let state = chip.map(|chip| chip.state);
                assert_eq!(state, Some(ChipState::Issued), "{serial}");
                genuine.push((serial, basic));
            }
        }
        assert_eq!(genuine.len(), orders.len(), "one card a person");
        for (order, (row, person)) in orders.iter().zip(people) {
            assert_eq!((order.row, order.state), (row, OrderState::Delivered));
            let of_chip = |(serial, _): &&(String, CardBasic)| Some(serial) == order.chip.as_ref();
            let [(_, basic)] = genuine.iter().filter(of_chip).collect::<Vec<_>>()[..] else {
                panic!("line {row}: {order:?}");
            };
            assert_eq!(basic.number, person.holder.number.as_str());
            assert_eq!(basic.name, person.holder.name.as_str());
            assert_eq!(Some(&basic.card_number), order.card_number.as_ref());
            assert_eq!(basic.version, "2.00");
        }
        let mut numbers: Vec<_> = genuine.iter().map(|(_, card)| &card.card_number).collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), orders.len(), "a number is on two cards");
        register.verify_chain(self.job).unwrap();
    }
}

/// A job of synthetic persons.
pub fn create(register: &Register, vault: &Vault, count: u64, seed: u64) -> JobId {
    let mut csv = Vec::new();
    let persons = SampleOptions {
        count,
        seed,
        ..SampleOptions::default()
    };
    sample(&persons, &mut csv).unwrap();
    let options = OrderOptions {
        model: CardModel::plain(Generation::V2),
        region: None,
        first_card_number: Some(u32::try_from(seed).unwrap() * 10_000),
        issue_date: support::today(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
    };
    let read = ReadOptions {
        today: support::today(),
        ..ReadOptions::default()
    };
    let creation = Creation {
        name: format!("job {seed}"),
        batch_name: "batch.csv".into(),
        decider: &options.decider(),
        skip_invalid: false,
        keys: vault,
    };
    let mut reader = BatchReader::of_bytes(&csv, &read).unwrap();
    creation
        .make(&mut reader, register, &mut |_, _, _| Ok(()))
        .unwrap()
        .job
}
