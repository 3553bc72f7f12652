//! What `scripts/firmware` does with the firmware once it is built. `SSC_FIRMWARE` names the image.

mod constant_time;
mod instructions;
mod residue;
mod rig;
mod serve;
mod stack;
mod tear;

use std::process::ExitCode;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let done = match command {
        "serve" => serve::run(rest),
        "stack" => stack::run(rest),
        "instructions" => instructions::run(),
        "constant-time" => constant_time::run(rest),
        "residue" => residue::run(),
        "tear" => tear::run(rest),
        other => Err(format!("unknown command {other:?}; see scripts/firmware --help").into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("firmware: {error}");
            ExitCode::FAILURE
        }
    }
}
