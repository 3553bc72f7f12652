//! What a token computes with a card's key, without giving it.

use card_crypto::Key16;
use card_crypto::diversify::{city_factor, province_factor};
use card_crypto::padding::MARK;
use card_crypto::padding::pad80;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::misc::KeyDerivationStringData;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};

use zeroize::Zeroizing;

use super::{Hsm, HsmError, mechanism};
use crate::RootKind;

/// A key of one card: the root's name and version, and what diversifies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardKeyName<'k> {
    /// The root's name in a vault, such as `SSSE/RK`.
    pub id: &'k str,
    /// Its version, 1 to 3.
    pub version: u8,
    /// The card's region, six ASCII digits.
    pub region: [u8; 6],
    /// The last 8 historical bytes.
    pub card_factor: [u8; 8],
}

/// A derived key, destroyed with its session of use.
pub(super) struct Derived<'h> {
    hsm: &'h Hsm,
    key: ObjectHandle,
}

impl Drop for Derived<'_> {
    fn drop(&mut self) {
        // It goes with the session at the latest.
        let _ = self.hsm.session.destroy_object(self.key);
    }
}

/// What a derived key may be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Derive,
    Encrypt,
}

/// f ‖ NOT f.
fn diversified(factor: &[u8; 8]) -> [u8; 16] {
    doubled(factor, &factor.map(|byte| !byte))
}

fn doubled(first: &[u8; 8], second: &[u8; 8]) -> [u8; 16] {
    std::array::from_fn(|at| if at < 8 { first[at] } else { second[at - 8] })
}

