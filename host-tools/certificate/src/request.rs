//! Certificate requests (PKCS#10, RFC 2986), signed with SM2 and SM3 by whoever holds the key: a card's certificate environment.

use card_crypto::sm2::UNCOMPRESSED;
use std::str::FromStr;

use card_crypto::sm2::POINT_LENGTH;
use der::Encode;
use der::asn1::{Any, BitString, UintRef};
use der::pem::LineEnding;
use spki::AlgorithmIdentifier;
use ssc_keys::Signer;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, Version};
use x509_cert::spki::SubjectPublicKeyInfo;

use crate::CertificateError;
use crate::x509::{EC_PUBLIC_KEY, SM2_CURVE, SM2_WITH_SM3};

/// A request for the signer's key, in DER. A card's PIN must have been verified.
///
/// `subject` is a distinguished name such as `CN=…,O=…,C=CN`.
///
/// # Errors
/// [`CertificateError::Subject`], [`CertificateError::NoPair`]; the signer refuses, or does not answer.
pub fn build(signer: &mut dyn Signer, subject: &str) -> Result<Vec<u8>, CertificateError> {
    let subject = parse_subject(subject)?;
    let public = signer.public_key()?;
    let info = CertReqInfo {
        version: Version::V1,
        subject,
        public_key: public_key_info(&public)?,
        attributes: Default::default(),
    };
    let signature = signer.sign(&info.to_der().map_err(encoding)?)?;
    let request = CertReq {
        info,
        algorithm: AlgorithmIdentifier {
            oid: SM2_WITH_SM3,
            parameters: None,
        },
        signature: BitString::from_bytes(&signature_der(&signature)?).map_err(encoding)?,
    };
    request.to_der().map_err(encoding)
}

/// The distinguished name of a text.
///
/// # Errors
/// [`CertificateError::Subject`], also for an empty one.
pub fn parse_subject(subject: &str) -> Result<Name, CertificateError> {
    let refused = |detail: String| CertificateError::Subject { detail };
    match Name::from_str(subject) {
        Ok(name) if name.is_empty() => Err(refused("it is empty".to_owned())),
        Ok(name) => Ok(name),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// A request in PEM.
///
/// # Errors
/// [`CertificateError::Malformed`], which the tests rule out.
pub fn to_pem(der: &[u8]) -> Result<String, CertificateError> {
    der::pem::encode_string("CERTIFICATE REQUEST", LineEnding::LF, der)
        .map_err(|_| CertificateError::Malformed("PEM"))
}

/// SubjectPublicKeyInfo of an SM2 key.
fn public_key_info(
    public: &[u8; POINT_LENGTH],
) -> Result<SubjectPublicKeyInfo<Any, BitString>, CertificateError> {
    let point = [&[UNCOMPRESSED], public.as_slice()].concat();
    Ok(SubjectPublicKeyInfo {
        algorithm: AlgorithmIdentifier {
            oid: EC_PUBLIC_KEY,
            parameters: Some(Any::from(&SM2_CURVE)),
        },
        subject_public_key: BitString::from_bytes(&point).map_err(encoding)?,
    })
}

/// SEQUENCE { r INTEGER, s INTEGER } (GM/T 0009, 7.3).
fn signature_der(signature: &[u8; POINT_LENGTH]) -> Result<Vec<u8>, CertificateError> {
    let (r, s) = signature.split_at(32);
    let both = [
        UintRef::new(r).and_then(|r| r.to_der()),
        UintRef::new(s).and_then(|s| s.to_der()),
    ];
    let mut content = Vec::new();
    for part in both {
        content.extend(part.map_err(encoding)?);
    }
    let length =
        u8::try_from(content.len()).map_err(|_| CertificateError::Malformed("signature"))?;
    Ok([&[0x30, length], content.as_slice()].concat())
}

fn encoding(_: der::Error) -> CertificateError {
    CertificateError::Malformed("DER")
}
