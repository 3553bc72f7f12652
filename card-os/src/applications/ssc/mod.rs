//! The social security card: commands on files, PIN and keys, one handler a file. Other applications
//! with files answer these commands too.

mod address;
mod append_record;
mod application_block;
mod application_unblock;
mod card_block;
mod change_pin;
mod external_authenticate;
mod get_challenge;
mod internal_authenticate;
pub mod key_versions;
mod maintenance;
mod pin_reload;
mod pin_unblock;
mod read_binary;
mod read_record;
mod search_record;
mod update_binary;
mod update_record;
mod verify;

use apdu_specs::Status;
use apdu_specs::applications::ssc::SscCommand;
use apdu_specs::commands::Command;

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
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let id = SscCommand::of(row).ok_or(Status::INSTRUCTION_NOT_SUPPORTED)?;
    match id {
        SscCommand::ReadBinary => return read_binary::handle(cx, apdu, reply),
        SscCommand::UpdateBinary => update_binary::handle(cx, apdu),
        SscCommand::ReadRecord => read_record::handle(cx, apdu, reply),
        SscCommand::SearchRecord => return search_record::handle(cx, apdu, reply),
        SscCommand::UpdateRecord => update_record::handle(cx, apdu),
        SscCommand::AppendRecord => append_record::handle(cx, apdu),
        SscCommand::GetChallenge => get_challenge::handle(cx, apdu, reply),
        SscCommand::Verify => verify::handle(cx, apdu),
        SscCommand::ChangePin => change_pin::handle(cx, apdu),
        SscCommand::ExternalAuthenticate => external_authenticate::handle(cx, apdu),
        SscCommand::InternalAuthenticate => internal_authenticate::handle(cx, apdu, reply),
        SscCommand::PinUnblock => pin_unblock::handle(cx, apdu),
        SscCommand::PinReload => pin_reload::handle(cx, apdu),
        SscCommand::CardBlock => card_block::handle(cx, apdu),
        SscCommand::ApplicationBlock => application_block::handle(cx, apdu),
        SscCommand::ApplicationUnblock => application_unblock::handle(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
}
