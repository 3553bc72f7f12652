//! SM2 (GM/T 0003, GB/T 32918) on the curve of GB/T 32918.5: keys, signatures, decryption of envelopes.
//!
//! The curve's arithmetic is RustCrypto's, constant in time; what the standard builds on it is here, because a card wants
//! no allocation, its own random source and bounded loops.
//!
//! A public key is `x ‖ y`, 64 bytes, without the 04 that SEC 1 puts before it: so the certificate environment carries it.

pub mod curve;
mod encryption;
mod signature;

pub use curve::{Curve, POINT_LENGTH, SCALAR_LENGTH};
pub use encryption::{Ciphertext, decrypt, decrypt_with, encrypt};
pub use signature::{DEFAULT_ID, message_hash, za};

use core::fmt;

use ::sm2::elliptic_curve::ff::PrimeField;
use ::sm2::elliptic_curve::group::Group;
use ::sm2::elliptic_curve::sec1::{FromSec1Point, ToSec1Point};
use ::sm2::{AffinePoint, FieldBytes, ProjectivePoint, Scalar, Sec1Point};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cipher::Ciphers;

/// What stands before the coordinates of a point that is not compressed, where a format says so (SEC 1, 2.3.3).
pub const UNCOMPRESSED: u8 = 0x04;
/// Draws of a random number before the random source is taken for broken: one in 2³² is out of range.
const DRAWS: usize = 16;

/// What SM2 refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sm2Error {
    /// Not a private key: not within 1 to n − 2.
    PrivateKey,
    /// Not a point of the curve.
    Point,
    /// The ciphertext is not one for this key: its hash C3 does not agree, or its key stream is zero.
    Ciphertext,
    /// The random source gives nothing that can be used.
    Random,
}

impl fmt::Display for Sm2Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrivateKey => "not a private key of SM2",
            Self::Point => "not a point of SM2's curve",
            Self::Ciphertext => "not enciphered for this SM2 key",
            Self::Random => "the random source gives nothing that SM2 can use",
        })
    }
}

impl core::error::Error for Sm2Error {}

/// A private key (私钥) within 1 to n − 2, wiped when dropped.
#[derive(Clone)]
pub struct PrivateKey(Scalar);

impl PrivateKey {
    /// A new key from `rng`.
    ///
    /// # Errors
    /// [`Sm2Error::Random`] where the source does not give one in 16 draws.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Sm2Error> {
        for _ in 0..DRAWS {
            let mut bytes = [0; SCALAR_LENGTH];
            rng.fill_bytes(&mut bytes);
            let key = Self::from_bytes(&bytes);
            bytes.zeroize();
            if let Ok(key) = key {
                return Ok(key);
            }
        }
        Err(Sm2Error::Random)
    }

    /// The key of these bytes, big-endian.
    ///
    /// # Errors
    /// [`Sm2Error::PrivateKey`] unless it is within 1 to n − 2 (GB/T 32918.1, 6.1).
    pub fn from_bytes(bytes: &[u8; SCALAR_LENGTH]) -> Result<Self, Sm2Error> {
        let key = nonzero(bytes).ok_or(Sm2Error::PrivateKey).map(Self)?;
        // n − 1 would make 1 + d zero, which a signature divides by.
        if bool::from((key.0 + Scalar::ONE).is_zero()) {
            return Err(Sm2Error::PrivateKey);
        }
        Ok(key)
    }

    /// The secret bytes, big-endian; the caller wipes them.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; SCALAR_LENGTH] {
        self.0.to_repr().into()
    }

    /// Its public key: d·G.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(ProjectivePoint::mul_by_generator(&self.0).to_affine())
    }

    /// The bytes of its public key, on the curve of a chip.
    #[must_use]
    pub fn public_key_with<C: Ciphers>(&self) -> [u8; POINT_LENGTH] {
        base_times::<C>(&self.0)
    }
}

