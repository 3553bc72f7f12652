//! The PSAM, one handler a file.

mod credit_sam_for_debit;
mod crypt;
mod init_sam;
mod init_sam_for_debit;
pub mod key_list;
mod mac;
mod state;

use apdu_specs::Status;
use apdu_specs::applications::psam::PsamCommand;
use apdu_specs::commands::Command;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

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
    let id = PsamCommand::of(row).ok_or(Status::INSTRUCTION_NOT_SUPPORTED)?;
    match id {
        PsamCommand::InitSam => init_sam::handle(cx, state, apdu),
        PsamCommand::Crypt => crypt::handle::<P>(state, apdu, reply),
        PsamCommand::Mac => mac::handle::<P>(state, apdu, reply),
        PsamCommand::InitSamForDebit => init_sam_for_debit::handle(cx, state, apdu, reply),
        PsamCommand::CreditSamForDebit => credit_sam_for_debit::handle(cx, state, apdu),
    }
    .map(|()| Status::SUCCESS)
}
