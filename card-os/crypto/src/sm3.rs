//! SM3 (GM/T 0004, GB/T 32905), and the key that a PIN of the certificate environment makes.

use ::sm3::{Digest, Sm3};

use crate::block::Key16;

/// Bytes of an SM3 hash.
pub const HASH_LENGTH: usize = 32;

/// SM3 over the concatenation of `parts`: 32 bytes.
#[must_use]
pub fn sm3(parts: &[&[u8]]) -> [u8; HASH_LENGTH] {
    let mut hash = Sm3::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The key of a PIN (个人密码) in the certificate environment: the first 16 bytes of SM3 over its digits as packed BCD, 3 bytes
/// for six of them (**S**); an odd digit is padded with F as in VERIFY (**P**).
#[must_use]
pub fn pin_key(packed: &[u8]) -> Key16 {
    let mut key = Key16::zero();
    let mut hash = sm3(&[packed]);
    for (to, from) in key.as_mut_bytes().iter_mut().zip(&hash) {
        *to = *from;
    }
    zeroize::Zeroize::zeroize(&mut hash);
    key
}
