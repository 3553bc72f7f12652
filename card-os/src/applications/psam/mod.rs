//! The PSAM, one handler a file.

mod credit_debit;
mod crypt;
mod init_debit;
mod initialize;
pub mod key;
mod mac;
pub mod state;

use apdu_specs::Status;
use apdu_specs::applications::psam::PsamCommand;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

/// Gives the command to its handler.
///
/// # Errors
/// The handler's status word.
pub fn call<P: Platform>(
    cx: &mut Context<'_, P>,
    id: PsamCommand,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match id {
        PsamCommand::Initialize => initialize::handle(cx, apdu),
        PsamCommand::Crypt => crypt::handle(cx, apdu, reply),
        PsamCommand::Mac => mac::handle(cx, apdu, reply),
        PsamCommand::InitDebit => init_debit::handle(cx, apdu, reply),
        PsamCommand::CreditDebit => credit_debit::handle(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
}
