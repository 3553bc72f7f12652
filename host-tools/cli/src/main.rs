//! The `ssc` command: issue social security cards, read them, simulate them.
//!
//! One file for each subcommand in [`commands`], in the folder of its group; what they share: [`exit`] (the table of exit codes), [`failure`] (an error
//! with its exit code and both languages), [`ui`] (what goes to stdout and stderr), [`source`] (which card),
//! [`blank`] (new ones), [`secret`] (passphrase and PIN), [`prompt`] (questions without
//! echo), [`no_dump`] (no keys in core dumps), [`file_size`] (limits in words), [`audit`] (the log of each use of keys), [`help`]
//! (the help in both languages, from the rows of the commands).
#![forbid(unsafe_code)]

mod advice;
mod args;
mod audit;
mod blank;
mod commands;
mod exit;
mod failure;
mod file_size;
mod findings;
mod heads;
mod help;
mod hook_args;
mod hsm_args;
mod keys;
mod language;
mod line;
mod metrics;
mod no_dump;
mod order_args;
mod pin_command;
mod pin_source;
mod profile_file;
mod progress;
mod prompt;
mod run_name;
mod runner;
#[cfg(test)]
mod schemas;
mod screen;
mod secret;
mod seen;
mod source;
mod store;
mod table;
mod terminal_args;
mod text;
mod ui;
mod usage;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

fn main() -> ExitCode {
    // Before anything secret is read.
    no_dump::forbid();
    file_size::is_an_error();
    let args: Vec<OsString> = std::env::args_os().collect();
    // Help and usage errors need the language before clap has read the command line.
    let lang = language::choose(&args, |name| std::env::var_os(name));
    let parsed = help::command(lang)
        .try_get_matches_from(&args)
        .and_then(|matches| {
            Ok((
                args::Cli::from_arg_matches(&matches)?,
                commands::row::find_task(commands::ROWS, &matches)?,
                audit::Audit::new(&matches),
            ))
        });
    let (cli, task, audit) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage::report(&error, &args, lang, help::command),
    };
    let ui = ui::Ui {
        lang,
        json: cli.global.json,
        quiet: cli.global.quiet,
        audit,
        advice: advice::Advice::default(),
        help: help::command,
    };
    let done = task(&ui);
    let closed = ui.audit.close(done.is_ok());
    match done.and(closed) {
        Ok(()) => exit::Exit::Ok.into(),
        Err(failure) => ui.fail(failure),
    }
}
