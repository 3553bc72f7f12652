//! Session keys and what is done with them: authentication, secure messaging, PIN reload, the identification code's MAC.
//!
//! Evidence: 3DES **C**, secure messaging **S**; SM4 **S**; the identification code's MAC **P** (see `docs/decisions.md`).

use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::algorithm::Algorithm;
use crate::cipher::LengthError;
use crate::cipher::{BlockCipher, Ciphers};
use crate::mac::{cbc_mac, cbc_mac_folded, retail_mac, sm4_cbc_mac_folded};
use crate::software::Software;

/// The factor of a session key: the card's last challenge (随机数) or, for internal authentication, the terminal's factor.
///
/// It is padded right with zeros to a cipher block (8 bytes for 3DES, 16 for SM4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    bytes: [u8; 16],
    len: usize,
}

impl Factor {
    /// A factor of 8 bytes.
    #[must_use]
    pub fn new(factor: &[u8; 8]) -> Self {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(factor) {
            *to = *from;
        }
        Self { bytes, len: 8 }
    }

    /// Padded right with zeros to a block of SM4.
    #[cfg(feature = "certificates")]
    pub(crate) const fn block(&self) -> &[u8; 16] {
        &self.bytes
    }
}

/// Bytes of a challenge that is answered for others' sake (transit) and serves no authentication.
pub const SHORT_CHALLENGE: usize = 4;

/// Whether a terminal may use its keys for this challenge of a card: 8 or 16 bytes that do not end in four zeros. Those that do
/// are only 2^32 and may be one of [`SHORT_CHALLENGE`] bytes, padded: who asks for cryptograms over many of them finds one that
/// a card will ask for.
#[must_use]
pub fn may_be_answered(challenge: &[u8]) -> bool {
    matches!(challenge.len(), 8 | 16) && !challenge.ends_with(&[0; SHORT_CHALLENGE])
}

/// The factor that a challenge of 8 or 16 bytes makes: padded right with zeros, 16 only for SM4.
///
/// # Errors
/// [`LengthError`] for any other length, and for 16 bytes with 3DES. A challenge of 4 bytes is one of 2^32 factors, few enough
/// to collect cryptograms for.
pub fn factor_from_challenge(
    algorithm: Algorithm,
    challenge: &[u8],
) -> Result<Factor, LengthError> {
    let len = match (algorithm, challenge.len()) {
        (_, 8) => 8,
        (Algorithm::Sm4, 16) => 16,
        _ => return Err(LengthError),
    };
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(challenge) {
        *to = *from;
    }
    Ok(Factor { bytes, len })
}

/// A session key with its algorithm, wiped when dropped: 8 bytes (single DES) or 16 (SM4).
#[derive(Clone)]
pub enum SessionKey {
    /// Single DES, from a 3DES card key.
    Des([u8; 8]),
    /// SM4.
    Sm4([u8; 16]),
}

impl SessionKey {
    /// The algorithm of the card key it came from.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Des(_) => Algorithm::TripleDes,
            Self::Sm4(_) => Algorithm::Sm4,
        }
    }

    /// The secret bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Des(key) => key,
            Self::Sm4(key) => key,
        }
    }

    /// Enciphers whole blocks in place, CBC from an initial value of zeros: the data of a secure message, padded.
    ///
    /// # Errors
    /// [`LengthError`] for any other length; then nothing is changed.
    pub fn encrypt_cbc<C: Ciphers>(&self, data: &mut [u8]) -> Result<(), LengthError> {
        match self {
            Self::Des(key) => C::Des::new(key).encrypt_cbc(&[0; 8], data),
            Self::Sm4(key) => C::Sm4::new(key).encrypt_cbc(&[0; 16], data),
        }
    }

    /// The inverse of [`SessionKey::encrypt_cbc`].
    ///
    /// # Errors
    /// [`LengthError`] for any other length; then nothing is changed.
    pub fn decrypt_cbc<C: Ciphers>(&self, data: &mut [u8]) -> Result<(), LengthError> {
        match self {
            Self::Des(key) => C::Des::new(key).decrypt_cbc(&[0; 8], data),
            Self::Sm4(key) => C::Sm4::new(key).decrypt_cbc(&[0; 16], data),
        }
    }

    /// Enciphers one block in place: 8 bytes with DES, 16 with SM4.
    ///
    /// # Errors
    /// [`LengthError`] for any other length; then nothing is changed.
    pub fn encrypt_block(&self, block: &mut [u8]) -> Result<(), LengthError> {
        self.encrypt_block_with::<Software>(block)
    }

    /// The same with the ciphers of a chip.
    ///
    /// # Errors
    /// [`LengthError`] for any other length; then nothing is changed.
    pub fn encrypt_block_with<C: Ciphers>(&self, block: &mut [u8]) -> Result<(), LengthError> {
        match self {
            Self::Des(key) => C::Des::new(key).encrypt(block.try_into().map_err(|_| LengthError)?),
            Self::Sm4(key) => C::Sm4::new(key).encrypt(block.try_into().map_err(|_| LengthError)?),
        }
        Ok(())
    }

    /// The inverse of [`SessionKey::encrypt_block`]: the enciphered PIN of PIN RELOAD, for instance.
    ///
    /// # Errors
    /// [`LengthError`] for any other length; then nothing is changed.
    pub fn decrypt_block(&self, block: &mut [u8]) -> Result<(), LengthError> {
        self.decrypt_block_with::<Software>(block)
    }

    /// The same with the ciphers of a chip.
    ///
    /// # Errors
    /// [`LengthError`] for any other length; then nothing is changed.
    pub fn decrypt_block_with<C: Ciphers>(&self, block: &mut [u8]) -> Result<(), LengthError> {
        match self {
            Self::Des(key) => C::Des::new(key).decrypt(block.try_into().map_err(|_| LengthError)?),
            Self::Sm4(key) => C::Sm4::new(key).decrypt(block.try_into().map_err(|_| LengthError)?),
        }
        Ok(())
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({}, secret)", self.algorithm())
    }
}

