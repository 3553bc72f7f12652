//! `ssc psam …`

mod issue;
mod show;

use clap::Subcommand;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

/// `ssc psam …`
#[derive(Debug, Subcommand)]
pub enum Psam {
    Issue(issue::Args),
    Show(show::Args),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Psam, ui: &Ui) -> Result<(), Failure> {
    match command {
        Psam::Issue(args) => issue::run(args, ui),
        Psam::Show(args) => show::run(args, ui),
    }
}

/// The examples of a subcommand, by its words after `psam`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => PSAM,
        ["issue"] => issue::EXAMPLES,
        ["show"] => show::EXAMPLES,
        _ => &[],
    }
}

const PSAM: &[Example] = &[example(
    "ssc psam issue --region 440300 --terminal-id 440300000001 --image psam.ssccard",
    "a simulated PSAM with the published demo keys",
    "用公开的演示密钥制作模拟 PSAM",
)];
