//! `ssc chip …`

mod prepare;

use clap::Subcommand;

use crate::commands::Example;
use crate::failure::Failure;
use crate::ui::Ui;

/// `ssc chip …`
#[derive(Debug, Subcommand)]
pub enum Chip {
    Prepare(prepare::Args),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Chip, ui: &Ui) -> Result<(), Failure> {
    match command {
        Chip::Prepare(args) => prepare::run(args, ui),
    }
}

/// The examples of a subcommand, by its words after `chip`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] | ["prepare"] => prepare::EXAMPLES,
        _ => &[],
    }
}
