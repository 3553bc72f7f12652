//! The certificate environment (ACSE 证书环境) of third-generation cards, from the host's side.
//!
//! | what | how |
//! |---|---|
//! | PIN, administrator, key pairs, signatures | [`Environment`] |
//! | a certificate request (PKCS#10, SM2 with SM3) signed by the card | [`request::build`] |
//! | certificates written, checked against the card's key, and read back | [`Environment::write_certificate`], [`Environment::read_certificate`] |
//! | the encryption pair out of a key management centre's envelope (GM/T 0009) | [`envelope::EnvelopedKey`] |
//!
//! The card is met by APDUs alone. It signs a hash: the host makes e = SM3(ZA ‖ M) with the public key that the card shows.
#![forbid(unsafe_code)]

pub mod envelope;
mod environment;
mod error;
mod files;
mod holder;
pub mod request;
mod x509;

pub use environment::Environment;
pub use error::CertificateError;
pub use holder::Holder;
pub use x509::{Summary, public_key_of, read_certificate_file, summary};
