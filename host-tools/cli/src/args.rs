//! The command line: what is common to all subcommands.

use clap::{ArgAction, Args, Parser, ValueEnum};

use crate::commands::Command;

/// Issue social security cards, read them and simulate them
#[derive(Debug, Parser)]
#[command(
    name = "ssc",
    version,
    disable_version_flag = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Options of every subcommand.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
pub struct Global {
    /// Language of messages; otherwise LC_ALL, LC_MESSAGES or LANG decides
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LANG",
        display_order = 900
    )]
    pub lang: Option<LangArg>,
    /// Print one JSON document on stdout, for errors too
    #[arg(long, global = true, display_order = 901)]
    pub json: bool,
    /// Leave out notes and progress
    #[arg(short, long, global = true, display_order = 902)]
    pub quiet: bool,
    /// Print this help
    #[arg(short = 'h', long, global = true, action = ArgAction::Help, display_order = 903)]
    help: Option<bool>,
}

/// A language by its code.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    /// English
    En,
    /// Chinese
    Zh,
}
