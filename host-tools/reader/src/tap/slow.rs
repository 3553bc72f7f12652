//! A slow reader.

use std::thread::sleep;
use std::time::Duration;

use super::Tap;
use crate::{Card, ReaderError};

/// A tap that lets each exchange and each reset take longer.
#[derive(Clone, Copy, Debug)]
pub struct Slow {
    by: Duration,
}

impl Slow {
    /// Makes each exchange and each reset longer by `by`.
    #[must_use]
    pub const fn by(by: Duration) -> Self {
        Self { by }
    }
}

impl Tap for Slow {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        sleep(self.by);
        card.transmit(command)
    }

    fn reset(&mut self, card: &mut dyn Card) -> Result<(), ReaderError> {
        sleep(self.by);
        card.reset()
    }
}
