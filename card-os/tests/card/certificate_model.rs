//! Random dialogues with the certificate environment against a plain model of it: who has shown what, how many tries are left,
//! for what the challenge still serves.

use card_os::Interface::T1;
use proptest::prelude::*;

use crate::certificate_card::{
    ADF, ADMINISTRATOR, EAK, PIN, PKI, change, enciphered, pin_key, selected, write_key,
};
use crate::support::TestCard;

#[derive(Clone, Debug)]
enum Step {
    /// The environment, or the application by name or FID.
    Select(u8),
    Challenge(bool),
    /// VERIFY or EXTERNAL AUTHENTICATE with the last challenge, under the right key or another.
    Show(Key, bool),
    /// The tries that are left.
    Tries(Key),
    /// CHANGE PIN from the right PIN or another, with the last challenge.
    Change(bool, u8),
    /// WRITE KEY with the last challenge, under a key that the model knows or under another, of a clear text or no clear text.
    Write {
        authority: Key,
        right: bool,
        head: bool,
        replaced: Key,
        value: u8,
    },
    /// A byte of the certificate.
    Certificate,
    Reset,
    PowerCycle,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Eak,
    Administrator,
    Pin,
}

impl Key {
    fn kid(self) -> u8 {
        [0x00, 0x02, 0x81][self as usize]
    }
}

fn key() -> impl Strategy<Value = Key> {
    prop::sample::select(&[Key::Eak, Key::Administrator, Key::Pin][..])
}

fn step() -> impl Strategy<Value = Step> {
    let right = || prop::bool::weighted(0.8);
    let authority = prop::sample::select(&[Key::Eak, Key::Administrator][..]);
    prop_oneof![
        2 => (0..4u8).prop_map(Step::Select),
        6 => right().prop_map(Step::Challenge),
        6 => (key(), right()).prop_map(|(key, right)| Step::Show(key, right)),
        2 => key().prop_map(Step::Tries),
        3 => (right(), any::<u8>()).prop_map(|(right, value)| Step::Change(right, value)),
        5 => (authority, right(), right(), key(), any::<u8>()).prop_map(
            |(authority, right, head, replaced, value)| Step::Write { authority, right, head, replaced, value }
        ),
        2 => Just(Step::Certificate),
        1 => Just(Step::Reset),
        1 => Just(Step::PowerCycle),
    ]
}

struct Model {
    in_application: bool,
    keys: [[u8; 16]; 3],
    left: [u8; 3],
    /// What was shown. EAK stands for the administrator.
    shown: [bool; 3],
    /// The last challenge, whatever it still serves.
    last: Vec<u8>,
    fresh: bool,
    served: bool,
}

const MOST: [u8; 3] = [15, 15, 3];

impl Model {
    fn new() -> Self {
        Self {
            in_application: true,
            keys: [EAK, ADMINISTRATOR, pin_key(PIN)],
            left: MOST,
            shown: [false; 3],
            last: vec![0; 16],
            fresh: false,
            served: false,
        }
    }

    fn reset(&mut self) {
        (self.shown, self.fresh, self.served) = ([false; 3], false, false);
        self.in_application = false;
    }

    fn there(&self, key: Key) -> bool {
        key != Key::Pin || self.in_application
    }

    /// A try of `key`: spent, and given back if it is `right`.
    fn attempt(&mut self, key: Key, right: bool, wrong: impl Fn(u8) -> u16) -> u16 {
        let left = &mut self.left[key as usize];
        if *left == 0 {
            return 0x6983;
        }
        *left -= 1;
        if !right {
            return wrong(*left);
        }
        *left = MOST[key as usize];
        0x9000
    }

    fn show(&mut self, key: Key, right: bool) -> u16 {
        let fresh = std::mem::take(&mut self.fresh);
        self.served = false;
        if !self.there(key) {
            return 0x6A88;
        }
        if !fresh {
            return 0x6985;
        }
        match key {
            Key::Pin => self.shown[2] = false,
            _ => (self.shown[0], self.shown[1]) = (false, false),
        }
        let sw = self.attempt(key, right, |left| 0x63C0 | u16::from(left));
        if sw == 0x9000 {
            self.shown[key as usize] = true;
            self.shown[1] |= key == Key::Eak;
            self.served = true;
        }
        sw
    }

    /// Whether a challenge is there for a change; it is used up.
    fn for_change(&mut self) -> bool {
        std::mem::take(&mut self.fresh) | std::mem::take(&mut self.served)
    }

