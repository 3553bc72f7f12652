//! The `ssc` command: issue social security cards, read them, simulate them.
//!
//! One file for each subcommand in [`commands`]; what they share: [`exit`] (the table of exit codes), [`failure`] (an error
//! with its exit code and both languages), [`ui`] (what goes to stdout and stderr), [`source`] (which card), [`secret`]
//! (passphrase and PIN), [`help`] (the help text in Chinese).
#![forbid(unsafe_code)]

mod args;
mod commands;
mod dump;
mod exit;
mod failure;
mod help;
mod keys;
mod language;
mod pin_file;
mod progress;
mod sample_card;
mod secret;
mod source;
mod table;
mod text;
mod ui;
mod usage;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    // Help and usage errors need the language before clap has read the command line.
    let lang = language::choose(&args, |name| std::env::var_os(name));
    let parsed = help::command(lang)
        .try_get_matches_from(&args)
        .and_then(|matches| args::Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, &args, lang),
    };
    let ui = ui::Ui {
        lang,
        json: cli.global.json,
        quiet: cli.global.quiet,
    };
    match commands::run(&cli.command, &ui) {
        Ok(()) => exit::Exit::Ok.into(),
        Err(failure) => ui.fail(failure),
    }
}
