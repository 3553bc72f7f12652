//! A head (发卡头): one place where cards lie, with whoever feeds it: a person, a hopper, a card machine.

use std::time::Duration;

use crate::feeder::Feeder;
use crate::{Card, ReaderError};

/// Where a card goes when the head is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bin {
    /// It is somebody's card.
    Good,
    /// It is nobody's: foreign, bad, or set aside.
    Bad,
}

/// Whether the next card is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coming {
    /// A card lies in the head.
    Here,
    /// None yet; it may be asked for again.
    NotYet,
    /// None yet: the card that was put away still lies here, and somebody must take it out.
    TakeOut,
    /// None will come: the stack is empty.
    NoMore,
}

/// One place where cards lie, one after the other.
pub trait Head: Send {
    /// Its name, which no other head of this run has.
    fn name(&self) -> &str;

    /// Which line of the batch the next card, or the one that lies here, is meant for: for whoever prints or feeds cards.
    fn about(&mut self, _line: usize) {}

    /// The card that lies here, powered; `None` where the head is empty. It may be the one that was given before.
    ///
    /// # Errors
    /// The reader is gone, or the card does not answer.
    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError>;

    /// Asks for the next card, and waits for it as long at the most. What lay here before was [put away](Self::put).
    ///
    /// # Errors
    /// The reader or whoever feeds it is gone.
    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError>;

    /// Puts the card away that lies here. A card that is not here any more is no error.
    ///
    /// # Errors
    /// The reader or whoever feeds it is gone.
    fn put(&mut self, bin: Bin) -> Result<(), ReaderError>;
}

/// Heads that come while others are at work already: readers that are plugged in.
pub trait MoreHeads<'h>: Send {
    /// The heads that have come since this was asked last. A head that went away and came back is one of them.
    fn come(&mut self) -> Vec<Box<dyn Head + 'h>>;
}

/// A head for cards of a feeder, which are nowhere else: made in this process.
pub struct FeederHead<F> {
    name: String,
    feeder: F,
    card: Option<Box<dyn Card>>,
}

impl<F: Feeder + Send> FeederHead<F> {
    /// A head of this name.
    #[must_use]
    pub fn new(name: String, feeder: F) -> Self {
        Self {
            name,
            feeder,
            card: None,
        }
    }
}

impl<F: Feeder + Send> Head for FeederHead<F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        Ok(self.card.take())
    }

    fn next(&mut self, _: Duration) -> Result<Coming, ReaderError> {
        self.card = Some(self.feeder.next_card()?);
        Ok(Coming::Here)
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        self.card = None;
        Ok(())
    }
}
