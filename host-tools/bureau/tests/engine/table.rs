//! Heads that a test feeds, and every chip that ever lay in one of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use apdu_specs::Status;
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, Interface, ReaderError, ReaderFault, Shared};
use ssc_simulator::SimulatedCard;

use crate::support;

/// A chip that the test keeps.
pub type Kept = Shared<SimulatedCard>;
/// What goes wrong with an exchange, by the chip's number and the exchange's, both from 0. Only a card that is taken out.
pub type Pulls = Box<dyn Fn(usize, usize) -> Option<ReaderFault> + Send + Sync>;

/// INS of what writes into a card that is not SECURED.
const STORE_DATA: u8 = 0xE2;

/// Lines that no chip takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Refused {
    #[default]
    None,
    One(usize),
    All,
}

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
    /// The line that no chip takes.
    refused: Refused,
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

    /// No chip takes what is written for this line.
    pub fn refuse(&self, line: Option<usize>) {
        self.chips().refused = line.map_or(Refused::None, Refused::One);
    }

    /// No chip takes anything.
    pub fn refuse_all(&self) {
        self.chips().refused = Refused::All;
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
    line: usize,
}

impl Slot {
    pub fn new(name: &str, table: &Arc<Table>) -> Self {
        Self {
            name: name.into(),
            table: Arc::clone(table),
            here: Arc::default(),
            line: 0,
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

    fn about(&mut self, line: usize) {
        self.line = line;
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
            line: self.line,
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
    line: usize,
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
        let is_refused = match self.table.chips().refused {
            Refused::None => false,
            Refused::One(line) => line == self.line,
            Refused::All => true,
        };
        if is_refused && command.get(1) == Some(&STORE_DATA) {
            return Ok(Status::WRONG_DATA.to_bytes().to_vec());
        }
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
