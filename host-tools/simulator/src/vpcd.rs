//! A card in a virtual PC/SC reader: the client side of vsmartcard's vpcd.
//!
//! vpcd, loaded by pcscd as a reader driver, listens on a TCP port for each slot and speaks first: two bytes of length
//! (big-endian), then as many bytes. One byte is control (00 power off, 01 power on, 02 reset, 04 "your ATR"), more
//! are an APDU. ATR and answers go back in the same form; power and reset have no answer.
//!
//! pcscd asks for the ATR each 0.4 s, to see whether the card is there, and powers a card that has come. It misses a card
//! that comes as soon as another has gone: then it asks on and on and never powers, and its clients may see an empty reader
//! for ever. Such a card is [taken out and put in again](serve).

mod eject;
mod error;
mod messages;

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ssc_reader::Card;

pub use eject::Eject;
pub use error::VpcdError;
use messages::{Messages, send};

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

/// What [`serve`] tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotEvent {
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
    mut told: impl FnMut(SlotEvent),
) -> Result<(), VpcdError> {
    let mut line = first_connection(port)?;
    let mut insertions = 1;
    loop {
        let last = insertions >= INSERTIONS;
        let ended = session(card, line, eject, last, || told(SlotEvent::Inserted))?;
        if eject.ejected() {
            return Ok(());
        }
        match ended {
            Ended::NeverHeard => return Err(VpcdError::SlotTaken { port }),
            Ended::Unseen => insertions += 1,
            Ended::Silent => insertions = 1,
            Ended::Gone => {
                insertions = 1;
                told(SlotEvent::ReaderGone);
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

#[cfg(test)]
mod tests;
