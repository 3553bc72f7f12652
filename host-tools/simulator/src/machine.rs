//! A card machine in this process, for tests and benches: it serves [`ssc_reader::machine`]'s protocol on a Unix socket, and remembers every
//! chip that it ever gave out.
//!
//! Cards live here, so a bureau that is killed leaves them as real ones are left: half written, in their heads. For tests a chip can be
//! asked for by its number (`chip K`), wherever it lies.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ssc_reader::machine::{Answer, Place, Request};
use ssc_reader::{Card, ReaderError};

/// How long a head is waited for: the connection that had it may still wait for its card's answer.
const RELEASE: Duration = Duration::from_secs(2);
/// Pulled cards that wait before the first of them is put into a head again.
const PULLED: usize = 3;

/// What happens to an exchange of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// The card leaves its head before the command reaches it.
    Before,
    /// It has carried the command out, and its answer is lost.
    After,
}

/// Makes the next blank card of the stack.
pub type Blanks = Box<dyn FnMut() -> Result<Box<dyn Card>, ReaderError> + Send>;
/// Whether a chip, by its number from 0, is pulled at an exchange, by its number from 0.
pub type Pulls = Box<dyn Fn(usize, usize) -> Option<Pull> + Send + Sync>;

/// A card that several connections may reach.
type Held = Arc<Mutex<Box<dyn Card>>>;

/// A chip that was given out.
struct Chip {
    card: Held,
    place: Place,
    exchanges: usize,
}

/// A head: whether a connection has it, and which chip lies in it.
#[derive(Clone, Copy, Default)]
struct Head {
    taken: bool,
    chip: Option<usize>,
}

struct State {
    blanks: Blanks,
    /// Blank cards left.
    stack: usize,
    heads: Vec<Head>,
    chips: Vec<Chip>,
    /// Pulled cards, which somebody puts in again.
    pulled: VecDeque<usize>,
}

/// The machine.
pub struct Machine {
    state: Mutex<State>,
    pulls: Pulls,
}

impl Machine {
    /// With so many heads, and so many cards that `blanks` makes.
    #[must_use]
    pub fn new(heads: usize, stack: usize, blanks: Blanks, pulls: Pulls) -> Arc<Self> {
        let state = State {
            blanks,
            stack,
            heads: vec![Head::default(); heads],
            chips: Vec::new(),
            pulled: VecDeque::new(),
        };
        Arc::new(Self {
            state: Mutex::new(state),
            pulls,
        })
    }

