//! Cards that come into one reader, one after the other.

use std::ffi::CString;
use std::time::{Duration, Instant};

use ::pcsc::{Context, Error, ReaderState, State};

use super::{PcscReader, establish};
use crate::feeder::Feeder;
use crate::wait::{OnWait, Wait};
use crate::{Card, Reader, ReaderError};

/// Cards that somebody puts into one PC/SC reader, one after the other; each is held exclusively.
///
/// A card that was given out is powered off (PC/SC's own EJECT does no more) when the next one is asked for, and when the feeder is dropped: a hopper,
/// or `ssc sim --stack`, takes that as the sign to bring the next card. The same card is never given out twice
/// without having been taken out in between.
pub struct PcscFeeder {
    reader: PcscReader,
    context: Context,
    name: CString,
    timeout: Duration,
    on_wait: OnWait,
    given: Option<u32>,
    /// Whether the card that was given out was still there when it was last looked.
    occupied: bool,
}

impl PcscFeeder {
    /// Feeds from `reader`, which is to be [exclusive](super::Sharing::Exclusive); each card may take `timeout` to come.
    ///
    /// # Errors
    /// The service does not answer any more.
    pub fn new(
        reader: PcscReader,
        timeout: Duration,
        on_wait: OnWait,
    ) -> Result<Self, ReaderError> {
        let context = establish()?;
        let gone = || ReaderError::ReaderGone {
            reader: reader.name().into(),
        };
        let name = CString::new(reader.name()).map_err(|_| gone())?;
        Ok(Self {
            reader,
            context,
            name,
            timeout,
            on_wait,
            given: None,
            occupied: false,
        })
    }

    /// The reader's whole name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.reader.name()
    }

    /// Whether the card that was put away still lies here.
    pub(super) const fn is_occupied(&self) -> bool {
        self.occupied
    }

    /// Powers the card that lies here.
    pub(super) fn connect(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.reader.connect()
    }

    /// Powers the card off that lies here, and does not look at it again before it was taken out.
    pub(super) fn put_away(&mut self) -> Result<(), ReaderError> {
        match self.wait(Duration::ZERO) {
            Ok(count) => self.given = Some(count),
            // It was taken out already.
            Err(ReaderError::NoCard { .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
        self.reader.power_off();
        Ok(())
    }

    /// Waits for a card that was not given out yet, and returns PC/SC's count of insertions and removals.
    pub(super) fn wait(&mut self, timeout: Duration) -> Result<u32, ReaderError> {
        let reader = || self.reader.name().to_string();
        let deadline = Instant::now() + timeout;
        let mut states = [ReaderState::new(self.name.clone(), State::UNAWARE)];
        let mut told = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.context.get_status_change(left, &mut states) {
                Ok(()) => {}
                Err(Error::Timeout) => return Err(ReaderError::NoCard { reader: reader() }),
                Err(Error::NoService | Error::ServiceStopped | Error::CommError) => {
                    return Err(ReaderError::NoService {
                        detail: Error::NoService.to_string(),
                    });
                }
                Err(Error::UnknownReader | Error::ReaderUnavailable) => {
                    return Err(ReaderError::ReaderGone { reader: reader() });
                }
                Err(error) => {
                    return Err(ReaderError::Transmission {
                        reader: reader(),
                        detail: error.to_string(),
                    });
                }
            }
            let [state] = &mut states;
            let seen = state.event_state();
            if seen.intersects(State::UNKNOWN | State::IGNORE | State::UNAVAILABLE) {
                return Err(ReaderError::ReaderGone { reader: reader() });
            }
            let present = seen.contains(State::PRESENT);
            self.occupied = present && self.given == Some(state.event_count());
            if present && self.given != Some(state.event_count()) {
                return Ok(state.event_count());
            }
            let wait = if present {
                Wait::TakeOut { reader: reader() }
            } else {
                Wait::Insert { reader: reader() }
            };
            if told.as_ref() != Some(&wait) {
                (self.on_wait)(&wait);
                told = Some(wait);
            }
            state.sync_current_state();
        }
    }
}

impl Feeder for PcscFeeder {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        if self.given.is_some() {
            self.reader.power_off();
        }
        // Noted before the card is tried: a mute one must be taken out too before the order goes on.
        self.given = Some(self.wait(self.timeout)?);
        self.reader.connect()
    }
}

impl Drop for PcscFeeder {
    fn drop(&mut self) {
        if self.given.is_some() {
            self.reader.power_off();
        }
    }
}
