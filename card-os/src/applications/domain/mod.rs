//! The issuer security domain, one handler a file.

mod get_status;
mod initialize_update;
pub mod keys;
pub mod perso;
mod put_card_key;
mod put_key;
pub mod secure_channel;
mod set_status;
mod store_data;

use apdu_specs::Status;
use apdu_specs::applications::domain::DomainCommand;

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
    id: DomainCommand,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match id {
        DomainCommand::InitializeUpdate => initialize_update::handle(cx, apdu, reply),
        DomainCommand::ExternalAuthenticate => cx.session.channel.open::<P>(apdu).inspect(|()| {
            cx.session.groupings.reset();
        }),
        DomainCommand::StoreData => store_data::handle(cx, apdu),
        DomainCommand::PutKey => put_key::handle(cx, apdu, reply),
        DomainCommand::GetStatus => return get_status::handle(cx, apdu, reply),
        DomainCommand::SetStatus => set_status::handle(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
}
