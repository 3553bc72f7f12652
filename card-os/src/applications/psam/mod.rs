//! The PSAM, one handler a file.

mod credit_debit;
mod crypt;
mod init_debit;
mod initialize;
pub mod key;
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
        PsamCommand::Initialize => initialize::handle(cx, state, apdu),
        PsamCommand::Crypt => crypt::handle::<P>(state, apdu, reply),
        PsamCommand::Mac => mac::handle::<P>(state, apdu, reply),
        PsamCommand::InitDebit => init_debit::handle(cx, state, apdu, reply),
        PsamCommand::CreditDebit => credit_debit::handle(cx, state, apdu),
    }
    .map(|()| Status::SUCCESS)
}
