//! Every way to try a secret that a card counts: by VERIFY, CHANGE PIN, an authentication, a MAC. A card has them all, and one
//! table makes the right command for a challenge; one byte of it changed, it is a wrong one.

use std::sync::{Mutex, OnceLock};

use card_os::Interface::{self, T1};

use crate::certificate_card::{self, ADF, ADMINISTRATOR, EAK, PIN, PKI, enciphered, pin_key};
use crate::support::ciphers::FieldKey;
use crate::support::handmade::{
    self, DF01, DF01_83, DF01_84, DF02, DF02_83, PUK, RK, SSSE, STK, UK, authenticate, dgi, entry,
    keys,
};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{Flash, TestCard, blank_flash, hex};

const BK: FieldKey = FieldKey::Sm4([0x15; 16]);
const LK: FieldKey = FieldKey::Tdes(*b"LK of DF01 3DES.");

/// One way.
pub struct Attempt {
    pub name: &'static str,
    /// What is selected before, the last one where the command works.
    pub selects: &'static [&'static str],
    /// Whether PUK must have been shown.
    pub puk: bool,
    /// Bytes of the challenge that it takes; 0 where it takes none.
    pub challenge: u8,
    /// Tries that its counter has.
    pub tries: u8,
    /// Whether it is allowed over the air at all.
    pub over_the_air: bool,
    /// The right command.
    pub command: fn(&[u8]) -> Vec<u8>,
    /// The byte that makes it wrong.
    pub wrong: usize,
    /// Whether it answers data.
    pub answers: bool,
}

fn authentication(kid: u8, key: FieldKey, challenge: &[u8]) -> Vec<u8> {
    let source = *b"source01";
    let mut command = vec![0x00, 0x82, 0x00, kid, 0x10];
    command.extend(key.cryptogram(challenge, source));
    command.extend(source);
    command
}

/// A command of class 84 or 04 with its MAC behind the data.
fn with_mac(key: FieldKey, challenge: &[u8], header: &str, data: &[u8]) -> Vec<u8> {
    let mut command = hex(header);
    command.push(data.len() as u8 + 4);
    command.extend(data);
    let mac = key.message_mac(challenge, &command);
    command.extend(mac);
    command
}

/// A message of data objects that updates a free EF.
fn in_objects(challenge: &[u8]) -> Vec<u8> {
    let mut covered = hex("0CD6880080000000000000000000 0000 8103AAAAAA");
    let mac = STK.message_mac(challenge, &covered);
    covered.drain(..16);
    let mut command = hex("0CD6880000");
    command.extend(covered);
    command.extend([0x8E, 0x04]);
    command.extend(mac);
    command[4] = command.len() as u8 - 5;
    command
}

fn shown(header: &str, key: [u8; 16], challenge: &[u8]) -> Vec<u8> {
    [&hex(header)[..], &enciphered(key, challenge)].concat()
}

const fn authenticating(
    name: &'static str,
    selects: &'static [&'static str],
    tries: u8,
    command: fn(&[u8]) -> Vec<u8>,
) -> Attempt {
    Attempt {
        name,
        selects,
        puk: false,
        challenge: 8,
        tries,
        over_the_air: true,
        command,
        wrong: 5,
        answers: false,
    }
}

/// By the MAC at the end of a command of `length` bytes.
const fn by_contact(
    name: &'static str,
    selects: &'static [&'static str],
    command: fn(&[u8]) -> Vec<u8>,
    length: usize,
) -> Attempt {
    Attempt {
        over_the_air: false,
        wrong: length - 1,
        ..authenticating(name, selects, 15, command)
    }
}

