//! Certificates as far as a card's key is concerned (RFC 5280; GB/T 20518).

use card_crypto::sm2::UNCOMPRESSED;
use std::path::Path;

use card_crypto::sm2::POINT_LENGTH;
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::Certificate;

use crate::CertificateError;

/// id-ecPublicKey.
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// The curve of SM2 (GM/T 0006).
pub(crate) const SM2_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");
/// SM2 signatures with SM3.
pub(crate) const SM2_WITH_SM3: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");

/// What people want to know of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Distinguished name of the holder.
    pub subject: String,
    /// Distinguished name of the certification authority.
    pub issuer: String,
    /// Serial number, hex digits.
    pub serial: String,
    /// First moment of validity, UTC.
    pub not_before: String,
    /// Last moment of validity, UTC.
    pub not_after: String,
}

/// Reads a certificate file in PEM or DER; gives DER.
///
/// # Errors
/// [`CertificateError::Read`], [`CertificateError::NotACertificate`].
pub fn read_certificate_file(path: &Path) -> Result<Vec<u8>, CertificateError> {
    let bytes = std::fs::read(path).map_err(|source| CertificateError::Read {
        path: path.into(),
        source,
    })?;
    if bytes.first() == Some(&0x30) {
        return Ok(bytes);
    }
    // OpenSSL writes words before the PEM block.
    let start = bytes
        .windows(10)
        .position(|window| window == b"-----BEGIN")
        .unwrap_or(0);
    let pem = bytes.get(start..).unwrap_or_default();
    let (label, der) = der::pem::decode_vec(pem).map_err(|error| not_one(&error.to_string()))?;
    if label == "CERTIFICATE" {
        Ok(der)
    } else {
        Err(not_one(&format!("a PEM block of {label}")))
    }
}

/// The SM2 public key of a certificate, `x ‖ y`.
///
/// # Errors
/// [`CertificateError::NotACertificate`].
pub fn public_key_of(der: &[u8]) -> Result<[u8; POINT_LENGTH], CertificateError> {
    let certificate = parse(der)?;
    let key = certificate.tbs_certificate().subject_public_key_info();
    let curve = key
        .algorithm
        .parameters
        .as_ref()
        .and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
    if key.algorithm.oid != EC_PUBLIC_KEY || curve != Some(SM2_CURVE) {
        return Err(not_one("its key is not on the curve of SM2"));
    }
    match key.subject_public_key.raw_bytes() {
        [UNCOMPRESSED, point @ ..] => point
            .try_into()
            .map_err(|_| not_one("its key is not a point of 64 bytes")),
        _ => Err(not_one("its key is a compressed point")),
    }
}

/// The words of a certificate.
///
/// # Errors
/// [`CertificateError::NotACertificate`].
pub fn summary(der: &[u8]) -> Result<Summary, CertificateError> {
    let certificate = parse(der)?;
    let tbs = certificate.tbs_certificate();
    Ok(Summary {
        subject: tbs.subject().to_string(),
        issuer: tbs.issuer().to_string(),
        serial: hex::encode_upper(tbs.serial_number().as_bytes()),
        not_before: tbs.validity().not_before.to_string(),
        not_after: tbs.validity().not_after.to_string(),
    })
}

/// A certificate whose encoding is all of `der`.
fn parse(der: &[u8]) -> Result<Certificate, CertificateError> {
    let certificate = Certificate::from_der(der).map_err(|error| not_one(&error.to_string()))?;
    // What the card holds is found again by the header's length.
    match certificate.to_der() {
        Ok(again) if again == der => Ok(certificate),
        _ => Err(not_one("it is not in DER")),
    }
}

fn not_one(detail: &str) -> CertificateError {
    CertificateError::NotACertificate {
        detail: detail.to_owned(),
    }
}
