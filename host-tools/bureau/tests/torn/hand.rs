//! A card in somebody's hand, and an order that is run over it again and again.

use apdu_specs::Generation;
use ssc_bureau::batch::Batch;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::chip::prepare;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::job::{Job, OrderOptions, PinPolicy};
use ssc_bureau::journal::{Journal as _, MemoryJournal};
use ssc_bureau::order::{Event, Records, Summary, issue};
use ssc_bureau::return_file::ReturnFile;
use ssc_keys::{KeyService, Vault};
use ssc_reader::feeder::Feeder;
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

pub struct OneHand(pub Option<Hand>);

impl Feeder for OneHand {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.0
            .take()
            .map(|hand| Box::new(hand) as _)
            .ok_or(ReaderError::NoCard {
                reader: "Hand".into(),
            })
    }
}

pub fn batch(count: u64) -> Batch {
    support::batch(count, 3)
}

pub fn options(model: &'static CardModel) -> OrderOptions {
    OrderOptions {
        model,
        region: None,
        first_card_number: Some(1),
        issue_date: support::today(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
    }
}

pub struct Run {
    pub summary: Summary,
    pub errors: Vec<String>,
    pub return_file: String,
}

/// An order of one card, and its journal, which outlives the programs that run it.
pub struct Order {
    pub job: Job,
    pub journal: MemoryJournal,
    pub line: Line,
}

impl Order {
    pub fn new(line: Line) -> Self {
        Self::of(CardModel::plain(Generation::V2), line)
    }

    pub fn of(model: &'static CardModel, line: Line) -> Self {
        Self {
            job: Job::decide(&batch(1), &options(model)).unwrap(),
            journal: MemoryJournal::default(),
            line,
        }
    }

    pub fn run(&mut self, feeder: &mut dyn Feeder, keys: &dyn KeyService) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("return.csv");
        let records = self.journal.records().unwrap();
        let mut errors = Vec::new();
        let summary = issue(
            &self.job,
            keys,
            self.line,
            feeder,
            &mut Records {
                journal: &mut self.journal,
                return_file: &mut ReturnFile::of_journal(&path, Lang::En, &records).unwrap(),
            },
            &mut |event| {
                if let Event::Failed { error, .. } = event {
                    errors.push(error.to_string());
                }
            },
        )
        .unwrap();
        Run {
            summary,
            errors,
            return_file: std::fs::read_to_string(&path).unwrap(),
        }
    }

    /// Runs it over a card in somebody's hand; tells how many commands were sent too.
    pub fn over(&mut self, card: &Kept, faults: Faults, keys: &dyn KeyService) -> (Run, usize) {
        card.clone().reset().unwrap();
        let sent = faults.seen();
        let run = self.run(&mut OneHand(Some(Tapped::new(card.clone(), faults))), keys);
        (run, sent.count())
    }
}

/// A new order over a card.
pub fn on_card(card: &Kept, faults: Faults, keys: &dyn KeyService) -> (Run, usize) {
    Order::new(Line::Open).over(card, faults, keys)
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
