//! Security modules of a terminal (SAM): who computes with a card's keys.
//!
//! A terminal does not hold keys. What it needs of them are three computations under a session key that a card's key and a
//! factor make: the cryptogram of an authentication, the MAC of a command, one enciphered block with its MAC (PIN reload).
//! [`SecurityModule`] is these three; there is a software vault ([`KeyModule`], over any [`KeyService`](crate::KeyService)) and a host
//! security module over PKCS#11 ([`Hsm`](crate::hsm::Hsm)). A PSAM speaks APDUs, so it stands where the readers are: in `ssc-terminal`.

mod error;
mod token;
mod vault;

use apdu_specs::keys::CardKey;
use card_crypto::Algorithm;
use ssc_words::Lang;

pub use error::ModuleError;
pub use vault::KeyModule;

/// A key of one card: which, and what it was diversified by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRef {
    /// Its row in the key table.
    pub key: &'static CardKey,
    /// The algorithm of the card's keys.
    pub algorithm: Algorithm,
    /// Version of the root, 1 to 3. A PSAM holds one, and looks at none ([`SecurityModule::expect_version`]).
    pub version: u8,
    /// The card's region, six ASCII digits: the city's and the province's factor come from it.
    pub region: [u8; 6],
    /// The card's factor: its last 8 historical bytes.
    pub card_factor: [u8; 8],
}

/// Computes with the keys of cards, and gives none away.
///
/// `factor` is the card's challenge or, for internal authentication, the terminal's factor: it makes the session key.
pub trait SecurityModule: Send {
    /// The cryptogram over a source of 8 bytes: external and internal authentication.
    ///
    /// # Errors
    /// The module has no such key, or does not answer.
    fn cryptogram(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<[u8; 8], ModuleError>;

    /// The MAC of a command in class 84: 4 bytes over CLA INS P1 P2 Lc ‖ data, where Lc counts the MAC too.
    ///
    /// # Errors
    /// As [`cryptogram`](Self::cryptogram).
    fn mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], ModuleError>;

    /// Enciphers one block in place (8 bytes with DES, 16 with SM4), and gives the MAC of the command that carries it, both
    /// under one session key: PIN RELOAD.
    ///
    /// # Errors
    /// As [`cryptogram`](Self::cryptogram); [`ModuleError::BlockLength`] for another length.
    fn encipher_and_mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        block: &mut [u8],
    ) -> Result<[u8; 4], ModuleError>;

    /// The MAC of a card identification code with IRK, over its first 12 bytes; `None` from a module that cannot compute
    /// with a card's key itself, as a PSAM, which knows session keys alone.
    ///
    /// # Errors
    /// As [`cryptogram`](Self::cryptogram).
    fn identification_code_mac(
        &mut self,
        _key: &KeyRef,
        _first_twelve: &[u8; 12],
    ) -> Result<Option<[u8; 4]>, ModuleError> {
        Ok(None)
    }

    /// Somebody has asked for this version of the keys. A module that holds keys of one version only must have it from now
    /// on; others find it in each [`KeyRef`].
    ///
    /// # Errors
    /// The module does not answer.
    fn expect_version(&mut self, _version: u8) -> Result<(), ModuleError> {
        Ok(())
    }

    /// The terminal identifier (终端机编号), 6 bytes; `None` where the module has none.
    ///
    /// # Errors
    /// The module does not answer.
    fn terminal_identifier(&mut self) -> Result<Option<[u8; 6]>, ModuleError> {
        Ok(None)
    }

    /// Whether its keys are published, so that they protect nothing. A PSAM does not tell.
    fn is_demo(&self) -> bool {
        false
    }

    /// What a command must print before it uses these keys: `None` unless they are published.
    fn announcement(&self, _lang: Lang) -> Option<&'static str> {
        None
    }
}

impl<M: SecurityModule + ?Sized> SecurityModule for &mut M {
    fn cryptogram(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<[u8; 8], ModuleError> {
        (**self).cryptogram(key, factor, source)
    }
    fn mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], ModuleError> {
        (**self).mac(key, factor, header, data)
    }
    fn encipher_and_mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        block: &mut [u8],
    ) -> Result<[u8; 4], ModuleError> {
        (**self).encipher_and_mac(key, factor, header, block)
    }
    fn identification_code_mac(
        &mut self,
        key: &KeyRef,
        first_twelve: &[u8; 12],
    ) -> Result<Option<[u8; 4]>, ModuleError> {
        (**self).identification_code_mac(key, first_twelve)
    }
    fn expect_version(&mut self, version: u8) -> Result<(), ModuleError> {
        (**self).expect_version(version)
    }
    fn terminal_identifier(&mut self) -> Result<Option<[u8; 6]>, ModuleError> {
        (**self).terminal_identifier()
    }
    fn is_demo(&self) -> bool {
        (**self).is_demo()
    }
    fn announcement(&self, lang: Lang) -> Option<&'static str> {
        (**self).announcement(lang)
    }
}
