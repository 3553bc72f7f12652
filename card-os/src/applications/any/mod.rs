//! What the card answers whatever is selected, one handler a file.

mod get_data;
mod select;

use apdu_specs::Status;
use apdu_specs::applications::any::AnyCommand;
use apdu_specs::commands::Command;

use super::selected::Selected;
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
    selected: &mut Selected,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let id = AnyCommand::of(row).ok_or(Status::INSTRUCTION_NOT_SUPPORTED)?;
    match id {
        AnyCommand::Select => select::handle(cx, selected, apdu, reply),
        AnyCommand::GetData => {
            get_data::handle(cx, selected.application(), apdu, reply).map(|()| Status::SUCCESS)
        }
        // The link answers it; here it would be a T=0 command on another protocol.
        AnyCommand::GetResponse => Err(Status::INSTRUCTION_NOT_SUPPORTED),
    }
}
