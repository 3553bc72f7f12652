//! The encryption pair as a key management centre sends it: SM2EnvelopedKey of GM/T 0009, 7.4.
//!
//! ```text
//! SM2EnvelopedKey ::= SEQUENCE {
//!     symAlgID                AlgorithmIdentifier,   -- SM4-ECB
//!     symEncryptedKey         SM2Cipher,             -- of the SM4 key, for the card's signing key
//!     sm2PublicKey            BIT STRING,            -- 04 x y
//!     sm2EncryptedPrivateKey  BIT STRING }           -- d under the SM4 key
//! SM2Cipher ::= SEQUENCE { x INTEGER, y INTEGER, hash OCTET STRING, cipherText OCTET STRING }
//! ```

use card_crypto::sm2::UNCOMPRESSED;
use std::path::Path;

use card_crypto::sm2::POINT_LENGTH;
use der::asn1::{Any, BitString, ObjectIdentifier, OctetString, Uint};
use der::{Decode, Sequence};
use spki::AlgorithmIdentifier;

use crate::CertificateError;

/// SM4, and SM4 in ECB mode.
const SM4: [ObjectIdentifier; 2] = [
    ObjectIdentifier::new_unwrap("1.2.156.10197.1.104"),
    ObjectIdentifier::new_unwrap("1.2.156.10197.1.104.1"),
];

#[derive(Sequence)]
struct Sm2Cipher {
    x: Uint,
    y: Uint,
    hash: OctetString,
    cipher: OctetString,
}

#[derive(Sequence)]
struct Sm2EnvelopedKey {
    algorithm: AlgorithmIdentifier<Any>,
    key: Sm2Cipher,
    public: BitString,
    private: BitString,
}

/// An enveloped key pair, in the pieces that the card takes. The private key is enciphered: nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopedKey {
    /// C1 ‖ C3 ‖ C2 of the SM4 key.
    pub envelope: [u8; 112],
    /// The public key, `x ‖ y`.
    pub public: [u8; POINT_LENGTH],
    /// The private key under the SM4 key, 32 bytes.
    pub private: [u8; 32],
}

impl EnvelopedKey {
    /// Reads one from DER.
    ///
    /// # Errors
    /// [`CertificateError::NotAnEnvelope`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let parsed = Sm2EnvelopedKey::from_der(der).map_err(|error| not_one(&error.to_string()))?;
        if !SM4.contains(&parsed.algorithm.oid) {
            return Err(not_one(&format!("its cipher is {}", parsed.algorithm.oid)));
        }
        let mut envelope = Vec::with_capacity(112);
        for coordinate in [&parsed.key.x, &parsed.key.y] {
            let bytes = coordinate.as_bytes();
            envelope.resize(envelope.len() + 32usize.saturating_sub(bytes.len()), 0);
            envelope.extend(bytes);
        }
        envelope.extend(parsed.key.hash.as_bytes());
        envelope.extend(parsed.key.cipher.as_bytes());
        let public = match parsed.public.raw_bytes() {
            [UNCOMPRESSED, point @ ..] => point,
            point => point,
        };
        // GM/T 0018 pads a private key to 64 bytes with zeros before it is enciphered: the last 32 are the key.
        let private = match parsed.private.raw_bytes() {
            long if long.len() == 64 => long.get(32..).unwrap_or_default(),
            short => short,
        };
        Ok(Self {
            envelope: envelope
                .try_into()
                .map_err(|_| not_one("it does not envelop a key of 16 bytes"))?,
            public: public
                .try_into()
                .map_err(|_| not_one("its public key is not a point of 64 bytes"))?,
            private: private
                .try_into()
                .map_err(|_| not_one("its private key has not 32 bytes"))?,
        })
    }

    /// Reads one from a file in DER or PEM.
    ///
    /// # Errors
    /// [`CertificateError::Read`], [`CertificateError::NotAnEnvelope`].
    pub fn from_file(path: &Path) -> Result<Self, CertificateError> {
        let bytes = std::fs::read(path).map_err(|source| CertificateError::Read {
            path: path.into(),
            source,
        })?;
        if bytes.first() == Some(&0x30) {
            return Self::from_der(&bytes);
        }
        let (_, der) = der::pem::decode_vec(&bytes).map_err(|error| not_one(&error.to_string()))?;
        Self::from_der(&der)
    }
}

fn not_one(detail: &str) -> CertificateError {
    CertificateError::NotAnEnvelope {
        detail: detail.to_owned(),
    }
}
