//! One input of the fuzzer: a sequence of actions by someone who knows the card's PIN and keys, its
//! issuer's with them, and who can pull its power at any flash operation.
//!
//! What must hold after each action:
//! - no panic, and never 6F00: each answer is a status word of the table, with what the table's row lists;
//! - tries of the PIN and of keys rise only with a success;
//! - the life cycle goes only forwards; after SECURED no file, no condition and no key changes, but a key of the certificate
//!   environment by its own commands;
//! - the sequence counter of the secure channel never falls;
//! - over the air nothing is written but tries and files, and no last try is taken; digests end with SECURED;
//! - what is under a key is answered only after an authentication;
//! - no key is in an answer: no card key, no private key, no master key of a PSAM, nothing derived from one;
//! - a pair of the certificate environment is made, changed and used only by who has shown PIN or administrator, signed with
//!   only by the holder;
//! - a PSAM computes only after an INIT that succeeded since its selection, as the key's use says; each debit has a sequence
//!   number of its own;
//! - no rule of the flash is broken, and after a power cut the memory is whole.
//!
//! The card's tests run the same function on stable with pseudo-random inputs and with `seeds/`.

mod action;
mod certificates;
mod maintain;
mod sam;
mod secrets;
mod watch;

use std::collections::BTreeSet;
use std::fmt::Debug;

use apdu_specs::Status;
use arbitrary::{Arbitrary, Unstructured};
use card_os::Interface;
use simulated_flash::Cut;

use crate::ciphers::FieldKey;
use crate::handmade::{self, dgi, fcp};
use crate::host::{Handshake, Host, TRANSPORT};
use crate::{Answer, Flash, TestCard, handmade_certificates, handmade_sam, hex};
use action::Action;
use certificates::{CertificateAction, Holder};
use sam::{Dialogue, SamAction};
use secrets::Secrets;
use watch::{Change, Watch};

/// A secret of the hand-made card: record 3 of SSSE's EF06, readable after key 0A only.
const SECRET: [u8; 8] = [0x5E, 0xC2, 0xE7, 0xDA, 0x7A, 0x11, 0xF0, 0x0D];
/// Actions of one input, at the most.
const MOST: usize = 64;

/// A card block key that the fuzzer can load.
const BK: FieldKey = FieldKey::Sm4([0x15; 16]);
/// A key to block SSSE's application with.
const LK: FieldKey = FieldKey::Sm4([0x1B; 16]);
/// VERIFY, EXTERNAL AUTHENTICATE, CHANGE PIN, PIN UNBLOCK and RELOAD, CARD BLOCK, STORE DATA, APPLICATION BLOCK and UNBLOCK,
/// PUT KEY, WRITE KEY, CREDIT SAM FOR DEBIT, each with a success.
const GIVE_TRIES_BACK: [u8; 11] = [
    0x20, 0x82, 0x5E, 0x24, 0x16, 0xE2, 0x1E, 0x18, 0xD8, 0xD4, 0x72,
];
/// As secure messages READ and UPDATE BINARY and RECORD too.
const MESSAGES: [u8; 4] = [0xB0, 0xB2, 0xD6, 0xDC];

/// One step of an input.
trait Step: for<'a> Arbitrary<'a> + Debug {
    fn act(&self, fuzz: &mut Fuzz);

    /// Whether nothing of tries and keys changes by it, however far it came before the power went.
    fn harmless(&self) -> bool;
}

/// The card and what the fuzzer remembers of it.
struct Fuzz {
    card: TestCard,
    host: Option<Host>,
    watch: Watch,
    /// What commands of this action may have changed by their success.
    change: Change,
    /// EXTERNAL AUTHENTICATE has succeeded since the last reset.
    authenticated: bool,
    holder: Holder,
    dialogue: Dialogue,
    secrets: Secrets,
    reached: Reached,
}

/// The header of each command that has succeeded.
pub type Reached = BTreeSet<[u8; 4]>;

/// Runs one input: to a card with files, open for its issuer or SECURED, to one with the certificate environment beside them,
/// or to a PSAM.
///
/// # Panics
/// Where something does not hold.
pub fn run(data: &[u8]) -> Reached {
    let mut input = Unstructured::new(data);
    let (card, interface) = (
        input.arbitrary().unwrap_or(0u8),
        interface_of(input.arbitrary().unwrap_or(0u8)),
    );
    match card % 4 {
        0 => Fuzz::new(handmade::flash(false), interface).play::<Action>(&mut input),
        1 => Fuzz::new(handmade::flash(true), interface).play::<Action>(&mut input),
        2 => Fuzz::new(handmade_certificates::flash_with_files(), interface)
            .play::<CertificateAction>(&mut input),
        _ => Fuzz::new(handmade_sam::flash(), interface).play::<SamAction>(&mut input),
    }
}

