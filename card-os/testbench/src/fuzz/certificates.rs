//! The certificate environment: PIN, administrator and EAK, right and wrong, pairs, envelopes, signatures; and who may.

use arbitrary::Arbitrary;
use card_os::Interface;
use sm3::{Digest, Sm3};

use super::action::Action;
use super::{Fuzz, Step, command, pick};
use crate::ciphers::sm4;
use crate::handmade::SSSE;
use crate::handmade_certificates::{
    ADF, ADMINISTRATOR, EAK, GENERATE, PIN, PKI, change, enciphered, pin_key, write_key,
};
use crate::{Answer, hex};

/// What the fuzzer can do beside what it does to any card.
#[derive(Arbitrary, Debug)]
pub enum CertificateAction {
    Any(Action),
    Select(u8),
    Verify {
        administrator: bool,
        right: bool,
        short: bool,
    },
    /// VERIFY without data.
    Tries {
        administrator: bool,
    },
    Authenticate {
        right: bool,
    },
    ChangePin {
        right: bool,
    },
    /// What shows EAK or the administrator, then WRITE KEY with the same challenge or with another.
    WriteKey {
        key: u8,
        administrator: bool,
        right: bool,
        fresh: bool,
        garbled: bool,
    },
    /// GENERATE KEY PAIR, and perhaps a signature at once.
    Generate {
        then: Option<[u8; 32]>,
    },
    /// IMPORT KEY of the public one, and of a private one that fits it or not, as it is or as the envelope's key makes it.
    Import {
        public: Option<bool>,
        private: Option<bool>,
        enciphered: bool,
    },
    /// OPEN ENVELOPE, and perhaps SM4 DECRYPT at once.
    OpenEnvelope {
        right: bool,
        then: Option<[u8; 16]>,
    },
    Decipher([u8; 16]),
    Sign([u8; 32]),
    Hash {
        with_key: bool,
        message: [u8; 8],
    },
    /// READ PUBLIC KEY, CHECK KEY PAIR, READ and UPDATE BINARY of each file.
    Files {
        file: u8,
        what: u8,
    },
}

/// The second values of PIN, EAK and administrator.
const OTHER_PIN: &[u8] = b"246810";
const OTHER_EAK: [u8; 16] = *b"another EAK here";
const OTHER_ADMINISTRATOR: [u8; 16] = *b"other administr.";

/// Names, and files of the application.
const SELECTS: [&str; 12] = [
    PKI,
    ADF,
    ADF,
    SSSE,
    "00A4040008A000000151000000",
    "00A4040403504B49",
    "00A404020753532E43455254",
    "00A40000023F00",
    "00A4000002DDF4",
    "00A40200020014",
    "00A40200020013",
    "00A40200020018",
];

/// The standard's key of GM/T 0003.5, as the key management centre's.
const D: &str = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
const P: &str = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
                 CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
/// The curve's base point: the envelope's C1 for the random number 1.
const G: &str = "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
                 BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";
/// What is in the envelope.
const ENVELOPE_KEY: [u8; 16] = *b"session of 16 by";

