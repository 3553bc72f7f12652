//! Key check values (密钥校验值): 3 bytes by which two sides see that they hold the same key.

use crate::algorithm::Algorithm;
use crate::block::{aes_encrypt, sm4_encrypt, tdes_encrypt};

/// The check value of a 3DES or SM4 key: the first 3 bytes of the encryption of a block of zeros.
#[must_use]
pub fn kcv(algorithm: Algorithm, key: &[u8; 16]) -> [u8; 3] {
    match algorithm {
        Algorithm::TripleDes => {
            let mut block = [0; 8];
            tdes_encrypt(key, &mut block);
            let [a, b, c, ..] = block;
            [a, b, c]
        }
        Algorithm::Sm4 => {
            let mut block = [0; 16];
            sm4_encrypt(key, &mut block);
            let [a, b, c, ..] = block;
            [a, b, c]
        }
    }
}

/// The check value of an AES-128 key: the first 3 bytes of AES over sixteen bytes 01 (GlobalPlatform Card Specification
/// 2.3, B.6).
#[must_use]
pub fn aes_kcv(key: &[u8; 16]) -> [u8; 3] {
    let mut block = [0x01; 16];
    aes_encrypt(key, &mut block);
    let [a, b, c, ..] = block;
    [a, b, c]
}