/// The curve in software: RustCrypto's, constant in time.
pub struct SoftwareCurve;

impl Curve for SoftwareCurve {
    fn multiply_base(scalar: &[u8; SCALAR_LENGTH]) -> [u8; POINT_LENGTH] {
        let mut scalar = nonzero(scalar).unwrap_or(Scalar::ZERO);
        let point = base_product(&scalar);
        scalar.zeroize();
        affine(&point)
    }

    fn multiply(
        point: &[u8; POINT_LENGTH],
        scalar: &[u8; SCALAR_LENGTH],
    ) -> Option<[u8; POINT_LENGTH]> {
        let point = ProjectivePoint::from(PublicKey::from_bytes(point).ok()?.0);
        let mut scalar = nonzero(scalar)?;
        let product = times(&point, &scalar);
        scalar.zeroize();
        Some(affine(&product))
    }
}

// Not inlined, each of them: on a card's stack the product, which is the deepest, must not come on top of what is done with it.

#[inline(never)]
fn base_product(scalar: &Scalar) -> ProjectivePoint {
    ProjectivePoint::mul_by_generator(scalar)
}

#[inline(never)]
fn times(point: &ProjectivePoint, scalar: &Scalar) -> ProjectivePoint {
    *point * *scalar
}

#[inline(never)]
fn affine(point: &ProjectivePoint) -> [u8; POINT_LENGTH] {
    coordinates(&point.to_affine())
}

/// The base point times `scalar`, on the curve of a chip.
fn base_times<C: Ciphers>(scalar: &Scalar) -> [u8; POINT_LENGTH] {
    let mut bytes: [u8; SCALAR_LENGTH] = scalar.to_repr().into();
    let point = C::Curve::multiply_base(&bytes);
    bytes.zeroize();
    point
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sm2::PrivateKey(secret)")
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for PrivateKey {}

/// A public key (公钥): a point of the curve that is not its zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(AffinePoint);

impl PublicKey {
    /// The key of `x ‖ y`.
    ///
    /// # Errors
    /// [`Sm2Error::Point`] where that is no point of the curve. (Its order is prime: every point serves.)
    pub fn from_bytes(bytes: &[u8; POINT_LENGTH]) -> Result<Self, Sm2Error> {
        let point = Sec1Point::from_untagged_bytes(bytes.into());
        Option::from(AffinePoint::from_sec1_point(&point))
            .map(Self)
            .ok_or(Sm2Error::Point)
    }

    /// `x ‖ y`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; POINT_LENGTH] {
        coordinates(&self.0)
    }
}

/// `x ‖ y` of a point; zeros for the curve's zero.
fn coordinates(point: &AffinePoint) -> [u8; POINT_LENGTH] {
    let encoded = point.to_sec1_point(false);
    let mut bytes = [0; POINT_LENGTH];
    let (_tag, xy) = encoded.as_bytes().split_first().unwrap_or((&0, &[]));
    for (to, from) in bytes.iter_mut().zip(xy) {
        *to = *from;
    }
    bytes
}

/// The number of these bytes, if it is within 1 to n − 1.
fn nonzero(bytes: &[u8; SCALAR_LENGTH]) -> Option<Scalar> {
    let mut field = FieldBytes::from(*bytes);
    let scalar = Option::<Scalar>::from(Scalar::from_repr(field));
    field.zeroize();
    scalar.filter(|scalar| !bool::from(scalar.is_zero()))
}

/// A random number within 1 to n − 1.
#[inline(never)]
fn random<R: CryptoRng + ?Sized>(rng: &mut R) -> Result<Scalar, Sm2Error> {
    for _ in 0..DRAWS {
        let mut bytes = [0; SCALAR_LENGTH];
        rng.fill_bytes(&mut bytes);
        let scalar = nonzero(&bytes);
        bytes.zeroize();
        if let Some(scalar) = scalar {
            return Ok(scalar);
        }
    }
    Err(Sm2Error::Random)
}
