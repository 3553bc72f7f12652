//! A challenge that ends in zeros gets nothing of a key, on whatever way the key would be used; and a last try over the air
//! ends in the advice to insert the card.

mod common;

use apdu_specs::Status;
use common::{DES, FCI, Known, SM4, Script, des_source, sm4_source};
use ssc_keys::{KeyModule, KeyRef, ModuleError, SecurityModule};
use ssc_reader::Interface;
use ssc_terminal::hsm::HsmAnswer;
use ssc_terminal::psam::Psam;
use ssc_terminal::{Authentication, Dialogue, FileAddress, Pin, TerminalError, TerminalIdentity};
use ssc_words::{Bilingual, Lang};

const FCI_SM4: &str = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860103";
const ZEROS: &str = "1122334400000000 9000";
/// The PSAM's terminal identifier and its region, which this one does not tell: all that it is asked for.
const PSAM: [(&str, &str); 2] = [("00B0960006", "331100000123 9000"), ("00B095000F", "6A82")];

/// One generation of cards with its known answer.
struct Kind {
    known: Known,
    fci: &'static str,
    version: &'static str,
    random: ssc_terminal::RandomSource,
}

const KINDS: [Kind; 2] = [
    Kind {
        known: DES,
        fci: FCI,
        version: "322E3030",
        random: des_source,
    },
    Kind {
        known: SM4,
        fci: FCI_SM4,
        version: "332E3030",
        random: sm4_source,
    },
];

/// A module that must not be asked.
struct Untouched;

impl SecurityModule for Untouched {
    fn cryptogram(&mut self, _: &KeyRef, _: &[u8; 8], _: &[u8; 8]) -> Result<[u8; 8], ModuleError> {
        panic!("a cryptogram was made");
    }
    fn mac(
        &mut self,
        _: &KeyRef,
        _: &[u8; 8],
        _: &[u8; 5],
        _: &[u8],
    ) -> Result<[u8; 4], ModuleError> {
        panic!("a MAC was made");
    }
    fn encipher_and_mac(
        &mut self,
        _: &KeyRef,
        _: &[u8; 8],
        _: &[u8; 5],
        _: &mut [u8],
    ) -> Result<[u8; 4], ModuleError> {
        panic!("a block was enciphered");
    }
}

/// The three kinds of modules: one that fails when it is asked (as an HSM would be), the keys of a vault, a PSAM.
fn modules(known: Known) -> Vec<Box<dyn SecurityModule>> {
    // KeyModule borrows its keys; a test may leak them.
    let keys: &'static common::Keys = Box::leak(Box::new(common::Keys(known)));
    let psam = Psam::open(Script::new(Interface::T1, &PSAM)).unwrap();
    vec![
        Box::new(Untouched),
        Box::new(KeyModule::new(keys)),
        Box::new(psam),
    ]
}

/// Opens a session on a card that then expects `steps`, and does `what` with it.
fn with<T>(
    kind: &Kind,
    interface: Interface,
    module: Box<dyn SecurityModule>,
    steps: &[(&str, &str)],
    what: impl FnOnce(&mut Dialogue<'_>) -> T,
) -> T {
    let fci = format!("{} 9000", kind.fci);
    let version = format!("0304 {} 9000", kind.version);
    let opening = [
        ("00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00", &*fci),
        ("00A4020002EF05", "9000"),
        ("00B2030000", &*version),
        (
            "00B2010000",
            "0110 440305 D156000005 33445566 8C1F2E3D 9000",
        ),
    ];
    let card = Script::new(interface, &[&opening, steps].concat());
    let mut session = Dialogue::with_module_and_random(card, Some(module), kind.random).unwrap();
    what(&mut session)
}

fn pin() -> Pin {
    "654321".parse().unwrap()
}

/// A way that a terminal uses a key for a card's challenge.
type Way = (&'static str, fn(&mut Dialogue<'_>) -> Option<TerminalError>);

const WAYS: [Way; 6] = [
    ("reload", |session| session.reload_pin(&pin()).err()),
    ("unblock", |session| session.unblock_pin().err()),
    ("reload in steps", |session| {
        session.reload_pin_hsm_step1(&pin()).err()
    }),
    ("unblock in steps", |session| {
        session.unblock_pin_hsm_step1().err()
    }),
    ("a file", |session| {
        let address = FileAddress::parse("SSSEEF07|$").unwrap();
        session.read_card(&address, Authentication::Key).err()
    }),
    ("a file in steps", |session| {
        let address = FileAddress::parse("SSSEEF07|$").unwrap();
        session.read_card_hsm_step1(&address).err()
    }),
];

#[test]
fn no_key_is_used_for_a_challenge_that_ends_in_zeros() {
    for kind in &KINDS {
        for (name, way) in WAYS {
            for module in modules(kind.known) {
                let steps = [("0084000008", ZEROS)];
                let error = with(kind, Interface::T1, module, &steps, way).expect(name);
                assert!(
                    matches!(error, TerminalError::ShortChallenge),
                    "{name}: {error}"
                );
                assert_eq!(error.code(), -4);
                assert!(error.say(Lang::En).contains("four zero bytes"));
                assert!(error.say(Lang::Zh).contains("四个零字节"));
            }
        }
    }
}