    fn change(&mut self, right: bool, new: [u8; 16]) -> u16 {
        if !self.for_change() {
            return 0x6985;
        }
        if !self.there(Key::Pin) {
            return 0x6A88;
        }
        self.shown[2] = false;
        let sw = self.attempt(Key::Pin, right, |_| 0x6988);
        if sw == 0x9000 {
            self.keys[2] = new;
        }
        sw
    }

    fn write(&mut self, under: Option<Key>, head: bool, replaced: Key, new: [u8; 16]) -> u16 {
        let challenge = self.for_change();
        let authority = match self.shown {
            [true, ..] => Key::Eak,
            [_, true, _] => Key::Administrator,
            _ => return 0x6982,
        };
        if !challenge {
            return 0x6985;
        }
        if !self.there(replaced) {
            return 0x6A88;
        }
        let sw = self.attempt(authority, under == Some(authority), |_| 0x6988);
        if sw != 0x9000 {
            return sw;
        }
        if !head {
            return 0x6A80;
        }
        self.keys[replaced as usize] = new;
        self.left[replaced as usize] = MOST[replaced as usize];
        self.shown[replaced as usize] = false;
        self.shown[1] &= replaced != Key::Eak;
        sw
    }
}

fn send(card: &mut TestCard, command: &[u8]) -> u16 {
    card.send(command).sw
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_answer_is_the_models(steps in prop::collection::vec(step(), 1..80)) {
        let mut card = selected(T1);
        let mut model = Model::new();
        for step in steps {
            let (given, expected) = match &step {
                Step::Select(at) => {
                    let select = [PKI, ADF, "00A4000002DF01", ADF][usize::from(*at)];
                    let moved = *at == 0;
                    card.ok(select);
                    // the PIN is the application's
                    model.shown[2] &= !moved && model.in_application;
                    model.in_application = !moved;
                    continue;
                }
                Step::Challenge(long) => {
                    model.last = card.ok(if *long { "0084000010" } else { "0084000008" });
                    (model.fresh, model.served) = (true, false);
                    continue;
                }
                Step::Show(key, right) => {
                    let mut under = model.keys[*key as usize];
                    under[0] ^= u8::from(!right);
                    let header = match key {
                        Key::Eak => [0x00, 0x82, 0x00, 0x00, 0x10],
                        Key::Administrator => [0x00, 0x20, 0x01, 0x00, 0x10],
                        Key::Pin => [0x00, 0x20, 0x01, 0x81, 0x10],
                    };
                    let command = [&header[..], &enciphered(under, &model.last)].concat();
                    (send(&mut card, &command), model.show(*key, *right))
                }
                Step::Tries(Key::Eak) => continue,
                Step::Tries(key) => {
                    let p2 = if *key == Key::Pin { 0x81 } else { 0x00 };
                    let expected = match model.left[*key as usize] {
                        _ if !model.there(*key) => 0x6A88,
                        _ if model.shown[*key as usize] => 0x9000,
                        0 => 0x6983,
                        left => 0x63C0 | u16::from(left),
                    };
                    (send(&mut card, &[0x00, 0x20, 0x01, p2, 0x00]), expected)
                }
                Step::Change(right, value) => {
                    let mut under = model.keys[2];
                    under[0] ^= u8::from(!right);
                    let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
                    let command = change(under, &model.last, header, &[*value; 16]);
                    (send(&mut card, &command), model.change(*right, [*value; 16]))
                }
                Step::Write { authority, right, head, replaced, value } => {
                    let mut under = model.keys[*authority as usize];
                    under[0] ^= u8::from(!right);
                    let head_bytes = [if *head { 0x13 } else { 0x10 }, 0, 0, 0];
                    let command = write_key(under, &model.last, replaced.kid(), head_bytes, [*value; 16]);
                    // two keys may have become the same
                    let same = |key: Key| model.keys[key as usize] == under;
                    let shown = if model.shown[0] { Key::Eak } else { Key::Administrator };
                    let under = same(shown).then_some(shown);
                    (send(&mut card, &command), model.write(under, *head, *replaced, [*value; 16]))
                }
                Step::Certificate => {
                    let expected = match (model.in_application, model.shown[1] || model.shown[2]) {
                        (false, _) => 0x6A82,
                        (true, may) => if may { 0x9000 } else { 0x6982 },
                    };
                    (send(&mut card, &[0x00, 0xD6, 0x98, 0x00, 0x01, 0x30]), expected)
                }
                Step::Reset | Step::PowerCycle => {
                    if matches!(step, Step::Reset) {
                        card.reset();
                    } else {
                        card = card.power_cycle();
                    }
                    card.ok(PKI);
                    model.reset();
                    continue;
                }
            };
            prop_assert_eq!(format!("{given:04X}"), format!("{expected:04X}"), "{:?}", step);
        }
    }
}