impl Step for CertificateAction {
    fn act(&self, fuzz: &mut Fuzz) {
        match self {
            Self::Any(action) => action.act(fuzz),
            Self::Select(number) => {
                let select = *pick(&SELECTS, *number);
                fuzz.send(&hex(select));
            }
            Self::Verify {
                administrator,
                right,
                short,
            } => {
                let length = if *short { 0x08 } else { 0x10 };
                if *administrator {
                    fuzz.show(true, *right, length);
                    return;
                }
                let challenge = fuzz.challenge(length);
                let mut cryptogram = enciphered(fuzz.pin(), &challenge);
                cryptogram[0] ^= u8::from(!right);
                fuzz.send(&command([0x00, 0x20, 0x01, 0x81], &cryptogram, None));
            }
            Self::Tries { administrator } => {
                let p2 = if *administrator { 0x00 } else { 0x81 };
                fuzz.send(&[0x00, 0x20, 0x01, p2, 0x00]);
            }
            Self::Authenticate { right } => {
                fuzz.show(false, *right, 0x10);
            }
            Self::ChangePin { right } => {
                let challenge = fuzz.challenge(0x10);
                let (old, new) = (fuzz.pin(), fuzz.other_pin());
                let key = if *right { old } else { new };
                let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
                fuzz.send(&change(key, &challenge, header, &new));
            }
            Self::WriteKey {
                key,
                administrator,
                right,
                fresh,
                garbled,
            } => {
                let by = if *administrator {
                    fuzz.administrator()
                } else {
                    fuzz.eak()
                };
                let mut challenge = fuzz.show(*administrator, *right, 0x10);
                if *fresh {
                    challenge = fuzz.challenge(0x08);
                }
                fuzz.write_key(*key, by, &challenge, *garbled);
                // A right MAC gives its key's tries back, also where what it covers is then refused.
                fuzz.change.tries = true;
            }
            Self::Generate { then } => {
                fuzz.send(&hex(GENERATE));
                if let Some(e) = then {
                    Self::Sign(*e).act(fuzz);
                }
            }
            Self::Import {
                public,
                private,
                enciphered,
            } => {
                if let Some(right) = public {
                    let mut data = hex(&format!("C0020014 CA40 {P}"));
                    data[69] ^= u8::from(!right);
                    fuzz.send(&command([0x80, 0xC2, 0x40, 0x00], &data, None));
                }
                if let Some(fits) = private {
                    let mut key = hex(D);
                    key[31] ^= u8::from(!fits);
                    if *enciphered {
                        let blocks = key.as_chunks().0;
                        key = blocks.iter().flat_map(|b| sm4(ENVELOPE_KEY, *b)).collect();
                    }
                    let data = [hex("C2020015 CB20"), key].concat();
                    fuzz.send(&command([0x80, 0xC2, 0xC0, 0x01], &data, None));
                }
            }
            Self::OpenEnvelope { right, then } => {
                let mut data = hex("C2020013 C1820070");
                data.extend(envelope(&fuzz.watch.signing_key().unwrap_or([0; 64])));
                data[80] ^= u8::from(!right);
                fuzz.send(&command([0x80, 0x4E, 0x00, 0x01], &data, None));
                if let Some(block) = then {
                    Self::Decipher(*block).act(fuzz);
                }
            }
            Self::Decipher(block) => {
                let data = [&[0xC1, 0x10][..], block].concat();
                fuzz.exchange([0x80, 0x4A, 0x02, 0x10], &data);
            }
            Self::Sign(e) => {
                fuzz.exchange([0x00, 0x2A, 0x9E, 0x9A], e);
            }
            Self::Hash { with_key, message } => {
                let message = [&[0xC1, 0x08][..], message].concat();
                if *with_key {
                    let data = [&hex("C0020012")[..], &message].concat();
                    fuzz.exchange([0x80, 0xC4, 0x02, 0x08], &data);
                } else {
                    fuzz.exchange([0x80, 0xC4, 0x01, 0x08], &message);
                }
            }
            Self::Files { file, what } => {
                let file = 0x80 | pick(&[0x12, 0x13, 0x14, 0x15, 0x18, 0x19], *file);
                match what % 4 {
                    3 => fuzz.send(&hex("80C9820008 C0020012 C2020013")),
                    0 => fuzz.send(&[0x80, 0xC9, 0x82, 0x80, 0x00]),
                    1 => fuzz.send(&[0x00, 0xB0, file, 0x00, 0x00]),
                    _ => fuzz.send(&[0x00, 0xD6, file, 0x00, 0x04, 0x30, 0x82, 0x01, *what]),
                };
            }
        }
    }

    fn harmless(&self) -> bool {
        match self {
            Self::Any(action) => action.harmless(),
            Self::Select(_) | Self::Files { .. } => true,
            _ => false,
        }
    }
}

/// C1 ‖ C3 ‖ C2 for a public key, with the random number 1: the shared point is then the public key itself (GB/T 32918.4).
fn envelope(public: &[u8; 64]) -> Vec<u8> {
    let (x, y) = public.split_at(32);
    let stream = Sm3::digest([public, &[0, 0, 0, 1][..]].concat());
    let c2: [u8; 16] = std::array::from_fn(|at| ENVELOPE_KEY[at] ^ stream[at]);
    let c3 = Sm3::digest([x, &ENVELOPE_KEY, y].concat());
    [&hex(G)[..], &c3, &c2].concat()
}

/// What was shown to the environment, as far as a command may have needed it: never less than the card knows.
#[derive(Default)]
pub struct Holder {
    pin: bool,
    /// By its own key, or by EAK.
    administrator: bool,
    external: bool,
}

