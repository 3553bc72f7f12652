//! A card in a virtual reader of our own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use ssc_words::{Bilingual, Lang};

use super::*;

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
    events: std::sync::mpsc::Receiver<SlotEvent>,
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
    assert_eq!(reader.events.recv().unwrap(), SlotEvent::Inserted);
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
