//! What an exchange costs on the line.
//!
//! Counted as T=0 carries it (ISO/IEC 7816-3, clause 10.3), whatever really carries it, so that runs compare: a
//! 5-byte header for each command, its data, one procedure byte for each command with data and for each answer with
//! data, SW1 SW2, and GET RESPONSE as the command that it is. NULL bytes and retransmissions are not counted.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{Card, Interface, ReaderError};

/// What was counted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Commands, GET RESPONSE among them.
    pub commands: u64,
    /// Bytes from the reader to the card: headers and command data.
    pub to_card: u64,
    /// Bytes from the card to the reader: procedure bytes, response data, SW1 SW2.
    pub from_card: u64,
    /// Resets of the card.
    pub resets: u64,
}

impl Counts {
    /// Bytes in both directions.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.to_card.saturating_add(self.from_card)
    }

    /// What was counted since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Counts) -> Counts {
        Counts {
            commands: self.commands.saturating_sub(earlier.commands),
            to_card: self.to_card.saturating_sub(earlier.to_card),
            from_card: self.from_card.saturating_sub(earlier.from_card),
            resets: self.resets.saturating_sub(earlier.resets),
        }
    }

    /// Adds one exchange of a command and its answer.
    fn exchange(&mut self, command: &[u8], answer: &[u8], interface: Interface) {
        let data = count(command.len().saturating_sub(5));
        let (answer_data, sw) = (count(answer.len().saturating_sub(2)), 2);
        // With data and Le both in one command, T=0 would send the data, answer 61xx and be asked by GET RESPONSE.
        let case_4 = !interface.is_t0() && has_le_after_data(command);
        let data = if case_4 { data.saturating_sub(1) } else { data };
        self.commands += 1;
        self.to_card += 5 + data;
        self.from_card += u64::from(data > 0) + sw;
        if answer_data > 0 {
            if case_4 {
                self.commands += 1;
                self.to_card += 5;
                self.from_card += sw;
            }
            self.from_card += 1 + answer_data;
        }
    }
}

/// Reads a [`Meter`] that has gone into someone else's hands.
#[derive(Clone, Debug, Default)]
pub struct MeterHandle(Arc<Mutex<Counts>>);

impl MeterHandle {
    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.with(|counts| *counts)
    }

    fn with<T>(&self, f: impl FnOnce(&mut Counts) -> T) -> T {
        // Counts stay counts even if a thread died while adding: nothing is half done in them.
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A card that counts what passes.
pub struct Meter<C> {
    card: C,
    handle: MeterHandle,
}

impl<C: Card> Meter<C> {
    /// Counts from zero on what goes to `card`.
    pub fn new(card: C) -> Self {
        Self::with_handle(card, MeterHandle::default())
    }

    /// Goes on counting where `handle` stands: one total for many cards.
    pub fn with_handle(card: C, handle: MeterHandle) -> Self {
        Self { card, handle }
    }

    /// What reads the counts while the card is in use.
    pub fn handle(&self) -> MeterHandle {
        self.handle.clone()
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.handle.counts()
    }

    /// The card again, uncounted.
    pub fn into_inner(self) -> C {
        self.card
    }
}

impl<C: Card> Card for Meter<C> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn interface(&self) -> Interface {
        self.card.interface()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let answer = self.card.transmit(command)?;
        let interface = self.card.interface();
        self.handle
            .with(|counts| counts.exchange(command, &answer, interface));
        Ok(answer)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.handle.with(|counts| counts.resets += 1);
        self.card.reset()
    }
}

/// Whether a short APDU has data and Le.
fn has_le_after_data(command: &[u8]) -> bool {
    match command {
        [_, _, _, _, lc, rest @ ..] if *lc > 0 => rest.len() == usize::from(*lc) + 1,
        _ => false,
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
