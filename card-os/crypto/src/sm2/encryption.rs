//! Encryption (GB/T 32918.4): the card opens envelopes, the host makes them.

use ::sm2::elliptic_curve::group::Group;
use ::sm2::{ProjectivePoint, Scalar};
use rand_core::CryptoRng;
use zeroize::Zeroize;

use super::{
    Curve, DRAWS, POINT_LENGTH, PrivateKey, PublicKey, SCALAR_LENGTH, Sm2Error, coordinates, random,
};
use crate::cipher::Ciphers;
use crate::constant_time_eq;
use crate::sm3::{HASH_LENGTH, sm3};
use crate::software::Software;

/// The parts of a ciphertext beside C2: the point C1 (`x ‖ y`) and the hash C3. The order on the line is C1 ‖ C3 ‖ C2
/// (GB/T 32918.4; the older C1 ‖ C2 ‖ C3 is not read).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ciphertext {
    /// C1, without 04.
    pub c1: [u8; POINT_LENGTH],
    /// C3 = SM3(x2 ‖ M ‖ y2).
    pub c3: [u8; HASH_LENGTH],
}

impl Ciphertext {
    /// Splits C1 ‖ C3 ‖ C2 and gives C2 beside the other two; `None` where it is too short to have one.
    #[must_use]
    pub fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (c1, rest) = bytes.split_first_chunk()?;
        let (c3, c2) = rest.split_first_chunk()?;
        (!c2.is_empty()).then_some((Self { c1: *c1, c3: *c3 }, c2))
    }
}

/// Deciphers `c2` in place.
///
/// # Errors
/// [`Sm2Error::Point`] where C1 is no point, [`Sm2Error::Ciphertext`] where C3 does not agree; `c2` is wiped then.
pub fn decrypt(key: &PrivateKey, parts: &Ciphertext, c2: &mut [u8]) -> Result<(), Sm2Error> {
    decrypt_with::<Software>(key, parts, c2)
}

/// The same on the curve of a chip.
///
/// # Errors
/// [`Sm2Error::Point`] where C1 is no point, [`Sm2Error::Ciphertext`] where C3 does not agree; `c2` is wiped then.
pub fn decrypt_with<C: Ciphers>(
    key: &PrivateKey,
    parts: &Ciphertext,
    c2: &mut [u8],
) -> Result<(), Sm2Error> {
    let mut scalar = key.to_bytes();
    let product = C::Curve::multiply(&parts.c1, &scalar);
    scalar.zeroize();
    let mut shared = product.ok_or(Sm2Error::Point)?;
    let result = stream(&shared, c2).and_then(|()| {
        if constant_time_eq(&check(&shared, c2), &parts.c3) {
            Ok(())
        } else {
            Err(Sm2Error::Ciphertext)
        }
    });
    shared.zeroize();
    if result.is_err() {
        c2.zeroize();
    }
    result
}

/// Enciphers `message` in place for the holder of `key`: it becomes C2.
///
/// # Errors
/// [`Sm2Error::Random`] where the source gives nothing usable; [`Sm2Error::Ciphertext`] for an empty message.
pub fn encrypt<R: CryptoRng + ?Sized>(
    key: &PublicKey,
    rng: &mut R,
    message: &mut [u8],
) -> Result<Ciphertext, Sm2Error> {
    if message.is_empty() {
        return Err(Sm2Error::Ciphertext);
    }
    for _ in 0..DRAWS {
        let mut k = random(rng)?;
        let c1 = coordinates(&ProjectivePoint::mul_by_generator(&k).to_affine());
        let mut shared = shared(key, &k);
        k.zeroize();
        let c3 = check(&shared, message);
        let done = stream(&shared, message);
        shared.zeroize();
        if done.is_ok() {
            return Ok(Ciphertext { c1, c3 });
        }
    }
    Err(Sm2Error::Random)
}

/// x2 ‖ y2 = scalar · point.
fn shared(point: &PublicKey, scalar: &Scalar) -> [u8; POINT_LENGTH] {
    coordinates(&(ProjectivePoint::from(point.0) * *scalar).to_affine())
}

/// C3 over the plain message.
fn check(shared: &[u8; POINT_LENGTH], message: &[u8]) -> [u8; HASH_LENGTH] {
    let (x2, y2) = shared.split_at(SCALAR_LENGTH);
    sm3(&[x2, message, y2])
}

/// Adds the key stream KDF(x2 ‖ y2) to `data`: SM3(x2 ‖ y2 ‖ counter) for counter 1, 2, … (GB/T 32918.4, 5.4.3).
///
/// # Errors
/// [`Sm2Error::Ciphertext`], and `data` as it was, where the stream is all zeros.
fn stream(shared: &[u8; POINT_LENGTH], data: &mut [u8]) -> Result<(), Sm2Error> {
    let mut any = 0;
    for (counter, part) in (1u32..).zip(data.chunks_mut(HASH_LENGTH)) {
        let mut key = sm3(&[shared, &counter.to_be_bytes()]);
        for (byte, key) in part.iter_mut().zip(&key) {
            *byte ^= key;
            any |= key;
        }
        key.zeroize();
    }
    if any == 0 {
        Err(Sm2Error::Ciphertext)
    } else {
        Ok(())
    }
}
