//! Signatures (GB/T 32918.2): ZA, the hash e, signing and verifying.

use ::sm2::elliptic_curve::ff::PrimeField;
use ::sm2::elliptic_curve::group::Group;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::elliptic_curve::point::AffineCoordinates;
use ::sm2::{FieldBytes, ProjectivePoint, Scalar};
use rand_core::CryptoRng;
use zeroize::Zeroize;

use super::{
    DRAWS, POINT_LENGTH, PrivateKey, PublicKey, SCALAR_LENGTH, Sm2Error, base_times, nonzero,
    random,
};
use crate::cipher::Ciphers;
use crate::sm3::{HASH_LENGTH, sm3};
use crate::software::Software;

/// The identity that is used where none was agreed (GM/T 0009, 10): 16 characters.
pub const DEFAULT_ID: &[u8; 16] = b"1234567812345678";

/// a, b, xG, yG of the curve (GB/T 32918.5), which ZA covers.
const PARAMETERS: [u8; 128] = [
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC,
    0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7,
    0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93,
    0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
    0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
    0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
    0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0,
];

/// ZA (用户标识杂凑值): SM3(ENTL ‖ id ‖ a ‖ b ‖ xG ‖ yG ‖ x ‖ y), where ENTL counts the bits of `id` in 2 bytes
/// (GB/T 32918.2, 5.5). An identity of more than 8,191 bytes is cut there, which no standard allows.
#[must_use]
pub fn za(id: &[u8], public_key: &[u8; POINT_LENGTH]) -> [u8; HASH_LENGTH] {
    let id = id.get(..8191).unwrap_or(id);
    let bits = u16::try_from(id.len()).unwrap_or(0).saturating_mul(8);
    sm3(&[&bits.to_be_bytes(), id, &PARAMETERS, public_key])
}

/// The hash that is signed: e = SM3(ZA ‖ M), with M the concatenation of at most seven `parts`.
#[must_use]
pub fn message_hash(za: &[u8; HASH_LENGTH], parts: &[&[u8]]) -> [u8; HASH_LENGTH] {
    let mut all: [&[u8]; 8] = [&[]; 8];
    for (to, from) in all
        .iter_mut()
        .zip(core::iter::once(&za.as_slice()).chain(parts))
    {
        *to = from;
    }
    sm3(&all)
}

impl PrivateKey {
    /// Signs the hash `e`: `r ‖ s` (GB/T 32918.2, 6.1).
    ///
    /// # Errors
    /// [`Sm2Error::Random`] where the source gives nothing usable in 16 draws.
    pub fn sign<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        e: &[u8; HASH_LENGTH],
    ) -> Result<[u8; POINT_LENGTH], Sm2Error> {
        self.sign_with::<Software, R>(rng, e)
    }

    /// The same on the curve of a chip.
    ///
    /// # Errors
    /// [`Sm2Error::Random`] where the source gives nothing usable in 16 draws.
    pub fn sign_with<C: Ciphers, R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        e: &[u8; HASH_LENGTH],
    ) -> Result<[u8; POINT_LENGTH], Sm2Error> {
        let e = reduce(e);
        let mut inverse = self.inverse().ok_or(Sm2Error::PrivateKey)?;
        let mut signature = Err(Sm2Error::Random);
        for _ in 0..DRAWS {
            let mut k = random(rng)?;
            let point = base_times::<C>(&k);
            let (x1, _) = point
                .split_first_chunk()
                .unwrap_or((&[0; SCALAR_LENGTH], &[]));
            let r = e + reduce(x1);
            let found = self.close(&inverse, &k, &r);
            k.zeroize();
            if let Some(found) = found {
                signature = Ok(found);
                break;
            }
        }
        inverse.zeroize();
        signature
    }
}

// Not inlined, each of them: what they take of a card's stack must not lie under the product of a point.
impl PrivateKey {
    /// 1 / (1 + d).
    #[inline(never)]
    fn inverse(&self) -> Option<Scalar> {
        (self.0 + Scalar::ONE).invert().into()
    }

    /// `r ‖ s` for the random `k`, if it is of use.
    #[inline(never)]
    fn close(&self, inverse: &Scalar, k: &Scalar, r: &Scalar) -> Option<[u8; POINT_LENGTH]> {
        let s = *inverse * (*k - *r * self.0);
        let useless = r.is_zero() | (*r + k).is_zero() | s.is_zero();
        (!bool::from(useless)).then(|| join(r, &s))
    }
}

impl PublicKey {
    /// Whether `signature`, `r ‖ s`, is this key's over the hash `e` (GB/T 32918.2, 7.1).
    #[must_use]
    pub fn verifies(&self, e: &[u8; HASH_LENGTH], signature: &[u8; POINT_LENGTH]) -> bool {
        let (halves, _) = signature.as_chunks::<SCALAR_LENGTH>();
        let [r, s] = halves else { return false };
        let (Some(r), Some(s)) = (nonzero(r), nonzero(s)) else {
            return false;
        };
        let t = r + s;
        if bool::from(t.is_zero()) {
            return false;
        }
        let point = ProjectivePoint::mul_by_generator(&s) + ProjectivePoint::from(self.0) * t;
        if bool::from(point.is_identity()) {
            return false;
        }
        reduce(e) + <Scalar as Reduce<FieldBytes>>::reduce(&point.to_affine().x()) == r
    }
}

#[inline(never)]
fn reduce(bytes: &[u8; HASH_LENGTH]) -> Scalar {
    <Scalar as Reduce<FieldBytes>>::reduce(&FieldBytes::from(*bytes))
}

fn join(r: &Scalar, s: &Scalar) -> [u8; POINT_LENGTH] {
    let mut bytes = [0; POINT_LENGTH];
    let both = r.to_repr().into_iter().chain(s.to_repr());
    for (to, from) in bytes.iter_mut().zip(both) {
        *to = from;
    }
    bytes
}
