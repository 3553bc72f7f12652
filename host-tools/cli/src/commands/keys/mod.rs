//! `ssc keys …` and `ssc vault …`

mod audit;
mod ceremony;
mod check_values;
mod complete;
mod component;
mod components;
mod export;
mod import;
mod new;
mod pins;
mod show;
mod vault_show;

use clap::Subcommand;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

/// `ssc vault …`
#[derive(Debug, Subcommand)]
pub enum Vault {
    New(new::Args),
    Complete(complete::Args),
    Pins(pins::Args),
    Show(vault_show::Args),
}

/// `ssc keys …`
#[derive(Debug, Subcommand)]
pub enum Keys {
    Component(component::Args),
    Ceremony(ceremony::Args),
    Show(show::Args),
    Export(export::Args),
    Import(import::Args),
    Audit(audit::Args),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run_vault(command: &Vault, ui: &Ui) -> Result<(), Failure> {
    match command {
        Vault::New(args) => new::run(args, ui),
        Vault::Complete(args) => complete::run(args, ui),
        Vault::Pins(args) => pins::run(args, ui),
        Vault::Show(args) => vault_show::run(args, ui),
    }
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Keys, ui: &Ui) -> Result<(), Failure> {
    match command {
        Keys::Component(args) => component::run(args, ui),
        Keys::Ceremony(args) => ceremony::run(args, ui),
        Keys::Show(args) => show::run(args, ui),
        Keys::Export(args) => export::run(args, ui),
        Keys::Import(args) => import::run(args, ui),
        Keys::Audit(args) => audit::run(args, ui),
    }
}

/// The examples of a subcommand, by its words after `vault`.
pub fn vault_examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => VAULT,
        ["new"] => new::EXAMPLES,
        ["complete"] => complete::EXAMPLES,
        ["pins"] => pins::EXAMPLES,
        ["show"] => vault_show::EXAMPLES,
        _ => &[],
    }
}

/// The examples of a subcommand, by its words after `keys`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => KEYS,
        ["component"] => component::EXAMPLES,
        ["ceremony"] => ceremony::EXAMPLES,
        ["show"] => show::EXAMPLES,
        ["export"] => export::EXAMPLES,
        ["import"] => import::EXAMPLES,
        ["audit"] => audit::EXAMPLES,
        _ => &[],
    }
}

const VAULT: &[Example] = &[example(
    "ssc vault new keys.vault",
    "make a vault of random master keys",
    "新建随机主密钥的密钥库",
)];

const KEYS: &[Example] = &[
    example(
        "ssc keys component --need 2 anna.component bo.component chen.component",
        "first a master key in components",
        "先制作主密钥的分量",
    ),
    example(
        "ssc keys ceremony keys.vault --component anna.component --component chen.component",
        "then the ceremony: a vault of all root keys",
        "然后举行密钥仪式：生成全部根密钥的密钥库",
    ),
];
