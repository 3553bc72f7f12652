//! A card machine behind a Unix socket: heads, a stack of blank cards, a bin for good cards and one for bad ones.
//!
//! One connection is one head. Lines of text go both ways, one answer to one request:
//!
//! | request | answer | |
//! |---|---|---|
//! | `heads` | `heads N` | how many heads there are |
//! | `head N` | `ok`, `busy` | from now on this connection is head N (from 1), until it is closed |
//! | `card` | `card T1 ATR`, `none` | powers the card that lies in the head, anew if it has power: also the card that another connection left there |
//! | `apdu HEX` | `answer HEX`, `none` | one command; `none` where the card is not there any more |
//! | `next` | `ok`, `none`, `full` | puts the next blank card into the head; `none`: the stack is empty; `full`: a card lies there |
//! | `good`, `bad` | `ok`, `none` | moves the card out of the head into a bin |
//! | `chip K` | `chip PLACE`, `none` | of a simulated machine, for tests: this connection looks at the chip that was given out as number K (from 0), wherever it lies |
//!
//! Anything that the machine cannot do is answered by `error` and why. A connection that ends leaves the card where it lies.

mod connection;
mod protocol;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::head::{Bin, Coming, Head};
use crate::{Card, Interface, ReaderError};
use connection::Connection;

pub use protocol::{Answer, Place, Request};

/// Heads of a machine at the most.
const HEADS: usize = 256;

/// How many heads the machine at `socket` has.
///
/// # Errors
/// It does not answer, or has none, or too many.
pub fn heads(socket: &Path) -> Result<usize, ReaderError> {
    let mut machine = Connection::open(socket, socket.display().to_string())?;
    match machine.ask_first(&Request::Heads)? {
        Answer::Heads(count @ 1..=HEADS) => Ok(count),
        Answer::Heads(count) => Err(ReaderError::Device {
            reader: machine.name.clone(),
            english: format!(
                "the card machine says that it has {count} heads; 1 to {HEADS} can be used: look after it"
            ),
            chinese: format!("发卡机称有 {count} 个发卡头；可用 1 至 {HEADS} 个：请检查发卡机"),
        }),
        _ => Err(machine.strange()),
    }
}

/// A chip and where it lies.
pub type Lying = (Place, Box<dyn Card>);

/// Chip `number` (from 0) of all that a simulated machine gave out, and where it lies; `None` where it gave out fewer. For tests.
///
/// # Errors
/// The machine does not answer, or the card does not.
pub fn chip(socket: &Path, number: usize) -> Result<Option<Lying>, ReaderError> {
    let mut machine = Connection::open(socket, format!("chip {number}"))?;
    let place = match machine.ask(&Request::Chip(number))? {
        Answer::Chip(place) => place,
        Answer::None => return Ok(None),
        _ => return Err(machine.strange()),
    };
    let Answer::Card(interface, atr) = machine.ask(&Request::Card)? else {
        return Err(machine.strange());
    };
    let card = MachineCard {
        connection: Arc::new(Mutex::new(machine)),
        interface,
        atr,
    };
    Ok(Some((place, Box::new(card))))
}

/// One head of a card machine.
pub struct MachineHead {
    name: String,
    connection: Arc<Mutex<Connection>>,
    /// Since when the next card is waited for.
    asked: Option<Instant>,
}

impl MachineHead {
    /// Takes head `number` (from 1) of the machine at `socket`.
    ///
    /// # Errors
    /// It does not answer, has no such head, or another program has it.
    pub fn take(socket: &Path, number: usize) -> Result<Self, ReaderError> {
        let name = format!("machine:{} {number}", socket.display());
        let mut connection = Connection::open(socket, name.clone())?;
        match connection.ask_first(&Request::Head(number))? {
            Answer::Ok => Ok(Self::over(connection)),
            Answer::Busy => Err(ReaderError::InUse { reader: name }),
            _ => Err(connection.strange()),
        }
    }