/// The second challenge of a function too: PUK is shown, and no MAC is made.
#[test]
fn nor_for_the_second_challenge() {
    for kind in &KINDS {
        let Known {
            challenge,
            source,
            cryptogram,
            ..
        } = kind.known;
        let challenge = format!("{challenge} 9000");
        let authenticate = format!("0082000610 {cryptogram} {source}");
        let steps = [
            ("0084000008", &*challenge),
            (&*authenticate, "9000"),
            ("0084000008", ZEROS),
        ];
        for way in [WAYS[0].1, WAYS[1].1] {
            let [_, vault, _] = <[_; 3]>::try_from(modules(kind.known)).ok().unwrap();
            let error = with(kind, Interface::T1, vault, &steps, way).unwrap();
            assert!(matches!(error, TerminalError::ShortChallenge), "{error}");
        }
        let answer = HsmAnswer::parse(&format!("{cryptogram}{source}")).unwrap();
        let error = with(
            kind,
            Interface::T1,
            Box::new(Untouched),
            &steps,
            |session| {
                session.reload_pin_hsm_step1(&pin()).unwrap();
                session.reload_pin_hsm_step2(&answer).err()
            },
        );
        assert!(matches!(error, Some(TerminalError::ShortChallenge)));
        let error = with(
            kind,
            Interface::T1,
            Box::new(Untouched),
            &steps,
            |session| {
                session.unblock_pin_hsm_step1().unwrap();
                session.unblock_pin_hsm_step2(&answer).err()
            },
        );
        assert!(matches!(error, Some(TerminalError::ShortChallenge)));
    }
}

/// Three zeros are a challenge as any other.
#[test]
fn other_challenges_are_answered() {
    for challenge in ["1122334455000000 9000", "0000000000000001 9000"] {
        let steps = [("0084000008", challenge)];
        with(
            &KINDS[0],
            Interface::T1,
            Box::new(Untouched),
            &steps,
            |session| {
                session.unblock_pin_hsm_step1().unwrap();
            },
        );
    }
}

#[test]
fn a_last_try_over_the_air_asks_for_the_card_to_be_inserted() {
    for kind in &KINDS {
        let Known {
            challenge,
            source,
            cryptogram,
            ..
        } = kind.known;
        let challenge = format!("{challenge} 9000");
        let authenticate = format!("0082000610 {cryptogram} {source}");
        let key = [("0084000008", &*challenge), (&*authenticate, "6985")];
        let vault = |known| modules(known).swap_remove(1);
        // Over the air, and it is not presented a second time.
        with(
            kind,
            Interface::Contactless,
            vault(kind.known),
            &key,
            |session| {
                for _ in 0..2 {
                    let error = session.unblock_pin().unwrap_err();
                    assert!(
                        matches!(
                            error,
                            TerminalError::InsertCard {
                                key: Some("SSSE/PUK")
                            }
                        ),
                        "{error}"
                    );
                    assert_eq!(error.code(), -1);
                    assert!(error.say(Lang::En).contains("insert the card"), "{error}");
                    assert!(error.say(Lang::En).contains("SSSE/PUK"), "{error}");
                    assert!(error.say(Lang::Zh).contains("请插卡"));
                }
            },
        );
        // By contact it is what it was: something else is wrong.
        with(kind, Interface::T1, vault(kind.known), &key, |session| {
            let error = session.unblock_pin().unwrap_err();
            assert!(matches!(
                error,
                TerminalError::KeyRefused {
                    sw: Status(0x6985),
                    ..
                }
            ));
        });
        let verify = [("0020000003 654321", "6985")];
        with(
            kind,
            Interface::Contactless,
            vault(kind.known),
            &verify,
            |session| {
                let error = session.verify_pin(&pin()).unwrap_err();
                assert!(matches!(error, TerminalError::InsertCard { key: None }));
                assert_eq!(error.code(), -1);
                assert!(error.say(Lang::En).contains("PIN"), "{error}");
                assert!(error.say(Lang::Zh).contains("请插卡"));
            },
        );
        with(kind, Interface::T1, vault(kind.known), &verify, |session| {
            let error = session.verify_pin(&pin()).unwrap_err();
            assert!(matches!(
                error,
                TerminalError::PinRefused { sw: Status(0x6985) }
            ));
        });
    }
}

/// The basic data of a 3.00 card need RK of SSSE: the advice comes through, and with a dump the rest is read.
#[test]
fn the_advice_comes_through_reading() {
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = SM4;
    let challenge = format!("{challenge} 9000");
    let authenticate = format!("0082000A10 {cryptogram} {source}");
    let steps = [("0084000008", &*challenge), (&*authenticate, "6985")];
    let vault = modules(SM4).swap_remove(1);
    let error = with(
        &KINDS[1],
        Interface::Contactless,
        vault,
        &steps,
        |session| session.read_card_basic(&TerminalIdentity::default()),
    );
    let error = error.unwrap_err();
    assert!(
        matches!(
            error,
            TerminalError::InsertCard {
                key: Some("SSSE/RK")
            }
        ),
        "{error}"
    );
}
