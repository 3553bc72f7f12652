//! Where the next blank card comes from: a reader that a person or a hopper fills.

use std::ffi::CString;
use std::time::{Duration, Instant};

use ::pcsc::{Context, Error, ReaderState, State};

use crate::pcsc::{PcscReader, establish};
use crate::{Card, Reader, ReaderError};
use ssc_words::{Bilingual, Lang};

/// Gives one card after the other.
pub trait Feeder {
    /// The next card, powered. The one given before must have been dropped; it is let go of first.
    ///
    /// # Errors
    /// No card within the time allowed, or one that does not answer; [`ReaderError::lost_card`] does not apply, since
    /// nothing was sent yet.
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError>;
}

/// What must happen before the work goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The card that lies in the reader is done (issued or set aside).
    TakeOut {
        /// The reader's name.
        reader: String,
    },
    /// The reader is empty.
    Insert {
        /// The reader's name.
        reader: String,
    },
    /// Another program has the card.
    Others {
        /// The reader's name.
        reader: String,
    },
}

impl Bilingual for Wait {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TakeOut { reader }, Lang::En) => {
                format!("take the card out of reader \"{reader}\", then insert the next blank card")
            }
            (Self::TakeOut { reader }, Lang::Zh) => {
                format!("请从读卡器“{reader}”取出卡片，然后插入下一张空白卡")
            }
            (Self::Insert { reader }, Lang::En) => {
                format!("insert the next blank card into reader \"{reader}\"")
            }
            (Self::Insert { reader }, Lang::Zh) => {
                format!("请将下一张空白卡插入读卡器“{reader}”")
            }
            (Self::Others { reader }, Lang::En) => {
                format!("waiting: another program has the card in reader \"{reader}\"")
            }
            (Self::Others { reader }, Lang::Zh) => {
                format!("等待中：另一程序正在使用读卡器“{reader}”中的卡片")
            }
        }
    }
}

/// Called once for each thing to do.
pub type OnWait = Box<dyn FnMut(&Wait) + Send>;

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
}

impl PcscFeeder {
    /// Feeds from `reader`, which is to be [exclusive](crate::pcsc::Access::Exclusive); each card may take `timeout` to come.
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
        })
    }

    /// The reader's whole name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.reader.name()
    }

    /// Waits for a card that was not given out yet, and returns PC/SC's count of insertions and removals.
    fn wait(&mut self) -> Result<u32, ReaderError> {
        let reader = || self.reader.name().to_string();
        let deadline = Instant::now() + self.timeout;
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
        self.given = Some(self.wait()?);
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
