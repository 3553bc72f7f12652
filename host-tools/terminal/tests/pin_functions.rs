//! iChangePIN, iReloadPIN and iUnblockPIN: the dialogue with the card, with MACs and blocks from OpenSSL.

mod common;

use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use common::{DES, FCI, Keys, Known, SM4, Script, des_source, sm4_source};
use ssc_keys::KeyModule;
use ssc_keys::{KeyError, KeyService};
use ssc_reader::Interface;
use ssc_terminal::{Dialogue, Operation, Pin, RandomSource, TerminalError};
use ssc_words::{Bilingual, Lang};

const FCI_SM4: &str = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860103";

/// One algorithm with what OpenSSL made for it. The session keys are those of `session.txt`, second and fourth case; the
/// PIN block is enciphered there. The MACs:
/// DES, over 84 24 00 01 0C ‖ block ‖ 80 0000 and 84 24 00 00 04 80 0000: `openssl enc -des-cbc -nopad -K 8b13631223f7a181
/// -iv 0000000000000000 -provider legacy -provider default`, leftmost four bytes of the last block.
/// SM4, over 84 24 00 01 14 ‖ block ‖ 80 00… and 84 24 00 00 04 80 00…: `openssl enc -sm4-cbc -nopad -K
/// 6fdc20f1f1b1893b299dae078ddcd99b -iv 0…`: 8915caf1deeb4c8b1e2b4938d2c77483 and 994385c7d1e6566a79b7515c1a081a7a, the four
/// words of each joined by exclusive-or.
struct Answers {
    known: Known,
    version: &'static str,
    fci: &'static str,
    random: RandomSource,
    reload: &'static str,
    unblock: &'static str,
}

const ANSWERS: [Answers; 2] = [
    Answers {
        known: DES,
        version: "322E3030",
        fci: FCI,
        random: des_source,
        reload: "842400010C 631C723C0D1E673D ECE25EA8",
        unblock: "8424000004 51088767",
    },
    Answers {
        known: SM4,
        version: "332E3030",
        fci: FCI_SM4,
        random: sm4_source,
        reload: "8424000114 5B087D73200D0DB06DF976E639B344DE 9B12BBC1",
        unblock: "8424000004 2B1A988B",
    },
];

