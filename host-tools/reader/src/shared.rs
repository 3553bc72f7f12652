//! One card with several owners.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::feeder::Feeder;
use crate::{Card, Interface, ReaderError};

/// One card with several owners: every clone uses the same card. As a [`Feeder`] it gives that one card.
pub struct Shared<C> {
    card: Arc<Mutex<C>>,
    atr: Vec<u8>,
    interface: Interface,
}

impl<C: Card> Shared<C> {
    /// Keeps `card`.
    pub fn new(card: C) -> Self {
        Self {
            atr: card.atr().to_vec(),
            interface: card.interface(),
            card: Arc::new(Mutex::new(card)),
        }
    }

    /// The card itself; nobody else uses it meanwhile.
    pub fn card(&self) -> MutexGuard<'_, C> {
        self.card.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Clone for Shared<C> {
    fn clone(&self) -> Self {
        Self {
            card: Arc::clone(&self.card),
            atr: self.atr.clone(),
            interface: self.interface,
        }
    }
}

impl<C: Card> Card for Shared<C> {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.interface
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.card().transmit(command)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        card.reset()?;
        self.atr = card.atr().to_vec();
        Ok(())
    }
}

impl<C: Card + 'static> Feeder for Shared<C> {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        Ok(Box::new(self.clone()))
    }
}
