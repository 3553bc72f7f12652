//! Commands of the certificate environment of third-generation cards.

use apdu_specs::applications::certificates::CertificatesCommand;
use apdu_specs::applications::certificates::parameters::ENCIPHERED;
use apdu_specs::applications::certificates::tags::{
    ACSE_DATA, ACSE_PRIVATE_FID, ACSE_PRIVATE_KEY, ACSE_PUBLIC_FID, ACSE_PUBLIC_KEY,
};
use apdu_specs::applications::certificates::{KeyPair, PUBLIC_KEY_SIZE};

use super::{command, with_p2};
use crate::CommandApdu;
use crate::tlv::{long_object, object};

/// Bytes of r and s.
const SIGNATURE: u16 = 64;

/// VERIFY of PIN or administrator, which `reference` says: the challenge, enciphered.
#[must_use]
pub fn verify(reference: u8, cryptogram: &[u8]) -> CommandApdu {
    with_p2(CertificatesCommand::Verify, reference).data(cryptogram)
}

/// VERIFY without data: how many tries are left.
#[must_use]
pub fn tries_left(reference: u8) -> CommandApdu {
    with_p2(CertificatesCommand::Verify, reference)
}

/// CHANGE PIN: the key of the new PIN, enciphered, and the MAC.
#[must_use]
pub fn change_pin(data: &[u8]) -> CommandApdu {
    command(CertificatesCommand::ChangePin).data(data)
}

/// WRITE KEY of what `reference` says: the sealed key, and the MAC.
#[must_use]
pub fn write_key(reference: u8, data: &[u8]) -> CommandApdu {
    with_p2(CertificatesCommand::WriteKey, reference).data(data)
}

/// GENERATE KEY PAIR.
#[must_use]
pub fn generate_key_pair(pair: &KeyPair) -> CommandApdu {
    command(CertificatesCommand::GenerateKeyPair).data(&files(pair))
}

/// CHECK KEY PAIR.
#[must_use]
pub fn check_key_pair(pair: &KeyPair) -> CommandApdu {
    command(CertificatesCommand::CheckKeyPair).data(&files(pair))
}

fn files(pair: &KeyPair) -> Vec<u8> {
    [
        object(ACSE_PUBLIC_FID, &pair.public.to_be_bytes()),
        object(ACSE_PRIVATE_FID, &pair.private.to_be_bytes()),
    ]
    .concat()
}

/// READ PUBLIC KEY: of the signing pair, or of the file that is current.
#[must_use]
pub fn read_public_key() -> CommandApdu {
    command(CertificatesCommand::ReadPublicKey).expect_up_to(PUBLIC_KEY_SIZE)
}

/// IMPORT KEY of a pair's public key, `x ‖ y`.
#[must_use]
pub fn import_public_key(pair: &KeyPair, point: &[u8; 64]) -> CommandApdu {
    let file = object(ACSE_PUBLIC_FID, &pair.public.to_be_bytes());
    let key = object(ACSE_PUBLIC_KEY, point);
    command(CertificatesCommand::ImportPublicKey).data(&[file, key].concat())
}

/// IMPORT KEY of a pair's private key, enciphered under the key of the envelope.
#[must_use]
pub fn import_private_key(pair: &KeyPair, enciphered: &[u8; 32]) -> CommandApdu {
    let file = object(ACSE_PRIVATE_FID, &pair.private.to_be_bytes());
    let key = object(ACSE_PRIVATE_KEY, enciphered);
    with_p2(CertificatesCommand::ImportPrivateKey, ENCIPHERED).data(&[file, key].concat())
}

/// OPEN ENVELOPE with the private key of `pair`: C1 ‖ C3 ‖ C2.
#[must_use]
pub fn open_envelope(pair: &KeyPair, envelope: &[u8]) -> CommandApdu {
    let file = object(ACSE_PRIVATE_FID, &pair.private.to_be_bytes());
    let data = long_object(ACSE_DATA, envelope);
    command(CertificatesCommand::OpenEnvelope).data(&[file, data].concat())
}

/// COMPUTE DIGITAL SIGNATURE over e.
#[must_use]
pub fn sign(e: &[u8; 32]) -> CommandApdu {
    command(CertificatesCommand::ComputeDigitalSignature)
        .data(e)
        .expect_up_to(SIGNATURE)
}
