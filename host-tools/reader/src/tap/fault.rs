//! A reader that fails: the place to add another kind of reader fault is [`ReaderFault`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use apdu_specs::Status;

use super::Tap;
use crate::{Card, ReaderError};

/// What goes wrong with one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderFault {
    /// The card is taken out before the command reaches it.
    LostCommand,
    /// The card is taken out when it has carried the command out: its answer is lost.
    LostAnswer,
    /// Something else is answered.
    Replaced(Vec<u8>),
    /// Nothing but this status word is answered.
    Status(Status),
    /// The answer ends after so many bytes.
    Cut(usize),
    /// Bits of one byte of the answer, counted round from its beginning, are turned.
    Flipped {
        /// Which byte.
        byte: usize,
        /// Which bits.
        mask: u8,
    },
    /// One bit of the answer's data is turned; an answer without data stays.
    Forged,
}

impl ReaderFault {
    /// One of each kind, for tests that go through all faults.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        // Each names the next, so that the compiler asks where a new kind stands.
        let next = |fault: &Self| match fault {
            Self::LostCommand => Some(Self::LostAnswer),
            Self::LostAnswer => Some(Self::Replaced(vec![])),
            Self::Replaced(_) => Some(Self::Status(Status::BLOCKED)),
            Self::Status(_) => Some(Self::Cut(1)),
            Self::Cut(_) => Some(Self::Flipped { byte: 0, mask: 1 }),
            Self::Flipped { .. } => Some(Self::Forged),
            Self::Forged => None,
        };
        std::iter::successors(Some(Self::LostCommand), next).collect()
    }

    fn happen(&self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        if *self == Self::LostCommand {
            return Err(taken_out());
        }
        let mut answer = card.transmit(command)?;
        match self {
            Self::LostCommand | Self::LostAnswer => return Err(taken_out()),
            Self::Replaced(other) => answer.clone_from(other),
            Self::Status(status) => answer = status.to_bytes().to_vec(),
            Self::Cut(length) => answer.truncate(*length),
            Self::Flipped { byte, mask } => {
                let length = answer.len().max(1);
                if let Some(byte) = answer.get_mut(byte % length) {
                    *byte ^= mask;
                }
            }
            Self::Forged => {
                if let [first, .., _, _] = &mut answer[..] {
                    *first ^= 0x01;
                }
            }
        }
        Ok(answer)
    }
}

fn taken_out() -> ReaderError {
    ReaderError::CardRemoved {
        reader: "fault".into(),
    }
}

/// Which exchanges go wrong. They are counted from 0, over all resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Never,
    Once(usize),
    Each { from: usize, every: usize },
}

impl When {
    fn is(self, number: usize) -> bool {
        match self {
            Self::Never => false,
            Self::Once(at) => number == at,
            Self::Each { from, every } => number
                .checked_sub(from)
                .is_some_and(|since| since.is_multiple_of(every)),
        }
    }
}

/// A tap that lets exchanges go wrong.
#[derive(Clone, Debug)]
pub struct Faults {
    when: When,
    fault: ReaderFault,
    seen: Seen,
}

impl Faults {
    /// None: it counts the exchanges.
    #[must_use]
    pub fn none() -> Self {
        Self::at(When::Never, ReaderFault::LostCommand)
    }

    /// `fault` with exchange `number` alone, counted from 0.
    #[must_use]
    pub fn once(number: usize, fault: ReaderFault) -> Self {
        Self::at(When::Once(number), fault)
    }

    /// `fault` with each exchange from `number` on.
    #[must_use]
    pub fn from(number: usize, fault: ReaderFault) -> Self {
        Self::every(number, 1, fault)
    }

    /// `fault` with exchange `number` and each `every`th after it.
    #[must_use]
    pub fn every(number: usize, every: usize, fault: ReaderFault) -> Self {
        Self::at(
            When::Each {
                from: number,
                every,
            },
            fault,
        )
    }

    fn at(when: When, fault: ReaderFault) -> Self {
        Self {
            when,
            fault,
            seen: Seen::default(),
        }
    }

    /// What counts the exchanges while the card is in use.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.clone()
    }
}

impl Tap for Faults {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let number = self.seen.0.fetch_add(1, Ordering::SeqCst);
        if self.when.is(number) {
            self.fault.happen(card, command)
        } else {
            card.transmit(command)
        }
    }
}

/// How many exchanges there were.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<AtomicUsize>);

impl Seen {
    /// So far, those that went wrong among them.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}