impl Hsm {
    /// The key that is the encipherment of `data` under `key`.
    fn derive(
        &self,
        key: ObjectHandle,
        data: &[u8; 16],
        purpose: Use,
    ) -> Result<Derived<'_>, HsmError> {
        self.derive_of(RootKind::TripleDes, key, data, purpose)
    }

    /// The same with the cipher of `kind`.
    fn derive_of(
        &self,
        kind: RootKind,
        key: ObjectHandle,
        data: &[u8; 16],
        purpose: Use,
    ) -> Result<Derived<'_>, HsmError> {
        let data = KeyDerivationStringData::new(data);
        let sm4 = self.sm4.filter(|_| kind == RootKind::Sm4);
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(self.key_type(kind)?),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Derive(purpose == Use::Derive),
            Attribute::Encrypt(purpose == Use::Encrypt),
            Attribute::Decrypt(false),
            Attribute::Sign(false),
            Attribute::Verify(false),
            Attribute::Wrap(false),
            Attribute::Unwrap(false),
        ];
        let key = self
            .session
            .derive_key(&mechanism::derivation(&data, sm4), key, &template);
        Ok(Derived {
            hsm: self,
            key: key.map_err(|error| self.refused(error))?,
        })
    }

    /// The key one level above the card's.
    fn city_key(&self, of: &CardKeyName<'_>, purpose: Use) -> Result<Derived<'_>, HsmError> {
        self.city_key_of(RootKind::TripleDes, of, purpose)
    }

    fn city_key_of(
        &self,
        kind: RootKind,
        of: &CardKeyName<'_>,
        purpose: Use,
    ) -> Result<Derived<'_>, HsmError> {
        let root = self.root(of.id, of.version, kind)?;
        let province = diversified(&province_factor(&of.region));
        let province = self.derive_of(kind, root, &province, Use::Derive)?;
        self.derive_of(
            kind,
            province.key,
            &diversified(&city_factor(&of.region)),
            purpose,
        )
    }

    /// The session key of `factor`, as a key that computes as single DES.
    pub(super) fn session_key(
        &self,
        of: &CardKeyName<'_>,
        factor: &[u8; 8],
    ) -> Result<Derived<'_>, HsmError> {
        let city = self.city_key(of, Use::Derive)?;
        let card = self.derive(city.key, &diversified(&of.card_factor), Use::Derive)?;
        self.derive(card.key, &doubled(factor, factor), Use::Encrypt)
    }

    fn encipher_under(
        &self,
        key: &Derived<'_>,
        mechanism: &Mechanism<'_>,
        data: &[u8],
    ) -> Result<Vec<u8>, HsmError> {
        let enciphered = self.session.encrypt(mechanism, key.key, data);
        let enciphered = enciphered.map_err(|error| self.refused(error))?;
        if enciphered.len() == data.len() {
            Ok(enciphered)
        } else {
            Err(self.wrong_length())
        }
    }

    /// The key one level above the card's, kept in the session, as one that gives cards' keys: an encipherment of the card's factor
    /// under it is the card's key, which has to leave the token, since it goes into a card.
    pub(super) fn giver(
        &self,
        kind: RootKind,
        of: &CardKeyName<'_>,
    ) -> Result<ObjectHandle, HsmError> {
        let city = self.city_key_of(kind, of, Use::Encrypt)?;
        let key = city.key;
        std::mem::forget(city);
        Ok(key)
    }

    /// The card's key, from its [`giver`](Self::giver): one call of the token.
    pub(super) fn given(
        &self,
        kind: RootKind,
        giver: ObjectHandle,
        factor: &[u8; 8],
    ) -> Result<Key16, HsmError> {
        let data = diversified(factor);
        let mechanism = match self.sm4.filter(|_| kind == RootKind::Sm4) {
            Some(sm4) => sm4.ecb(),
            None => Mechanism::Des3Ecb,
        };
        let key = self.session.encrypt(&mechanism, giver, &data);
        let key = Zeroizing::new(key.map_err(|error| self.refused(error))?);
        let key = key.as_slice().try_into().map_err(|_| self.wrong_length())?;
        Ok(Key16::new(key))
    }

    /// AES-CMAC under a root.
    pub(super) fn cmac(&self, root: ObjectHandle, message: &[u8]) -> Result<[u8; 16], HsmError> {
        let mac = self.session.sign(&Mechanism::AesCMac, root, message);
        let mac = Zeroizing::new(mac.map_err(|error| self.refused(error))?);
        mac.as_slice().try_into().map_err(|_| self.wrong_length())
    }

    pub(super) fn block(&self, key: &Derived<'_>, block: &[u8; 8]) -> Result<[u8; 8], HsmError> {
        let enciphered = self.encipher_under(key, &Mechanism::Des3Ecb, block)?;
        enciphered.try_into().map_err(|_| self.wrong_length())
    }

    fn wrong_length(&self) -> HsmError {
        HsmError::Refused {
            token: self.label.clone(),
            detail: "C_Encrypt: another length than that of the data".into(),
        }
    }

    /// The cryptogram over `source` (external and internal authentication), 8 bytes.
    ///
    /// # Errors
    /// [`HsmError::MissingKey`], or the token does not compute.
    pub fn cryptogram(
        &self,
        of: &CardKeyName<'_>,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<[u8; 8], HsmError> {
        self.used_for(of);
        self.block(&self.session_key(of, factor)?, source)
    }

    /// The MAC of a command in class 84, 4 bytes over CLA INS P1 P2 Lc ‖ data.
    ///
    /// # Errors
    /// As [`cryptogram`](Self::cryptogram).
    pub fn mac(
        &self,
        of: &CardKeyName<'_>,
        factor: &[u8; 8],
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], HsmError> {
        self.used_for(of);
        let key = self.session_key(of, factor)?;
        let mut message = [&header[..], data].concat();
        let length = message.len();
        // At least one byte, at most a block.
        message.resize(length + 8, 0);
        let length = pad80(&mut message, length, 8).map_err(|_| self.wrong_length())?;
        message.truncate(length);
        let chained = self.encipher_under(&key, &Mechanism::Des3Cbc([0; 8]), &message)?;
        let last = chained
            .last_chunk::<8>()
            .and_then(|last| last.first_chunk());
        last.copied().ok_or_else(|| self.wrong_length())
    }

    /// Enciphers one block of 8 bytes under the session key (PIN reload).
    ///
    /// # Errors
    /// As [`cryptogram`](Self::cryptogram).
    pub fn encipher(
        &self,
        of: &CardKeyName<'_>,
        factor: &[u8; 8],
        block: &[u8; 8],
    ) -> Result<[u8; 8], HsmError> {
        self.used_for(of);
        self.block(&self.session_key(of, factor)?, block)
    }

    pub(super) fn used_for(&self, of: &CardKeyName<'_>) {
        if let Some(trail) = &self.trail {
            trail.card(&of.card_factor);
        }
    }

    /// The MAC of a card identification code over its first 12 bytes, with the card key itself (retail MAC, leftmost 4 bytes).
    ///
    /// The message pads to two blocks, so the MAC is 3DES-E(K1 K2, DES-E(K1, first) XOR second): the left half alone is derived as
    /// a doubled key too, since it is the encipherment of the card's factor.
    ///
    /// # Errors
    /// As [`cryptogram`](Self::cryptogram).
    pub fn identification_code_mac(
        &self,
        of: &CardKeyName<'_>,
        first_twelve: &[u8; 12],
    ) -> Result<[u8; 4], HsmError> {
        self.used_for(of);
        let city = self.city_key(of, Use::Derive)?;
        let factor = &of.card_factor;
        let left = self.derive(city.key, &doubled(factor, factor), Use::Encrypt)?;
        let whole = self.derive(city.key, &diversified(factor), Use::Encrypt)?;
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *first_twelve;
        let chained = self.block(&left, &[a, b, c, d, e, f, g, h])?;
        let second = [i, j, k, l, MARK, 0, 0, 0];
        let [a, b, c, d, ..] =
            self.block(&whole, &std::array::from_fn(|at| chained[at] ^ second[at]))?;
        Ok([a, b, c, d])
    }
}