/// Opens a session on a card that then expects `steps`, and does `what` with it.
fn with<T>(
    answers: &Answers,
    steps: &[(&str, &str)],
    what: impl FnOnce(&mut Dialogue<'_>) -> Result<T, TerminalError>,
) -> Result<T, TerminalError> {
    with_keys(answers, &Keys(answers.known), steps, what)
}

/// The same with these keys.
fn with_keys<T>(
    answers: &Answers,
    keys: &dyn KeyService,
    steps: &[(&str, &str)],
    what: impl FnOnce(&mut Dialogue<'_>) -> Result<T, TerminalError>,
) -> Result<T, TerminalError> {
    let fci = format!("{} 9000", answers.fci);
    let version = format!("0304 {} 9000", answers.version);
    let opening = [
        ("00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00", &*fci),
        ("00A4020002EF05", "9000"),
        ("00B2030000", &*version),
        (
            "00B2010000",
            "0110 440305 D156000005 33445566 8C1F2E3D 9000",
        ),
    ];
    let mut card = Script::new(Interface::T1, &[&opening, steps].concat());
    let mut session = Dialogue::open_with(&mut card, Some(keys), answers.random).unwrap();
    what(&mut session)
}

fn pin(digits: &str) -> Pin {
    digits.parse().unwrap()
}

#[test]
fn reload_and_unblock_after_puk_with_a_new_challenge() {
    for answers in &ANSWERS {
        let Known {
            challenge,
            source,
            cryptogram,
            ..
        } = answers.known;
        let challenge = format!("{challenge} 9000");
        let authenticate = format!("0082000610 {cryptogram} {source}");
        let steps = |last: &'static str, answer: &'static str| {
            [
                ("0084000008", &*challenge),
                (&*authenticate, "9000"),
                ("0084000008", &*challenge),
                (last, answer),
            ]
            .map(|(command, answer)| (command.to_owned(), answer.to_owned()))
        };
        for (answer, sw) in [("9000", None), ("6988", Some(0x6988))] {
            let script = steps(answers.reload, answer);
            let script: Vec<_> = script.iter().map(|(c, a)| (&**c, &**a)).collect();
            let done = with(answers, &script, |session| {
                session.reload_pin(&pin("123456"))
            });
            check(done, Operation::ReloadPin, sw);
            let script = steps(answers.unblock, answer);
            let script: Vec<_> = script.iter().map(|(c, a)| (&**c, &**a)).collect();
            let done = with(answers, &script, |session| session.unblock_pin());
            check(done, Operation::UnblockPin, sw);
        }
    }
}

/// PUK and STK, each with a key of its own; no other key is asked for.
struct PukAndStk {
    puk: Known,
    stk: [u8; 16],
}

impl KeyService for PukAndStk {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        match id {
            "SSSE/PUK" => Keys(self.puk).card_key(id, version, algorithm, region, card_factor),
            "SSSE/STK" => Ok(Key16::new(self.stk)),
            other => panic!("{other}"),
        }
    }
    fn issuer_keys(&self, _: &[u8; 8]) -> Result<KeySet, KeyError> {
        unreachable!("a terminal has no use for the issuer's keys")
    }
    fn is_demo(&self) -> bool {
        true
    }
}

/// Whole commands by OpenSSL: PIN and MAC are under one session key of STK, directly and in the steps with a host security
/// module.
#[test]
fn a_reloaded_pin_is_under_the_key_of_its_mac() {
    let cases = test_vectors::cases("generated/pin-reload").unwrap();
    assert_eq!(cases.len(), 8);
    for case in cases {
        let answers = match case.bytes("algorithm").unwrap() {
            [0x01] => &ANSWERS[0],
            _ => &ANSWERS[1],
        };
        let keys = PukAndStk {
            puk: answers.known,
            stk: case.array("stk").unwrap(),
        };
        let digits = hex::encode(case.bytes("pin").unwrap());
        let new = pin(digits.trim_end_matches('f'));
        let Known {
            challenge,
            source,
            cryptogram,
            ..
        } = answers.known;
        let [first, second] = [
            challenge.into(),
            hex::encode(case.bytes("challenge").unwrap()),
        ]
        .map(|challenge: String| challenge + "9000");
        let authenticate = format!("0082000610 {cryptogram} {source}");
        let reload = hex::encode(case.bytes("command").unwrap());
        let steps = [
            ("0084000008", &*first),
            (&*authenticate, "9000"),
            ("0084000008", &*second),
            (&*reload, "9000"),
        ];
        with_keys(answers, &keys, &steps, |session| session.reload_pin(&new)).unwrap();
        with_keys(answers, &keys, &steps, |session| {
            let mut module = KeyModule::new(&keys);
            let asked = session.reload_pin_hsm_step1(&new)?;
            let asked = session.reload_pin_hsm_step2(&asked.answer(&mut module)?)?;
            session.reload_pin_hsm_step3(&asked.answer(&mut module)?)
        })
        .unwrap();
    }
}

#[test]
fn one_digit_repeated_reaches_no_card() {
    for answers in &ANSWERS {
        let refused = |error: TerminalError| {
            assert!(matches!(error, TerminalError::OneDigitRepeated), "{error}");
            assert!(error.say(Lang::En).contains("one digit repeated"));
            assert!(error.say(Lang::Zh).contains("同一数字"));
            assert_eq!(error.code(), -0x6A80, "as the card says it of CHANGE PIN");
        };
        with(answers, &[], |session| {
            refused(session.reload_pin(&pin("111111")).unwrap_err());
            refused(session.reload_pin_hsm_step1(&pin("00000")).unwrap_err());
            Ok(())
        })
        .unwrap();
    }
}

fn check(done: Result<(), TerminalError>, wanted: Operation, sw: Option<u16>) {
    match (done, sw) {
        (Ok(()), None) => {}
        (Err(error), Some(wanted_sw)) => {
            assert_eq!(error.code(), -i32::from(wanted_sw));
            assert_ne!(error.say(Lang::En), error.say(Lang::Zh));
            assert!(
                matches!(error, TerminalError::NotDone { operation, sw } if operation == wanted && sw.0 == wanted_sw)
            );
        }
        (done, sw) => panic!("{done:?} {sw:?}"),
    }
}

#[test]
fn without_puk_nothing_is_asked_of_the_card() {
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = DES;
    let (challenge, authenticate) = (
        format!("{challenge} 9000"),
        format!("0082000610 {cryptogram} {source}"),
    );
    let refused = [("0084000008", &*challenge), (&*authenticate, "63CD")];
    // Refused once, PUK is not presented again.
    let done = with(&ANSWERS[0], &refused, |session| {
        let first = session.unblock_pin().unwrap_err();
        let second = session.reload_pin(&pin("123456")).unwrap_err();
        assert_eq!((first.code(), second.code()), (-25549, -25549));
        Ok(())
    });
    done.unwrap();
}

#[test]
fn change_pin_and_its_refusals() {
    let change = |answer: &'static str| {
        with(
            &ANSWERS[0],
            &[("805E010007 123456 FF 654321", answer)],
            |session| session.change_pin(&pin("123456"), &pin("654321")),
        )
    };
    change("9000").unwrap();
    // -51 and -52 as the programs list them, other status words as their negative
    for (answer, code) in [
        ("63C2", -51),
        ("63C0", -51),
        ("6983", -52),
        ("6A80", -27264),
        ("6985", -27013),
    ] {
        assert_eq!(change(answer).unwrap_err().code(), code, "{answer}");
    }
    let odd = [("805E010009 12345F FF 1234567890", "9000")];
    with(&ANSWERS[0], &odd, |session| {
        session.change_pin(&pin("12345"), &pin("1234567890"))
    })
    .unwrap();
}

#[test]
fn a_pin_too_long_for_one_block_reaches_no_card() {
    let long = pin("123456789012345");
    let error = with(&ANSWERS[0], &[], |session| session.reload_pin(&long)).unwrap_err();
    assert!(matches!(error, TerminalError::PinTooLong { most: 14 }));
    assert_eq!(error.code(), -33);
}
