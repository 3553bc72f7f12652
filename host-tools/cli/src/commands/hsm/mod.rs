//! `ssc hsm …`

mod load;
mod show;

use clap::Subcommand;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

/// `ssc hsm …`
#[derive(Debug, Subcommand)]
pub enum Hsm {
    Load(load::Args),
    Show(show::Args),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Hsm, ui: &Ui) -> Result<(), Failure> {
    match command {
        Hsm::Load(args) => load::run(args, ui),
        Hsm::Show(args) => show::run(args, ui),
    }
}

/// The examples of a subcommand, by its words after `hsm`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => HSM,
        ["load"] => load::EXAMPLES,
        ["show"] => show::EXAMPLES,
        _ => &[],
    }
}

const HSM: &[Example] = &[
    example(
        "ssc hsm load --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
        "the published demo keys into a token, for trying an HSM out",
        "将公开的演示密钥装入令牌，供试用加密机",
    ),
    example(
        "ssc hsm show --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
        "which root keys the token holds",
        "令牌中有哪些根密钥",
    ),
];