impl Drop for SessionKey {
    fn drop(&mut self) {
        match self {
            Self::Des(key) => key.zeroize(),
            Self::Sm4(key) => key.zeroize(),
        }
    }
}

impl ZeroizeOnDrop for SessionKey {}

/// The session key (过程密钥) of a card key and a factor.
///
/// 3DES: 3DES-E(card key, factor of 8), 8 bytes. SM4: SM4-E(card key, factor padded right with zeros to 16), 16 bytes.
#[must_use]
pub fn session_key(algorithm: Algorithm, card_key: &[u8; 16], factor: &Factor) -> SessionKey {
    session_key_with::<Software>(algorithm, card_key, factor)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn session_key_with<C: Ciphers>(
    algorithm: Algorithm,
    card_key: &[u8; 16],
    factor: &Factor,
) -> SessionKey {
    match algorithm {
        Algorithm::TripleDes => {
            let mut key = first_eight(&factor.bytes);
            C::TripleDes::new(card_key).encrypt(&mut key);
            SessionKey::Des(key)
        }
        Algorithm::Sm4 => {
            let mut key = factor.bytes;
            C::Sm4::new(card_key).encrypt(&mut key);
            SessionKey::Sm4(key)
        }
    }
}

/// The cryptogram of external and internal authentication over a source of 8 bytes (原始信息): 8 bytes.
///
/// DES: DES-E(session key, source). SM4: the exclusive-or of the two halves of SM4-E(session key, source ‖ 8 zeros).
#[must_use]
pub fn cryptogram(session: &SessionKey, source: &[u8; 8]) -> [u8; 8] {
    cryptogram_with::<Software>(session, source)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn cryptogram_with<C: Ciphers>(session: &SessionKey, source: &[u8; 8]) -> [u8; 8] {
    match session {
        SessionKey::Des(key) => {
            let mut block = *source;
            C::Des::new(key).encrypt(&mut block);
            block
        }
        SessionKey::Sm4(key) => {
            let mut block = Factor::new(source).bytes;
            C::Sm4::new(key).encrypt(&mut block);
            let mut folded = [0; 8];
            for half in block.chunks_exact(8) {
                for (to, from) in folded.iter_mut().zip(half) {
                    *to ^= from;
                }
            }
            folded
        }
    }
}

/// The MAC of a command with CLA 84: 4 bytes over CLA INS P1 P2 Lc ‖ data, where Lc counts the MAC too.
///
/// The session key comes from STK (maintenance) and the card's last challenge. DES: DES-CBC-MAC, leftmost 4 bytes.
/// SM4: SM4-CBC folded.
#[must_use]
pub fn secure_messaging_mac(session: &SessionKey, header: &[u8; 5], data: &[u8]) -> [u8; 4] {
    message_mac(session, &[header, data])
}

/// The same MAC over the concatenation of `parts`, whatever they are: 4 bytes, initial value zero, padding method 2.
///
/// DES: DES-CBC-MAC, leftmost 4 bytes. SM4: SM4-CBC folded.
#[must_use]
pub fn message_mac(session: &SessionKey, parts: &[&[u8]]) -> [u8; 4] {
    message_mac_with::<Software>(session, parts)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn message_mac_with<C: Ciphers>(session: &SessionKey, parts: &[&[u8]]) -> [u8; 4] {
    match session {
        SessionKey::Des(key) => first_four(&cbc_mac(&C::Des::new(key), &[0; 8], parts)),
        SessionKey::Sm4(key) => cbc_mac_folded(&C::Sm4::new(key), &[0; 16], parts),
    }
}

/// The last 4 bytes of the card identification code (卡识别码): a MAC over its first 12 with the card's IRK. **P**
///
/// 3DES: retail MAC (ISO/IEC 9797-1 algorithm 3, padding method 2), leftmost 4 bytes. SM4: SM4-CBC folded.
#[must_use]
pub fn identification_code_mac(
    algorithm: Algorithm,
    irk: &[u8; 16],
    first_twelve: &[u8; 12],
) -> [u8; 4] {
    match algorithm {
        Algorithm::TripleDes => first_four(&retail_mac(irk, &[first_twelve])),
        Algorithm::Sm4 => sm4_cbc_mac_folded(irk, &[first_twelve]),
    }
}

fn first_four(bytes: &[u8; 8]) -> [u8; 4] {
    let [a, b, c, d, ..] = *bytes;
    [a, b, c, d]
}

fn first_eight(bytes: &[u8; 16]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *bytes;
    [a, b, c, d, e, f, g, h]
}
