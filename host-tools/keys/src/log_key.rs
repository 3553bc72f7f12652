//! The key that signs a bureau's log: whoever can write to the register's store cannot make it.
//!
//! It is an Ed25519 key (RFC 8032). Its seed (**P**) is the key over data keys whose nonce is [`LABEL`], so vault and token with the same
//! roots have the same one, it needs no place of its own, and the root stays where it is. No data key has that nonce:
//! [`DataKey`](crate::DataKey) refuses it.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::{KeyError, KeyService, data_key};

/// The nonce of the seed (**P**).
pub(crate) const LABEL: &[u8; data_key::NONCE] = b"ssc: log signing";

/// The key that signs a bureau's log. It is wiped when it is dropped.
pub struct LogKey(SigningKey);

impl LogKey {
    /// The one of these master keys.
    ///
    /// # Errors
    /// As [`KeyService::key_over_data`].
    pub fn of(keeper: &dyn KeyService) -> Result<Self, KeyError> {
        let seed = keeper.key_over_data(LABEL)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The public key, which tells whether a signature is this key's.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataKey, Vault};

    /// OpenSSL made them (`tests/log-key.sh`): public key and signature.
    #[test]
    fn another_program_signs_as_we_do() {
        let mut made = include_str!("../tests/log-key.txt").lines();
        let key = LogKey::of(&Vault::demo().unwrap()).unwrap();
        assert_eq!(made.next(), Some(&*hex::encode_upper(key.public())));
        assert_eq!(made.next(), Some(&*hex::encode_upper(key.sign(b"abc"))));
    }

    /// A store that somebody has changed cannot have anything unwrapped under the seed.
    #[test]
    fn no_data_key_lies_under_the_seed() {
        let keeper = Vault::demo().unwrap();
        let seed = keeper.key_over_data(LABEL).unwrap();
        let wrapped = data_key::tests::wrapped_under(&seed, LABEL);
        assert!(matches!(
            DataKey::open(&wrapped, &keeper),
            Err(KeyError::OtherDataKey)
        ));
    }
}
