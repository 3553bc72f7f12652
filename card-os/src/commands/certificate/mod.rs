//! The certificate environment's commands (ACSE 证书环境), one handler a file.

mod change_pin;
mod check_pair;
mod decipher;
mod external_authenticate;
mod generate_pair;
mod hash;
mod import_private_key;
mod import_public_key;
mod objects;
mod open_envelope;
mod pair;
mod read_public_key;
mod sign;
mod verify;
mod write_key;

use apdu_specs::Status;
use apdu_specs::certificates::Operation;
use apdu_specs::commands::CommandId;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;
use crate::security::SecurityState;

/// Gives the command to its handler.
///
/// # Errors
/// The handler's status word; 6D00 for a command that is not of this environment.
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    id: CommandId,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    match id {
        CommandId::AcseVerify => verify::handle(cx, apdu),
        CommandId::AcseExternalAuthenticate => external_authenticate::handle(cx, apdu),
        CommandId::AcseChangePin => change_pin::handle(cx, apdu),
        CommandId::AcseWriteKey => write_key::handle(cx, apdu),
        CommandId::AcseGeneratePair => generate_pair::handle(cx, apdu),
        CommandId::AcseCheckPair => check_pair::handle(cx, apdu),
        CommandId::AcseReadPublicKey => read_public_key::handle(cx, reply),
        CommandId::AcseImportPublicKey => import_public_key::handle(cx, apdu),
        CommandId::AcseImportPrivateKey => import_private_key::handle(cx, apdu),
        CommandId::AcseOpenEnvelope => open_envelope::handle(cx, apdu),
        CommandId::AcseDecipher => decipher::handle(cx, apdu, reply),
        CommandId::AcseHash => hash::handle(cx, apdu, reply),
        CommandId::AcseSign => sign::handle(cx, apdu, reply),
        _ => Err(Status::INSTRUCTION_NOT_SUPPORTED),
    }
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
