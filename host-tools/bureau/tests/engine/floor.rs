//! A job in a register of its own, and what must hold of it and of every chip on the table at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use apdu_specs::Generation;
use ssc_bureau::audit::Judge;
use ssc_bureau::batch::{Batch, BatchReader, ReadOptions};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{Engine, EngineError, Run, Stop};
use ssc_bureau::job::{Creation, OrderOptions, PinPolicy};
use ssc_bureau::register::{ChipState, Clock, Filter, JobId, OrderState, Register, SystemClock};
use ssc_bureau::run_event::RunEvent;
use ssc_bureau::sample::{SampleOptions, sample};
use ssc_database::Store;
use ssc_keys::{LogKey, Vault};
use ssc_reader::head::Head;
use ssc_terminal::{CardBasic, TerminalIdentity, read_card_basic};

use super::table::{Slot, Table};
use crate::support;

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
        let judge = Judge {
            public: LogKey::of(&self.vault).unwrap().public(),
            keys: Some(&self.vault),
            end: None,
        };
        let audited = judge.look_through(register, self.job).unwrap();
        assert!(audited.findings.is_empty(), "{:#?}", audited.findings);
        assert!(audited.is_opened);
    }
}

/// A job of synthetic persons.
pub fn create(register: &Register, vault: &Vault, count: u64, seed: u64) -> JobId {
    create_with(register, vault, count, seed, PinPolicy::Demo)
}

/// The same, for keys that are not published too.
pub fn create_with(
    register: &Register,
    vault: &Vault,
    count: u64,
    seed: u64,
    pins: PinPolicy,
) -> JobId {
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
        pins,
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
