//! Passphrase and PIN: never on the command line, where every user of the machine could read them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use ssc_keys::secret_file;
use ssc_terminal::Pin;
use ssc_words::Bilingual;
use zeroize::Zeroizing;

use crate::advice;
use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt;
use crate::text::{Text, text};
use crate::ui::Ui;

/// Environment variable of the vault's passphrase.
const PASSPHRASE: &str = "SSC_PASSPHRASE";
/// Environment variable of the cardholder's PIN.
const PIN: &str = "SSC_PIN";
/// Environment variable of a new PIN.
pub const NEW_PIN: &str = "SSC_NEW_PIN";
/// Environment variable of the PIN of a host security module's token.
pub const HSM_PIN: &str = "SSC_HSM_PIN";

/// Variables that hold secrets: no program that we start is given them.
pub const VARIABLES: [&str; 4] = [PASSPHRASE, PIN, NEW_PIN, HSM_PIN];

/// Where a passphrase comes from.
#[derive(Debug, clap::Args)]
pub struct PassphraseArgs {
    /// First line of this file is the passphrase; otherwise SSC_PASSPHRASE, or a question without echo
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "passphrase_file",
            "该文件首行为口令；否则取 SSC_PASSPHRASE，或询问（不回显）",
        )],
        flattened: &[],
    };
}

impl PassphraseArgs {
    /// The options as they were given.
    pub fn options(&self, words: &mut Vec<String>) {
        advice::path(words, "--passphrase-file", self.passphrase_file.as_deref());
    }

    /// The passphrase of the vault `path`; a new one is asked for twice.
    ///
    /// # Errors
    /// None is to be had, or the two differ.
    pub fn get(&self, path: &Path, new: bool, ui: &Ui) -> Result<Zeroizing<String>, Failure> {
        let passphrase = self.find(path, new, ui)?;
        if new {
            // Before anything is made or written.
            ssc_keys::check_new_passphrase(&passphrase)?;
        }
        Ok(passphrase)
    }

    fn find(&self, path: &Path, new: bool, ui: &Ui) -> Result<Zeroizing<String>, Failure> {
        if let Some(file) = &self.passphrase_file {
            return Ok(secret_file::first_line(file)?);
        }
        if let Some(passphrase) = from_environment(PASSPHRASE)? {
            return Ok(passphrase);
        }
        let missing = text(
            "no passphrase: put it into SSC_PASSPHRASE, give --passphrase-file, or run this in a terminal",
            "没有口令：请放入环境变量 SSC_PASSPHRASE、使用 --passphrase-file，或在终端中运行",
        );
        ask_passphrase(path, new, missing, ui)
    }
}

/// Asks for the passphrase of the file `path`; for a new one twice.
///
/// # Errors
/// `missing` where there is nobody to ask; the two differ.
pub fn ask_passphrase(
    path: &Path,
    new: bool,
    missing: Text,
    ui: &Ui,
) -> Result<Zeroizing<String>, Failure> {
    let path = path.display();
    let question = if new {
        text(
            format!("New passphrase for {path}: "),
            format!("{path} 的新口令："),
        )
    } else {
        text(
            format!("Passphrase of {path}: "),
            format!("{path} 的口令："),
        )
    };
    let passphrase = ask(&question, missing.clone(), ui)?;
    if new {
        let again = text("The same again: ", "再次输入：");
        if *ask(&again, missing, ui)? != *passphrase {
            return Err(Failure::new(
                Exit::Keys,
                text(
                    "the two passphrases differ; nothing was made: try again",
                    "两次输入的口令不同；未新建任何文件：请重试",
                ),
            ));
        }
    }
    Ok(passphrase)
}

/// The PIN, from SSC_PIN or by a question without echo.
///
/// # Errors
/// `missing` where none is to be had; it is no PIN.
pub fn pin(missing: Text, ui: &Ui) -> Result<Pin, Failure> {
    let digits = match from_environment(PIN)? {
        Some(digits) => digits,
        None => ask(&text("PIN: ", "个人密码（PIN）："), missing, ui)?,
    };
    Ok(digits.parse::<Pin>()?)
}

/// What the environment variable `name` holds, if it is there.
///
/// # Errors
/// It is not in UTF-8.
pub fn from_environment(name: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(Zeroizing::new(value))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::new(
            Exit::Usage,
            text(
                format!("{name} is not in UTF-8; set it anew"),
                format!("{name} 不是 UTF-8 编码；请重新设置"),
            ),
        )),
    }
}

/// Asks without echo.
///
/// # Errors
/// `missing` where there is nobody to ask.
pub fn ask(question: &Text, missing: Text, ui: &Ui) -> Result<Zeroizing<String>, Failure> {
    // A program that called us would never see the question, and wait.
    if !std::io::stderr().is_terminal() {
        return Err(Failure::new(Exit::Usage, missing));
    }
    prompt::ask(&question.say(ui.lang)).map_err(|_| Failure::new(Exit::Usage, missing))
}
