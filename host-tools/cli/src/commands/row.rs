//! One row a command: its name, its words in both languages, its examples and what it does.
//!
//! A command is a file with its arguments and an `impl Verb` beside them. English stands in the documentation comments of the
//! arguments, where clap reads it; Chinese stands under the same identifiers. A group lists the rows of its commands.

use clap::{ArgMatches, Command, Error};

use crate::failure::Failure;
use crate::ui::Ui;

/// What a command does with its arguments.
pub type Run<A> = fn(&A, &Ui) -> Result<(), Failure>;

/// The command of a command line, ready to be done.
pub type Task = Box<dyn FnOnce(&Ui) -> Result<(), Failure>>;

/// The arguments of a command, with all that the command line says of it.
pub trait Verb: clap::Args + 'static {
    /// The word that is typed.
    const NAME: &'static str;
    /// What it does.
    const RUN: Run<Self>;
    /// At least one.
    const EXAMPLES: &'static [Example];
    /// What the documentation comments say, in Chinese.
    const CHINESE: Chinese;
}

/// The help of a command in Chinese.
pub struct Chinese {
    /// The first line.
    pub about: &'static str,
    /// The paragraphs below it, which `-h` leaves out.
    pub more: &'static [&'static str],
    /// Its arguments.
    pub arguments: Arguments,
}

/// Arguments in Chinese, by the names of their fields.
pub struct Arguments {
    /// Field, Chinese.
    pub own: &'static [(&'static str, &'static str)],
    /// Those of the structs that are flattened into this one.
    pub flattened: &'static [&'static Arguments],
}

impl Arguments {
    /// No argument.
    pub const NONE: Self = Self {
        own: &[],
        flattened: &[],
    };

    /// The Chinese of the argument `id`.
    pub fn find(&self, id: &str) -> Option<&'static str> {
        let own = self.own.iter().find(|(name, _)| *name == id);
        own.map(|(_, words)| *words).or_else(|| {
            self.flattened
                .iter()
                .find_map(|arguments| arguments.find(id))
        })
    }
}

/// A command line that works, and what it does: shown by `--help`, and parsed by a test.
pub struct Example {
    /// The command line.
    pub line: &'static str,
    /// What it does.
    pub english: &'static str,
    /// 它做什么
    pub chinese: &'static str,
}

/// One example.
pub const fn example(line: &'static str, english: &'static str, chinese: &'static str) -> Example {
    Example {
        line,
        english,
        chinese,
    }
}

/// A command or a group of commands.
pub struct Row {
    /// The word that is typed.
    pub name: &'static str,
    /// Shown by `--help`.
    pub examples: &'static [Example],
    /// Its help in Chinese.
    pub chinese: Chinese,
    what: What,
}

enum What {
    Command {
        dress: fn(Command) -> Command,
        task: fn(&ArgMatches) -> Result<Task, Error>,
    },
    Group {
        english: &'static str,
        /// A word that is understood too, and not shown.
        alias: Option<&'static str>,
        rows: &'static [Row],
    },
}

/// The row of a command.
pub const fn command<V: Verb>() -> Row {
    Row {
        name: V::NAME,
        examples: V::EXAMPLES,
        chinese: V::CHINESE,
        what: What::Command {
            dress: V::augment_args,
            task: task::<V>,
        },
    }
}

fn task<V: Verb>(matches: &ArgMatches) -> Result<Task, Error> {
    let arguments = V::from_arg_matches(matches)?;
    Ok(Box::new(move |ui| V::RUN(&arguments, ui)))
}

impl Row {
    /// The row of a group.
    pub const fn group(
        name: &'static str,
        [english, chinese]: [&'static str; 2],
        examples: &'static [Example],
        rows: &'static [Row],
    ) -> Self {
        Self {
            name,
            examples,
            chinese: Chinese {
                about: chinese,
                more: &[],
                arguments: Arguments::NONE,
            },
            what: What::Group {
                english,
                alias: None,
                rows,
            },
        }
    }

    /// The same, called by another word too.
    pub const fn also(mut self, word: &'static str) -> Self {
        if let What::Group { alias, .. } = &mut self.what {
            *alias = Some(word);
        }
        self
    }

    /// The rows of a group's commands.
    pub fn below(&self) -> &'static [Row] {
        match self.what {
            What::Command { .. } => &[],
            What::Group { rows, .. } => rows,
        }
    }

    /// As clap knows it, in English.
    pub fn clap(&self) -> Command {
        match self.what {
            What::Command { dress, .. } => dress(Command::new(self.name)),
            What::Group {
                english,
                alias,
                rows,
            } => {
                let group = Command::new(self.name)
                    .about(english)
                    .subcommand_required(true)
                    .arg_required_else_help(true)
                    .subcommands(rows.iter().map(Self::clap));
                match alias {
                    Some(word) => group.alias(word),
                    None => group,
                }
            }
        }
    }

    /// What a command line asks for that clap has read with [`clap`](Self::clap).
    ///
    /// # Errors
    /// An argument's value that clap itself does not check.
    pub fn task(&self, matches: &ArgMatches) -> Result<Task, Error> {
        match self.what {
            What::Command { task, .. } => task(matches),
            What::Group { rows, .. } => find_task(rows, matches),
        }
    }
}

/// The task of the command of `rows` that stands on the command line.
///
/// # Errors
/// As [`Row::task`].
pub fn find_task(rows: &[Row], matches: &ArgMatches) -> Result<Task, Error> {
    let found = matches.subcommand().and_then(|(name, below)| {
        let row = rows.iter().find(|row| row.name == name)?;
        Some((row, below))
    });
    match found {
        Some((row, below)) => row.task(below),
        // clap has asked for one already.
        None => Err(Error::new(clap::error::ErrorKind::MissingSubcommand)),
    }
}
