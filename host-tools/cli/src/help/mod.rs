//! The help of `ssc`, in English as the `Args` structs say it, in Chinese as the rows of the commands do.

mod chinese;

use clap::{Command, CommandFactory};
use ssc_words::Lang;

use crate::args::Cli;
use crate::commands::row::{Example, Row};
use crate::commands::{FIRST_STEPS, ROWS};
use crate::exit;
use crate::text::pick;

/// Columns that help text takes at most.
const WIDEST: usize = 110;

/// The command line in one language.
pub fn command(lang: Lang) -> Command {
    // Not the name that whoever calls it gives it.
    let command = Cli::command().bin_name("ssc").max_term_width(WIDEST);
    let dressed = dress(command, FIRST_STEPS, lang)
        .after_help(format!(
            "{}\n\n{}",
            example_lines(FIRST_STEPS, lang),
            exit::table(lang)
        ))
        .subcommands(ROWS.iter().map(|row| of_row(row, lang)));
    match lang {
        Lang::En => dressed,
        Lang::Zh => chinese::translate(dressed, &Cli::CHINESE, ROWS),
    }
}

fn of_row(row: &Row, lang: Lang) -> Command {
    dress(row.clap(), row.examples, lang).mut_subcommands(|sub| {
        match row.below().iter().find(|row| row.name == sub.get_name()) {
            Some(row) => of_row(row, lang),
            None => sub,
        }
    })
}

/// Adds what the `Args` do not say.
fn dress(command: Command, examples: &[Example], lang: Lang) -> Command {
    // --help is our own, so that it can be translated like any other option.
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .after_help(example_lines(examples, lang))
}

fn example_lines(examples: &[Example], lang: Lang) -> String {
    let mut out = String::from(pick(lang, "Examples:", "示例："));
    for example in examples {
        let words = pick(lang, example.english, example.chinese);
        out.push_str(&format!("\n  # {words}\n  {}", example.line));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::row::{Arguments, Chinese, find_task};

    /// Calls `look` with every command of the tree and its words.
    fn walk(command: &Command, path: &mut Vec<String>, look: &mut dyn FnMut(&[String], &Command)) {
        look(path, command);
        for sub in command.get_subcommands() {
            path.push(sub.get_name().to_owned());
            walk(sub, path, look);
            path.pop();
        }
    }

    #[test]
    fn clap_finds_no_fault_in_either_tree() {
        command(Lang::En).debug_assert();
        command(Lang::Zh).debug_assert();
    }

    /// Calls `look` with every row and its path.
    fn every_row(rows: &[Row], path: &str, look: &mut dyn FnMut(&str, &Row)) {
        for row in rows {
            let path = format!("{path} {}", row.name);
            look(&path, row);
            every_row(row.below(), &path, look);
        }
    }

    #[test]
    fn every_command_has_an_example_of_its_own_and_each_parses() {
        let parses = |example: &Example| {
            // What a pipe or a variable in front of it is for is the shell's matter.
            let start = example.line.find("ssc ").unwrap();
            let words = words(&example.line[start..]);
            let matches = match command(Lang::En).try_get_matches_from(words) {
                Ok(matches) => matches,
                Err(error) => panic!("{}: {error}", example.line),
            };
            assert!(find_task(ROWS, &matches).is_ok(), "{}", example.line);
            assert!(!example.chinese.is_ascii(), "{}", example.line);
        };
        FIRST_STEPS.iter().for_each(parses);
        let mut rows = 0;
        every_row(ROWS, "ssc", &mut |path, row| {
            assert!(
                row.examples
                    .iter()
                    .any(|example| example.line.contains(path)),
                "no example of {path}"
            );
            row.examples.iter().for_each(parses);
            rows += 1;
        });
        assert!(rows > 30, "{rows}");
    }

    fn identifiers(arguments: &Arguments, into: &mut Vec<&'static str>) {
        for (id, words) in arguments.own {
            assert!(!words.is_ascii(), "{id}: {words}");
            into.push(id);
        }
        for flattened in arguments.flattened {
            identifiers(flattened, into);
        }
    }

    /// Both languages say the same: as many paragraphs, and each argument once.
    fn has_both_languages(path: &str, command: &Command, chinese: &Chinese) {
        assert!(!chinese.about.is_ascii(), "{path}");
        let long = command.get_long_about().map(ToString::to_string);
        let english = long.map_or(1, |text| text.split("\n\n").count());
        assert_eq!(english, 1 + chinese.more.len(), "{path}");
        assert!(chinese.more.iter().all(|text| !text.is_ascii()), "{path}");
        let mut told = Vec::new();
        identifiers(&chinese.arguments, &mut told);
        let mut english = Vec::new();
        for arg in command.get_arguments() {
            assert!(arg.get_help().is_some(), "{path} {}", arg.get_id());
            english.push(arg.get_id().as_str());
        }
        told.sort_unstable();
        english.sort_unstable();
        assert_eq!(told, english, "{path}: left Chinese, right English");
    }

    #[test]
    fn every_command_and_argument_has_both_languages() {
        has_both_languages("ssc", &Cli::command(), &Cli::CHINESE);
        every_row(ROWS, "ssc", &mut |path, row| {
            let command = row.clap();
            assert!(command.get_about().is_some(), "{path}");
            has_both_languages(path, &command, &row.chinese);
        });
    }

    /// A command line cut into words; double quotes hold one together.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quoted = false;
        for character in line.chars() {
            match character {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                other => words.last_mut().unwrap().push(other),
            }
        }
        words
    }

    #[test]
    fn the_chinese_help_has_no_english_sentence() {
        let mut chinese = command(Lang::Zh);
        chinese.build();
        walk(&chinese, &mut Vec::new(), &mut |path, command| {
            let help = command.clone().render_long_help().to_string();
            for english in [
                "Usage",
                "Options",
                "Commands",
                "OPTIONS",
                "COMMAND",
                "default:",
                "possible values",
                "Print",
                "Examples",
                "Exit",
            ] {
                assert!(!help.contains(english), "{path:?}: {english} in\n{help}");
            }
            assert!(help.contains("用法：ssc"), "{path:?}:\n{help}");
            assert!(help.contains("示例："), "{path:?}:\n{help}");
        });
    }
}
