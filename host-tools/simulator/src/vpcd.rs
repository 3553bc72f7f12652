//! A card in a virtual PC/SC reader: the client side of vsmartcard's vpcd.
//!
//! vpcd, loaded by pcscd as a reader driver, listens on a TCP port for each slot and speaks first: two bytes of length
//! (big-endian), then as many bytes. One byte is control (00 power off, 01 power on, 02 reset, 04 "your ATR"), more
//! are an APDU. ATR and answers go back in the same form; power and reset have no answer.
//!
//! pcscd asks for the ATR each 0.4 s, to see whether the card is there, and powers a card that has come. It misses a card
//! that comes as soon as another has gone: then it asks on and on and never powers, and its clients may see an empty reader
//! for ever. Such a card is [taken out and put in again](serve).

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::linux::net::TcpStreamExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ssc_reader::{Card, ReaderError};
use ssc_words::{Bilingual, Lang};

/// vpcd's port for its first slot in Debian's configuration (8C7B).
pub const DEFAULT_PORT: u16 = 35963;

/// How long the first connection may take: pcscd started by its socket loads its drivers meanwhile.
const FIRST_CONNECTION: Duration = Duration::from_secs(3);
/// How long vpcd may be silent after it took the card. It polls each slot every 0.4 s; a card that it left waiting in
/// its queue, behind another one, hears nothing at all.
const FIRST_WORD: Duration = Duration::from_secs(5);
/// How long to wait before another attempt.
const RETRY: Duration = Duration::from_millis(200);
/// How often pcscd may ask for the ATR before it powers the card: twice is usual, when it sees the card and when it powers it.
const UNPOWERED: u32 = 3;
/// How often a card is put in at the most until it is powered. Some builds of pcscd power a card for a client only.
const INSERTIONS: u32 = 5;
/// How long a virtual reader stays empty between two cards: longer than pcscd does not look.
pub(crate) const EMPTY: Duration = Duration::from_millis(600);
/// How long vpcd may be silent later. A client's APDU of no byte, or of one that is a control message too, has no answer, and
/// vpcd waits for one for ever: then the card hangs up, and comes again.
const SILENCE: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 30 });

/// Why a card is not, or no longer, in a virtual reader.
#[derive(Debug)]
#[non_exhaustive]
pub enum VpcdError {
    /// Nobody listens there.
    NoVpcd {
        /// The TCP port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The slot is taken: the connection waits in vpcd's queue, or vpcd hung up at once.
    SlotTaken {
        /// The TCP port.
        port: u16,
    },
    /// The card itself cannot go on (its image cannot be written, say).
    Card(ReaderError),
}

impl Bilingual for VpcdError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoVpcd { port, source }, Lang::En) => format!(
                "no virtual reader on port {port} ({source}); install vsmartcard-vpcd and start pcscd, or give another --port"
            ),
            (Self::NoVpcd { port, source }, Lang::Zh) => format!(
                "端口 {port} 上没有虚拟读卡器（{source}）；请安装 vsmartcard-vpcd 并启动 pcscd，或用 --port 指定其他端口"
            ),
            (Self::SlotTaken { port }, Lang::En) => format!(
                "the virtual reader on port {port} does not take the card: another card lies in it; end that program, or use port {}",
                port.saturating_add(1)
            ),
            (Self::SlotTaken { port }, Lang::Zh) => format!(
                "端口 {port} 的虚拟读卡器不接受卡片：其中已有另一张卡；请结束该程序，或使用端口 {}",
                port.saturating_add(1)
            ),
            (Self::Card(error), lang) => error.say(lang),
        }
    }
}

impl std::fmt::Display for VpcdError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for VpcdError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoVpcd { source, .. } => Some(source),
            Self::SlotTaken { .. } => None,
            Self::Card(error) => Some(error),
        }
    }
}

/// Takes the card out of the reader from another thread (Ctrl-C, the end of a test).
#[derive(Clone, Debug, Default)]
pub struct Eject(Arc<EjectState>);

#[derive(Debug, Default)]
struct EjectState {
    ejected: AtomicBool,
    line: Mutex<Option<TcpStream>>,
}

