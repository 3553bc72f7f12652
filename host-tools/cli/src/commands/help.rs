//! `ssc help`

use clap::Command;
use ssc_words::Lang;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;

/// Show the help of ssc, or of a command
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command, such as batch check
    #[arg(value_name = "NAME")]
    command: Vec<String>,
}

impl Verb for Args {
    const NAME: &'static str = "help";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example("ssc help", "the commands", "全部命令"),
        example("ssc help batch check", "one of them", "其中之一"),
    ];
    const CHINESE: Chinese = Chinese {
        about: "显示 ssc 或某个命令的帮助",
        more: &[],
        arguments: Arguments {
            own: &[("command", "命令，例如 batch check")],
            flattened: &[],
        },
    };
}

/// Shows it.
///
/// # Errors
/// There is no such command.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let whole = (ui.help)(ui.lang);
    let mut command = &whole;
    for word in &args.command {
        command = match command.find_subcommand(word) {
            Some(sub) => sub,
            None => return Err(no_such_command(word, command)),
        };
    }
    // What --help behind it prints.
    let words = args.command.iter().map(String::as_str);
    let words = ["ssc"].into_iter().chain(words).chain(["--help"]);
    let shown = match whole.clone().try_get_matches_from(words) {
        Err(help) => help.render().to_string(),
        Ok(_) => String::new(),
    };
    if ui.json {
        return ui.document(&serde_json::json!({ "help": shown }));
    }
    ui.lines(shown.lines())
}

fn no_such_command(word: &str, above: &Command) -> Failure {
    let names: Vec<&str> = above.get_subcommands().map(Command::get_name).collect();
    let mut message = (
        format!("there is no command '{word}'"),
        format!("没有命令“{word}”"),
    );
    if !names.is_empty() {
        message
            .0
            .push_str(&format!("; there are: {}", names.join(", ")));
        message.1.push_str(&format!("；可选：{}", names.join("、")));
    }
    let lang = |lang| match lang {
        Lang::En => format!("{}; see `ssc help`", message.0),
        Lang::Zh => format!("{}；见 `ssc help`", message.1),
    };
    Failure::new(Exit::Usage, text(lang(Lang::En), lang(Lang::Zh)))
}
