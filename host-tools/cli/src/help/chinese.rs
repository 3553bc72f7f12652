//! Puts Chinese words into the command line.
//!
//! clap has English words of its own ("Usage", "[default: …]"): a template, headings and our own notes take their place.

use clap::builder::StyledStr;
use clap::{Arg, Command};

use super::table;

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}\n";

/// What stands between two paragraphs of help.
const PARAGRAPH: &str = "\n\n";

/// The same command line, in Chinese.
pub fn translate(command: Command) -> Command {
    let mut built = command.clone();
    built.build();
    whole(command, &built)
}

/// `built` is the same command after clap has put it together: only that knows its usage line.
fn whole(mut command: Command, built: &Command) -> Command {
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
        .subcommand_help_heading("命令");
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(say(&about));
    }
    if let Some(about) = command.get_long_about().map(ToString::to_string) {
        command = command.long_about(say(&about));
    }
    command
        .mut_args(argument)
        .mut_subcommands(|sub| match built.find_subcommand(sub.get_name()) {
            Some(built) => whole(sub, built),
            None => sub,
        })
}

fn argument(arg: Arg) -> Arg {
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
    let long = arg.get_long_help().map(ToString::to_string);
    let short = arg.get_help().map(ToString::to_string);
    let mut arg = arg.help_heading(heading);
    if arg.get_action().takes_values() {
        arg = arg.hide_possible_values(true).hide_default_value(true);
    }
    if let Some(help) = short {
        arg = arg.help(format!("{}{notes}", say(&help)));
    }
    if let Some(help) = long {
        arg = arg.long_help(format!("{}{notes}", say(&help)));
    }
    arg
}

/// The text, paragraph by paragraph. One that nobody has translated stays as it is: better than none. The tests see to it
/// that there is none.
fn say(english: &str) -> StyledStr {
    let paragraphs: Vec<&str> = english
        .split(PARAGRAPH)
        .map(|paragraph| table::find(paragraph).unwrap_or(paragraph))
        .collect();
    StyledStr::from(paragraphs.join(PARAGRAPH))
}

/// Every paragraph of one command's help (not of its subcommands') that needs a translation.
#[cfg(test)]
pub fn texts(command: &Command) -> Vec<String> {
    let own = [command.get_about(), command.get_long_about()];
    let of_args = command
        .get_arguments()
        .flat_map(|arg| [arg.get_help(), arg.get_long_help()]);
    own.into_iter()
        .chain(of_args)
        .flatten()
        .flat_map(|text| {
            let text = text.to_string();
            text.split(PARAGRAPH).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}