impl Eject {
    /// Takes the card out: [`serve`] returns after the command it is working on.
    pub fn eject(&self) {
        self.0.ejected.store(true, Ordering::SeqCst);
        if let Some(line) = self.line().as_ref() {
            // The other end may have gone already: then there is nothing to end.
            let _ = line.shutdown(Shutdown::Read);
        }
    }

    /// Whether it was taken out.
    #[must_use]
    pub fn ejected(&self) -> bool {
        self.0.ejected.load(Ordering::SeqCst)
    }

    fn watch(&self, line: Option<TcpStream>) {
        *self.line() = line;
        if self.ejected() {
            self.eject();
        }
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Option<TcpStream>> {
        self.0.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`serve`] tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The card lies in the reader, and pcscd has powered it.
    Inserted,
    /// pcscd ended or was restarted; the card waits to be put in again.
    ReaderGone,
}

/// Puts `card` into the virtual reader on `port` of this machine and serves it until [`Eject::eject`].
///
/// The first connection must succeed within three seconds (pcscd is woken if it is started by its socket); when pcscd
/// ends later, the card waits for the next one. A card that pcscd does not notice is taken out and put in again. Each power-on
/// and power-off resets the card.
///
/// # Errors
/// No vpcd, a slot that is taken, or a card that cannot go on.
pub fn serve(
    card: &mut dyn Card,
    port: u16,
    eject: &Eject,
    mut told: impl FnMut(Event),
) -> Result<(), VpcdError> {
    let mut line = first_connection(port)?;
    let mut insertions = 1;
    loop {
        let last = insertions >= INSERTIONS;
        let ended = session(card, line, eject, last, || told(Event::Inserted))?;
        if eject.ejected() {
            return Ok(());
        }
        match ended {
            Ended::NeverHeard => return Err(VpcdError::SlotTaken { port }),
            Ended::Unseen => insertions += 1,
            Ended::Silent => insertions = 1,
            Ended::Gone => {
                insertions = 1;
                told(Event::ReaderGone);
            }
        }
        let mut pause = match ended {
            Ended::Gone => RETRY,
            _ => EMPTY,
        };
        line = loop {
            std::thread::sleep(pause);
            pause = RETRY;
            if eject.ejected() {
                return Ok(());
            }
            if let Ok(again) = connect(port) {
                break again;
            }
        };
    }
}

fn first_connection(port: u16) -> Result<TcpStream, VpcdError> {
    let deadline = Instant::now() + FIRST_CONNECTION;
    let mut woken = false;
    loop {
        match connect(port) {
            Ok(line) => return Ok(line),
            Err(source) if Instant::now() > deadline => {
                return Err(VpcdError::NoVpcd { port, source });
            }
            Err(_) => {}
        }
        if !woken {
            // pcscd.socket starts pcscd, and with it vpcd, at the first client. Whatever it answers, we try again.
            let _ = ssc_reader::pcsc::list_readers();
            woken = true;
        }
        std::thread::sleep(RETRY);
    }
}

fn connect(port: u16) -> std::io::Result<TcpStream> {
    let line = TcpStream::connect(("127.0.0.1", port))?;
    line.set_nodelay(true)?;
    Ok(line)
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// vpcd never spoke.
    NeverHeard,
    /// pcscd asked for the ATR only: it has not noticed that the card came.
    Unseen,
    /// vpcd waits for an answer that does not come.
    Silent,
    /// pcscd is gone, or the card was taken out.
    Gone,
}

/// Serves one connection to its end and tells when pcscd powered the card; in the `last` attempt when it first spoke.
fn session(
    card: &mut dyn Card,
    line: TcpStream,
    eject: &Eject,
    last: bool,
    inserted: impl FnOnce(),
) -> Result<Ended, VpcdError> {
    eject.watch(line.try_clone().ok());
    let ended = converse(card, &line, last, inserted);
    eject.watch(None);
    ended
}

fn converse(
    card: &mut dyn Card,
    line: &TcpStream,
    last: bool,
    inserted: impl FnOnce(),
) -> Result<Ended, VpcdError> {
    let mut inserted = Some(inserted);
    let mut messages = Messages::new(line);
    let mut answer = Vec::with_capacity(260);
    let mut heard = 0;
    // Where the timeout cannot be set, a taken slot is only noticed when the other card leaves.
    let _ = line.set_read_timeout(Some(FIRST_WORD));
    loop {
        let message = match messages.next() {
            Ok(Some(message)) => message,
            _ if heard == 0 => return Ok(Ended::NeverHeard),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(Ended::Silent);
            }
            Ok(None) | Err(_) => return Ok(Ended::Gone),
        };
        if heard == 0 {
            let _ = line.set_read_timeout(Some(SILENCE));
        }
        heard += 1;
        // Power off is no sign: pcscd may take it from a card that it takes for the one before.
        if last || !matches!(message, [0x00 | 0x04]) {
            if let Some(inserted) = inserted.take() {
                inserted();
            }
        } else if inserted.is_some() && heard > UNPOWERED {
            return Ok(Ended::Unseen);
        }
        answer.clear();
        match message {
            // Power off, on, reset: the card forgets the same each time. A second reset at power-on costs nothing.
            [0x00..=0x02] => card.reset().map_err(VpcdError::Card)?,
            [0x04] => answer.extend_from_slice(card.atr()),
            // vpcd knows no other message of one byte: that is a client's APDU, which the card refuses for its length.
            command => answer = card.transmit(command).map_err(VpcdError::Card)?,
        }
        if !answer.is_empty() && send(line, &answer).is_err() {
            return Ok(Ended::Gone);
        }
    }
}

