//! Where PINs come from: a file, standard input, the environment, or a question without echo; never an argument.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use ssc_keys::secret_file;
use ssc_terminal::Pin;
use zeroize::Zeroizing;

use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::secret;
use crate::text::{Text, text};
use crate::ui::Ui;

/// More characters than any PIN has, with its end of line.
const MOST: u64 = 64;

/// The cardholder's PIN.
#[derive(Debug, clap::Args)]
pub struct PinArgs {
    /// First line of this file is the PIN, - is standard input; otherwise SSC_PIN, or a question without echo
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,
}

impl PinArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "pin_file",
            "该文件首行为 PIN，- 为标准输入；否则取 SSC_PIN，或询问（不回显）",
        )],
        flattened: &[],
    };
}

/// A new PIN.
#[derive(Debug, clap::Args)]
pub struct NewPinArgs {
    /// First line of this file is the new PIN, - is standard input; otherwise SSC_NEW_PIN, or a question asked twice
    #[arg(long, value_name = "FILE")]
    new_pin_file: Option<PathBuf>,
}

impl NewPinArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "new_pin_file",
            "该文件首行为新 PIN，- 为标准输入；否则取 SSC_NEW_PIN，或询问两次",
        )],
        flattened: &[],
    };
}

impl PinArgs {
    /// The PIN.
    ///
    /// # Errors
    /// None is to be had, or it is no PIN.
    pub fn get(&self, ui: &Ui) -> Result<Pin, Failure> {
        match &self.pin_file {
            Some(path) => from_file(path),
            None => secret::pin(
                text(
                    "no PIN: put it into SSC_PIN, give --pin-file, or run this in a terminal",
                    "没有 PIN：请放入环境变量 SSC_PIN、使用 --pin-file，或在终端中运行",
                ),
                ui,
            ),
        }
    }
}

impl NewPinArgs {
    /// The new PIN.
    ///
    /// # Errors
    /// None is to be had, it is no PIN, or the two that were typed differ.
    pub fn get(&self, ui: &Ui) -> Result<Pin, Failure> {
        if let Some(path) = &self.new_pin_file {
            return from_file(path);
        }
        if let Ok(digits) = std::env::var(secret::NEW_PIN).map(Zeroizing::new) {
            return Ok(digits.parse::<Pin>()?);
        }
        let first = ask(&text("New PIN: ", "新的个人密码（PIN）："), ui)?;
        let again = ask(&text("The same again: ", "再次输入："), ui)?;
        if *first != *again {
            return Err(Failure::new(
                Exit::Usage,
                text(
                    "the two PINs differ; nothing was sent to the card: try again",
                    "两次输入的 PIN 不同；未向卡片发送任何内容：请重试",
                ),
            ));
        }
        Ok(first.parse::<Pin>()?)
    }
}

/// The first line of a file, or of standard input.
fn from_file(path: &Path) -> Result<Pin, Failure> {
    if path != Path::new("-") {
        let line = secret_file::first_line(path).map_err(|error| Failure {
            exit: Exit::Input,
            ..error.into()
        })?;
        return Ok(line.parse::<Pin>()?);
    }
    let mut line = Zeroizing::new(String::with_capacity(256));
    let read = std::io::stdin().lock().take(MOST).read_line(&mut line);
    read.map_err(|error| {
        Failure::new(
            Exit::Input,
            text(
                format!(
                    "the PIN cannot be read from standard input: {error}; check where it comes from"
                ),
                format!(
                    "无法从标准输入读取 PIN：{error}；请检查其来源",
                    error = ssc_words::system::chinese(&error)
                ),
            ),
        )
    })?;
    Ok(line.trim_end_matches(['\r', '\n']).parse::<Pin>()?)
}

fn ask(question: &Text, ui: &Ui) -> Result<Zeroizing<String>, Failure> {
    let missing = text(
        "no new PIN: put it into SSC_NEW_PIN, give --new-pin-file, or run this in a terminal",
        "没有新 PIN：请放入环境变量 SSC_NEW_PIN、使用 --new-pin-file，或在终端中运行",
    );
    secret::ask(question, missing, ui)
}
