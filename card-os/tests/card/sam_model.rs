//! Random dialogues with the PSAM against a plain model over the bare ciphers: every answer is the model's, nothing is written.

use card_os::Interface::T1;
use proptest::prelude::*;

use crate::support::ciphers::{FieldKey, des, sm4, tdes};
use crate::support::handmade::SSSE;
use crate::support::handmade_sam::{DF01, PSAM, SM4_KEY, SX3, TDES_KEY};
use crate::support::{TestCard, hex, to_hex};

#[derive(Clone, Debug)]
enum Step {
    Select(u8),
    Init {
        role: u8,
        kid: u8,
        data: Vec<u8>,
    },
    /// With the right number of bytes for use and environment.
    GoodInit(usize, [u8; 40]),
    Crypt(Vec<u8>),
    Mac(Vec<u8>),
    Challenge,
    Reset,
    PowerCycle,
}

/// Keys of the hand-made PSAM (use, identifier): the first two are in both environments.
const KEYS: [(u8, u8); 6] = [
    (0x67, 0x08),
    (0x48, 0x12),
    (0x22, 0x01),
    (0x46, 0x13),
    (0x27, 0x14),
    (0x44, 0x15),
];
/// What the second and the fifth key may be asked for as well.
const ASKED: [(u8, u8); 9] = [
    (0x28, 0x14),
    (0x67, 0x08),
    (0x48, 0x12),
    (0x47, 0x12),
    (0x46, 0x12),
    (0x22, 0x01),
    (0x46, 0x13),
    (0x27, 0x14),
    (0x44, 0x15),
];

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 8),
        prop::collection::vec(any::<u8>(), 16),
        prop::collection::vec(any::<u8>(), 1..=most),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let roles = prop_oneof![
        prop::sample::select(&[0x48u8, 0x47, 0x46, 0x67, 0x68, 0x22, 0x27, 0x28, 0x44, 0x08][..]),
        any::<u8>()
    ];
    let kids = prop_oneof![
        prop::sample::select(&[0x08u8, 0x12, 0x13, 0x14, 0x15, 0x01, 0x92][..]),
        any::<u8>()
    ];
    prop_oneof![
        3 => (0..5u8).prop_map(Step::Select),
        2 => (roles, kids, bytes(50)).prop_map(|(role, kid, data)| Step::Init { role, kid, data }),
        8 => (0..ASKED.len(), any::<[u8; 40]>()).prop_map(|(at, data)| Step::GoodInit(at, data)),
        6 => bytes(20).prop_map(Step::Crypt),
        6 => bytes(60).prop_map(Step::Mac),
        1 => Just(Step::Challenge),
        1 => Just(Step::Reset),
        1 => Just(Step::PowerCycle),
    ]
}

/// Which application is selected: that with 3DES, that with SM4, or neither.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Elsewhere,
    Tdes,
    Sm4,
}

struct Model {
    place: Place,
    /// Within the SM4 environment DF01 is its own; from everywhere else it is the first.
    in_sx3: bool,
    session: Option<(FieldKey, u8)>,
}

/// One block under a session key, which is kept as the first bytes of a key.
fn block(session: FieldKey, data: &[u8]) -> Vec<u8> {
    match session {
        FieldKey::Tdes(key) => des(*key.first_chunk().unwrap(), data.try_into().unwrap()).to_vec(),
        FieldKey::Sm4(key) => sm4(key, data.try_into().unwrap()).to_vec(),
    }
}

/// What CRYPT answers after INIT with these factors and challenge, with 3DES.
pub fn cryptogram(master: FieldKey, init: &[u8], data: &[u8]) -> Vec<u8> {
    let (factors, challenge) = init.split_at(init.len() - 8);
    let FieldKey::Tdes(key) = factors.chunks(8).rev().fold(master, |key, factor| {
        key.diversified(factor.try_into().unwrap())
    }) else {
        panic!("3DES alone");
    };
    let session = tdes(key, challenge.try_into().unwrap());
    block(
        FieldKey::Tdes([session, [0; 8]].concat().try_into().unwrap()),
        data,
    )
}

impl Model {
    fn size(&self) -> usize {
        if self.place == Place::Sm4 { 16 } else { 8 }
    }

    fn init(&mut self, role: u8, kid: u8, data: &[u8]) -> u16 {
        if self.place == Place::Elsewhere {
            return 0x6D00;
        }
        if !(16..=40).contains(&data.len()) {
            // refused before it is an INIT at all
            return 0x6700;
        }
        self.session = None;
        if !matches!(role >> 5, 1..=3) || role & 0x1F > 8 {
            return 0x6A86;
        }
        let held = if self.place == Place::Sm4 {
            &KEYS[..3]
        } else {
            &KEYS[..]
        };
        let Some((stored, _)) = held.iter().find(|(_, held)| *held == kid) else {
            return 0x9403;
        };
        let narrower = *stored == 0x48 && matches!(role, 0x46 | 0x47);
        let wider = stored & 0x1F == 0x07 && role == stored + 1;
        if role != *stored && !narrower && !wider {
            return 0x6985;
        }
        let levels = usize::from(role >> 5);
        if data.len() != levels * 8 + self.size() {
            return 0x6700;
        }
        let (factors, challenge) = data.split_at(levels * 8);
        let master = if self.place == Place::Sm4 {
            SM4_KEY
        } else {
            TDES_KEY
        };
        let key = factors.chunks(8).rev().fold(master, |key, factor| {
            key.diversified(factor.try_into().unwrap())
        });
        let session = match key {
            FieldKey::Tdes(key) => {
                let half = tdes(key, challenge.try_into().unwrap());
                FieldKey::Tdes([half, [0; 8]].concat().try_into().unwrap())
            }
            FieldKey::Sm4(key) => FieldKey::Sm4(sm4(key, challenge.try_into().unwrap())),
        };
        // asked for more than it is, a key is what it is
        let kind = if wider { 0x07 } else { role & 0x1F };
        self.session = Some((session, kind));
        0x9000
    }

