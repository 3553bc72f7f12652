//! The applications, a room each: state, selection, credentials, and a handler a file for each command. Here stands which of
//! them this card was built with, and the way of a command to its room.
//!
//! No handler sees a malformed command, none writes except inside a transaction, and none sees another application's state.
//! They are never inlined: each has its own part of the small stack, not all of them together.

mod any;
#[cfg(feature = "certificates")]
mod certificates;
pub mod domain;
#[cfg(feature = "psam")]
mod psam;
mod selected;
mod ssc;

use apdu_specs::applications as specification;
use apdu_specs::commands::{Command, CommandTable};
use apdu_specs::{Application, Status};

use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

pub use selected::Selected;

/// The tables of commands that this card was built with.
pub static TABLES: &[&CommandTable] = &[
    &specification::any::COMMANDS,
    &specification::ssc::COMMANDS,
    &specification::domain::COMMANDS,
    #[cfg(feature = "psam")]
    &specification::psam::COMMANDS,
    #[cfg(feature = "certificates")]
    &specification::certificates::COMMANDS,
];

/// Gives the command to its application, with that application's state.
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
    match (row.application, selected) {
        (Application::Any, selected) => any::call(cx, selected, row, apdu, reply),
        (Application::Ssc, _) => ssc::call(cx, row, apdu, reply),
        (Application::Domain, Selected::Domain(state)) => domain::call(cx, state, row, apdu, reply),
        #[cfg(feature = "psam")]
        (Application::Psam, Selected::Psam(state)) => psam::call(cx, state, row, apdu, reply),
        #[cfg(feature = "certificates")]
        (Application::Certificates, Selected::Certificates(state)) => {
            certificates::call(cx, state, row, apdu, reply)
        }
        // A row is found while its application is selected, and in a card that has it.
        (Application::Domain | Application::Psam | Application::Certificates, _) => {
            Err(Status::INSTRUCTION_NOT_SUPPORTED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built;

    #[test]
    fn the_card_has_the_table_of_each_application_it_was_built_with() {
        for &application in Application::ALL {
            let mut tables = TABLES
                .iter()
                .filter(|table| table.application == application);
            assert_eq!(
                tables.next().is_some(),
                built::has(application),
                "{application:?}"
            );
            assert!(tables.next().is_none(), "{application:?} has two tables");
        }
    }
}
