//! Taps: what is done to a card's line between those who use the card and the card itself.
//!
//! Each is put onto a card by [`Tapped::new`], several one over the other; whoever uses the card does not notice.
//!
//! | tap | what it does |
//! |---|---|
//! | [`Trace`](trace::Trace) | tells what happens as [events](event::TraceEvent), which [`Writer`](trace::Writer) prints |
//! | [`Meter`](meter::Meter) | counts what it costs on the line |
//! | [`Recorder`](record::Recorder) | keeps the bytes of both directions |
//! | [`Faults`](fault::Faults) | lets a reader fail: commands and answers that are lost, cut, changed |
//! | [`Slow`](slow::Slow) | lets a reader be slow |
//! | [`RealTime`](real_time::RealTime) | lets a simulated card take a real chip's and line's time |
//!
//! A closure that is given card and command is a tap too.

pub mod event;
pub mod fault;
mod fields;
pub mod meter;
pub mod real_time;
pub mod record;
mod selected;
pub mod slow;
pub mod trace;

use crate::{Card, Interface, ReaderError};

/// Something on a card's line. A method that a tap does not define passes the call on.
pub trait Tap: Send {
    /// Over which interface the card seems to be reached.
    fn interface(&self, real: Interface) -> Interface {
        real
    }

    /// One command and its answer.
    ///
    /// # Errors
    /// The card's, and the tap's own.
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        card.transmit(command)
    }

    /// A reset.
    ///
    /// # Errors
    /// The card's, and the tap's own.
    fn reset(&mut self, card: &mut dyn Card) -> Result<(), ReaderError> {
        card.reset()
    }
}

impl<F> Tap for F
where
    F: FnMut(&mut dyn Card, &[u8]) -> Result<Vec<u8>, ReaderError> + Send,
{
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self(card, command)
    }
}

/// A card with a tap on its line.
#[derive(Clone, Debug)]
pub struct Tapped<C, T> {
    card: C,
    tap: T,
}

impl<C: Card, T: Tap> Tapped<C, T> {
    /// Puts `tap` onto the line of `card`.
    pub fn new(card: C, tap: T) -> Self {
        Self { card, tap }
    }

    /// The tap, to be asked what it has seen.
    pub fn tap(&self) -> &T {
        &self.tap
    }

    /// The card, past the tap.
    pub fn card(&mut self) -> &mut C {
        &mut self.card
    }

    /// Card and tap again.
    pub fn into_inner(self) -> (C, T) {
        (self.card, self.tap)
    }
}

impl<C: Card, T: Tap> Card for Tapped<C, T> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn interface(&self) -> Interface {
        self.tap.interface(self.card.interface())
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.tap.transmit(&mut self.card, command)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.tap.reset(&mut self.card)
    }
}
