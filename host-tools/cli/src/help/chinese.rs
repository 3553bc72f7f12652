//! Puts Chinese words into the command line.
//!
//! clap has English words of its own ("Usage", "[default: …]"): a template, headings and our own notes take their place.

use clap::{Arg, Command};

use crate::commands::row::{Arguments, Chinese, Row};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}\n";

/// What stands between two paragraphs of help.
const PARAGRAPH: &str = "\n\n";

/// The same command line in Chinese: what `chinese` says of the command itself, and `rows` of those below it.
pub fn translate(command: Command, chinese: &Chinese, rows: &[Row]) -> Command {
    let mut built = command.clone();
    built.build();
    whole(command, &built, chinese, rows)
}

/// `built` is the same command after clap has put it together: only that knows its usage line.
fn whole(mut command: Command, built: &Command, chinese: &Chinese, rows: &[Row]) -> Command {
    let usage = built.clone().render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", "[选项]")
        .replace("<COMMAND>", "<命令>")
        .replace("[COMMAND]", "[命令]");
    command = command
        .help_template(TEMPLATE)
        .override_usage(usage)
        .subcommand_help_heading("命令")
        .about(chinese.about);
    if !chinese.more.is_empty() {
        let paragraphs = [&[chinese.about], chinese.more].concat();
        command = command.long_about(paragraphs.join(PARAGRAPH));
    }
    command
        .mut_args(|arg| argument(arg, &chinese.arguments))
        .mut_subcommands(|sub| {
            let row = rows.iter().find(|row| row.name == sub.get_name());
            match (built.find_subcommand(sub.get_name()), row) {
                (Some(built), Some(row)) => whole(sub, built, &row.chinese, row.below()),
                _ => sub,
            }
        })
}

fn argument(arg: Arg, chinese: &Arguments) -> Arg {
    let heading = if arg.is_positional() {
        "参数"
    } else {
        "选项"
    };
    let mut notes = String::new();
    // An on/off option has values too, which nobody types.
    if arg.get_action().takes_values() {
        let values: Vec<String> = arg
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        if !values.is_empty() {
            notes.push_str(&format!(" [可选：{}]", values.join("、")));
        }
        let defaults: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        if !defaults.is_empty() {
            notes.push_str(&format!(" [默认：{}]", defaults.join("、")));
        }
    }
    let words = chinese.find(arg.get_id().as_str());
    let mut arg = arg.help_heading(heading);
    if arg.get_action().takes_values() {
        arg = arg.hide_possible_values(true).hide_default_value(true);
    }
    // The tests see to it that none is missing; English is better than nothing.
    match words {
        Some(words) => arg.help(format!("{words}{notes}")),
        None => arg,
    }
}