impl Fuzz {
    fn pin(&self) -> [u8; 16] {
        self.one_of(pin_key(PIN), pin_key(OTHER_PIN))
    }

    fn other_pin(&self) -> [u8; 16] {
        self.one_of(pin_key(OTHER_PIN), pin_key(PIN))
    }

    fn eak(&self) -> [u8; 16] {
        self.one_of(EAK, OTHER_EAK)
    }

    fn administrator(&self) -> [u8; 16] {
        self.one_of(ADMINISTRATOR, OTHER_ADMINISTRATOR)
    }

    /// Which of the two the card has.
    fn one_of(&self, one: [u8; 16], other: [u8; 16]) -> [u8; 16] {
        if self.watch.has_key(one) { one } else { other }
    }

    /// GET CHALLENGE, then VERIFY of the administrator or EXTERNAL AUTHENTICATE with EAK; the challenge.
    fn show(&mut self, administrator: bool, right: bool, length: u8) -> Vec<u8> {
        let challenge = self.challenge(length);
        let (header, key) = if administrator {
            ([0x00, 0x20, 0x01, 0x00], self.administrator())
        } else {
            ([0x00, 0x82, 0x00, 0x00], self.eak())
        };
        let mut cryptogram = enciphered(key, &challenge);
        cryptogram[15] ^= u8::from(!right);
        self.send(&command(header, &cryptogram, None));
        challenge
    }

    fn write_key(&mut self, key: u8, by: [u8; 16], challenge: &[u8], garbled: bool) {
        let (kid, new) = match key % 3 {
            0 if self.eak() == EAK => (0x00, OTHER_EAK),
            0 => (0x00, EAK),
            1 if self.administrator() == ADMINISTRATOR => (0x02, OTHER_ADMINISTRATOR),
            1 => (0x02, ADMINISTRATOR),
            _ => (0x81, self.other_pin()),
        };
        let head = [0x13, 0x00, u8::from(garbled), 0x00];
        self.send(&write_key(by, challenge, kid, head, new));
    }

    /// Judges one command: what the environment did needs who may.
    pub(super) fn judge_certificates(&mut self, bytes: &[u8], answer: &Answer) {
        let Some(&[class, ins, p1, p2]) = bytes.first_chunk() else {
            return;
        };
        let done = answer.sw == 0x9000 || answer.sw >> 8 == 0x61;
        let holder = &mut self.holder;
        let prepares = holder.pin || holder.administrator;
        let contact = self.card.interface != Interface::Contactless;
        match (class, ins) {
            (0x00, 0xA4) if done && p1 == 0x04 => {
                let name = bytes.get(5..).unwrap_or_default();
                let selects = |of: &str| !name.is_empty() && hex(of)[5..].starts_with(name);
                holder.pin &= selects(ADF);
                if !selects(ADF) && !selects(PKI) {
                    *holder = Holder::default();
                }
            }
            (0x00, 0x20) if p1 == 0x01 => {
                let shown = match p2 {
                    0x81 => &mut holder.pin,
                    _ => &mut holder.administrator,
                };
                if bytes.len() > 5 {
                    // what is no presentation takes nothing back
                    let wrong = answer.sw >> 4 == 0x63C || answer.sw == 0x6983;
                    *shown = (*shown || done) && !wrong;
                }
                assert!(!done || *shown, "shown without a key");
            }
            (0x00, 0x82) if p1 == 0 && p2 == 0 && done => {
                (holder.administrator, holder.external) = (true, true);
            }
            (0x84, 0x5E | 0xD4) if done && p1 == 0x01 => {
                assert!(contact, "a key changed over the air");
                let authority = holder.administrator || holder.external;
                assert!(ins == 0x5E || authority, "a key changed by no one");
                self.change.keys = true;
                match p2 {
                    0x00 if ins == 0xD4 => {
                        (holder.administrator, holder.external) = (false, false);
                    }
                    0x02 => holder.administrator = false,
                    _ => holder.pin = false,
                }
            }
            (0x80, 0x40 | 0xC2 | 0x4E | 0x4A) if done => {
                assert!(prepares && contact, "{bytes:02X?} by no one who may");
                self.change.pairs |= matches!(ins, 0x40 | 0xC2);
            }
            (0x00, 0x2A) => assert!(holder.pin || !done, "signed without the PIN"),
            _ => {}
        }
    }
}
