//! `ssc vault pins`

use std::path::PathBuf;

use serde_json::{Value, json};
use ssc_keys::{KeyError, pin_file, secret_file};

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::ui::Ui;

pub const EXAMPLES: &[Example] = &[example(
    "ssc vault pins batch.pins --passphrase-file secret.txt",
    "the PINs that an order made by chance",
    "一次发卡中随机生成的 PIN",
)];

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
