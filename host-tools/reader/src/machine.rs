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

mod protocol;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::head::{Bin, Coming, Head};
use crate::{Card, Interface, ReaderError};

pub use protocol::{Answer, Place, Request};

/// A connection to the machine.
struct Connection {
    name: String,
    stream: BufReader<UnixStream>,
}

impl Connection {
    fn open(socket: &Path, name: String) -> Result<Self, ReaderError> {
        let stream = UnixStream::connect(socket).map_err(|error| ReaderError::Device {
            reader: name.clone(),
            english: format!(
                "the card machine does not answer ({}: {error}); start it and run the command again",
                socket.display()
            ),
            chinese: format!(
                "发卡机没有响应（{}：{error}）；请启动后重试",
                socket.display(), error = ssc_words::system::chinese(&error)),
        })?;
        let stream = BufReader::new(stream);
        Ok(Self { name, stream })
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, ReaderError> {
        let gone = |_| ReaderError::ReaderGone {
            reader: self.name.clone(),
        };
        // One write for line and end.
        let asked = format!("{}\n", request.line());
        self.stream
            .get_mut()
            .write_all(asked.as_bytes())
            .map_err(gone)?;
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(gone)?;
        match Answer::parse(line.trim_end_matches('\n')) {
            Some(Answer::Error(why)) => Err(ReaderError::Transmission {
                reader: self.name.clone(),
                detail: why,
            }),
            Some(answer) => Ok(answer),
            None if line.is_empty() => Err(ReaderError::ReaderGone {
                reader: self.name.clone(),
            }),
            None => Err(self.strange()),
        }
    }

    fn strange(&self) -> ReaderError {
        ReaderError::Transmission {
            reader: self.name.clone(),
            detail: "the card machine answered something else than it was asked".into(),
        }
    }
}

/// How many heads the machine at `socket` has.
///
/// # Errors
/// It does not answer.
pub fn heads(socket: &Path) -> Result<usize, ReaderError> {
    let mut machine = Connection::open(socket, socket.display().to_string())?;
    match machine.ask(&Request::Heads)? {
        Answer::Heads(count) => Ok(count),
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
}

impl MachineHead {
    /// Takes head `number` (from 1) of the machine at `socket`.
    ///
    /// # Errors
    /// It does not answer, has no such head, or another program has it.
    pub fn take(socket: &Path, number: usize) -> Result<Self, ReaderError> {
        let name = format!("machine:{} {number}", socket.display());
        let mut connection = Connection::open(socket, name.clone())?;
        match connection.ask(&Request::Head(number))? {
            Answer::Ok => Ok(Self {
                name,
                connection: Arc::new(Mutex::new(connection)),
            }),
            Answer::Busy => Err(ReaderError::InUse { reader: name }),
            _ => Err(connection.strange()),
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

    fn next(&mut self, _: std::time::Duration) -> Result<Coming, ReaderError> {
        Ok(match self.ask(&Request::Next)? {
            Answer::Ok | Answer::Full => Coming::Here,
            Answer::None => Coming::NoMore,
            _ => return Err(self.lock().strange()),
        })
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
