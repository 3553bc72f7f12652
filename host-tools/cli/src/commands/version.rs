//! `ssc version`

use serde_json::json;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::ui::Ui;

/// Print the version
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Verb for Args {
    const NAME: &'static str = "version";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc version --json",
        "for a program that asks",
        "供程序查询",
    )];
    const CHINESE: Chinese = Chinese {
        about: "显示版本",
        more: &[],
        arguments: Arguments::NONE,
    };
}

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
