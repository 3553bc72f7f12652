//! vpcd's framing on a byte line, so that a bridge to PC/SC only copies bytes.
//!
//! Each message is two bytes of length (big-endian), then as many bytes. One byte is a control, more are an APDU. The
//! answer to an APDU and to 04 has the same form; other controls have no answer.
//!
//! | control | |
//! |---|---|
//! | 00 | power off |
//! | 01, 02 | power on, reset: on the interface that was last in use, first T=0 |
//! | 04 | the answer to reset |
//! | 10, 11, 12 | reset on T=0, T=1, contactless (ours; the ATS is answered to 04 then) |
//! | 20 | with the feature `measure` alone: ticks of the last command, four bytes, big-endian |

use zeroize::Zeroize;

use crate::board::ByteLine;

/// Bytes of the longest command: header, Lc, 255 bytes, Le, and what a program may send too much.
const LONGEST: usize = 264;

/// A message from the reader.
pub enum Message<'m> {
    /// One byte.
    Control(u8),
    /// A command, or nothing at all.
    Command(&'m [u8]),
    /// A command that is longer than any; it was read and dropped.
    TooLong,
}

/// The line and its buffer.
pub struct Link<L> {
    line: L,
    buffer: [u8; LONGEST],
    /// Bytes of the last message that are in the buffer.
    length: usize,
}

impl<L: ByteLine> Link<L> {
    /// A link over `line`.
    pub const fn new(line: L) -> Self {
        Self {
            line,
            buffer: [0; LONGEST],
            length: 0,
        }
    }

    /// Waits for a whole message.
    pub fn receive(&mut self) -> Message<'_> {
        let length = u16::from_be_bytes([self.line.receive(), self.line.receive()]);
        let length = usize::from(length);
        for at in 0..length {
            let byte = self.line.receive();
            if let Some(place) = self.buffer.get_mut(at) {
                *place = byte;
            }
        }
        self.length = length.min(LONGEST);
        match self.buffer.get(..length) {
            Some([control]) => Message::Control(*control),
            Some(command) => Message::Command(command),
            None => Message::TooLong,
        }
    }

    /// Wipes the last message: it may have held a PIN.
    pub fn forget(&mut self) {
        if let Some(message) = self.buffer.get_mut(..self.length) {
            message.zeroize();
        }
        self.length = 0;
    }

    /// Sends a message of at most 65,535 bytes.
    pub fn send(&mut self, message: &[u8]) {
        for byte in (message.len() as u16).to_be_bytes() {
            self.line.send(byte);
        }
        for byte in message {
            self.line.send(*byte);
        }
    }
}
