//! Cards in PC/SC readers.
//!
//! A card is ours alone while it is connected: with a transaction on a shared connection, or exclusively. It is reset
//! inside the transaction before the first command and after the last one, so that no other program's state, and none of
//! ours, crosses over. Another program's transaction is waited for, within a [limit](PcscReader::patience).

mod attempt;
mod card;
mod feeder;
mod head;
mod hold;
mod names;
mod told;

use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

use ::pcsc::{Context, Error, Protocols, ReaderState, ShareMode, State};

use crate::wait::{OnWait, Wait};
use crate::{Card, Reader, ReaderError};
use attempt::{Attempt, RETRY};
use card::PcscCard;
pub use card::is_contactless;
pub use feeder::PcscFeeder;
pub use head::PcscHead;
use hold::{Held, leave};
pub(crate) use told::{establish, of_service};

/// How long to wait for a card in an empty reader: one that was just put in is being powered, and a pcscd that was just
/// started has not looked yet.
pub(crate) const NOTICE_CARD: Duration = Duration::from_secs(2);

/// How long to wait for another program's card, unless told otherwise: about as long as reading a whole card takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// After this time somebody is told that another program has the card.
const TELL: Duration = Duration::from_secs(1);

/// How long a card may take that no other program has: to be powered and negotiated with, or to be missed.
const SLOW: Duration = Duration::from_secs(10);

/// Between the begin of a transaction and the reset in it. pcscd asks whose the card is before it waits for the driver, so a
/// command of another program may be on its way still: it comes before the reset, not behind it.
const DRAIN: Duration = Duration::from_millis(25);

/// How often a card is reset again that somebody else resets at the same moment.
const RESETS: u32 = 3;

/// How often pcscd may say of a card that its protocol does not fit: it says so too while somebody else resets it.
const MISMATCHES: u32 = 10;

/// Whether others may be connected to the card at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Nobody else: for issuing.
    Exclusive,
    /// Others may be connected, and wait: for reading and writing.
    Shared,
}

/// In which state a card is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Reset: nothing of the program before is left.
    Reset,
    /// As it lies there, or comes in a moment.
    AsItIs,
    /// As it lies there.
    IfThere,
}

/// A PC/SC reader.
pub struct PcscReader {
    name: CString,
    shown: String,
    sharing: Sharing,
    limit: Duration,
    on_wait: Option<OnWait>,
}

/// The names of all readers, in PC/SC's order. An empty list is no error here.
///
/// # Errors
/// When the service does not answer.
pub fn list_readers() -> Result<Vec<String>, ReaderError> {
    let names = reader_names(&establish()?)?;
    Ok(names.iter().map(|name| shown(name)).collect())
}

impl PcscReader {
    /// The reader called `name`: the whole name, or a part that fits one reader only.
    ///
    /// # Errors
    /// No service, no reader, none or several of that name.
    pub fn open(name: &str, sharing: Sharing) -> Result<Self, ReaderError> {
        let names = reader_names(&establish()?)?;
        let all: Vec<String> = names.iter().map(|name| shown(name)).collect();
        let found = names::find(&all, name)?;
        Ok(Self {
            name: names[found].clone(),
            shown: all[found].clone(),
            sharing,
            limit: PATIENCE,
            on_wait: None,
        })
    }

    /// Waits `limit` at the most for a card that another program has. `on_wait` is told when it begins to take long.
    #[must_use]
    pub fn patience(mut self, limit: Duration, on_wait: Option<OnWait>) -> Self {
        self.limit = limit;
        self.on_wait = on_wait;
        self
    }

    /// The card, as `how` says.
    fn take(&mut self, sharing: Sharing, how: How) -> Result<PcscCard, ReaderError> {
        let begun = Instant::now();
        let attempt = Attempt::begin(&self.name, sharing, {
            let (name, shown) = (self.name.clone(), self.shown.clone());
            move |wanted| get(&name, &shown, sharing, how, wanted)
        });
        let failed = |detail: String| ReaderError::Transmission {
            reader: self.shown.clone(),
            detail,
        };
        let attempt = attempt.map_err(|error| failed(error.to_string()))?;
        if let Some(outcome) = attempt.wait(begun + self.limit.min(TELL)) {
            return outcome;
        }
        if self.limit > TELL && self.is_in_use() {
            let reader = self.shown.clone();
            if let Some(on_wait) = &mut self.on_wait {
                on_wait(&Wait::Others { reader });
            }
        }
        if let Some(outcome) = attempt.wait(begun + self.limit) {
            return outcome;
        }
        // The limit is for other programs; a slow card gets its time.
        if !self.is_in_use()
            && let Some(outcome) = attempt.wait(begun + self.limit + SLOW)
        {
            return outcome;
        }
        match attempt.give_up(&self.name, sharing) {
            Some(outcome) => outcome,
            None if self.is_in_use() => Err(ReaderError::InUse {
                reader: self.shown.clone(),
            }),
            None => Err(failed("no answer".into())),
        }
    }