    /// Serves all who connect, each in a thread, until the socket fails.
    ///
    /// # Errors
    /// The socket's.
    pub fn serve(self: &Arc<Self>, socket: &UnixListener) -> io::Result<()> {
        loop {
            let (stream, _) = socket.accept()?;
            let machine = Arc::clone(self);
            std::thread::spawn(move || {
                let mut line = Connection {
                    machine,
                    head: None,
                    chip: None,
                };
                // Whoever is killed breaks the line; its card stays where it lies.
                let _ = line.serve(stream);
            });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection.
struct Connection {
    machine: Arc<Machine>,
    /// The head that it has, from 0.
    head: Option<usize>,
    /// The chip that it looks at, wherever it lies.
    chip: Option<usize>,
}

impl Connection {
    fn serve(&mut self, mut stream: UnixStream) -> io::Result<()> {
        for line in BufReader::new(stream.try_clone()?).lines() {
            let answer = match Request::parse(&line?) {
                Some(request) => self.answer(request),
                None => Answer::Error("this is no request".into()),
            };
            stream.write_all(format!("{}\n", answer.line()).as_bytes())?;
        }
        Ok(())
    }

    fn answer(&mut self, request: Request) -> Answer {
        match request {
            Request::Heads => Answer::Heads(self.machine.state().heads.len()),
            Request::Head(number) => self.take(number),
            Request::Card => self.power(),
            Request::Apdu(command) => self.exchange(&command),
            Request::Next => self.next(),
            Request::Good => self.bin(Place::Good),
            Request::Bad => self.bin(Place::Bad),
            Request::Chip(number) => match self.machine.state().chips.get(number) {
                Some(chip) => {
                    self.chip = Some(number);
                    Answer::Chip(chip.place)
                }
                None => Answer::None,
            },
        }
    }

    fn take(&mut self, number: usize) -> Answer {
        let Some(index) = number.checked_sub(1) else {
            return Answer::Error("heads are counted from 1".into());
        };
        let begun = Instant::now();
        loop {
            let mut state = self.machine.state();
            match state.heads.get_mut(index) {
                None => return Answer::Error("there is no such head".into()),
                Some(head) if !head.taken => {
                    head.taken = true;
                    self.head = Some(index);
                    state.put_back(index);
                    return Answer::Ok;
                }
                Some(_) if begun.elapsed() > RELEASE => return Answer::Busy,
                Some(_) => {}
            }
            drop(state);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The chip that this connection may use.
    fn here(&self, state: &State) -> Option<usize> {
        self.chip.or_else(|| state.heads.get(self.head?)?.chip)
    }

    fn card(&self) -> Option<(usize, Held)> {
        let state = self.machine.state();
        let number = self.here(&state)?;
        Some((number, Arc::clone(&state.chips.get(number)?.card)))
    }

    fn power(&self) -> Answer {
        let Some((_, card)) = self.card() else {
            return Answer::None;
        };
        let mut card = card.lock().unwrap_or_else(PoisonError::into_inner);
        match card.reset() {
            Ok(()) => Answer::Card(card.interface(), card.atr().to_vec()),
            Err(error) => Answer::Error(error.to_string()),
        }
    }

    fn exchange(&self, command: &[u8]) -> Answer {
        let Some((number, card)) = self.card() else {
            return Answer::None;
        };
        let pull = match self.chip {
            Some(_) => None,
            None => self.count(number),
        };
        if pull == Some(Pull::Before) {
            return self.pull(number);
        }
        let answer = card
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .transmit(command);
        match answer {
            _ if pull == Some(Pull::After) => self.pull(number),
            Ok(answer) => Answer::Apdu(answer),
            Err(error) => Answer::Error(error.to_string()),
        }
    }

    fn count(&self, number: usize) -> Option<Pull> {
        let mut state = self.machine.state();
        let chip = state.chips.get_mut(number)?;
        let exchange = chip.exchanges;
        chip.exchanges += 1;
        (self.machine.pulls)(number, exchange)
    }

    /// The card is not in its head any more.
    fn pull(&self, number: usize) -> Answer {
        let mut state = self.machine.state();
        if let Some(head) = self.head.and_then(|head| state.heads.get_mut(head)) {
            head.chip = None;
        }
        if let Some(chip) = state.chips.get_mut(number) {
            chip.place = Place::Pulled;
        }
        state.pulled.push_back(number);
        Answer::None
    }

    fn next(&self) -> Answer {
        let Some(index) = self.head else {
            return Answer::Error("this connection has no head".into());
        };
        let mut state = self.machine.state();
        if state
            .heads
            .get(index)
            .is_some_and(|head| head.chip.is_some())
        {
            return Answer::Full;
        }
        let number = match state.next() {
            Ok(Some(number)) => number,
            Ok(None) => return Answer::None,
            Err(error) => return Answer::Error(error.to_string()),
        };
        if let Some(chip) = state.chips.get_mut(number) {
            chip.place = Place::Head(index + 1);
        }
        if let Some(head) = state.heads.get_mut(index) {
            head.chip = Some(number);
        }
        Answer::Ok
    }

    fn bin(&self, place: Place) -> Answer {
        let mut state = self.machine.state();
        let head = self.head.and_then(|head| state.heads.get_mut(head));
        let Some(number) = head.and_then(|head| head.chip.take()) else {
            return Answer::None;
        };
        if let Some(chip) = state.chips.get_mut(number) {
            chip.place = place;
        }
        Answer::Ok
    }
}

impl State {
    /// Before a run somebody puts a pulled card into each empty head.
    fn put_back(&mut self, index: usize) {
        let empty = self
            .heads
            .get(index)
            .is_some_and(|head| head.chip.is_none());
        let Some(number) = empty.then(|| self.pulled.pop_front()).flatten() else {
            return;
        };
        if let Some(chip) = self.chips.get_mut(number) {
            chip.place = Place::Head(index + 1);
        }
        if let Some(head) = self.heads.get_mut(index) {
            head.chip = Some(number);
        }
    }

    /// The number of the card that comes next: a pulled one, else a blank one.
    fn next(&mut self) -> Result<Option<usize>, ReaderError> {
        if self.pulled.len() > PULLED || self.stack == 0 {
            return Ok(self.pulled.pop_front());
        }
        self.stack -= 1;
        let card = (self.blanks)()?;
        self.chips.push(Chip {
            card: Arc::new(Mutex::new(card)),
            place: Place::Pulled,
            exchanges: 0,
        });
        Ok(Some(self.chips.len() - 1))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.machine.state();
        if let Some(head) = self.head.and_then(|head| state.heads.get_mut(head)) {
            head.taken = false;
        }
    }
}
