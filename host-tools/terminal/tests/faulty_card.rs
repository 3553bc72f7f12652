//! Cards that answer nonsense: an error or a dump, never a panic or an endless loop.

mod common;

use apdu_specs::Status;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use common::little_card::{LittleCard, Lock};
use common::{DES, Keys, des_source};
use proptest::prelude::*;
use ssc_keys::{KeyError, KeyService};
use ssc_reader::{Card, Faults, Interface, ReaderError, ReaderFault, Tapped};
use ssc_terminal::hsm::HsmAnswer;
use ssc_terminal::psam::Psam;
use ssc_terminal::{
    Authentication, CardData, Dialogue, FileAddress, Pin, TerminalError, TerminalIdentity,
};
use ssc_words::{Bilingual, Lang};

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

fn fault() -> impl Strategy<Value = ReaderFault> {
    prop_oneof![
        prop::sample::select(ReaderFault::samples()),
        prop::collection::vec(any::<u8>(), 0..260).prop_map(ReaderFault::Replaced),
        (0_usize..20).prop_map(ReaderFault::Cut),
        (0_usize..300, 1_u8..).prop_map(|(byte, mask)| ReaderFault::Flipped { byte, mask }),
        any::<u16>().prop_map(|sw| ReaderFault::Status(Status(sw))),
        // more data that never ends, a Le that never fits
        prop_oneof![Just(0x6100), Just(0x6C00), Just(0x6C01), Just(0x9000)]
            .prop_map(|sw| ReaderFault::Status(Status(sw))),
    ]
}

/// Keys for whatever region a faulty card names: it may be another one than its own.
struct AnyCard;

impl KeyService for AnyCard {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        _region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        Keys(DES).card_key(id, version, algorithm, b"440305", card_factor)
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        Keys(DES).issuer_keys(card_factor)
    }

    fn is_demo(&self) -> bool {
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn nonsense_is_an_error_or_a_dump(from in 0_usize..59, every in 1_usize..4, fault in fault()) {
        let faulty = || Tapped::new(card(), Faults::every(from, every, fault.clone()));
        let keys = AnyCard;
        let said = |error: TerminalError| {
            for lang in [Lang::En, Lang::Zh] {
                let said = error.say(lang);
                assert!(!said.is_empty() && !said.contains("111111198101011110"));
            }
        };
        let basic = Dialogue::open_with(&mut faulty(), Some(&keys), des_source)
            .and_then(|mut session| session.read_card_basic(&TerminalIdentity::default()));
        match basic {
            Ok(basic) => prop_assert_eq!(basic.to_line().matches('|').count(), 10),
            Err(error) => said(error),
        }
        let pin = "123456".parse().unwrap();
        let dump = Dialogue::open_with(&mut faulty(), Some(&keys), des_source)
            .and_then(|mut session| session.read_all(Some(&pin)));
        match dump {
            Ok(dump) => prop_assert!(!dump.to_text(Lang::Zh).is_empty()),
            Err(error) => said(error),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    /// Every function of LD/T 33 and its steps, between a faulty card and a faulty PSAM.
    #[test]
    fn no_function_panics_between_a_faulty_card_and_a_faulty_psam(
        from in 0_usize..29,
        every in 1_usize..4,
        fault in fault(),
        psam_answers in prop::collection::vec(psam_answer(), 1..12),
    ) {
        let pin: Pin = "123456".parse().unwrap();
        let address = FileAddress::parse("SSSEEF06|08|09|$SSSEEF08|$DF01EF15|40|$").unwrap();
        let values = "SSSEEF06|1|A|$SSSEEF08|FFD8|$DF01EF15|57|$";
        let data = CardData::parse(values, &address).unwrap();
        let answer = HsmAnswer { cryptogram: [1; 8], source: [2; 8] };
        let terminal = TerminalIdentity::default();
        let functions: [Function<'_>; 11] = [
            &|s| s.read_card(&address, Authentication::Pin(&pin)).map(drop),
            &|s| s.write_card(&address, &data),
            &|s| s.change_pin(&pin, &pin),
            &|s| s.reload_pin(&pin),
            &|s| s.unblock_pin(),
            &|s| s.verify_identity().map(drop),
            &|s| s.expect_card("00", "X"),
            &|s| {
                s.read_card_basic_hsm_step1(&terminal)?;
                s.read_card_basic_hsm_step2("00|11|", &terminal).map(drop)
            },
            &|s| {
                s.read_card_hsm_step1(&address)?;
                s.read_card_hsm_step2(&answer).map(drop)
            },
            &|s| {
                s.write_card_hsm_step1(&address)?;
                s.write_card_hsm_step2(&answer, values)
            },
            &|s| {
                s.reload_pin_hsm_step1(&pin)?;
                s.reload_pin_hsm_step2(&answer)?;
                s.reload_pin_hsm_step3(&[0; 12])
            },
        ];
        for function in functions {
            let card = Tapped::new(card(), Faults::every(from, every, fault.clone()));
            // Terminal identifier, and no public data: what is opened without either is in `psam.rs`.
            let opened = [vec![0, 0, 0, 0, 1, 0x23, 0x90, 0x00], vec![0x6A, 0x82]];
            let answers = opened.into_iter().chain(psam_answers.iter().cloned());
            let psam = Psam::open(Answers(answers.collect())).unwrap();
            let done = Dialogue::with_module(card, Some(Box::new(psam))).and_then(|mut s| function(&mut s));
            if let Err(error) = done {
                prop_assert!(error.code() < 0);
                for lang in [Lang::En, Lang::Zh] {
                    let said = error.say(lang);
                    prop_assert!(!said.is_empty() && !said.contains("111111198101011110") && !said.contains("123456"));
                }
            }
        }
    }
}

/// A function of the terminal, whose answer does not matter here.
type Function<'f> = &'f dyn Fn(&mut Dialogue<'_>) -> Result<(), TerminalError>;

/// What a PSAM might answer: success alone, a block, more to fetch, refusals, noise.
fn psam_answer() -> impl Strategy<Value = Vec<u8>> {
    let block = prop::collection::vec(any::<u8>(), 8..=16)
        .prop_map(|block| [&block[..], &[0x90, 0x00]].concat());
    let status = prop_oneof![
        Just(0x9000_u16),
        Just(0x6108),
        Just(0x6A88),
        Just(0x6985),
        any::<u16>()
    ]
    .prop_map(|sw| sw.to_be_bytes().to_vec());
    prop_oneof![block, status, prop::collection::vec(any::<u8>(), 0..20)]
}

/// A card that answers one thing after the other, whatever it is asked, and then nothing more.
struct Answers(std::collections::VecDeque<Vec<u8>>);

impl Card for Answers {
    fn atr(&self) -> &[u8] {
        &[0x3B, 0x60, 0x00, 0x00]
    }
    fn interface(&self) -> Interface {
        Interface::T0
    }
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.0.pop_front().ok_or(ReaderError::CardRemoved {
            reader: "psam".into(),
        })
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        Ok(())
    }
}

#[test]
fn a_card_that_is_taken_out_ends_everything() {
    for from in 0..39 {
        let mut faulty = Tapped::new(card(), Faults::from(from, ReaderFault::LostAnswer));
        let keys = AnyCard;
        let error = Dialogue::open_with(&mut faulty, Some(&keys), des_source)
            .and_then(|mut session| session.read_all(None))
            .unwrap_err();
        let TerminalError::Reader(error) = error else {
            panic!("{error}")
        };
        assert!(error.state_unknown());
        assert_eq!(
            faulty.tap().seen().count(),
            from + 1,
            "nothing was sent after it was gone"
        );
    }
}
