//! A vault as a keeper of master keys: what it derives of its roots.

use apdu_specs::applications::domain::keys::{INITIAL_VAULT_ID, ISD_VAULT_ID};
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::mac::aes_cmac;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16, diversify};
use zeroize::Zeroizing;

use super::Vault;
use crate::{KeyError, KeyService, RootKind, data_key};

impl KeyService for Vault {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        let root = self.root(id, version, algorithm.into())?;
        self.used_for(card_factor);
        Ok(diversify::card_key(
            algorithm,
            root.as_bytes(),
            region,
            card_factor,
        ))
    }

    fn sam_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        levels: u8,
    ) -> Result<Key16, KeyError> {
        let root = self.root(id, version, algorithm.into())?;
        diversify::sam_key(algorithm, root.as_bytes(), region, levels).ok_or_else(|| {
            KeyError::Levels {
                id: id.to_owned(),
                levels,
            }
        })
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.scp03_keys(ISD_VAULT_ID, card_factor)
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.scp03_keys(INITIAL_VAULT_ID, card_factor)
    }

    fn key_over_data(
        &self,
        nonce: &[u8; data_key::NONCE],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let root = self.root(ISD_VAULT_ID, FIRST_KEY_VERSION, RootKind::Aes)?;
        let half = |message: Vec<u8>| aes_cmac(root.as_bytes(), &[&message]);
        Ok(data_key::joined(data_key::messages(nonce).map(half)))
    }

    fn is_demo(&self) -> bool {
        self.demo
    }
}
