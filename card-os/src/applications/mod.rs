//! The handlers, one file for each command. None sees a malformed command, and none writes except
//! inside a transaction.
//!
//! They are never inlined: each has its own part of the small stack, not all of them together.

mod any;
#[cfg(feature = "certificates")]
mod certificates;
pub mod domain;
pub mod psam;
mod ssc;

use apdu_specs::applications::any::AnyCommand;
#[cfg(feature = "certificates")]
use apdu_specs::applications::certificates::CertificatesCommand;
use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::psam::PsamCommand;
use apdu_specs::applications::{self as specs, ssc::SscCommand};
use apdu_specs::commands::{Command, CommandTable};
use apdu_specs::{Application, Status};

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

/// The tables of commands that this card was built with.
pub static TABLES: &[&CommandTable] = &[
    &specs::any::COMMANDS,
    &specs::ssc::COMMANDS,
    &specs::domain::COMMANDS,
    &specs::psam::COMMANDS,
    #[cfg(feature = "certificates")]
    &specs::certificates::COMMANDS,
];

/// Gives the command to its handler.
///
/// # Errors
/// The handler's status word; 6D00 for the command of an application that this card was built without.
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let none = Status::INSTRUCTION_NOT_SUPPORTED;
    match row.application {
        Application::Any => any::call(cx, AnyCommand::of(row).ok_or(none)?, apdu, reply),
        Application::Ssc => ssc::call(cx, SscCommand::of(row).ok_or(none)?, apdu, reply),
        Application::Domain => domain::call(cx, DomainCommand::of(row).ok_or(none)?, apdu, reply),
        Application::Psam => psam::call(cx, PsamCommand::of(row).ok_or(none)?, apdu, reply),
        #[cfg(feature = "certificates")]
        Application::Certificates => {
            let id = CertificatesCommand::of(row).ok_or(none)?;
            certificates::call(cx, id, apdu, reply).map(|()| Status::SUCCESS)
        }
        #[cfg(not(feature = "certificates"))]
        Application::Certificates => Err(none),
    }
}