/// One write for length and body: in two, the second would wait for the other side's delayed ACK.
fn send(mut line: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(body.len()).map_err(|_| ErrorKind::InvalidInput)?;
    let mut message = Vec::with_capacity(2 + body.len());
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(body);
    line.write_all(&message)
}

/// The messages on a line, however the bytes arrive: several in one read, or one in several.
struct Messages<'a> {
    line: &'a TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<'a> Messages<'a> {
    fn new(line: &'a TcpStream) -> Self {
        Self {
            line,
            buffer: vec![0; 2 + usize::from(u16::MAX)],
            start: 0,
            end: 0,
        }
    }

    /// The next message; `None` when the line ended between two.
    fn next(&mut self) -> std::io::Result<Option<&[u8]>> {
        loop {
            let waiting = &self.buffer[self.start..self.end];
            if let Some((length, rest)) = waiting.split_first_chunk::<2>() {
                let length = usize::from(u16::from_be_bytes(*length));
                if rest.len() >= length {
                    let body = self.start + 2..self.start + 2 + length;
                    self.start = body.end;
                    return Ok(Some(&self.buffer[body]));
                }
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn fill(&mut self) -> std::io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        // vpcd writes length and body apart and leaves Nagle's algorithm on: without an ACK at once for the length, it
        // holds the body back for 40 ms. The kernel forgets this option with each packet, so it is set each time.
        self.line.set_quickack(true)?;
        loop {
            match self.line.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    self.end += read;
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (ours, listener.accept().unwrap().0)
    }

    #[test]
    fn messages_come_whole_however_they_arrive() {
        let (ours, mut theirs) = pair();
        theirs.set_nodelay(true).unwrap();
        // Power on, "your ATR" and half of an APDU's length in one write; its rest byte by byte.
        theirs.write_all(&[0, 1, 1, 0, 1, 4, 0]).unwrap();
        let writer = std::thread::spawn(move || {
            for byte in [5, 0x00, 0x84, 0x00, 0x00, 0x08] {
                theirs.write_all(&[byte]).unwrap();
            }
        });
        let mut messages = Messages::new(&ours);
        assert_eq!(messages.next().unwrap(), Some(&[1][..]));
        assert_eq!(messages.next().unwrap(), Some(&[4][..]));
        assert_eq!(
            messages.next().unwrap(),
            Some(&[0x00, 0x84, 0x00, 0x00, 0x08][..])
        );
        writer.join().unwrap();
        assert_eq!(messages.next().unwrap(), None);
    }

    #[test]
    fn the_longest_message_fits() {
        let (ours, mut theirs) = pair();
        let writer = std::thread::spawn(move || {
            let mut message = vec![0xFF, 0xFF];
            message.resize(2 + 0xFFFF, 0xAB);
            theirs.write_all(&message).unwrap();
            theirs.write_all(&[0, 1, 2]).unwrap();
        });
        let mut messages = Messages::new(&ours);
        assert_eq!(messages.next().unwrap().map(<[u8]>::len), Some(0xFFFF));
        assert_eq!(messages.next().unwrap(), Some(&[2][..]));
        writer.join().unwrap();
    }

    #[test]
    fn a_port_where_nobody_listens_is_an_error_that_says_what_to_install() {
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let error = serve(&mut crate::EchoCard::new(), port, &Eject::default(), |_| {})
            .expect_err("nobody listens");
        assert!(error.to_string().contains("vsmartcard-vpcd"), "{error}");
        assert!(error.say(Lang::Zh).contains("安装"), "{error}");
    }

    /// What a card in a reader of ours hears and answers.
    struct Reader {
        listener: TcpListener,
        eject: Eject,
        served: std::thread::JoinHandle<Result<(), VpcdError>>,
        events: std::sync::mpsc::Receiver<Event>,
    }

    impl Reader {
        fn new() -> Self {
            let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let eject = Eject::default();
            let (told, events) = std::sync::mpsc::channel();
            let served = std::thread::spawn({
                let eject = eject.clone();
                move || {
                    serve(&mut crate::EchoCard::new(), port, &eject, |event| {
                        told.send(event).unwrap();
                    })
                }
            });
            Self {
                listener,
                eject,
                served,
                events,
            }
        }

        fn accept(&self) -> TcpStream {
            self.listener.accept().unwrap().0
        }

        fn end(self) {
            self.eject.eject();
            self.served.join().unwrap().unwrap();
        }
    }

    fn answer(mut line: &TcpStream, message: &[u8]) -> Vec<u8> {
        line.write_all(message).unwrap();
        let mut length = [0; 2];
        line.read_exact(&mut length).unwrap();
        let mut body = vec![0; usize::from(u16::from_be_bytes(length))];
        line.read_exact(&mut body).unwrap();
        body
    }

    #[test]
    fn a_card_that_is_asked_for_its_atr_only_is_put_in_again_and_told_when_it_is_powered() {
        let reader = Reader::new();
        let line = reader.accept();
        for _ in 0..UNPOWERED {
            assert_eq!(answer(&line, &[0, 1, 4]).len(), 17);
        }
        (&line).write_all(&[0, 1, 4]).unwrap();
        assert_eq!((&line).read(&mut [0]).unwrap(), 0, "it has left");
        assert!(reader.events.try_recv().is_err(), "nobody has powered it");
        let line = reader.accept();
        assert_eq!(answer(&line, &[0, 1, 4]).len(), 17);
        assert_eq!(answer(&line, &[0, 1, 1, 0, 1, 4]).len(), 17);
        assert_eq!(reader.events.recv().unwrap(), Event::Inserted);
        for _ in 0..10 {
            assert_eq!(answer(&line, &[0, 1, 4]).len(), 17);
        }
        reader.end();
    }

    #[test]
    fn an_apdu_of_one_byte_gets_an_answer_or_does_not_block_the_reader_for_ever() {
        let reader = Reader::new();
        let line = reader.accept();
        (&line).write_all(&[0, 1, 1]).unwrap();
        // The echo's: what counts is that there is one.
        assert_eq!(answer(&line, &[0, 1, 0x80]), [0x90, 0x00]);
        // Power off, or an APDU that wants an answer? pcscd would speak again in 0.4 s.
        (&line).write_all(&[0, 1, 0]).unwrap();
        assert_eq!((&line).read(&mut [0]).unwrap(), 0, "it has hung up");
        let line = reader.accept();
        assert_eq!(answer(&line, &[0, 1, 4]).len(), 17);
        reader.end();
    }

    #[test]
    fn an_ejected_card_ends_its_service() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let eject = Eject::default();
        let served = {
            let eject = eject.clone();
            std::thread::spawn(move || serve(&mut crate::EchoCard::new(), port, &eject, |_| {}))
        };
        let (mut reader, _) = listener.accept().unwrap();
        reader.write_all(&[0, 1, 4]).unwrap();
        let mut atr = [0; 2 + 17];
        reader.read_exact(&mut atr).unwrap();
        assert_eq!(&atr[..6], &[0, 17, 0x3B, 0x6D, 0, 0]);
        eject.eject();
        served.join().unwrap().unwrap();
        assert_eq!(
            reader.read(&mut [0]).unwrap(),
            0,
            "the reader sees the card go"
        );
    }
}