    fn is_in_use(&self) -> bool {
        establish().is_ok_and(|context| in_use(&context, &self.name))
    }

    /// Cuts the power of the card that lies here. One that comes only now is another one, and keeps it.
    pub(crate) fn power_off(&mut self) {
        if let Ok(card) = self.take(Sharing::Shared, How::IfThere) {
            card.held.power_off();
        }
    }
}

/// The cards of two readers, in an order that is the same for every program: two programs that want the same two readers do
/// not each hold one and wait for the other.
///
/// # Errors
/// The same reader twice; otherwise as [`Reader::connect`].
pub fn connect_both(
    first: &mut PcscReader,
    second: &mut PcscReader,
) -> Result<[Box<dyn Card>; 2], ReaderError> {
    match first.name.cmp(&second.name) {
        std::cmp::Ordering::Less => {
            let card = first.connect()?;
            Ok([card, second.connect()?])
        }
        std::cmp::Ordering::Greater => {
            let card = second.connect()?;
            Ok([first.connect()?, card])
        }
        std::cmp::Ordering::Equal => Err(ReaderError::SameReader {
            reader: first.shown.clone(),
        }),
    }
}

fn shown(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}

fn reader_names(context: &Context) -> Result<Vec<CString>, ReaderError> {
    match context.list_readers_owned() {
        Ok(names) => Ok(names),
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        Err(error) => Err(of_service(error)),
    }
}

impl Reader for PcscReader {
    fn name(&self) -> &str {
        &self.shown
    }

    fn connect(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        let how = match self.sharing {
            Sharing::Exclusive => How::AsItIs,
            Sharing::Shared => How::Reset,
        };
        Ok(Box::new(self.take(self.sharing, how)?))
    }
}

/// Gets the card, however long it takes, as long as it is `wanted`.
fn get(
    name: &CStr,
    shown: &str,
    sharing: Sharing,
    how: How,
    wanted: &dyn Fn() -> bool,
) -> Result<PcscCard, ReaderError> {
    let context = establish()?;
    let reset = how == How::Reset;
    let mut looked = how == How::IfThere;
    let mut mismatches = 0;
    let held = loop {
        let others = in_use(&context, name);
        let held = match sharing {
            Sharing::Exclusive => context
                .connect(name, ShareMode::Exclusive, Protocols::ANY)
                .map(Held::exclusive),
            Sharing::Shared => begin(&context, name),
        };
        match held {
            Ok(held) => {
                if others && reset {
                    std::thread::sleep(DRAIN);
                }
                break held;
            }
            Err(Error::NoSmartcard) if !looked => {
                looked = true;
                card_comes(&context, name);
            }
            // Held exclusively, or connected to by others; or the card went while we waited for it.
            Err(Error::SharingViolation | Error::RemovedCard | Error::ResetCard) if wanted() => {
                std::thread::sleep(RETRY);
            }
            Err(Error::ProtoMismatch) if mismatches < MISMATCHES => {
                mismatches += 1;
                std::thread::sleep(RETRY);
            }
            Err(error) => return Err(told::of_connection(error, shown, &context, name)),
        }
    };
    let mut card = PcscCard::new(held, context, name, shown);
    let mut ready = if reset { card.reset() } else { card.look() };
    for _ in 1..RESETS {
        // Another program that leaves with a reset may do so late, in the middle of ours.
        if !matches!(ready, Err(ReaderError::ResetByOther { .. })) {
            break;
        }
        std::thread::sleep(DRAIN);
        ready = card.reset();
    }
    ready.map(|()| card)
}

/// A shared connection with a transaction.
fn begin(context: &Context, name: &CStr) -> Result<Held, Error> {
    let mut card = context.connect(name, ShareMode::Shared, Protocols::ANY)?;
    loop {
        let (back, mut error) = match Held::begin(card) {
            Ok(held) => return Ok(held),
            Err(failed) => failed,
        };
        card = back;
        if error == Error::ResetCard {
            // The program before us has ended its transaction with a reset. It is only taken note of here.
            let noted = card.reconnect(
                ShareMode::Shared,
                Protocols::ANY,
                ::pcsc::Disposition::LeaveCard,
            );
            match noted {
                Ok(()) => continue,
                Err(other) => error = other,
            }
        }
        leave(card);
        return Err(error);
    }
}

/// Waits a moment for a card in a reader that seemed empty.
fn card_comes(context: &Context, name: &CStr) {
    let mut states = [ReaderState::new(name, State::EMPTY)];
    // Whatever it says, the card is tried again.
    let _ = context.get_status_change(NOTICE_CARD, &mut states);
}

/// Whether any program is connected to the card, this one too.
fn in_use(context: &Context, name: &CStr) -> bool {
    let mut states = [ReaderState::new(name, State::UNAWARE)];
    // From "unaware" everything is a change, so this returns at once.
    let seen = context.get_status_change(TELL, &mut states);
    seen.is_ok()
        && states.iter().any(|state| {
            state
                .event_state()
                .intersects(State::INUSE | State::EXCLUSIVE)
        })
}