    fn crypt(&self, data: &[u8]) -> (Vec<u8>, u16) {
        match self.session {
            _ if self.place == Place::Elsewhere => (vec![], 0x6D00),
            _ if !(8..=16).contains(&data.len()) => (vec![], 0x6700),
            Some((session, 4 | 7 | 8)) if data.len() == self.size() => {
                (block(session, data), 0x9000)
            }
            Some((_, 4 | 7 | 8)) => (vec![], 0x6700),
            _ => (vec![], 0x6985),
        }
    }

    fn mac(&self, data: &[u8]) -> (Vec<u8>, u16) {
        let size = self.size();
        match self.session {
            _ if self.place == Place::Elsewhere => (vec![], 0x6D00),
            _ if data.len() < 9 => (vec![], 0x6700),
            Some((session, 6 | 8)) if data.len() > size => {
                let (iv, data) = data.split_at(size);
                let mut padded = data.to_vec();
                if !padded.len().is_multiple_of(size) {
                    padded.push(0x80);
                    padded.resize(padded.len().next_multiple_of(size), 0);
                }
                let mac = padded.chunks(size).fold(iv.to_vec(), |last, part| {
                    let mixed: Vec<u8> = last.iter().zip(part).map(|(a, b)| a ^ b).collect();
                    block(session, &mixed)
                });
                (mac, 0x9000)
            }
            Some((_, 6 | 8)) => (vec![], 0x6700),
            _ => (vec![], 0x6985),
        }
    }

    fn select(&mut self, at: u8) -> &'static str {
        self.session = None;
        let (name, place, in_sx3) = match at {
            0 => (PSAM, Place::Tdes, false),
            1 => (SX3, Place::Elsewhere, true),
            2 if self.in_sx3 => (DF01, Place::Sm4, true),
            2 => (DF01, Place::Tdes, false),
            3 => ("00A40000023F00", Place::Elsewhere, false),
            _ => (SSSE, Place::Elsewhere, false),
        };
        (self.place, self.in_sx3) = (place, in_sx3);
        name
    }
}

fn send(card: &mut TestCard, header: [u8; 4], data: &[u8], le: bool) -> (Vec<u8>, u16) {
    let mut command = header.to_vec();
    command.push(data.len() as u8);
    command.extend(data);
    command.extend(le.then_some(0x00));
    let answer = card.send(&command);
    (answer.data, answer.sw)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_answer_is_the_models(steps in prop::collection::vec(step(), 1..60)) {
        let mut card = TestCard::psam(T1);
        let objects = card.objects();
        let mut model = Model { place: Place::Elsewhere, in_sx3: false, session: None };
        for step in steps {
            let (given, expected) = match &step {
                Step::Select(at) => {
                    card.ok(model.select(*at));
                    continue;
                }
                Step::Init { role, kid, data } => (
                    send(&mut card, [0xBF, 0xDE, *role, *kid], data, false),
                    (vec![], model.init(*role, *kid, data)),
                ),
                Step::GoodInit(at, data) => {
                    let (role, kid) = ASKED[*at];
                    let data = &data[..usize::from(role >> 5) * 8 + model.size()];
                    (
                        send(&mut card, [0xBF, 0xDE, role, kid], data, false),
                        (vec![], model.init(role, kid, data)),
                    )
                }
                Step::Crypt(data) => (send(&mut card, [0x80, 0xFA, 0, 0], data, true), model.crypt(data)),
                Step::Mac(data) => (send(&mut card, [0x80, 0xFA, 5, 0], data, true), model.mac(data)),
                Step::Challenge => {
                    prop_assert_eq!(card.send(&hex("0084000008")).sw, 0x9000);
                    continue;
                }
                Step::Reset | Step::PowerCycle => {
                    if matches!(step, Step::Reset) {
                        card.reset();
                    } else {
                        card = card.power_cycle();
                    }
                    model = Model { place: Place::Elsewhere, in_sx3: false, session: None };
                    continue;
                }
            };
            prop_assert_eq!(
                (to_hex(&given.0), format!("{:04X}", given.1)),
                (to_hex(&expected.0), format!("{:04X}", expected.1)),
                "{:?}", step
            );
        }
        prop_assert_eq!(card.objects(), objects);
    }
}