fn interface_of(number: u8) -> Interface {
    [Interface::T0, Interface::T1, Interface::Contactless][usize::from(number) % 3]
}

/// Whether a successful command has ended what was shown to the last application: SELECT of the security domain, first
/// occurrence.
fn selects_the_domain(command: &[u8]) -> bool {
    const DOMAIN: [u8; 8] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];
    match command {
        [0x00, 0xA4, 0x04, 0x00 | 0x04 | 0x0C, length, rest @ ..] => {
            let name = rest.get(..usize::from(*length)).unwrap_or(rest);
            DOMAIN.starts_with(name)
        }
        [0x00, 0xA4, 0x04, _] => true,
        _ => false,
    }
}

fn pick<T>(list: &[T], number: u8) -> &T {
    &list[usize::from(number) % list.len()]
}

fn command(header: [u8; 4], data: &[u8], le: Option<u8>) -> Vec<u8> {
    let data = &data[..data.len().min(255)];
    let mut command = header.to_vec();
    if !data.is_empty() {
        command.push(data.len() as u8);
        command.extend(data);
    }
    command.extend(le);
    command
}

impl Fuzz {
    fn new(flash: Flash, interface: Interface) -> Self {
        let card = TestCard::with_flash(flash, interface);
        Self {
            watch: Watch::new(&card),
            card,
            host: None,
            change: Change::default(),
            authenticated: false,
            holder: Holder::default(),
            dialogue: Dialogue::default(),
            secrets: Secrets::new(),
            reached: Reached::new(),
        }
    }

    fn play<S: Step>(mut self, input: &mut Unstructured<'_>) -> Reached {
        for _ in 0..MOST {
            if input.is_empty() {
                break;
            }
            let Ok(step) = input.arbitrary::<S>() else {
                break;
            };
            self.change = Change::default();
            step.act(&mut self);
            self.check(&step);
        }
        self.reached
    }

    /// One command, judged by itself.
    fn send(&mut self, bytes: &[u8]) -> Answer {
        let answer = self.card.send(bytes);
        let status = Status(answer.sw);
        assert_ne!(status, Status::INTERNAL_ERROR, "{bytes:02X?}");
        assert!(
            status.words().is_some(),
            "{:04X} for {bytes:02X?}",
            answer.sw
        );
        if answer.sw == 0x9000 || answer.sw >> 8 == 0x61 {
            let ins = bytes.get(1).copied().unwrap_or_default();
            let messaged = bytes[0] & 0x04 != 0 && MESSAGES.contains(&ins);
            self.change.tries |= GIVE_TRIES_BACK.contains(&ins) || messaged;
            self.authenticated |= ins == 0x82;
            if selects_the_domain(bytes) {
                self.authenticated = false;
            }
            let digests = bytes.starts_with(&[bytes[0], 0xCA, 0xDF]);
            assert!(!digests || !self.watch.secured(), "digests after SECURED");
            self.reached.extend(bytes.first_chunk());
        }
        self.judge_certificates(bytes, &answer);
        self.judge_sam(bytes, &answer);
        self.secrets.look(bytes, &answer.data);
        let told = answer.data.windows(SECRET.len()).any(|part| part == SECRET);
        let repeated = bytes.windows(SECRET.len()).any(|part| part == SECRET);
        assert!(!told || self.authenticated || repeated, "a secret was told");
        answer
    }

    /// GET CHALLENGE; empty where the card gives none.
    fn challenge(&mut self, length: u8) -> Vec<u8> {
        self.send(&[0x00, 0x84, 0x00, 0x00, length]).data
    }

    /// A command with data that has an answer.
    fn exchange(&mut self, header: [u8; 4], data: &[u8]) -> Answer {
        let le = (self.card.interface != Interface::T0).then_some(0x00);
        let answer = self.send(&command(header, data, le));
        match answer.sw.to_be_bytes() {
            [0x61, length] => self.send(&[0x00, 0xC0, 0x00, 0x00, length]),
            _ => answer,
        }
    }

    fn authenticate(&mut self, key: u8, right: bool) {
        let keys: [(u8, FieldKey); 6] = [
            (0x04, handmade::UK),
            (0x06, handmade::PUK),
            (0x0A, handmade::RK),
            (0x83, handmade::DF01_83),
            (0x84, handmade::DF01_84),
            (0x83, handmade::DF02_83),
        ];
        let (kid, key) = *pick(&keys, key);
        let mut challenge = self.send(&hex("0084000008")).data;
        if challenge.len() != 8 || !right {
            challenge = vec![0; 8];
        }
        let source = *b"source01";
        let mut data = key.cryptogram(&challenge, source).to_vec();
        data.extend(source);
        self.send(&command([0x00, 0x82, 0x00, kid], &data, None));
    }

