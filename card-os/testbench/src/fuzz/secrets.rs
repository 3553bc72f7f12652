//! Keys that no answer may have, looked for eight bytes at a time.

use std::collections::HashSet;

use crate::handmade;
use crate::handmade_certificates::{ADMINISTRATOR, EAK};
use crate::handmade_sam::{SM4_KEY, TDES_KEY};

const PART: usize = 8;

/// What must not be told, and what the fuzzer has said itself.
pub struct Secrets {
    parts: HashSet<[u8; PART]>,
    /// The card may repeat it: what was written into a file is read there.
    said: HashSet<[u8; PART]>,
}

impl Secrets {
    /// The keys of the hand-made cards, but those that are one byte over and over.
    pub fn new() -> Self {
        let mut secrets = Self {
            parts: HashSet::new(),
            said: HashSet::new(),
        };
        for key in [
            handmade::UK,
            handmade::DF01_83,
            handmade::OTHER_IRK,
            TDES_KEY,
            SM4_KEY,
        ] {
            secrets.learn([key.bytes()]);
        }
        secrets.learn([EAK, ADMINISTRATOR]);
        secrets
    }

    /// More that must not be told.
    pub fn learn<B: AsRef<[u8]>>(&mut self, keys: impl IntoIterator<Item = B>) {
        for key in keys {
            self.parts.extend(parts(key.as_ref()));
        }
    }

    /// Looks at one answer.
    ///
    /// # Panics
    /// Where a key is in it.
    pub fn look(&mut self, command: &[u8], answer: &[u8]) {
        // IMPORT KEY brings a key that is then the card's alone.
        if !matches!(command, [0x80, 0xC2, ..]) {
            self.said.extend(parts(command));
        }
        // The tests' random source counts, so that challenges have the bytes of pairs that the card has made.
        if matches!(command, [_, 0x84, ..]) {
            return;
        }
        let told =
            parts(answer).find(|part| self.parts.contains(part) && !self.said.contains(part));
        assert_eq!(told, None, "a key was told by {command:02X?}");
    }
}

fn parts(bytes: &[u8]) -> impl Iterator<Item = [u8; PART]> {
    bytes.array_windows().copied()
}
