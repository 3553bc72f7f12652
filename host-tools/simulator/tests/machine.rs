//! The card machine: cards outlive the program that uses them, as real ones do.

use std::os::unix::net::UnixListener;
use std::path::Path;

use ssc_reader::machine::{self, MachineHead, Place};
use ssc_reader::{Card, ReaderError};
use ssc_simulator::machine::{Machine, Pull, Pulls};
use ssc_simulator::{Identity, Interface, Serials, SimulatedCard};

/// GET CHALLENGE.
const CHALLENGE: [u8; 5] = [0x00, 0x84, 0x00, 0x00, 0x08];

fn start(socket: &Path, heads: usize, stack: usize, pulls: Pulls) {
    let mut serials = Serials::from([0x88, 0, 0, 0, 0, 1]);
    let blanks = Box::new(move || {
        let identity = Identity::from_serial(serials.next().unwrap());
        let card = SimulatedCard::blank(&identity, Interface::T1)?;
        Ok(Box::new(card) as Box<dyn Card>)
    });
    let listener = UnixListener::bind(socket).unwrap();
    let machine = Machine::new(heads, stack, blanks, pulls);
    std::thread::spawn(move || machine.serve(&listener));
}

#[test]
fn a_card_stays_in_its_head_when_the_connection_ends() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("machine");
    start(&socket, 2, 2, Box::new(|_, _| None));
    assert_eq!(machine::heads(&socket).unwrap(), 2);

    let mut head = MachineHead::take(&socket, 1).unwrap();
    assert!(head.card().unwrap().is_none(), "nothing lies there yet");
    assert!(head.next_card().unwrap());
    assert!(head.next_card().is_err(), "a card lies there");
    let mut card = head.card().unwrap().unwrap();
    let atr = card.atr().to_vec();
    assert_eq!(card.interface(), Interface::T1);
    assert_eq!(card.transmit(&CHALLENGE).unwrap().len(), 10);
    drop(card);
    drop(head);

    let mut head = MachineHead::take(&socket, 1).unwrap();
    assert_eq!(head.card().unwrap().unwrap().atr(), atr, "the same card");
    assert!(head.good_bin().unwrap());
    assert!(!head.good_bin().unwrap(), "it is there no more");
    let mut other = MachineHead::take(&socket, 2).unwrap();
    assert!(other.next_card().unwrap());
    assert!(other.bad_bin().unwrap());
    assert!(!head.next_card().unwrap(), "the stack is empty");

    let place = |number| {
        machine::chip(&socket, number)
            .unwrap()
            .map(|(place, _)| place)
    };
    assert_eq!(place(0), Some(Place::Good));
    assert_eq!(place(1), Some(Place::Bad));
    assert_eq!(place(2), None);
}

#[test]
fn a_head_has_one_connection_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("machine");
    start(&socket, 1, 1, Box::new(|_, _| None));
    let _held = MachineHead::take(&socket, 1).unwrap();
    let refused = MachineHead::take(&socket, 1).err();
    assert!(matches!(refused, Some(ReaderError::InUse { .. })));
    assert!(
        MachineHead::take(&socket, 2).is_err(),
        "there is no such head"
    );
}

#[test]
fn a_pulled_card_is_gone_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("machine");
    let pulls: Pulls =
        Box::new(|chip, exchange| (chip == 0 && exchange == 1).then_some(Pull::After));
    start(&socket, 1, 1, pulls);
    let mut head = MachineHead::take(&socket, 1).unwrap();
    assert!(head.next_card().unwrap());
    let mut card = head.card().unwrap().unwrap();
    card.transmit(&CHALLENGE).unwrap();
    let gone = card.transmit(&CHALLENGE).unwrap_err();
    assert!(matches!(gone, ReaderError::CardRemoved { .. }), "{gone}");
    assert!(head.card().unwrap().is_none());
    assert_eq!(machine::chip(&socket, 0).unwrap().unwrap().0, Place::Pulled);
    // The stack is empty: what was pulled is put in again.
    assert!(head.next_card().unwrap());
    assert_eq!(
        head.card()
            .unwrap()
            .unwrap()
            .transmit(&CHALLENGE)
            .unwrap()
            .len(),
        10
    );
}
