//! A vault, or any keeper of master keys that gives the keys of a card, as a security module.

use card_crypto::session::{
    SessionKey, cryptogram, identification_code_mac, secure_messaging_mac, session_key,
};
use card_crypto::{Factor, Key16};
use ssc_words::Lang;

use super::{KeyRef, ModuleError, SecurityModule};
use crate::KeyService;

/// Computes with the keys that a [`KeyService`] derives, one card's key at a time; each is wiped after its use.
#[derive(Clone, Copy)]
pub struct KeyModule<'k>(&'k dyn KeyService);

impl<'k> KeyModule<'k> {
    /// A module with these keys.
    #[must_use]
    pub fn new(keys: &'k dyn KeyService) -> Self {
        Self(keys)
    }

    fn card_key(&self, of: &KeyRef) -> Result<Key16, ModuleError> {
        let id = of.key.vault_id;
        let key = self
            .0
            .card_key(id, of.version, of.algorithm, &of.region, &of.card_factor)?;
        Ok(key)
    }

    fn session(&self, of: &KeyRef, factor: &[u8; 8]) -> Result<SessionKey, ModuleError> {
        let key = self.card_key(of)?;
        Ok(session_key(
            of.algorithm,
            key.as_bytes(),
            &Factor::new(factor),
        ))
    }
}

impl SecurityModule for KeyModule<'_> {
    fn cryptogram(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<[u8; 8], ModuleError> {
        Ok(cryptogram(&self.session(key, factor)?, source))
    }

    fn mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], ModuleError> {
        Ok(secure_messaging_mac(
            &self.session(key, factor)?,
            header,
            data,
        ))
    }

    fn encipher_and_mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        block: &mut [u8],
    ) -> Result<[u8; 4], ModuleError> {
        let length = block.len();
        let session = self.session(key, factor)?;
        let enciphered = session.encrypt_block(block);
        enciphered.map_err(|_| ModuleError::BlockLength { length })?;
        Ok(secure_messaging_mac(&session, header, block))
    }

    fn identification_code_mac(
        &mut self,
        key: &KeyRef,
        first_twelve: &[u8; 12],
    ) -> Result<Option<[u8; 4]>, ModuleError> {
        let irk = self.card_key(key)?;
        let mac = identification_code_mac(key.algorithm, irk.as_bytes(), first_twelve);
        Ok(Some(mac))
    }

    fn is_demo(&self) -> bool {
        self.0.is_demo()
    }

    fn announcement(&self, lang: Lang) -> Option<&'static str> {
        self.0.announcement(lang)
    }
}
