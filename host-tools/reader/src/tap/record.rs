//! The bytes of both directions, as they are: with keys and PINs. For tests; what people see is a trace.

use std::sync::{Arc, Mutex, PoisonError};

use super::Tap;
use crate::{Card, ReaderError};

/// A command and its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The command, as it went to the card.
    pub command: Vec<u8>,
    /// The answer, with SW1 SW2.
    pub answer: Vec<u8>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (command, answer) = (self.command.len(), self.answer.len());
        write!(f, "Exchange({command} bytes, {answer} bytes)")
    }
}

/// A tap that keeps what was answered. Copies of it share what they keep.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Vec<Exchange>>>);

impl Recorder {
    /// What was exchanged so far.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Tap for Recorder {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let answer = card.transmit(command)?;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Exchange {
                command: command.to_vec(),
                answer: answer.clone(),
            });
        Ok(answer)
    }
}
