//! Algorithms and key derivations that the card and the host share (no_std).
//!
//! Everything here is `no_std`, without `alloc`, without `unsafe`; no function panics. The ciphers are those of the chip
//! ([`cipher`]), or RustCrypto's; this crate adds the ways in which the social security card and GlobalPlatform use them. A
//! function computes with RustCrypto's, for a host; one whose name ends in `_with`, or that takes ciphers as its parameter, with
//! those of a card's chip.
//!
//! | module | subject |
//! |---|---|
//! | [`algorithm`] | 3DES or SM4: the marker in the FCI |
//! | [`block`] | keys, single blocks, CBC |
//! | [`padding`] | `80 00 …` (ISO 9797-1 padding method 2) |
//! | [`mac`] | CMAC, retail MAC, DES-CBC-MAC, SM4-CBC folded |
//! | [`session`] | session keys, cryptograms, secure messaging, PIN reload |
//! | [`diversify`] | from a root key to the key of one card |
//! | [`kcv`] | key check values |
//! | [`sam`] | a PSAM's MACs and those of a debit |
//! | [`cipher`] | what a chip gives: block ciphers and the curve of SM2 |
//! | [`software`] | the same in software, for every machine and for a core without data cache |
//! | [`table_aes`] | AES by look-ups, for the latter |
//! | [`drbg`] | a chip's random generator, over its AES |
//! | [`scp03`] | GlobalPlatform's secure channel protocol 03, AES-128 |
//! | `certificate`, `sm3`, `sm2` | with the feature `certificates`: hash, signatures and envelopes of the third generation |
//!
//! Card and host using the same code agree by construction, which proves nothing: `tests/known_answers.rs` compares every
//! function with answers from outside (standards, OpenSSL), kept in `test-vectors/known-answers`.
//!
//! Functions take keys as plain array references, so that a caller can keep them in any container; what they return as a
//! key is a type that wipes itself when dropped.
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod algorithm;
pub mod block;
#[cfg(feature = "certificates")]
pub mod certificate;
pub mod cipher;
pub mod diversify;
pub mod drbg;
pub mod kcv;
pub mod mac;
pub mod padding;
pub mod sam;
pub mod scp03;
pub mod session;
#[cfg(feature = "certificates")]
pub mod sm2;
#[cfg(feature = "certificates")]
pub mod sm3;
pub mod software;
pub mod table_aes;

pub use algorithm::{Algorithm, UnsupportedAlgorithm};
pub use block::Key16;
pub use cipher::{BlockCipher, Ciphers, LengthError};
pub use session::{Factor, SessionKey};
pub use software::{LookUps, Software};

use subtle::ConstantTimeEq;

/// Whether `a` and `b` are equal, in a time that depends on their lengths alone.
///
/// For every comparison of a MAC, cryptogram or PIN.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    bool::from(a.ct_eq(b))
}
