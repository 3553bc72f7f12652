//! The PSAM: INIT with right and wrong uses and factors, CRYPT, MAC, debits; and what it may compute.

use arbitrary::Arbitrary;

use super::action::Action;
use super::{Fuzz, Step, command, pick};
use crate::ciphers::{FieldKey, sm4, tdes};
use crate::handmade_sam::{DF01, PSAM, SM4_KEY, SX3, TDES_KEY};
use crate::{Answer, hex};

/// What the fuzzer can do beside what it does to any card.
#[derive(Arbitrary, Debug)]
pub enum SamAction {
    Any(Action),
    Select(u8),
    /// INIT with one of the uses and keys that there are, or with any.
    Init {
        key: u8,
        wrong: Option<(u8, u8)>,
        sm4: bool,
        factors: [u8; 24],
        challenge: [u8; 16],
    },
    Crypt {
        sm4: bool,
        block: [u8; 16],
    },
    Mac {
        sm4: bool,
        iv: [u8; 16],
        data: [u8; 9],
    },
    /// INIT SAM FOR DEBIT and, with a right MAC2, a wrong one or none, CREDIT SAM FOR DEBIT.
    Debit {
        sm4: bool,
        transaction: [u8; 6],
        amounts: [u8; 12],
        factor: [u8; 8],
        credit: Option<bool>,
    },
    /// READ BINARY of each file.
    Read(u8),
}

const SELECTS: [&str; 8] = [
    PSAM,
    PSAM,
    SX3,
    DF01,
    DF01,
    "00A40000023F00",
    "00A4040008A000000151000000",
    "00A40200020019",
];

/// Uses and identifiers of the hand-made PSAM, and what its keys may be asked for as well.
const KEYS: [(u8, u8); 9] = [
    (0x67, 0x08),
    (0x68, 0x08),
    (0x48, 0x12),
    (0x47, 0x12),
    (0x46, 0x12),
    (0x46, 0x13),
    (0x27, 0x14),
    (0x44, 0x15),
    (0x22, 0x01),
];
/// The key that makes no MACs, whatever it is asked for.
const ENCRYPTION_KEY: u8 = 0x08;

impl Step for SamAction {
    fn act(&self, fuzz: &mut Fuzz) {
        match self {
            Self::Any(action) => action.act(fuzz),
            Self::Select(number) => {
                let select = *pick(&SELECTS, *number);
                fuzz.send(&hex(select));
            }
            Self::Init {
                key,
                wrong,
                sm4,
                factors,
                challenge,
            } => {
                let (role, kid) = wrong.unwrap_or(*pick(&KEYS, *key));
                let factors = &factors[..8 * usize::from(role >> 5).min(3)];
                let challenge = &challenge[..if *sm4 { 16 } else { 8 }];
                fuzz.learn_derived(*sm4, factors, challenge);
                let data = [factors, challenge].concat();
                fuzz.send(&command([0xBF, 0xDE, role, kid], &data, None));
            }
            Self::Crypt { sm4, block } => {
                let block = &block[..if *sm4 { 16 } else { 8 }];
                fuzz.exchange([0x80, 0xFA, 0x00, 0x00], block);
            }
            Self::Mac { sm4, iv, data } => {
                let iv = &iv[..if *sm4 { 16 } else { 8 }];
                fuzz.exchange([0x80, 0xFA, 0x05, 0x00], &[iv, data].concat());
            }
            Self::Debit {
                sm4,
                transaction,
                amounts,
                factor,
                credit,
            } => fuzz.debit(*sm4, transaction, amounts, *factor, *credit),
            Self::Read(file) => {
                let file = pick(&[0x15, 0x16, 0x19, 0x1C], *file);
                fuzz.send(&[0x00, 0xB0, 0x80 | file, 0x00, 0x00]);
            }
        }
    }

    fn harmless(&self) -> bool {
        match self {
            Self::Any(action) => action.harmless(),
            Self::Debit { .. } => false,
            _ => true,
        }
    }
}

