//! Where one card after the other comes from.

use crate::{Card, ReaderError};

/// A source of cards: a reader into which someone puts them, or a simulator that makes them.
pub trait Feeder {
    /// The next card, powered. The one before is done with.
    ///
    /// # Errors
    /// No card came, or the reader is gone.
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError>;
}
