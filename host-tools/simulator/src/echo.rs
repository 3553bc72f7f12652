//! A card that does nothing, as fast as it can.

use apdu_specs::Status;
use ssc_reader::{Card, Interface, ReaderError};

/// Answers every command with its own data and 9000: what the way through PC/SC costs without a card's work.
///
/// `scripts/bench` puts the card beside it on the same pcscd.
#[derive(Debug)]
pub struct EchoCard {
    atr: Vec<u8>,
}

impl EchoCard {
    /// An echo with the ATR of the social security card and a serial of zeros, so that readers treat both alike.
    #[must_use]
    pub fn new() -> Self {
        let mut atr = apdu_specs::atr::ATR_PREFIX.to_vec();
        atr.extend([0; apdu_specs::atr::HISTORICAL_BYTES]);
        Self { atr }
    }
}

impl Default for EchoCard {
    fn default() -> Self {
        Self::new()
    }
}

impl Card for EchoCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        Interface::T0
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        // A case 2 command asks for P3 bytes: as many zeros, so that the answer's length is the real card's too.
        let mut answer = match command {
            [_, _, _, _, 0] => vec![0; 256],
            [_, _, _, _, le] => vec![0; usize::from(*le)],
            [_, _, _, _, _, data @ ..] => data.to_vec(),
            _ => Vec::new(),
        };
        answer.extend(Status::SUCCESS.to_bytes());
        Ok(answer)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        Ok(())
    }
}
