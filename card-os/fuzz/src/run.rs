//! One input of the fuzzer: a sequence of actions by someone who knows the card's PIN and keys, its
//! issuer's with them, and who can pull its power at any flash operation.
//!
//! What must hold after each action:
//! - no panic, and never 6F00: each answer is a status word of the table, with what the table's row lists;
//! - tries of the PIN and of keys rise only with a success;
//! - the life cycle goes only forwards; after SECURED no file, no condition and no key changes;
//! - the sequence counter of the secure channel rises, but for new keys;
//! - what is under a key is answered only after an authentication;
//! - no rule of the flash is broken, and after a power cut the memory is whole.
//!
//! The card's tests run the same function on stable with pseudo-random inputs and with `seeds/`.

mod action;
mod maintain;
mod watch;

use apdu_specs::Status;
use apdu_specs::commands::COMMANDS;
use arbitrary::Unstructured;
use card_os::Interface;
use simulated_flash::Cut;

use crate::support::ciphers::FieldKey;
use crate::support::handmade::{self, dgi, fcp};
use crate::support::host::{Handshake, Host, TRANSPORT};
use crate::support::{Answer, TestCard, hex};
use action::{Action, SELECTS};
use watch::Watch;

/// A secret of the hand-made card: record 3 of SSSE's EF06, readable after key 0A only.
const SECRET: [u8; 8] = [0x5E, 0xC2, 0xE7, 0xDA, 0x7A, 0x11, 0xF0, 0x0D];
/// Actions of one input, at the most.
const MOST: usize = 64;

/// A card block key that the fuzzer can load.
const BK: FieldKey = FieldKey::Sm4([0x15; 16]);
/// A key to block SSSE's application with.
const LK: FieldKey = FieldKey::Sm4([0x1B; 16]);
/// VERIFY, EXTERNAL AUTHENTICATE, CHANGE PIN, PIN UNBLOCK and RELOAD, CARD BLOCK, STORE DATA, APPLICATION BLOCK and UNBLOCK,
/// PUT KEY, each with a success.
const GIVE_TRIES_BACK: [u8; 9] = [0x20, 0x82, 0x5E, 0x24, 0x16, 0xE2, 0x1E, 0x18, 0xD8];
/// As secure messages READ and UPDATE BINARY and RECORD too.
const MESSAGES: [u8; 4] = [0xB0, 0xB2, 0xD6, 0xDC];

/// The card and what the fuzzer remembers of it.
struct Fuzz {
    card: TestCard,
    host: Option<Host>,
    watch: Watch,
    /// A command of this action that may give tries back has succeeded.
    success: bool,
    /// EXTERNAL AUTHENTICATE has succeeded since the last reset.
    authenticated: bool,
}

/// Runs one input.
///
/// # Panics
/// Where something does not hold.
pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let (secured, interface) = (
        input.arbitrary().unwrap_or(false),
        input.arbitrary().unwrap_or(0u8),
    );
    let card = TestCard::with_flash(handmade::flash(secured), interface_of(interface));
    let mut fuzz = Fuzz {
        watch: Watch::new(&card),
        card,
        host: None,
        success: false,
        authenticated: false,
    };
    for _ in 0..MOST {
        if input.is_empty() {
            break;
        }
        let Ok(action) = input.arbitrary::<Action>() else {
            break;
        };
        fuzz.success = false;
        fuzz.act(&action);
        fuzz.check(&action);
    }
}

