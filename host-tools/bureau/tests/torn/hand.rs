//! A card in somebody's hand, and an order that is run over it again and again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use apdu_specs::Generation;
use ssc_bureau::batch::{BatchReader, ReadOptions};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::chip::prepare;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{Engine, Stop};
use ssc_bureau::job::{Creation, OrderOptions, PinPolicy};
use ssc_bureau::register::{Filter, JobId, OrderState, Register, SystemClock};
use ssc_bureau::report::write_return_file;
use ssc_bureau::return_file::Form;
use ssc_bureau::run_event::RunEvent;
use ssc_bureau::sample::{SampleOptions, sample};
use ssc_database::Store;
use ssc_keys::{KeyService, Vault};
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, Faults, ReaderError, ReaderFault, Shared, Tapped};
use ssc_simulator::SimulatedCard as Local;
use ssc_words::Lang;

use crate::support;

/// A card that the test keeps while an order has it.
pub type Kept = Shared<Local>;

/// The card in a reader that someone interferes with.
pub type Hand = Tapped<Kept, Faults>;

/// The command with this number does not reach the card.
pub fn before(number: usize) -> Faults {
    Faults::once(number, ReaderFault::LostCommand)
}

/// The card has carried the command with this number out, its answer is lost.
pub fn after(number: usize) -> Faults {
    Faults::once(number, ReaderFault::LostAnswer)
}

/// Somebody's hand, which puts cards into the head, the last first. A card that was pulled is in no head any more.
pub struct Hands(pub Vec<Hand>);

impl Head for Hands {
    fn name(&self) -> &str {
        "hand"
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        Ok(self.0.pop().map(|card| Box::new(card) as _))
    }

    fn next(&mut self, _: Duration) -> Result<Coming, ReaderError> {
        Ok(if self.0.is_empty() {
            Coming::NoMore
        } else {
            Coming::Here
        })
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        Ok(())
    }
}

pub struct Run {
    pub issued: u64,
    pub remaining: u64,
    pub errors: Vec<String>,
    pub return_file: String,
}

impl Run {
    pub const fn is_complete(&self) -> bool {
        self.remaining == 0
    }
}

/// A job, usually of one card, in a register of its own, which outlives the programs that run it.
pub struct Order {
    pub register: Register,
    pub job: JobId,
    line: Line,
    folder: tempfile::TempDir,
}

impl Order {
    pub fn new(line: Line, keys: &dyn KeyService) -> Self {
        Self::of(CardModel::plain(Generation::V2), line, keys)
    }

    pub fn of(model: &'static CardModel, line: Line, keys: &dyn KeyService) -> Self {
        Self::with(1, 1, model, line, keys)
    }

    /// A job of so many cards, with card numbers from `first` on.
    pub fn with(
        count: u64,
        first: u32,
        model: &'static CardModel,
        line: Line,
        keys: &dyn KeyService,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("bureau.db"));
        let register = Register::open(&store, Arc::new(SystemClock)).unwrap();
        let pins = if keys.is_demo() {
            PinPolicy::Demo
        } else {
            PinPolicy::Random
        };
        let options = OrderOptions {
            model,
            region: None,
            first_card_number: Some(first),
            issue_date: support::today(),
            pins,
        };
        let mut csv = Vec::new();
        let persons = SampleOptions {
            count,
            seed: 3,
            ..SampleOptions::default()
        };
        sample(&persons, &mut csv).unwrap();
        let read = ReadOptions {
            today: support::today(),
            ..ReadOptions::default()
        };
        let creation = Creation {
            name: "order".into(),
            batch_name: "batch.csv".into(),
            decider: &options.decider(),
            skip_invalid: false,
            keys,
        };
        let mut reader = BatchReader::of_bytes(&csv, &read).unwrap();
        let made = creation.make(&mut reader, &register, &mut |_, _, _| Ok(()));
        Self {
            job: made.unwrap().job,
            register,
            line,
            folder,
        }
    }

    /// The card number of the first row.
    pub fn number(&self) -> String {
        let orders = self.register.orders(self.job, 0, 1, Filter::All).unwrap();
        orders[0].card_number.clone().unwrap()
    }

    pub fn run(&self, hands: Vec<Hand>, keys: &dyn KeyService) -> Run {
        let errors = Mutex::new(Vec::new());
        let tell = |event| {
            if let RunEvent::Failed { reason, .. } = event {
                errors.lock().unwrap().push(reason.english);
            }
        };
        let stop = Stop::new();
        let engine = Engine::open(
            &self.register,
            self.job,
            keys,
            self.line,
            "machine",
            &stop,
            &tell,
        )
        .unwrap();
        let mut heads: [Box<dyn Head>; 1] = [Box::new(Hands(hands))];
        let run = engine.run(&mut heads).unwrap();
        let path = self.folder.path().join("return.csv");
        write_return_file(&self.register, self.job, &path, Form::Csv, Lang::En).unwrap();
        let return_file = std::fs::read_to_string(&path).unwrap();
        Run {
            issued: run.counts.of(OrderState::Delivered),
            remaining: run.counts.remaining(),
            errors: errors.into_inner().unwrap(),
            return_file,
        }
    }

    /// Runs it over a card in somebody's hand; tells how many commands were sent too.
    pub fn over(&self, card: &Kept, faults: Faults, keys: &dyn KeyService) -> (Run, usize) {
        card.clone().reset().unwrap();
        let sent = faults.seen();
        let run = self.run(vec![Tapped::new(card.clone(), faults)], keys);
        (run, sent.count())
    }
}

/// A new order over a card.
pub fn on_card(card: &Kept, faults: Faults, keys: &dyn KeyService) -> (Run, usize) {
    Order::new(Line::Open, keys).over(card, faults, keys)
}

pub fn blank() -> Kept {
    Shared::new(support::blank(1))
}

/// A chip with the vault's initial keys.
pub fn chip(keys: &Vault) -> Kept {
    let mut card = support::blank(1);
    prepare(&mut card, keys).unwrap();
    Shared::new(card)
}

/// What an issuer's tool is told by GET STATUS.
pub fn is_secured(card: &Kept, vault: &Vault) -> bool {
    support::is_secured(&mut *card.card(), vault)
}
