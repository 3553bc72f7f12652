//! `ssc version`

use serde_json::json;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

pub const EXAMPLES: &[Example] = &[example(
    "ssc version --json",
    "for a program that asks",
    "供程序查询",
)];

/// Print the version
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints it.
///
/// # Errors
/// stdout cannot be written.
pub fn run(_: &Args, ui: &Ui) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    if ui.json {
        return ui.document(&json!({ "name": "ssc", "version": version }));
    }
    ui.line(format!("ssc {version}"))
}
