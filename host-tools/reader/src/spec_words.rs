//! The specification tables' words for commands and status words, in English and in Chinese.

use apdu_specs::applications::{self, commands};
use apdu_specs::commands::{Command, CommandWords};
use apdu_specs::{Application, Status};
use ssc_words::Lang;

/// The name of a command, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The standard's name.
    pub english: &'static str,
    /// 中文名
    pub chinese: &'static str,
}

impl Name {
    pub(crate) const fn of(words: &CommandWords) -> Self {
        Self {
            english: words.name,
            chinese: words.chinese,
        }
    }

    /// The name in `lang`.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.english,
            Lang::Zh => self.chinese,
        }
    }
}

/// What a status word means, with the number that its low byte or digit carries.
#[must_use]
pub fn status(sw: Status, lang: Lang) -> String {
    let Some(words) = sw.words() else {
        return match lang {
            Lang::En => "a status word that is not in the tables".into(),
            Lang::Zh => "表中没有的状态字".into(),
        };
    };
    let meaning = match lang {
        Lang::En => words.english,
        Lang::Zh => words.chinese,
    };
    match (sw.0 & !words.mask, lang) {
        (_, _) if words.mask == 0xFFFF => meaning.to_string(),
        (number, Lang::En) => format!("{meaning}: {number}"),
        (number, Lang::Zh) => format!("{meaning}：{number}"),
    }
}

/// The row of the specification table that fits CLA INS P1 P2 best when the command goes to `application`: one that
/// allows P1 and P2 before one that does not. `None` for a command that no table knows.
#[must_use]
pub fn row_in(application: Application, header: [u8; 4]) -> Option<&'static Command> {
    let [cla, ins, p1, p2] = header;
    if let Ok(row) = applications::find(application, cla, ins, p1, p2) {
        return Some(row);
    }
    let other =
        |row: &&Command| row.matches(cla, ins) && application.asked().contains(&row.application);
    commands().find(other)
}

/// [`row_in`] what is selected; where that is not known, or has no such row, [`row_anywhere`].
#[must_use]
pub fn row(selected: Option<Application>, header: [u8; 4]) -> Option<&'static Command> {
    selected
        .and_then(|selected| row_in(selected, header))
        .or_else(|| row_anywhere(header))
}

/// The row for a command when the application is not known: the social security application's before the others'.
#[must_use]
pub fn row_anywhere(header: [u8; 4]) -> Option<&'static Command> {
    let [cla, ins, p1, p2] = header;
    let fits = || commands().filter(|row| row.matches(cla, ins));
    let exact = fits().find(|row| row.p1.allows(p1) && row.p2.allows(p2));
    exact.or_else(|| fits().next())
}

/// The words of [`row_anywhere`].
#[must_use]
pub fn command_words(header: [u8; 4]) -> Option<&'static CommandWords> {
    applications::words(row_anywhere(header)?)
}

/// The command's name, else "unknown command": errors and traces show its header beside it.
#[must_use]
pub fn command_name(header: [u8; 4], lang: Lang) -> &'static str {
    match (command_words(header), lang) {
        (Some(words), Lang::En) => words.name,
        (Some(words), Lang::Zh) => words.chinese,
        (None, Lang::En) => "an unknown command",
        (None, Lang::Zh) => "未知命令",
    }
}

/// Whether any row that fits this header says that its data is nobody's to see. Where the application is not known,
/// one such row is enough.
#[must_use]
pub fn is_secret(header: [u8; 4]) -> bool {
    let [cla, ins, ..] = header;
    commands()
        .filter(|row| row.matches(cla, ins))
        .filter_map(applications::words)
        .any(|words| words.secret)
}
