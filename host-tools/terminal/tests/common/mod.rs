//! What the terminal's tests share: cards that follow a script, and keys with known answers. All data are synthetic.
#![allow(dead_code, reason = "each test uses a part")]

pub mod golden;
pub mod little_card;
pub mod psam_script;

use std::cell::RefCell;
use std::collections::VecDeque;

use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use ssc_keys::{KeyError, KeyService};
use ssc_reader::{Card, Interface, ReaderError};
use ssc_terminal::TerminalError;

/// `3B 6D 00 00`, chip maker 0081, OS 4A4B4C, card maker 8601, serial 112233445566.
pub const ATR: &str = "3B6D0000 00814A4B4C8601112233445566";
/// SELECT of SSSE without Le.
pub const SELECT_SSSE: &str = "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF";
/// FCI of a 1.00 or 2.00 card, 24 bytes (ssc-facts).
pub const FCI: &str = "6F16 840F 7378312E73682EC9E7BBE1B1A3D5CF A503 88011E";

/// The key, challenge, source and cryptogram of `test-vectors/known-answers/generated/session.txt`, second case:
/// made there with `openssl enc -des-ede` and `-des-ecb`.
pub const DES: Known = Known {
    key: "A299AD37130B5E98371C75F27D41F57B",
    challenge: "1679519D88A4F4E3",
    source: "A8265A90DB9F7583",
    cryptogram: "0486F813B98166C8",
};
/// The same file's fourth case, made with `openssl enc -sm4-ecb`.
pub const SM4: Known = Known {
    key: "B263AF80E6AEDB84F2435D6A869F087B",
    challenge: "B02FB6A3C4729A67",
    source: "C4CEBF39EDB93C80",
    cryptogram: "80467F73E0F125EA",
};

/// One known answer of an authentication.
#[derive(Clone, Copy)]
pub struct Known {
    pub key: &'static str,
    pub challenge: &'static str,
    pub source: &'static str,
    pub cryptogram: &'static str,
}

pub fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.replace(' ', "")).expect("hexadecimal")
}

/// A card that expects these commands in this order and no other.
pub struct Script {
    interface: Interface,
    atr: Vec<u8>,
    steps: VecDeque<(Vec<u8>, Vec<u8>)>,
    pub resets: usize,
}

impl Script {
    pub fn new(interface: Interface, steps: &[(&str, &str)]) -> Self {
        Self {
            interface,
            atr: bytes(ATR),
            steps: steps.iter().map(|(c, a)| (bytes(c), bytes(a))).collect(),
            resets: 0,
        }
    }

    pub fn with_atr(mut self, atr: &str) -> Self {
        self.atr = bytes(atr);
        self
    }
}

impl Card for Script {
    fn atr(&self) -> &[u8] {
        &self.atr
    }
    fn interface(&self) -> Interface {
        self.interface
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let (wanted, answer) = self
            .steps
            .pop_front()
            .unwrap_or_else(|| panic!("more than the script has: {}", hex::encode_upper(command)));
        assert_eq!(hex::encode_upper(command), hex::encode_upper(wanted));
        Ok(answer)
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.resets += 1;
        Ok(())
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.steps.is_empty(), "commands that never came");
        }
    }
}

/// Keys that are asked for the right card, and give the known answer's key for any name.
pub struct Keys(pub Known);

impl KeyService for Keys {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        // The vault has no root for DF07, as an older vault might not.
        if id.starts_with("DF07") {
            return Err(KeyError::MissingRoot {
                id: id.to_owned(),
                version,
                kind: algorithm.into(),
            });
        }
        assert_eq!(
            region, b"440305",
            "first three bytes of the identification code"
        );
        assert_eq!(
            hex::encode_upper(card_factor),
            "8601112233445566",
            "last 8 historical bytes"
        );
        let key: [u8; 16] = bytes(self.0.key).try_into().expect("16 bytes");
        Ok(Key16::new(key))
    }
    fn issuer_keys(&self, _: &[u8; 8]) -> Result<KeySet, KeyError> {
        unreachable!("a terminal has no use for the issuer's keys")
    }
    fn is_demo(&self) -> bool {
        true
    }
}

pub fn des_source(source: &mut [u8; 8]) -> Result<(), TerminalError> {
    source.copy_from_slice(&bytes(DES.source));
    Ok(())
}

pub fn sm4_source(source: &mut [u8; 8]) -> Result<(), TerminalError> {
    source.copy_from_slice(&bytes(SM4.source));
    Ok(())
}

thread_local! {
    static QUEUE: RefCell<VecDeque<&'static str>> = const { RefCell::new(VecDeque::new()) };
}

/// What `queued` gives next, in this order.
pub fn queue(random: &[&'static str]) {
    QUEUE.with_borrow_mut(|queue| queue.extend(random));
}

pub fn queued(source: &mut [u8; 8]) -> Result<(), TerminalError> {
    let next = QUEUE.with_borrow_mut(VecDeque::pop_front);
    source.copy_from_slice(&bytes(next.expect("random bytes that nobody queued")));
    Ok(())
}
