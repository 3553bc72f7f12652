//! Messages between vpcd and a card: two bytes of length, then as many bytes.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::linux::net::TcpStreamExt;

/// One write for length and body: in two, the second would wait for the other side's delayed ACK.
pub fn send(mut line: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(body.len()).map_err(|_| ErrorKind::InvalidInput)?;
    let mut message = Vec::with_capacity(2 + body.len());
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(body);
    line.write_all(&message)
}

/// The messages on a line, however the bytes arrive: several in one read, or one in several.
pub struct Messages<'a> {
    line: &'a TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<'a> Messages<'a> {
    pub fn new(line: &'a TcpStream) -> Self {
        Self {
            line,
            buffer: vec![0; 2 + usize::from(u16::MAX)],
            start: 0,
            end: 0,
        }
    }

    /// The next message; `None` when the line ended between two.
    pub fn next(&mut self) -> std::io::Result<Option<&[u8]>> {
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
}
