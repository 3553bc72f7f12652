//! `ssc keys pins`

use std::path::PathBuf;

use serde_json::{Value, json};
use ssc_keys::{KeyError, pin_file, secret_file};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::ui::Ui;

/// Open a sealed file of first PINs and print it
///
/// Rows of social security number, card number and PIN, as `ssc issue` made them with the same vault's passphrase. For the
/// letters to cardholders: let nobody else see them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Sealed file of PINs
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "pins";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc keys pins batch.pins --passphrase-file secret.txt",
        "the random PINs of an order",
        "一次发卡中随机生成的 PIN",
    )];
    const CHINESE: Chinese = Chinese {
        about: "打开密封的初始 PIN 文件并打印",
        more: &[
            "每行为社会保障号码、卡号和 PIN，由 `ssc issue` 用同一密钥库的口令密封。用于致持卡人的密码信函：不得让他人看到。",
        ],
        arguments: Arguments {
            own: &[("file", "密封的 PIN 文件")],
            flattened: &[&PassphraseArgs::CHINESE],
        },
    };
}

/// Prints them.
///
/// # Errors
/// The file does not open.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let sealed = secret_file::read(&args.file, pin_file::LONGEST)?;
    let passphrase = args.passphrase.get(&args.file, false, ui)?;
    let pins = pin_file::open(&sealed, &passphrase, &args.file)?;
    let damaged = || KeyError::Damaged {
        path: args.file.clone(),
    };
    let text = std::str::from_utf8(&pins).map_err(|_| damaged())?;
    if !ui.json {
        return ui.lines(text.lines());
    }
    let rows: Vec<Value> = text
        .lines()
        .map(|row| {
            let mut fields = row.split(',');
            json!({ "number": fields.next(), "card_number": fields.next(), "pin": fields.next() })
        })
        .collect();
    ui.document(&json!({ "pins": rows }))
}
