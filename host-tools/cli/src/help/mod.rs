//! The help of `ssc`, in English as the `Args` structs say it, and in Chinese from a table.

mod cert;
mod chinese;
mod chip;
mod hsm;
mod keys;
mod psam;
mod table;

use clap::{Command, CommandFactory};
use ssc_words::Lang;

use crate::args::Cli;
use crate::commands::examples;
use crate::exit;
use crate::text::pick;

/// Columns that help text takes at most.
const WIDEST: usize = 110;

/// The command line in one language.
pub fn command(lang: Lang) -> Command {
    // Not the name that whoever calls it gives it.
    let dressed = dress(
        Cli::command().bin_name("ssc").max_term_width(WIDEST),
        &mut Vec::new(),
        lang,
    );
    match lang {
        Lang::En => dressed,
        Lang::Zh => chinese::translate(dressed),
    }
}

/// Adds to every subcommand what its `Args` do not say: examples, and to `ssc` itself the exit codes.
fn dress(command: Command, path: &mut Vec<String>, lang: Lang) -> Command {
    let mut after = example_lines(path, lang);
    if path.is_empty() {
        after.push_str("\n\n");
        after.push_str(&exit::table(lang));
    }
    // --help is our own, so that it can be translated like any other option.
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .after_help(after)
        .mut_subcommands(|sub| {
            path.push(sub.get_name().to_owned());
            let dressed = dress(sub, path, lang);
            path.pop();
            dressed
        })
}

fn example_lines(path: &[String], lang: Lang) -> String {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let mut out = String::from(pick(lang, "Examples:", "示例："));
    for example in examples(&path) {
        let words = pick(lang, example.english, example.chinese);
        out.push_str(&format!("\n  # {words}\n  {}", example.line));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn every_command_has_examples_and_each_of_them_parses() {
        walk(&command(Lang::En), &mut Vec::new(), &mut |path, _| {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let examples = examples(&path);
            assert!(!examples.is_empty(), "no example for {path:?}");
            for example in examples {
                // What a pipe or a variable in front of it is for is the shell's matter.
                let start = example.line.find("ssc ").unwrap();
                let words = words(&example.line[start..]);
                if let Err(error) = command(Lang::En).try_get_matches_from(words) {
                    panic!("{}: {error}", example.line);
                }
            }
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
    fn every_text_of_the_english_help_has_a_translation_and_no_translation_is_left_over() {
        let mut texts = Vec::new();
        walk(&command(Lang::En), &mut Vec::new(), &mut |_, command| {
            texts.extend(chinese::texts(command));
        });
        for text in &texts {
            assert!(table::find(text).is_some(), "not translated: {text:?}");
        }
        for (english, chinese) in table::all() {
            assert!(
                texts.iter().any(|text| text == english),
                "unused: {english:?}"
            );
            assert!(!chinese.is_ascii(), "{chinese:?}");
        }
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