/// What the PSAM may do next: never less than it will.
#[derive(Default)]
pub struct Dialogue {
    /// Type and identifier of the last INIT SAM.
    key: Option<(u8, u8)>,
    /// INIT SAM FOR DEBIT was the last.
    debit: bool,
}

fn master(with_sm4: bool) -> FieldKey {
    if with_sm4 { SM4_KEY } else { TDES_KEY }
}

impl Fuzz {
    /// All keys on the way from the master key to this card, and the session key.
    fn learn_derived(&mut self, with_sm4: bool, factors: &[u8], challenge: &[u8]) {
        let mut key = master(with_sm4);
        for factor in factors.as_chunks().0.iter().rev() {
            key = key.diversified(*factor);
            self.secrets.learn([key.bytes()]);
        }
        match key {
            FieldKey::Tdes(key) => {
                if let Ok(block) = challenge.try_into() {
                    self.secrets.learn([tdes(key, block)]);
                }
            }
            FieldKey::Sm4(key) => {
                if let Ok(block) = challenge.try_into() {
                    self.secrets.learn([sm4(key, block)]);
                }
            }
        }
    }

    fn debit(
        &mut self,
        with_sm4: bool,
        transaction: &[u8; 6],
        amounts: &[u8; 12],
        factor: [u8; 8],
        credit: Option<bool>,
    ) {
        let master = master(with_sm4);
        let moment = hex("33 20260101 123456 01");
        let data = [
            &transaction[..],
            amounts,
            &moment,
            &[master.marker()],
            &factor,
        ];
        let answer = self.exchange([0x80, 0x70, 0x01, 0x00], &data.concat());
        let (Some(right), Some(&[_, _, high, low])) = (credit, answer.data.first_chunk()) else {
            return;
        };
        let session = [&transaction[..], &[high, low]].concat();
        let key = master.diversified(factor);
        let mut mac = key.message_mac(&session, amounts);
        mac[3] ^= u8::from(!right);
        self.send(&command([0x80, 0x72, 0x00, 0x00], &mac, None));
    }

    /// Judges one command: a PSAM computes with the key of the last INIT, as its use says, and nothing else.
    pub(super) fn judge_sam(&mut self, bytes: &[u8], answer: &Answer) {
        let Some(&[class, ins, p1, p2]) = bytes.first_chunk() else {
            return;
        };
        let done = answer.sw == 0x9000 || answer.sw >> 8 == 0x61;
        let dialogue = &mut self.dialogue;
        match (class, ins) {
            (0x00, 0xA4)
                if done
                    && (p1 == 0x04 || [DF01, SELECTS[5]].map(hex).contains(&bytes.to_vec())) =>
            {
                *dialogue = Dialogue::default();
            }
            (0xBF, 0xDE) => {
                // these are no INIT: another length, another application
                if !matches!(answer.sw, 0x6700 | 0x6D00 | 0x6E00) {
                    *dialogue = Dialogue::default();
                }
                if done {
                    dialogue.key = Some((p1 & 0x1F, p2));
                }
            }
            (0x80, 0xFA) if done => {
                let fits = match (p1, dialogue.key) {
                    (_, None) => false,
                    (0x00, Some((kind, _))) => matches!(kind, 4 | 7 | 8),
                    (_, Some((kind, kid))) => {
                        matches!(kind, 1 | 3 | 5 | 6 | 8) && kid != ENCRYPTION_KEY
                    }
                };
                assert!(fits, "{bytes:02X?} after {:?}", dialogue.key);
            }
            (0x80, 0x70) => {
                if matches!(answer.sw, 0x9403 | 0x6983) {
                    *dialogue = Dialogue::default();
                }
                if done {
                    dialogue.key = None;
                    dialogue.debit = true;
                    self.change.debits += 1;
                }
            }
            (0x80, 0x72) if done || answer.sw == 0x9302 => {
                assert!(dialogue.debit, "a debit confirmed that was not begun");
                dialogue.debit = false;
            }
            _ => {}
        }
    }
}
