//! A PC/SC reader as a head.

use std::time::Duration;

use super::feeder::PcscFeeder;
use crate::head::{Bin, Coming, Head};
use crate::{Card, ReaderError};

/// A PC/SC reader that somebody feeds.
///
/// A card that is put away is powered off: a hopper takes that as the sign to bring the next one. It is not looked at again before it
/// was taken out.
pub struct PcscHead {
    feeder: PcscFeeder,
}

impl PcscHead {
    /// Over a feeder.
    #[must_use]
    pub fn new(feeder: PcscFeeder) -> Self {
        Self { feeder }
    }
}

impl Head for PcscHead {
    fn name(&self) -> &str {
        self.feeder.name()
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        match self.feeder.wait(Duration::ZERO) {
            Ok(_) => {}
            Err(ReaderError::NoCard { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        match self.feeder.connect() {
            Ok(card) => Ok(Some(card)),
            // It went while it was looked at.
            Err(ReaderError::NoCard { .. } | ReaderError::CardRemoved { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        match self.feeder.wait(wait) {
            Ok(_) => Ok(Coming::Here),
            Err(ReaderError::NoCard { .. }) => Ok(Coming::NotYet),
            Err(error) => Err(error),
        }
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        self.feeder.put_away()
    }
}
