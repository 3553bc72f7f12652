//! The subcommands, one file each, a folder for each group.

mod batch;
mod card;
mod cert;
mod chip;
mod help;
mod hsm;
mod keys;
mod psam;
mod terminal;
mod version;

use clap::Subcommand;

use card::{apdu, issue, read, readers, sim, verify};

use crate::failure::Failure;
use crate::ui::Ui;

/// What `ssc` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a batch file of cardholders, list the columns it may have, make one of synthetic persons
    #[command(subcommand)]
    Batch(batch::Batch),
    /// Give blank chips keys of their own before they are issued
    #[command(subcommand)]
    Chip(chip::Chip),
    Issue(issue::Args),
    Read(read::Args),
    /// Do what a terminal does (LD/T 33): read and write items, check, change, reload and unblock the PIN
    #[command(subcommand)]
    Terminal(terminal::Terminal),
    Verify(verify::Args),
    /// Make a terminal's PSAM, show what one tells of itself
    #[command(subcommand)]
    Psam(psam::Psam),
    Sim(sim::Args),
    Readers(readers::Args),
    Apdu(apdu::Args),
    /// Make a vault of master keys, complete an older one, show what one holds, open a sealed file of PINs
    #[command(subcommand)]
    Vault(keys::Vault),
    /// Hold a key ceremony, export and import root keys, check the audit log
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Put root keys into a host security module (PKCS#11), show what it holds
    #[command(subcommand)]
    Hsm(hsm::Hsm),
    /// Ask for the certificates of a third-generation card, write them to it, show them
    #[command(subcommand)]
    Cert(cert::Cert),
    Help(help::Args),
    Version(version::Args),
}

/// Does what the command line says.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Command, ui: &Ui) -> Result<(), Failure> {
    match command {
        Command::Batch(command) => batch::run(command, ui),
        Command::Chip(command) => chip::run(command, ui),
        Command::Help(args) => help::run(args, ui),
        Command::Version(args) => version::run(args, ui),
        Command::Issue(args) => issue::run(args, ui),
        Command::Read(args) => read::run(args, ui),
        Command::Terminal(command) => terminal::run(command, ui),
        Command::Verify(args) => verify::run(args, ui),
        Command::Psam(command) => psam::run(command, ui),
        Command::Sim(args) => sim::run(args, ui),
        Command::Readers(args) => readers::run(args, ui),
        Command::Apdu(args) => apdu::run(args, ui),
        Command::Vault(command) => keys::run_vault(command, ui),
        Command::Cert(command) => cert::run(command, ui),
        Command::Keys(command) => keys::run(command, ui),
        Command::Hsm(command) => hsm::run(command, ui),
    }
}

/// A command line that works, and what it does: shown by `--help`, and parsed by a test.
pub struct Example {
    /// The command line.
    pub line: &'static str,
    /// What it does.
    pub english: &'static str,
    /// 它做什么
    pub chinese: &'static str,
}

const fn example(line: &'static str, english: &'static str, chinese: &'static str) -> Example {
    Example {
        line,
        english,
        chinese,
    }
}

/// The examples of a subcommand, by its words: `&["batch", "check"]`; those of `ssc` itself are the first steps.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => FIRST_STEPS,
        ["batch", path @ ..] => batch::examples(path),
        ["chip", path @ ..] => chip::examples(path),
        ["issue"] => issue::EXAMPLES,
        ["read"] => read::EXAMPLES,
        ["sim"] => sim::EXAMPLES,
        ["terminal", path @ ..] => terminal::examples(path),
        ["verify"] => verify::EXAMPLES,
        ["psam", path @ ..] => psam::examples(path),
        ["readers"] => readers::EXAMPLES,
        ["apdu"] => apdu::EXAMPLES,
        ["vault", path @ ..] => keys::vault_examples(path),
        ["cert", path @ ..] => cert::examples(path),
        ["keys", path @ ..] => keys::examples(path),
        ["help"] => help::EXAMPLES,
        ["version"] => version::EXAMPLES,
        ["hsm", path @ ..] => hsm::examples(path),
        _ => &[],
    }
}

const FIRST_STEPS: &[Example] = &[
    example(
        "ssc batch sample --count 20 --seed 1 -o batch.csv",
        "make 20 synthetic persons",
        "生成 20 名虚构人员",
    ),
    example(
        "ssc issue batch.csv --generation 3.00 --images cards",
        "issue their cards in this process, kept as images",
        "在本进程内为其发卡，并保存为映像",
    ),
    example(
        "ssc issue batch.csv --generation 3.00 --reader \"ACS ACR39U\"",
        "the same on cards in a PC/SC reader",
        "在 PC/SC 读卡器上发卡",
    ),
    example(
        "ssc read --image cards/0123456789AB.ssccard --all",
        "read one of them as a terminal does",
        "像终端一样读其中一张",
    ),
];