    fn over(connection: Connection) -> Self {
        Self {
            name: connection.name.clone(),
            connection: Arc::new(Mutex::new(connection)),
            asked: None,
        }
    }

    /// Its name, for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Powers the card that lies in the head; `None` where there is none.
    ///
    /// # Errors
    /// The machine is gone, or the card does not answer.
    pub fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        if self.asked.is_some() {
            // The machine is about to bring one, and answers nothing else before it has.
            return Ok(None);
        }
        let answer = self.ask(&Request::Card)?;
        match answer {
            Answer::Card(interface, atr) => Ok(Some(Box::new(MachineCard {
                connection: Arc::clone(&self.connection),
                interface,
                atr,
            }))),
            Answer::None => Ok(None),
            _ => Err(self.lock().strange()),
        }
    }

    /// Puts the next blank card into the head, and says whether there was one.
    ///
    /// # Errors
    /// The machine is gone, or a card lies there already.
    pub fn next_card(&mut self) -> Result<bool, ReaderError> {
        self.done(&Request::Next)
    }

    /// Moves the card in the head to the good ones; whether there was one.
    ///
    /// # Errors
    /// The machine is gone.
    pub fn good_bin(&mut self) -> Result<bool, ReaderError> {
        self.done(&Request::Good)
    }

    /// Moves the card in the head to the bad ones; whether there was one.
    ///
    /// # Errors
    /// The machine is gone.
    pub fn bad_bin(&mut self) -> Result<bool, ReaderError> {
        self.done(&Request::Bad)
    }

    fn done(&mut self, request: &Request) -> Result<bool, ReaderError> {
        match self.ask(request)? {
            Answer::Ok => Ok(true),
            Answer::None => Ok(false),
            Answer::Full => Err(ReaderError::Device {
                reader: self.name.clone(),
                english: "a card lies in this head already; take it out first".into(),
                chinese: "此发卡头中已有卡片；请先取出".into(),
            }),
            _ => Err(self.lock().strange()),
        }
    }

    fn ask(&self, request: &Request) -> Result<Answer, ReaderError> {
        self.lock().ask(request)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Head for MachineHead {
    fn name(&self) -> &str {
        &self.name
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        Self::card(self)
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        let mut machine = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let since = match self.asked {
            Some(since) => since,
            None => {
                machine.send(&Request::Next)?;
                *self.asked.insert(Instant::now())
            }
        };
        let answer = machine.answer(wait);
        if matches!(answer, Ok(None)) && since.elapsed() < machine.limit() {
            return Ok(Coming::NotYet);
        }
        self.asked = None;
        match answer? {
            Some(Answer::Ok | Answer::Full) => Ok(Coming::Here),
            Some(Answer::None) => Ok(Coming::NoMore),
            Some(_) => Err(machine.strange()),
            None => Err(machine.silence()),
        }
    }

    fn put(&mut self, bin: Bin) -> Result<(), ReaderError> {
        match bin {
            Bin::Good => self.good_bin(),
            Bin::Bad => self.bad_bin(),
        }
        .map(drop)
    }
}

/// The card in a head.
struct MachineCard {
    connection: Arc<Mutex<Connection>>,
    interface: Interface,
    atr: Vec<u8>,
}

impl MachineCard {
    fn ask(&self, request: &Request) -> Result<Answer, ReaderError> {
        let mut machine = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match machine.ask(request)? {
            Answer::None => Err(ReaderError::CardRemoved {
                reader: machine.name.clone(),
            }),
            answer => Ok(answer),
        }
    }

    fn strange(&self) -> ReaderError {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .strange()
    }
}

impl Card for MachineCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.interface
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        match self.ask(&Request::Apdu(command.to_vec()))? {
            Answer::Apdu(answer) => Ok(answer),
            _ => Err(self.strange()),
        }
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        match self.ask(&Request::Card)? {
            Answer::Card(interface, atr) => {
                (self.interface, self.atr) = (interface, atr);
                Ok(())
            }
            _ => Err(self.strange()),
        }
    }
}
