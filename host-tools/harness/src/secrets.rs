//! A search for keys and PINs in whatever a program has written: logs, traces, errors, JSON.
//!
//! A key is found as hexadecimal in either case, whatever stands between its bytes (spaces, commas, colons, line ends, `0x`), as an
//! array in decimal, and as raw bytes; a half of it (8 bytes) is enough. A PIN is found as its digits, packed or plain, and as
//! its characters in hexadecimal.

use std::collections::HashMap;

/// Bytes of a key that are enough to give it away.
const HALF: usize = 8;

/// What must be found nowhere, by name.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Every 8-byte half of every key.
    halves: HashMap<u64, String>,
    keys: usize,
    /// Digits of PINs, 8 to 16 of them: fewer stand in numbers by chance.
    pins: Vec<(String, String)>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} keys, {} PINs)", self.keys, self.pins.len())
    }
}

impl Secrets {
    /// Adds a key of at least 8 bytes.
    pub fn key(&mut self, name: impl Into<String>, bytes: &[u8]) {
        let name = name.into();
        self.keys += 1;
        for half in bytes.as_chunks::<HALF>().0 {
            self.halves.insert(u64::from_be_bytes(*half), name.clone());
        }
    }

    /// Adds a PIN, or whatever else is characters: a passphrase, the PIN inside its APDU as hexadecimal.
    pub fn digits(&mut self, name: impl Into<String>, digits: &str) {
        self.pins.push((name.into(), digits.to_lowercase()));
    }

    /// How many keys there are.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys
    }

    /// How many PINs and other texts there are.
    #[must_use]
    pub fn texts(&self) -> usize {
        self.pins.len()
    }

    /// Names of all that stand in `text`, each once.
    #[must_use]
    pub fn found_in(&self, text: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let mut note = |name: &str| {
            if !found.iter().any(|one| one == name) {
                found.push(name.to_string());
            }
        };
        self.raw(text, &mut note);
        self.hexadecimal(text, &mut note);
        self.decimal(text, &mut note);
        let joined = joined(text);
        for (name, digits) in &self.pins {
            let characters = hex::encode(digits);
            if joined.contains(digits) || joined.contains(&characters) {
                note(name);
            }
        }
        found
    }

    fn raw(&self, text: &[u8], note: &mut impl FnMut(&str)) {
        for window in text.windows(HALF) {
            let window = window.try_into().map_or(0, u64::from_be_bytes);
            if let Some(name) = self.halves.get(&window) {
                note(name);
            }
        }
    }

    fn hexadecimal(&self, text: &[u8], note: &mut impl FnMut(&str)) {
        let (mut last, mut digits): (u64, usize) = (0, 0);
        for byte in text {
            match (*byte as char).to_digit(16) {
                Some(digit) => {
                    last = last << 4 | u64::from(digit);
                    digits += 1;
                    if digits >= 2 * HALF
                        && let Some(name) = self.halves.get(&last)
                    {
                        note(name);
                    }
                }
                // The 0 of `0x` is no digit.
                None if matches!(byte, b'x' | b'X') && last & 0x0F == 0 => {
                    last >>= 4;
                    digits = digits.saturating_sub(1);
                }
                None if stands_between(*byte) => {}
                None => digits = 0,
            }
        }
    }

    fn decimal(&self, text: &[u8], note: &mut impl FnMut(&str)) {
        let mut run: Vec<u8> = Vec::new();
        for word in text.split(|byte| *byte == b',') {
            let word = std::str::from_utf8(word).unwrap_or_default();
            let number = |text: &str| text.trim().parse::<u8>().ok();
            // `key: [1` begins a run, ` 2` goes on with it, ` 3], next` ends it.
            if let Some(byte) = word.rsplit('[').next().and_then(number) {
                if word.contains('[') {
                    run.clear();
                }
                run.push(byte);
            } else {
                run.extend(word.split(']').next().and_then(number));
            }
            if let Some(half) = run.last_chunk::<HALF>()
                && let Some(name) = self.halves.get(&u64::from_be_bytes(*half))
            {
                note(name);
            }
            if word.contains(']') || word.rsplit('[').next().and_then(number).is_none() {
                run.clear();
            }
        }
    }
}

fn stands_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'-' | b'_' | b'[' | b']')
}

/// The text without what stands between bytes, in small letters.
fn joined(text: &[u8]) -> String {
    text.iter()
        .filter(|byte| !stands_between(**byte))
        .map(|byte| byte.to_ascii_lowercase() as char)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 16] = [
        0xF7, 0x6F, 0xEC, 0x9A, 0x14, 0x7C, 0x08, 0xBD, 0x82, 0x05, 0x2F, 0x6B, 0x5C, 0x36, 0x04,
        0xD9,
    ];

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.key("root", &KEY);
        secrets.digits("PIN", "8361927450");
        secrets
    }

    #[test]
    fn a_key_is_found_however_it_is_written() {
        let half = &KEY[8..];
        let spaced = |between: &str| {
            let bytes: Vec<String> = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
            bytes.join(between)
        };
        for text in [
            hex::encode(KEY),
            hex::encode_upper(KEY),
            format!("a line\nkey={}", hex::encode_upper(half)),
            spaced(" "),
            spaced(":"),
            spaced("\n  "),
            format!("[0x{}]", spaced(", 0x")),
            format!("{KEY:?}"),
            format!("Key {{ bytes: {KEY:?}, version: 1 }}"),
            format!("{KEY:02X?}"),
            format!("{KEY:#?}"),
            format!("a: [1, 2], {half:?}"),
        ] {
            let told = secrets().found_in(format!("before {text} behind").as_bytes());
            assert_eq!(told, ["root"], "{text}");
        }
        let raw = [&b"bytes "[..], &KEY, b" end"].concat();
        assert_eq!(secrets().found_in(&raw), ["root"]);
    }

    #[test]
    fn a_pin_is_found_in_digits_in_bcd_and_in_characters() {
        for text in [
            "PIN 8361927450",
            "00 20 00 00 05 83 61 92 74 50",
            "38333631393237343530",
        ] {
            assert_eq!(secrets().found_in(text.as_bytes()), ["PIN"], "{text}");
        }
    }

    #[test]
    fn other_bytes_are_not_taken_for_it() {
        let mut other = KEY;
        other[7] ^= 1;
        other[15] ^= 1;
        let (hex, array) = (hex::encode(other), format!("{other:?}"));
        for text in [hex.as_str(), &array, "KCV F76FEC", "836192745", "Key16(..)"] {
            assert!(secrets().found_in(text.as_bytes()).is_empty(), "{text}");
        }
        assert!(!format!("{:?}", secrets()).contains("8361927450"));
    }
}
