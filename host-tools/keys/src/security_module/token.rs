//! A host security module over PKCS#11 as a security module: [`crate::hsm`].

use card_crypto::Algorithm;
use ssc_words::Lang;

use super::{KeyRef, ModuleError, SecurityModule};
use crate::hsm::{CardKeyName, Hsm, HsmError};
use crate::service::announcement_of_demo_keys;

/// The key in the token's words.
fn named<'k>(hsm: &Hsm, of: &'k KeyRef) -> Result<CardKeyName<'k>, HsmError> {
    match of.algorithm {
        Algorithm::TripleDes => Ok(CardKeyName {
            id: of.key.vault_id,
            version: of.version,
            region: of.region,
            card_factor: of.card_factor,
        }),
        Algorithm::Sm4 => Err(HsmError::NoSm4 {
            token: hsm.token().into(),
        }),
    }
}

impl SecurityModule for Hsm {
    fn cryptogram(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<[u8; 8], ModuleError> {
        Ok(Hsm::cryptogram(self, &named(self, key)?, factor, source)?)
    }

    fn mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], ModuleError> {
        Ok(Hsm::mac(self, &named(self, key)?, factor, header, data)?)
    }

    fn encipher_and_mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        block: &mut [u8],
    ) -> Result<[u8; 4], ModuleError> {
        let key = named(self, key)?;
        let length = block.len();
        let block: &mut [u8; 8] = block
            .try_into()
            .map_err(|_| ModuleError::BlockLength { length })?;
        *block = Hsm::encipher(self, &key, factor, block)?;
        Ok(Hsm::mac(self, &key, factor, header, block)?)
    }

    fn identification_code_mac(
        &mut self,
        key: &KeyRef,
        first_twelve: &[u8; 12],
    ) -> Result<Option<[u8; 4]>, ModuleError> {
        let key = named(self, key)?;
        Ok(Some(Hsm::identification_code_mac(
            self,
            &key,
            first_twelve,
        )?))
    }

    fn is_demo(&self) -> bool {
        Hsm::is_demo(self)
    }

    fn announcement(&self, lang: Lang) -> Option<&'static str> {
        Hsm::is_demo(self).then(|| announcement_of_demo_keys(lang))
    }
}
