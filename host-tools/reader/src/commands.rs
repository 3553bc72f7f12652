//! Commands, made from the rows of the specification: one file an application, one function a command.
//!
//! Class and INS come from the row, P1 and P2 too where it leaves no choice; where it does, the value has its name in
//! [`apdu_specs::parameters`] or in its room. So no other host code holds a CLA or an INS. `tests/commands/main.rs` holds every function here to its
//! row: parameters, length, Le.

pub mod any;
pub mod certificates;
pub mod domain;
pub mod psam;
pub mod ssc;

use apdu_specs::applications::{self, CommandId};
use apdu_specs::commands::{Command, Parameter};

use crate::CommandApdu;

/// A command whose row leaves no choice of P1 and P2.
fn command(id: impl Into<CommandId>) -> CommandApdu {
    let row = id.into().row();
    made(row, only(row.p1), only(row.p2))
}

/// A command with a choice of P1 alone.
fn with_p1(id: impl Into<CommandId>, p1: u8) -> CommandApdu {
    let row = id.into().row();
    made(row, p1, only(row.p2))
}

/// A command with a choice of P2 alone.
fn with_p2(id: impl Into<CommandId>, p2: u8) -> CommandApdu {
    let row = id.into().row();
    made(row, only(row.p1), p2)
}

/// A command with a choice of both.
fn with(id: impl Into<CommandId>, [p1, p2]: [u8; 2]) -> CommandApdu {
    made(id.into().row(), p1, p2)
}

fn made(row: &Command, p1: u8, p2: u8) -> CommandApdu {
    let command = CommandApdu::new(row.class, row.ins, p1, p2);
    match applications::words(row) {
        Some(words) if words.secret => command.described_by(words).secret(),
        Some(words) => command.described_by(words),
        None => command,
    }
}

/// The value of a rule that has one; 00 of others, where it stands for the first or for nothing.
fn only(rule: Parameter) -> u8 {
    match rule {
        Parameter::Is(value) => value,
        Parameter::Any | Parameter::OneOf(_) | Parameter::Masked(..) | Parameter::LowBits(_) => 0,
    }
}
