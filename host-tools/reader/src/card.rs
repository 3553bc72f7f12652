//! The two traits through which the host sees cards.

use crate::{Interface, ReaderError};

/// A card that is powered and answers.
pub trait Card: Send {
    /// The answer to reset, as the reader gave it (at most 33 bytes). A contactless reader builds one (PC/SC part 3).
    fn atr(&self) -> &[u8];

    /// How commands reach this card.
    fn interface(&self) -> Interface;

    /// Sends one command as it is (on T=0 one TPDU, 5 bytes at least for all but case 1) and returns data ‖ SW1 SW2.
    ///
    /// # Errors
    /// When no answer came: a card removed, a reader unplugged, a service that ended.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError>;

    /// Resets the card: selection, PIN and key states are gone afterwards, and [`atr`](Card::atr) is read anew.
    ///
    /// # Errors
    /// As for [`transmit`](Card::transmit).
    fn reset(&mut self) -> Result<(), ReaderError>;
}

/// A place where a card can be put.
pub trait Reader {
    /// The name that people choose it by (`--reader`).
    fn name(&self) -> &str;

    /// Powers the card that lies in this reader.
    ///
    /// # Errors
    /// No card, a card that does not answer, another program that holds it, a reader that is gone.
    fn connect(&mut self) -> Result<Box<dyn Card>, ReaderError>;
}

impl<C: Card + ?Sized> Card for Box<C> {
    fn atr(&self) -> &[u8] {
        (**self).atr()
    }
    fn interface(&self) -> Interface {
        (**self).interface()
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        (**self).transmit(command)
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        (**self).reset()
    }
}

impl<C: Card + ?Sized> Card for &mut C {
    fn atr(&self) -> &[u8] {
        (**self).atr()
    }
    fn interface(&self) -> Interface {
        (**self).interface()
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        (**self).transmit(command)
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        (**self).reset()
    }
}
