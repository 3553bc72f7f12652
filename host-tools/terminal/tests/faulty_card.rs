//! Cards that answer nonsense: an error or a dump, never a panic or an endless loop.

mod common;

use common::little_card::{LittleCard, Lock};
use common::{DES, Keys, des_source};
use proptest::prelude::*;
use ssc_reader::{Bilingual, Card, Lang, Protocol, ReaderError};
use ssc_terminal::{Session, TerminalError, TerminalIdentity};

/// What happens to one answer.
#[derive(Clone, Debug)]
enum Fault {
    Replaced(Vec<u8>),
    Cut(usize),
    Flipped(usize, u8),
    Status(u16),
    Gone,
}

/// A card whose answers from the `from`th on, every `every`th of them, are spoilt.
struct Faulty {
    card: LittleCard,
    from: usize,
    every: usize,
    fault: Fault,
    count: usize,
}

impl Card for Faulty {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }
    fn protocol(&self) -> Protocol {
        Protocol::T0
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut answer = self.card.transmit(command)?;
        self.count += 1;
        if self.count < self.from || !(self.count - self.from).is_multiple_of(self.every) {
            return Ok(answer);
        }
        match &self.fault {
            Fault::Replaced(other) => answer.clone_from(other),
            Fault::Cut(length) => answer.truncate(*length),
            Fault::Flipped(place, mask) => {
                let length = answer.len();
                if let Some(byte) = answer.get_mut(place % length.max(1)) {
                    *byte ^= mask;
                }
            }
            Fault::Status(sw) => answer = sw.to_be_bytes().to_vec(),
            Fault::Gone => {
                return Err(ReaderError::CardRemoved {
                    reader: "test".into(),
                });
            }
        }
        Ok(answer)
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.card.reset()
    }
}

fn card() -> LittleCard {
    LittleCard::new(DES)
        .records(
            0,
            0xEF05,
            Lock::Free,
            &[
                "0110 440305 D156000005 33445566 8C1F2E3D",
                "0201 31",
                "0304 322E3030",
            ],
        )
        .records(
            0,
            0xEF06,
            Lock::Key(0x0A),
            &["0812 313131313131313938313031303131313130", "0904 D5C5C8FD"],
        )
        .bytes(0, 0xEF08, Lock::Key(0x0A), vec![0x5A; 0x1000])
        .records(0xDF01, 0xEF15, Lock::Key(0x88), &["4006 5704 31323334"])
        .records(0xDF04, 0xEF08, Lock::Pin, &["0002 36"])
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..260).prop_map(Fault::Replaced),
        (0_usize..20).prop_map(Fault::Cut),
        (0_usize..300, 1_u8..).prop_map(|(place, mask)| Fault::Flipped(place, mask)),
        any::<u16>().prop_map(Fault::Status),
        // more data that never ends, a Le that never fits
        prop_oneof![Just(0x6100), Just(0x6C00), Just(0x6C01), Just(0x9000)].prop_map(Fault::Status),
        Just(Fault::Gone),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn nonsense_is_an_error_or_a_dump(from in 1_usize..60, every in 1_usize..4, fault in fault()) {
        let faulty = || Faulty { card: card(), from, every, fault: fault.clone(), count: 0 };
        let keys = Keys(DES);
        let said = |error: TerminalError| {
            for lang in [Lang::En, Lang::Zh] {
                let said = error.say(lang);
                assert!(!said.is_empty() && !said.contains("111111198101011110"));
            }
        };
        let basic = Session::open_with(&mut faulty(), Some(&keys), des_source)
            .and_then(|mut session| session.read_card_basic(&TerminalIdentity::default()));
        match basic {
            Ok(basic) => prop_assert_eq!(basic.to_line().matches('|').count(), 10),
            Err(error) => said(error),
        }
        let pin = "123456".parse().unwrap();
        let dump = Session::open_with(&mut faulty(), Some(&keys), des_source)
            .and_then(|mut session| session.read_all(Some(&pin)));
        match dump {
            Ok(dump) => prop_assert!(!dump.to_text(Lang::Zh).is_empty()),
            Err(error) => said(error),
        }
    }
}

#[test]
fn a_card_that_is_taken_out_ends_everything() {
    for from in 1..40 {
        let mut faulty = Faulty {
            card: card(),
            from,
            every: 1,
            fault: Fault::Gone,
            count: 0,
        };
        let keys = Keys(DES);
        let error = Session::open_with(&mut faulty, Some(&keys), des_source)
            .and_then(|mut session| session.read_all(None))
            .unwrap_err();
        let TerminalError::Reader(error) = error else {
            panic!("{error}")
        };
        assert!(error.lost_card());
        assert_eq!(faulty.count, from, "nothing was sent after it was gone");
    }
}
