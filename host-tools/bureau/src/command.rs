//! Commands by their row of the table: CLA and INS stand nowhere else.

use apdu_specs::commands::{COMMANDS, CommandId};
use ssc_reader::CommandApdu;

use crate::error::CardError;

/// The command `id` with its parameters.
///
/// # Errors
/// None in fact: a test of apdu-specs holds a row for every identifier.
pub fn make(id: CommandId, p1: u8, p2: u8) -> Result<CommandApdu, CardError> {
    let row = COMMANDS
        .iter()
        .find(|row| row.id == id)
        .ok_or(CardError::Internal("no row for the command"))?;
    let command = CommandApdu::new(row.class, row.ins, p1, p2);
    Ok(match id.words() {
        Some(words) if words.secret => command.named(words.name).secret(),
        Some(words) => command.named(words.name),
        None => command,
    })
}
