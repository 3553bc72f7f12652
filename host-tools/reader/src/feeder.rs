//! Where the next blank card comes from: a reader that a person or a hopper fills.

use crate::{Card, ReaderError};

/// Gives one card after the other.
pub trait Feeder {
    /// The next card, powered. The one given before must have been dropped; it is let go of first.
    ///
    /// # Errors
    /// No card within the time allowed, or one that does not answer; [`ReaderError::state_unknown`] does not apply, since
    /// nothing was sent yet.
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError>;
}
