//! `ssc profile check`

use std::path::PathBuf;

use serde_json::{Value, json};
use ssc_bureau::profile::{NumberRange, Profile, ProfileError};
use ssc_words::Bilingual;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::{Text, pick, text};
use crate::ui::Ui;

/// Check a profile and list every fault in one run
///
/// Keys, regions, institutions, card numbers and what the generation has room for. Nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Profile, TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Verb for Args {
    const NAME: &'static str = "check";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc profile check city.toml",
            "every fault with its line and column, marked in the text",
            "逐条列出错误的行和列，并在原文中标出",
        ),
        example(
            "ssc profile check city.toml --json",
            "the same for programs",
            "供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "检查配置，一次列出全部错误",
        more: &["检查各键、行政区划、机构、卡号以及卡的规范版本能否容纳。不写任何文件。"],
        arguments: Arguments {
            own: &[("file", "配置文件，TOML")],
            flattened: &[],
        },
    };
}

/// Reads the profile and says what it found.
///
/// # Errors
/// Faults are one, with exit code 3.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let profile = match Profile::open(&args.file) {
        Ok(profile) => profile,
        Err(error) => return Err(faulty(args, &error, ui)?),
    };
    if ui.json {
        return ui.document(&report(args, &profile));
    }
    let (name, model) = (&profile.name, profile.model.name);
    let numbers: u64 = profile
        .card_numbers
        .iter()
        .map(|range| u64::from(range.count()))
        .sum();
    ui.line(pick(
        ui.lang,
        &format!("{name}: cards of {model}; card numbers in its ranges: {numbers}"),
        &format!("{name}：{model} 版卡；号段内卡号：{numbers} 个"),
    ))
}

fn faulty(args: &Args, error: &ProfileError, ui: &Ui) -> Result<Failure, Failure> {
    let faults = error.faults();
    if faults.is_empty() {
        return Ok(Failure::of(error));
    }
    let file = args.file.display();
    if !ui.json {
        for fault in faults {
            let (line, column, what) = (fault.line, fault.column, fault.kind.say(ui.lang));
            ui.line(format!("{file}:{line}:{column}: {what}"))?;
            ui.lines(fault.shown())?;
        }
    }
    let count = faults.len();
    let message: Text = text(
        format!("{file} has {count} faults; correct them before a job is made with it"),
        format!("{file} 有 {count} 处错误；请先更正，再用于建立作业"),
    );
    let report = json!({ "file": file.to_string(), "faults": faults });
    Ok(Failure::new(Exit::Input, message).with_report(report))
}

fn report(args: &Args, profile: &Profile) -> Value {
    let end = |number: &Option<ssc_person::CardNumber>| number.map(|number| number.to_string());
    let range = |range: &NumberRange| {
        let [first, last] = range.ends();
        json!({ "first": end(&first), "last": end(&last), "numbers": range.count() })
    };
    json!({
        "file": args.file.display().to_string(),
        "faults": [],
        "name": profile.name,
        "card_model": profile.model.name,
        "card_numbers": profile.card_numbers.iter().map(range).collect::<Vec<_>>(),
        "profile": profile.to_toml(),
    })
}
