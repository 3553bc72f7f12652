//! The certificate environment's commands (ACSE 证书环境), one handler a file.

mod challenge;
mod change_pin;
mod check_key_pair;
mod compute_digital_signature;
mod external_authenticate;
mod generate_key_pair;
mod hash;
mod import_private_key;
mod import_public_key;
mod key;
mod objects;
mod open_envelope;
mod pair;
mod read_public_key;
mod sm4_decrypt;
mod state;
mod verify;
mod write_key;

use apdu_specs::Status;
use apdu_specs::applications::certificates::{CertificatesCommand, Operation};
use apdu_specs::commands::Command;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;
use crate::security::SecurityState;

pub use state::State;

/// Gives the command to its handler.
///
/// # Errors
/// The handler's status word.
pub fn call<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let id = CertificatesCommand::of(row).ok_or(Status::INSTRUCTION_NOT_SUPPORTED)?;
    match id {
        CertificatesCommand::Verify => verify::handle(cx, apdu),
        CertificatesCommand::ExternalAuthenticate => external_authenticate::handle(cx, apdu),
        CertificatesCommand::ChangePin => change_pin::handle(cx, apdu),
        CertificatesCommand::WriteKey => write_key::handle(cx, apdu),
        CertificatesCommand::GenerateKeyPair => generate_key_pair::handle(cx, state, apdu),
        CertificatesCommand::CheckKeyPair => check_key_pair::handle(cx, apdu),
        CertificatesCommand::ReadPublicKey => read_public_key::handle(cx, reply),
        CertificatesCommand::ImportPublicKey => import_public_key::handle(cx, apdu),
        CertificatesCommand::ImportPrivateKey => import_private_key::handle(cx, state, apdu),
        CertificatesCommand::OpenEnvelope => open_envelope::handle(cx, state, apdu),
        CertificatesCommand::Sm4Decrypt => sm4_decrypt::handle(cx, state, apdu, reply),
        CertificatesCommand::Hash => hash::handle(cx, apdu, reply),
        CertificatesCommand::ComputeDigitalSignature => {
            compute_digital_signature::handle(cx, apdu, reply)
        }
    }
    .map(|()| Status::SUCCESS)
}

/// Whether `operation` is allowed now: any one of its conditions is enough.
///
/// # Errors
/// 6982.
fn allowed(security: &SecurityState, operation: Operation) -> Result<(), Status> {
    if operation
        .conditions()
        .iter()
        .any(|rule| security.check(*rule).is_ok())
    {
        Ok(())
    } else {
        Err(Status::SECURITY_NOT_SATISFIED)
    }
}
