//! What a chip computes with a key: block ciphers, and the curve of SM2.
//!
//! [`Software`](crate::software::Software) is everybody's default. A chip with engines names types of its own, and nothing else
//! changes: modes, MACs and derivations are made of these here. An engine has the register of one key, but the card may have two
//! ciphers at work: a type keeps its key and gives it to the engine for each call, or sees that it is there already.

use core::fmt;

/// A length that does not fit: not whole blocks, too long for the buffer, or not a length the standard knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthError;

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the length does not fit")
    }
}

impl core::error::Error for LengthError {}

/// One block cipher under one key, wiped when dropped.
pub trait BlockCipher<const KEY: usize, const BLOCK: usize> {
    /// Takes the key; a cipher in software makes its schedule here.
    fn new(key: &[u8; KEY]) -> Self;

    /// Enciphers one block in place.
    fn encrypt(&self, block: &mut [u8; BLOCK]);

    /// Deciphers one block in place.
    fn decrypt(&self, block: &mut [u8; BLOCK]);

    /// CBC in place (NIST SP 800-38A), without padding. An engine that chains by itself does it here.
    ///
    /// # Errors
    /// [`LengthError`] unless `data` is whole blocks; then nothing is changed.
    fn encrypt_cbc(&self, iv: &[u8; BLOCK], data: &mut [u8]) -> Result<(), LengthError> {
        let (blocks, []) = data.as_chunks_mut() else {
            return Err(LengthError);
        };
        let mut before = iv;
        for block in blocks {
            add(block, before);
            self.encrypt(block);
            before = block;
        }
        Ok(())
    }

    /// The inverse of [`Self::encrypt_cbc`].
    ///
    /// # Errors
    /// [`LengthError`] unless `data` is whole blocks; then nothing is changed.
    fn decrypt_cbc(&self, iv: &[u8; BLOCK], data: &mut [u8]) -> Result<(), LengthError> {
        decrypt_chained(iv, data, |block| self.decrypt(block))
    }
}

/// CBC backwards, whatever deciphers a block.
pub(crate) fn decrypt_chained<const BLOCK: usize>(
    iv: &[u8; BLOCK],
    data: &mut [u8],
    decrypt: impl Fn(&mut [u8; BLOCK]),
) -> Result<(), LengthError> {
    let (blocks, []) = data.as_chunks_mut() else {
        return Err(LengthError);
    };
    let mut before = *iv;
    for block in blocks {
        let enciphered = *block;
        decrypt(block);
        add(block, &before);
        before = enciphered;
    }
    Ok(())
}

/// Adds `other` to `block`: exclusive-or.
pub(crate) fn add<const BLOCK: usize>(block: &mut [u8; BLOCK], other: &[u8; BLOCK]) {
    add_words(block.as_chunks_mut().0, other.as_chunks().0);
}

/// By words: blocks have whole ones. No generic function, so that it is made quick here and not small where it is used.
fn add_words(block: &mut [[u8; 4]], other: &[[u8; 4]]) {
    for (to, from) in block.iter_mut().zip(other) {
        *to = (u32::from_ne_bytes(*to) ^ u32::from_ne_bytes(*from)).to_ne_bytes();
    }
}

/// The ciphers of one chip.
pub trait Ciphers {
    /// AES-128 (FIPS 197): the secure channel, digests.
    type Aes: BlockCipher<16, 16>;
    /// Single DES (FIPS 46-3): session keys of 3DES card keys. Parity bits of the key are ignored.
    type Des: BlockCipher<8, 8>;
    /// Two-key triple DES (NIST SP 800-67, keying option 2), E(K1) D(K2) E(K1): card keys.
    type TripleDes: BlockCipher<16, 8>;
    /// SM4 (GM/T 0002, GB/T 32907): card keys and session keys.
    type Sm4: BlockCipher<16, 16>;
    /// The curve of SM2 (GB/T 32918.5): the certificate environment.
    #[cfg(feature = "certificates")]
    type Curve: crate::sm2::curve::Curve;
}