/// All of them.
pub static ATTEMPTS: &[Attempt] = &[
    Attempt {
        challenge: 0,
        wrong: 7,
        ..authenticating("VERIFY", &[SSSE], 3, |_| hex("0020000003123456"))
    },
    Attempt {
        challenge: 0,
        wrong: 7,
        over_the_air: false,
        ..authenticating("CHANGE PIN", &[DF01], 3, |_| {
            hex("805E010007 123456 FF 246810")
        })
    },
    authenticating("UK of SSSE, 3DES", &[SSSE], 15, |challenge| {
        authentication(0x04, UK, challenge)
    }),
    authenticating("RK of SSSE, SM4", &[SSSE], 15, |challenge| {
        authentication(0x0A, RK, challenge)
    }),
    authenticating("RK of SSSE with its version", &[SSSE], 15, |challenge| {
        let mut command = authentication(0x0A, RK, challenge);
        command[4] = 0x11;
        command.push(0x01);
        command
    }),
    authenticating("PUK", &[SSSE], 15, |challenge| {
        authentication(0x06, PUK, challenge)
    }),
    authenticating("UK of SSSE from a DF", &[DF01], 15, |challenge| {
        authentication(0x04, UK, challenge)
    }),
    authenticating("83 of DF01", &[DF01], 15, |challenge| {
        authentication(0x83, DF01_83, challenge)
    }),
    authenticating("84 of DF01", &[DF01], 15, |challenge| {
        authentication(0x84, DF01_84, challenge)
    }),
    authenticating("83 of DF02, two tries", &[DF02], 2, |challenge| {
        authentication(0x83, DF02_83, challenge)
    }),
    Attempt {
        wrong: 11,
        ..authenticating("message with a MAC", &[DF02], 15, |challenge| {
            with_mac(STK, challenge, "04D68800", &[0xAA; 3])
        })
    },
    Attempt {
        wrong: 14,
        answers: true,
        ..authenticating("message of objects", &[DF02], 15, in_objects)
    },
    Attempt {
        puk: true,
        ..by_contact(
            "PIN UNBLOCK",
            &[SSSE],
            |challenge| with_mac(STK, challenge, "84240000", &[]),
            9,
        )
    },
    Attempt {
        puk: true,
        ..by_contact(
            "PIN RELOAD",
            &[SSSE],
            |challenge| {
                let block = hex("0365432180000000 0000000000000000");
                let data = STK.message_cbc(challenge, &block);
                with_mac(STK, challenge, "84240001", &data)
            },
            25,
        )
    },
    by_contact(
        "CARD BLOCK",
        &[SSSE],
        |challenge| with_mac(BK, challenge, "84160000", &[]),
        9,
    ),
    by_contact(
        "APPLICATION BLOCK",
        &[DF01],
        |challenge| with_mac(LK, challenge, "841E0000", &[]),
        9,
    ),
    Attempt {
        challenge: 16,
        ..authenticating("certificate PIN", &[PKI, ADF], 3, |challenge| {
            shown("0020018110", pin_key(PIN), challenge)
        })
    },
    authenticating(
        "certificate PIN, challenge of 8",
        &[PKI, ADF],
        3,
        |challenge| shown("0020018110", pin_key(PIN), challenge),
    ),
    Attempt {
        challenge: 16,
        ..authenticating("administrator", &[PKI], 15, |challenge| {
            shown("0020010010", ADMINISTRATOR, challenge)
        })
    },
    Attempt {
        challenge: 16,
        ..authenticating("EAK", &[PKI, ADF], 15, |challenge| {
            shown("0082000010", EAK, challenge)
        })
    },
    Attempt {
        challenge: 16,
        tries: 3,
        ..by_contact(
            "certificate CHANGE PIN",
            &[PKI, ADF],
            |challenge| {
                let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
                certificate_card::change(pin_key(PIN), challenge, header, &pin_key(b"2468"))
            },
            25,
        )
    },
];

/// A card with all that they need, SECURED.
pub fn card(interface: Interface) -> TestCard {
    static MADE: OnceLock<Mutex<Flash>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let mut card = TestCard::with_flash(blank_flash(), T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        let dek = TRANSPORT[2];
        let stream = [
            handmade::stream(dek),
            dgi(0x0061, &hex("DDF1")),
            keys(dek, &[entry(0x06, 0x05, 15, BK)]),
            dgi(0x0061, &hex("DF01")),
            keys(dek, &[entry(0x05, 0x8B, 15, LK)]),
            dgi(0x0061, &hex("3F00")),
            certificate_card::stream(dek),
        ]
        .concat();
        assert_eq!(host.store(&mut card, &stream, 247), 0x9000);
        let secured = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
        assert_eq!(secured.sw, 0x9000);
        Mutex::new(card.into_flash())
    });
    let flash = made.lock().expect("nothing panics under it").clone();
    TestCard::with_flash(flash, interface)
}

impl Attempt {
    /// Selects, and shows PUK where it must be.
    pub fn prepare(&self, card: &mut TestCard) {
        for select in self.selects {
            card.ok(select);
        }
        if self.puk {
            assert_eq!(authenticate(card, 0x06, PUK), 0x9000);
        }
    }

    /// A challenge of `length` bytes, and the right or a wrong command for it.
    pub fn make(&self, card: &mut TestCard, length: u8, right: bool) -> Vec<u8> {
        let challenge = match length {
            0 => Vec::new(),
            length => card.ok(&format!("00840000{length:02X}")),
        };
        let mut command = (self.command)(&challenge);
        if !right {
            command[self.wrong] ^= 0x01;
        }
        if self.answers && card.interface != Interface::T0 {
            command.push(0x00);
        }
        command
    }

    /// One attempt in a session that is prepared.
    pub fn try_once(&self, card: &mut TestCard, right: bool) -> u16 {
        let command = self.make(card, self.challenge, right);
        card.exchange(&command).sw
    }

    /// One attempt, and exactly this status word.
    #[track_caller]
    pub fn expect(&self, card: &mut TestCard, right: bool, sw: u16) {
        let got = self.try_once(card, right);
        assert_eq!(got, sw, "{}: {got:04X} instead of {sw:04X}", self.name);
    }
}