    fn open(&mut self, level: u8) {
        self.host = None;
        let level = *pick(&[0x01, 0x03, 0x11, 0x13, 0x33], level);
        if self.card.interface == Interface::Contactless || self.card.os().flash().is_off() {
            return;
        }
        // a planned cut may hit the counter: then there is no answer to go on with
        self.send(&hex("00A4040C08A000000151000000"));
        let answer = self.send(&hex("8050000008C0C1C2C3C4C5C6C700"));
        if answer.sw == 0x9000 {
            let handshake = Handshake::of(&TRANSPORT, &answer.data);
            let (command, host) = handshake.external_authenticate(level, TRANSPORT[2]);
            let opened = self.send(&command).sw == 0x9000;
            self.host = opened.then_some(host);
        }
    }

    fn channel(&mut self, header: [u8; 4], data: &[u8]) -> Option<u16> {
        let mut host = self.host.take()?;
        let mut command = host.wrap(header, data);
        if self.card.interface != Interface::T0 {
            command.push(0x00);
        }
        let mut answer = self.send(&command);
        if let [0x61, length] = answer.sw.to_be_bytes() {
            answer = self.send(&[0x00, 0xC0, 0x00, 0x00, length]);
        }
        self.host = Some(host);
        Some(answer.sw)
    }

    fn store(&mut self, grouping: u8, split: u8) {
        let dek = TRANSPORT[2];
        let groupings = [
            fcp("820101 80020010 83020021 8604 0000 0100"),
            fcp("82050521001005 80020020 83020022 8604 0283 0000"),
            fcp("82050621000403 83020023 8604 0000 0000"),
            fcp("820138 8302DF33 8401AA"),
            dgi(0x0021, &[0x21; 16]),
            dgi(0x0022, &hex("0102AABB 0200")),
            dgi(0x0023, &[0x23; 12]),
            dgi(0x0061, &hex("DF02")),
            handmade::pin(dek),
            handmade::keys(dek, &[handmade::entry(0x02, 0x83, 2, handmade::DF02_83)]),
            [
                dgi(0x0061, &hex("DDF1")),
                handmade::keys(
                    dek,
                    &[
                        handmade::entry(0x06, 0x05, 15, BK),
                        handmade::entry(0x05, 0x0B, 15, LK),
                    ],
                ),
            ]
            .concat(),
            handmade::ssse(dek),
            handmade::df02(dek),
        ];
        // two of them, cut where the fuzzer wants
        let stream = [
            pick(&groupings, grouping).clone(),
            pick(&groupings, grouping >> 4).clone(),
        ]
        .concat();
        let size = usize::from(split).clamp(1, 220);
        let blocks: Vec<&[u8]> = stream.chunks(size).take(40).collect();
        for (number, block) in blocks.iter().enumerate() {
            let p1 = if number + 1 == blocks.len() {
                0x88
            } else {
                0x08
            };
            if self.channel([0x80, 0xE2, p1, number as u8], block) != Some(0x9000) {
                return;
            }
        }
    }

    /// The session is over.
    fn forget(&mut self) {
        self.host = None;
        self.authenticated = false;
        self.holder = Holder::default();
        self.dialogue = Dialogue::default();
    }

    fn power_cycle(&mut self, cut: Option<(u64, Cut)>) {
        let interface = self.card.interface;
        let card = std::mem::replace(
            &mut self.card,
            TestCard::with_flash(crate::Flash::new(8), interface),
        );
        let mut flash = card.into_flash();
        if let Some((operations, cut)) = cut {
            flash.cut_after(operations, cut);
        }
        self.card = TestCard::with_flash(flash, interface);
        self.forget();
    }

    /// What must hold after a step.
    fn check(&mut self, step: &impl Step) {
        let flash = self.card.os().flash();
        assert_eq!(flash.violations(), 0, "{step:?}");
        let torn = flash.is_off();
        if torn {
            self.power_cycle(None);
        }
        // A torn command may have succeeded without its answer, but not one that has nothing to do with these.
        if torn && !step.harmless() {
            self.change = Change {
                debits: self.change.debits,
                ..Change::ANY
            };
        }
        self.watch.look(&self.card, self.change, step);
        self.secrets.learn(self.watch.private_keys());
    }
}
