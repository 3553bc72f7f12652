//! What an exchange costs on the line.
//!
//! Counted as T=0 carries it (ISO/IEC 7816-3, clause 10.3), whatever really carries it, so that runs compare: a
//! 5-byte header for each command, its data, one procedure byte for each command with data and for each answer with
//! data, SW1 SW2, and GET RESPONSE as the command that it is. NULL bytes and retransmissions are not counted.

use std::sync::{Arc, Mutex, PoisonError};

use apdu_specs::short::ShortBody;

use super::Tap;
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

/// A tap that counts. Copies of it share what they count, so that one total may be kept of many cards.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Counts>>);

impl Meter {
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

impl Tap for Meter {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let answer = card.transmit(command)?;
        self.with(|counts| counts.exchange(command, &answer, card.interface()));
        Ok(answer)
    }

    fn reset(&mut self, card: &mut dyn Card) -> Result<(), ReaderError> {
        self.with(|counts| counts.resets += 1);
        card.reset()
    }
}

/// Whether a short APDU has data and Le.
fn has_le_after_data(command: &[u8]) -> bool {
    command
        .get(4..)
        .and_then(ShortBody::parse)
        .is_some_and(|body| !body.data.is_empty() && body.ne.is_some())
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
