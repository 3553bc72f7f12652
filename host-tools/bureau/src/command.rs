//! Commands by their row of the table: CLA and INS stand nowhere else.

use apdu_specs::applications::{CommandId, words};
use ssc_reader::CommandApdu;

use crate::error::CardError;

/// The command `id` with its parameters.
///
/// # Errors
/// None in fact: a test of apdu-specs holds a row for every identifier.
pub fn make(id: impl Into<CommandId>, p1: u8, p2: u8) -> Result<CommandApdu, CardError> {
    let row = id.into().row();
    let command = CommandApdu::new(row.class, row.ins, p1, p2);
    Ok(match words(row) {
        Some(words) if words.secret => command.named(words.name).secret(),
        Some(words) => command.named(words.name),
        None => command,
    })
}
