//! Data keys: random keys that seal what a bureau keeps, wrapped so that only the keeper of the master keys opens them.
//!
//! A wrapped data key (**P**) is 57 bytes: `01`, 16 random bytes, and the 32 bytes of the key wrapped (RFC 3394) under a key of
//! its own. That one is two blocks of AES-CMAC under the root of the issuer's SCP03 keys, over two messages: a token computes
//! them inside, the root stays where it is, and vault and token with the same roots open the same data keys. SCP03 keys are made
//! from messages of another length and beginning, so neither gives the other.

use aes_kw::{KeyInit as _, KwAes256};
use zeroize::Zeroizing;

use crate::random::random;
use crate::{KeyError, KeyService, log_key};

/// First byte of a wrapped data key.
const FORMAT: u8 = 1;
/// Random bytes that make each wrapping key another.
pub const NONCE: usize = 16;
/// Bytes of a wrapped data key.
pub const WRAPPED: usize = 1 + NONCE + 40;

const LABEL: &[u8] = b"ssc: a key over data keys";

/// A random key for one job, and what of it can be read by everybody. The key is wiped when it is dropped.
pub struct DataKey {
    key: Zeroizing<[u8; 32]>,
    wrapped: [u8; WRAPPED],
}

impl DataKey {
    /// A new one, wrapped by `keeper`.
    ///
    /// # Errors
    /// [`KeyError::NoRandom`], or the keeper refuses.
    pub fn new(keeper: &dyn KeyService) -> Result<Self, KeyError> {
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        let mut key = Zeroizing::new([0; 32]);
        random(&mut *key)?;
        let mut over = [0; 40];
        cipher(&*keeper.key_over_data(&nonce)?)
            .wrap_key(&*key, &mut over)
            .expect("40 bytes for a key of 32");
        let mut wrapped = [FORMAT; WRAPPED];
        let (head, tail) = wrapped.split_at_mut(1 + NONCE);
        head.split_at_mut(1).1.copy_from_slice(&nonce);
        tail.copy_from_slice(&over);
        Ok(Self { key, wrapped })
    }

    /// The key that `keeper` wrapped, or another keeper of the same roots.
    ///
    /// # Errors
    /// [`KeyError::OtherDataKey`] if it was wrapped by other keys or was changed; the keeper refuses.
    pub fn open(wrapped: &[u8], keeper: &dyn KeyService) -> Result<Self, KeyError> {
        let wrapped: [u8; WRAPPED] = wrapped.try_into().map_err(|_| KeyError::OtherDataKey)?;
        let (head, tail) = wrapped.split_at(1 + NONCE);
        let Some((&FORMAT, nonce)) = head.split_first() else {
            return Err(KeyError::OtherDataKey);
        };
        let nonce: &[u8; NONCE] = nonce.try_into().map_err(|_| KeyError::OtherDataKey)?;
        if nonce == log_key::LABEL {
            // That one is the seed of the log's key.
            return Err(KeyError::OtherDataKey);
        }
        let mut key = Zeroizing::new([0; 32]);
        cipher(&*keeper.key_over_data(nonce)?)
            .unwrap_key(tail, &mut *key)
            .map_err(|_| KeyError::OtherDataKey)?;
        Ok(Self { key, wrapped })
    }

    /// As it is kept.
    #[must_use]
    pub const fn wrapped(&self) -> &[u8; WRAPPED] {
        &self.wrapped
    }

    /// The key.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// Random bytes that no other data key has; no secret.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        self.wrapped.get(1..=NONCE).unwrap_or_default()
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataKey").finish_non_exhaustive()
    }
}

fn cipher(key: &[u8; 32]) -> KwAes256 {
    KwAes256::new(key.into())
}

/// What the two halves of a wrapping key are the AES-CMAC of: label ‖ 01 or 02 ‖ nonce.
pub(crate) fn messages(nonce: &[u8; NONCE]) -> [Vec<u8>; 2] {
    [1_u8, 2].map(|half| [LABEL, &[half], nonce].concat())
}

/// Both halves.
pub(crate) fn joined(halves: [[u8; 16]; 2]) -> Zeroizing<[u8; 32]> {
    let halves = Zeroizing::new(halves);
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(halves.as_flattened());
    key
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{RootKind, Vault};

    /// A whole wrapped data key under `key`, with this nonce.
    pub fn wrapped_under(key: &[u8; 32], nonce: &[u8; NONCE]) -> Vec<u8> {
        let mut over = [0; 40];
        cipher(key).wrap_key(&[7; 32], &mut over).unwrap();
        [&[FORMAT][..], nonce, &over].concat()
    }

    fn vault() -> Vault {
        Vault::generate([("ISD/SCP03", 1, RootKind::Aes)]).unwrap()
    }

    #[test]
    fn its_keeper_alone_opens_it() {
        let keeper = vault();
        let made = DataKey::new(&keeper).unwrap();
        let opened = DataKey::open(made.wrapped(), &keeper).unwrap();
        assert_eq!(opened.bytes(), made.bytes());
        assert_ne!(made.bytes(), DataKey::new(&keeper).unwrap().bytes());
        let other = |wrapped: &[u8], keeper: &Vault| {
            matches!(DataKey::open(wrapped, keeper), Err(KeyError::OtherDataKey))
        };
        assert!(other(made.wrapped(), &vault()));
        for at in 0..WRAPPED {
            let mut changed = *made.wrapped();
            changed[at] ^= 1;
            assert!(other(&changed, &keeper), "byte {at}");
        }
        assert!(other(&made.wrapped()[1..], &keeper));
    }

    /// OpenSSL made this one: `cmac` of both messages under the root of the demo vault, and `id-aes256-wrap` under the two
    /// (`tests/data-key.sh`).
    #[test]
    fn another_program_wraps_as_we_do() {
        let wrapped = hex::decode(include_str!("../tests/data-key.txt").trim()).unwrap();
        let opened = DataKey::open(&wrapped, &Vault::demo().unwrap()).unwrap();
        let counted: [u8; 32] = std::array::from_fn(|at| at as u8);
        assert_eq!(opened.bytes(), &counted);
    }
}
