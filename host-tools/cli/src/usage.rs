//! What is wrong with a command line, in both languages; help and version, which clap takes for errors too.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use ssc_words::{Bilingual, Lang};

use crate::advice::Advice;
use crate::audit::Audit;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::language;
use crate::text::{Text, text};
use crate::ui::Ui;

/// Prints help or version, or says what is wrong.
pub fn report(
    error: &Error,
    args: &[OsString],
    lang: Lang,
    help: fn(Lang) -> clap::Command,
) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Whoever closed stdout does not want it.
            let _ = error.print();
            Exit::Ok.into()
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Exit::Usage.into()
        }
        _ => {
            let ui = Ui {
                lang,
                json: language::wants_json(args),
                quiet: false,
                audit: Audit::default(),
                advice: Advice::default(),
                help,
            };
            ui.fail(Failure::new(Exit::Usage, words(error, &help(lang))))
        }
    }
}

/// What is wrong and where help is.
fn words(error: &Error, command: &clap::Command) -> Text {
    let of = |kind| context(error, kind);
    let arg = of(ContextKind::InvalidArg);
    let value = of(ContextKind::InvalidValue);
    let (english, chinese) = match error.kind() {
        ErrorKind::UnknownArgument => {
            let arg = covered(&arg);
            (
                format!("there is no argument '{arg}' here"),
                format!("此处没有参数“{arg}”"),
            )
        }
        ErrorKind::InvalidSubcommand => {
            let sub = of(ContextKind::InvalidSubcommand);
            (
                format!("there is no command '{sub}'"),
                format!("没有命令“{sub}”"),
            )
        }
        ErrorKind::MissingSubcommand => ("a command is missing".into(), "缺少命令".into()),
        ErrorKind::MissingRequiredArgument => (format!("missing: {arg}"), format!("缺少：{arg}")),
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                (format!("{arg} is given twice"), format!("{arg} 重复"))
            } else {
                (
                    format!("{arg} cannot be used with {other}"),
                    format!("{arg} 不能与 {other} 同用"),
                )
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            (format!("{arg} needs a value"), format!("{arg} 需要一个值"))
        }
        ErrorKind::InvalidValue => (
            format!("'{value}' is no value for {arg}"),
            format!("“{value}”不是 {arg} 的有效值"),
        ),
        ErrorKind::ValueValidation => {
            // Our own value parsers say it in both languages.
            let source = std::error::Error::source(error);
            let why = source.and_then(|source| source.downcast_ref::<BadValue>());
            match (why, source) {
                (Some(why), _) => (
                    format!("{arg}: {}", why.0.say(Lang::En)),
                    format!("{arg}：{}", why.0.say(Lang::Zh)),
                ),
                (None, why) => {
                    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
                    (
                        format!("'{value}' is no value for {arg}{why}"),
                        format!("“{value}”不是 {arg} 的有效值{why}"),
                    )
                }
            }
        }
        ErrorKind::TooManyValues => {
            let value = covered(&value);
            (
                format!("{arg} takes no value '{value}'"),
                format!("{arg} 不接受值“{value}”"),
            )
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => (
            format!("{arg} has the wrong number of values"),
            format!("{arg} 的值的个数不对"),
        ),
        ErrorKind::InvalidUtf8 => (
            "the command line is not in UTF-8".into(),
            "命令行不是 UTF-8 编码".into(),
        ),
        _ => (error.to_string(), error.to_string()),
    };
    let mut english = english;
    let mut chinese = chinese;
    let valid = [ContextKind::ValidValue, ContextKind::ValidSubcommand]
        .map(of)
        .concat();
    if !valid.is_empty() {
        english.push_str(&format!("; there are: {valid}"));
        chinese.push_str(&format!("；可选：{valid}"));
    }
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedValue].map(of);
    let near = [near.concat(), commands_near(error, command)].concat();
    let (mut see, mut chinese_see) = ("; see", "；见");
    if !near.is_empty() {
        english.push_str(&format!("; did you mean {near}?"));
        chinese.push_str(&format!("；是否指 {near}？"));
        (see, chinese_see) = (" See", "请见");
    }
    english.push_str(&format!("{see} `ssc --help`, or --help behind the command"));
    chinese.push_str(&format!("{chinese_see} `ssc --help`，或在命令后加 --help"));
    text(english, chinese)
}

/// The commands that may be meant, by the names that the help has: an old name (an alias) may be the nearest.
fn commands_near(error: &Error, command: &clap::Command) -> String {
    let mut names: Vec<&str> = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
        Some(ContextValue::String(text)) => vec![text],
        _ => Vec::new(),
    };
    for name in &mut names {
        *name = command
            .find_subcommand(*name)
            .map_or(name, |found| found.get_name());
    }
    names.dedup();
    names.join(", ")
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Something that stands where nothing belongs may be a PIN or a passphrase, and stderr may be a log.
fn covered(value: &str) -> &str {
    if value.starts_with('-') { value } else { "***" }
}

/// What one of our own value parsers refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue(pub Text);

impl std::fmt::Display for BadValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.say(Lang::En))
    }
}

impl std::error::Error for BadValue {}
