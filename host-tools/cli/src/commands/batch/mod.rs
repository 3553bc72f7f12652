//! `ssc batch …`

mod check;
mod columns;
mod sample;

use clap::Subcommand;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

/// `ssc batch …`
#[derive(Debug, Subcommand)]
pub enum Batch {
    Check(check::Args),
    Columns(columns::Args),
    Sample(sample::Args),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Batch, ui: &Ui) -> Result<(), Failure> {
    match command {
        Batch::Check(args) => check::run(args, ui),
        Batch::Columns(args) => columns::run(args, ui),
        Batch::Sample(args) => sample::run(args, ui),
    }
}

/// The examples of a subcommand, by its words after `batch`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => BATCH,
        ["check"] => check::EXAMPLES,
        ["columns"] => columns::EXAMPLES,
        ["sample"] => sample::EXAMPLES,
        _ => &[],
    }
}

const BATCH: &[Example] = &[
    example(
        "ssc batch columns",
        "what a batch may hold",
        "批次文件可有哪些列",
    ),
    example(
        "ssc batch check batch.csv",
        "list every fault of a batch",
        "列出批次的全部错误",
    ),
];
