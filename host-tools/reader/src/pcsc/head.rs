//! A PC/SC reader as a head.

use std::time::{Duration, Instant};

use super::feeder::PcscFeeder;
use crate::head::{Bin, Coming, Head};
use crate::{Card, ReaderError};

/// A PC/SC reader that somebody feeds.
///
/// A card that is put away is powered off: a hopper takes that as the sign to bring the next one. It is not looked at again before it
/// was taken out.
pub struct PcscHead {
    feeder: PcscFeeder,
    /// How long the next card may take to come.
    limit: Option<Duration>,
    /// Since when it is waited for.
    since: Option<Instant>,
}

impl PcscHead {
    /// Over a feeder. Where no card comes within `limit`, none will come.
    #[must_use]
    pub fn new(feeder: PcscFeeder, limit: Option<Duration>) -> Self {
        Self {
            feeder,
            limit,
            since: None,
        }
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
        let since = *self.since.get_or_insert_with(Instant::now);
        match self.feeder.wait(wait) {
            Ok(_) => {
                self.since = None;
                Ok(Coming::Here)
            }
            Err(ReaderError::NoCard { .. }) => {
                let over = self.limit.is_some_and(|limit| since.elapsed() >= limit);
                Ok(if over {
                    Coming::NoMore
                } else if self.feeder.is_occupied() {
                    Coming::TakeOut
                } else {
                    Coming::NotYet
                })
            }
            Err(error) => Err(error),
        }
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        self.feeder.put_away()
    }
}