fn interface_of(number: u8) -> Interface {
    [
        Interface::ContactT0,
        Interface::ContactT1,
        Interface::Contactless,
    ][usize::from(number) % 3]
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
    fn act(&mut self, action: &Action) {
        match action {
            Action::Raw(bytes) => {
                self.send(&bytes[..bytes.len().min(300)]);
            }
            Action::Row {
                row,
                class,
                p1,
                p2,
                data,
                le,
            } => {
                let row = pick(COMMANDS, *row);
                let header = [class.unwrap_or(row.class), row.ins, *p1, *p2];
                self.send(&command(header, data, *le));
            }
            Action::Select(number) => {
                let select = *pick(&SELECTS, *number);
                self.send(&hex(select));
            }
            Action::Read {
                binary,
                p1,
                sfi,
                le,
            } => {
                let header = if *binary {
                    [0x00, 0xB0, 0x80 | (sfi % 0x20), *p1]
                } else {
                    [0x00, 0xB2, *p1, sfi << 3 | [0, 4, 5][usize::from(*le) % 3]]
                };
                self.send(&command(header, &[], Some(*le)));
            }
            Action::Update {
                binary,
                append,
                p1,
                sfi,
                data,
            } => {
                let header = match (binary, append) {
                    (true, _) => [0x00, 0xD6, 0x80 | (sfi % 0x20), *p1],
                    (false, true) => [0x00, 0xE2, 0x00, sfi << 3],
                    (false, false) => [0x00, 0xDC, *p1, sfi << 3 | [0, 3, 4][data.len() % 3]],
                };
                self.send(&command(header, data, None));
            }
            Action::Verify { right } => {
                let pin = if *right == self.watch.pin_changed() {
                    "246810"
                } else {
                    "123456"
                };
                self.send(&hex(&format!("0020000003{pin}")));
            }
            Action::ChangePin { right } => {
                let (old, new) = if self.watch.pin_changed() == *right {
                    ("246810", "123456")
                } else {
                    ("123456", "246810")
                };
                self.send(&hex(&format!("805E010007{old}FF{new}")));
            }
            Action::Authenticate { key, right } => self.authenticate(*key, *right),
            Action::Maintain { what, right } => self.maintain(*what, *right),
            Action::Open { level } => self.open(*level),
            Action::Channel { row, p1, p2, data } => {
                let row = pick(COMMANDS, *row);
                let data = &data[..data.len().min(220)];
                self.channel([row.class & !0x04, row.ins, *p1, *p2], data);
            }
            Action::Store { grouping, split } => self.store(*grouping, *split),
            Action::SetSecured => {
                self.channel([0x80, 0xF0, 0x80, 0x0F], &[]);
            }
            Action::Wipe => {
                self.channel([0x80, 0xE2, 0x88, 0x00], &[0x00, 0xF0, 0x00]);
            }
            Action::Reset => {
                self.card.reset();
                self.forget();
            }
            Action::Switch(number) => {
                self.card.switch(interface_of(*number));
                self.forget();
            }
            Action::Cut { operations, kind } => {
                let cut = match kind % 3 {
                    0 => Cut::Before,
                    1 => Cut::After,
                    _ => Cut::Middle {
                        seed: u64::from(*kind),
                    },
                };
                self.power_cycle(Some((u64::from(*operations), cut)));
            }
        }
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
            self.success |= GIVE_TRIES_BACK.contains(&ins) || messaged;
            self.authenticated |= ins == 0x82;
            if selects_the_domain(bytes) {
                self.authenticated = false;
            }
            let digests = bytes.starts_with(&[bytes[0], 0xCA, 0xDF]);
            assert!(!digests || !self.watch.secured(), "digests after SECURED");
        }
        let told = answer.data.windows(SECRET.len()).any(|part| part == SECRET);
        let repeated = bytes.windows(SECRET.len()).any(|part| part == SECRET);
        assert!(!told || self.authenticated || repeated, "a secret was told");
        answer
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
        if self.card.interface != Interface::ContactT0 {
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
    }

    fn power_cycle(&mut self, cut: Option<(u64, Cut)>) {
        let interface = self.card.interface;
        let card = std::mem::replace(
            &mut self.card,
            TestCard::with_flash(crate::support::Flash::new(8), interface),
        );
        let mut flash = card.into_flash();
        if let Some((operations, cut)) = cut {
            flash.cut_after(operations, cut);
        }
        self.card = TestCard::with_flash(flash, interface);
        self.forget();
    }

    /// What must hold after an action.
    fn check(&mut self, action: &Action) {
        let flash = self.card.os().flash();
        assert_eq!(flash.violations(), 0, "{action:?}");
        let torn = flash.is_off();
        if torn {
            self.power_cycle(None);
        }
        // a torn command may have succeeded without its answer, but not one that has nothing to do
        // with tries
        let torn_success = torn
            && !matches!(
                action,
                Action::Select(_)
                    | Action::Read { .. }
                    | Action::Update { .. }
                    | Action::Open { .. }
                    | Action::SetSecured
                    | Action::Reset
                    | Action::Switch(_)
                    | Action::Cut { .. }
            );
        self.watch
            .look(&self.card, self.success || torn_success, action);
    }
}
