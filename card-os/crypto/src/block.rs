//! Keys; and for a host single blocks and CBC in place, with the ciphers of [`Software`](crate::software::Software): DES, two-key
//! triple DES, SM4, AES-128.

use core::fmt;

use aes::Aes128;
use des::{Des, TdesEde2};
use sm4::Sm4;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cipher::{BlockCipher, LengthError};

/// A key of 16 bytes (two-key 3DES, SM4 or AES-128), wiped when dropped and compared in constant time.
#[derive(Clone)]
pub struct Key16([u8; 16]);

impl Key16 {
    /// A key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// A key of these bytes, if there are 16.
    ///
    /// # Errors
    /// [`LengthError`] for any other length.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, LengthError> {
        bytes.try_into().map(Self).map_err(|_| LengthError)
    }

    /// The secret bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    pub(crate) const fn as_mut_bytes(&mut self) -> &mut [u8; 16] {
        &mut self.0
    }

    /// All zero bytes, to be filled by a derivation.
    pub(crate) const fn zero() -> Self {
        Self([0; 16])
    }
}

impl From<[u8; 16]> for Key16 {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Key16 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key16 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key16(secret)")
    }
}

impl ConstantTimeEq for Key16 {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for Key16 {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Key16 {}

impl Drop for Key16 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Key16 {}

/// Single DES on one block (FIPS 46-3). Parity bits of the key are ignored.
pub fn des_encrypt(key: &[u8; 8], block: &mut [u8; 8]) {
    <Des as BlockCipher<_, _>>::new(key).encrypt(block);
}

/// The inverse of [`des_encrypt`].
pub fn des_decrypt(key: &[u8; 8], block: &mut [u8; 8]) {
    <Des as BlockCipher<_, _>>::new(key).decrypt(block);
}

/// Two-key triple DES on one block (NIST SP 800-67, keying option 2): E(K1) D(K2) E(K1).
pub fn tdes_encrypt(key: &[u8; 16], block: &mut [u8; 8]) {
    <TdesEde2 as BlockCipher<_, _>>::new(key).encrypt(block);
}

/// The inverse of [`tdes_encrypt`].
pub fn tdes_decrypt(key: &[u8; 16], block: &mut [u8; 8]) {
    <TdesEde2 as BlockCipher<_, _>>::new(key).decrypt(block);
}

/// SM4 on one block (GM/T 0002, GB/T 32907).
pub fn sm4_encrypt(key: &[u8; 16], block: &mut [u8; 16]) {
    <Sm4 as BlockCipher<_, _>>::new(key).encrypt(block);
}

/// The inverse of [`sm4_encrypt`].
pub fn sm4_decrypt(key: &[u8; 16], block: &mut [u8; 16]) {
    <Sm4 as BlockCipher<_, _>>::new(key).decrypt(block);
}

/// AES-128 on one block (FIPS 197).
pub fn aes_encrypt(key: &[u8; 16], block: &mut [u8; 16]) {
    <Aes128 as BlockCipher<_, _>>::new(key).encrypt(block);
}

/// The inverse of [`aes_encrypt`].
pub fn aes_decrypt(key: &[u8; 16], block: &mut [u8; 16]) {
    <Aes128 as BlockCipher<_, _>>::new(key).decrypt(block);
}

/// AES-128 CBC in place (NIST SP 800-38A), without padding.
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 16 bytes; then nothing is changed.
pub fn aes_cbc_encrypt(key: &[u8; 16], iv: &[u8; 16], data: &mut [u8]) -> Result<(), LengthError> {
    <Aes128 as BlockCipher<_, _>>::new(key).encrypt_cbc(iv, data)
}

/// The inverse of [`aes_cbc_encrypt`].
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 16 bytes; then nothing is changed.
pub fn aes_cbc_decrypt(key: &[u8; 16], iv: &[u8; 16], data: &mut [u8]) -> Result<(), LengthError> {
    <Aes128 as BlockCipher<_, _>>::new(key).decrypt_cbc(iv, data)
}

/// SM4 CBC in place, without padding.
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 16 bytes; then nothing is changed.
pub fn sm4_cbc_encrypt(key: &[u8; 16], iv: &[u8; 16], data: &mut [u8]) -> Result<(), LengthError> {
    <Sm4 as BlockCipher<_, _>>::new(key).encrypt_cbc(iv, data)
}

/// The inverse of [`sm4_cbc_encrypt`].
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 16 bytes; then nothing is changed.
pub fn sm4_cbc_decrypt(key: &[u8; 16], iv: &[u8; 16], data: &mut [u8]) -> Result<(), LengthError> {
    <Sm4 as BlockCipher<_, _>>::new(key).decrypt_cbc(iv, data)
}

/// Single DES CBC in place, without padding.
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 8 bytes; then nothing is changed.
pub fn des_cbc_encrypt(key: &[u8; 8], iv: &[u8; 8], data: &mut [u8]) -> Result<(), LengthError> {
    <Des as BlockCipher<_, _>>::new(key).encrypt_cbc(iv, data)
}

/// The inverse of [`des_cbc_encrypt`].
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 8 bytes; then nothing is changed.
pub fn des_cbc_decrypt(key: &[u8; 8], iv: &[u8; 8], data: &mut [u8]) -> Result<(), LengthError> {
    <Des as BlockCipher<_, _>>::new(key).decrypt_cbc(iv, data)
}

/// Two-key triple DES CBC in place, without padding.
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 8 bytes; then nothing is changed.
pub fn tdes_cbc_encrypt(key: &[u8; 16], iv: &[u8; 8], data: &mut [u8]) -> Result<(), LengthError> {
    <TdesEde2 as BlockCipher<_, _>>::new(key).encrypt_cbc(iv, data)
}

/// The inverse of [`tdes_cbc_encrypt`].
///
/// # Errors
/// [`LengthError`] unless `data` is a multiple of 8 bytes; then nothing is changed.
pub fn tdes_cbc_decrypt(key: &[u8; 16], iv: &[u8; 8], data: &mut [u8]) -> Result<(), LengthError> {
    <TdesEde2 as BlockCipher<_, _>>::new(key).decrypt_cbc(iv, data)
}
