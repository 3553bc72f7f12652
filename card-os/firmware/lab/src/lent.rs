//! A card that an order may use while somebody else keeps it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Interface, ReaderError};
use ssc_simulator::firmware::FirmwareCard;

/// A card, and the right to lend it.
#[derive(Clone)]
pub struct Lent {
    card: Arc<Mutex<FirmwareCard>>,
    atr: Vec<u8>,
}

impl Lent {
    /// Keeps `card`.
    pub fn new(card: FirmwareCard) -> Self {
        Self {
            atr: card.atr().to_vec(),
            card: Arc::new(Mutex::new(card)),
        }
    }

    /// The card itself.
    pub fn card(&self) -> MutexGuard<'_, FirmwareCard> {
        self.card.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Card for Lent {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.card().interface()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.card().transmit(command)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.card().reset()
    }
}

impl Feeder for Lent {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        Ok(Box::new(self.clone()))
    }
}
