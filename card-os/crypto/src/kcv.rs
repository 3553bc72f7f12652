//! Key check values (密钥校验值): 3 bytes by which two sides see that they hold the same key.

use crate::algorithm::Algorithm;
use crate::cipher::{BlockCipher, Ciphers};
use crate::software::Software;

/// The check value of a 3DES or SM4 key: the first 3 bytes of the encryption of a block of zeros.
#[must_use]
pub fn kcv(algorithm: Algorithm, key: &[u8; 16]) -> [u8; 3] {
    kcv_with::<Software>(algorithm, key)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn kcv_with<C: Ciphers>(algorithm: Algorithm, key: &[u8; 16]) -> [u8; 3] {
    match algorithm {
        Algorithm::TripleDes => {
            let mut block = [0; 8];
            C::TripleDes::new(key).encrypt(&mut block);
            let [a, b, c, ..] = block;
            [a, b, c]
        }
        Algorithm::Sm4 => {
            let mut block = [0; 16];
            C::Sm4::new(key).encrypt(&mut block);
            let [a, b, c, ..] = block;
            [a, b, c]
        }
    }
}

/// The check value of an AES-128 key: the first 3 bytes of AES over sixteen bytes 01 (GlobalPlatform Card Specification
/// 2.3, B.6).
#[must_use]
pub fn aes_kcv(key: &[u8; 16]) -> [u8; 3] {
    aes_kcv_with::<Software>(key)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn aes_kcv_with<C: Ciphers>(key: &[u8; 16]) -> [u8; 3] {
    let mut block = [0x01; 16];
    C::Aes::new(key).encrypt(&mut block);
    let [a, b, c, ..] = block;
    [a, b, c]
}
