//! The issuer security domain, one handler a file.

pub mod data;
pub mod digests;
mod external_authenticate;
mod get_status;
mod initialize_update;
pub mod keys;
pub mod perso;
mod put_card_key;
mod put_key;
pub mod secure_channel;
mod set_status;
mod state;
mod store_data;

use apdu_specs::Status;
use apdu_specs::applications::domain::DomainCommand;
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
    let id = DomainCommand::of(row).ok_or(Status::INSTRUCTION_NOT_SUPPORTED)?;
    match id {
        DomainCommand::InitializeUpdate => initialize_update::handle(cx, state, apdu, reply),
        DomainCommand::ExternalAuthenticate => external_authenticate::handle::<P>(state, apdu),
        DomainCommand::StoreData => store_data::handle(cx, state, apdu),
        DomainCommand::PutKey => put_key::handle(cx, apdu, reply),
        DomainCommand::GetStatus => return get_status::handle(cx, state, apdu, reply),
        DomainCommand::SetStatus => set_status::handle(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
}
