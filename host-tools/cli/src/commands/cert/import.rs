//! `ssc cert import`

use std::path::PathBuf;

use serde_json::json;
use ssc_certificate::Environment;
use ssc_certificate::envelope::EnvelopedKey;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::pin_source::PinArgs;
use crate::source::SourceArgs;
use crate::text::text;
use crate::ui::Ui;

/// Import the encryption pair out of a key management centre's envelope
///
/// The file is an SM2EnvelopedKey of GM/T 0009, made for the card's signing key: only this card opens it. The private key is
/// deciphered on the card.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Enveloped key, DER or PEM
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    pin: PinArgs,
}

impl Verb for Args {
    const NAME: &'static str = "import";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "SSC_PIN=123456 ssc cert import envelope.der",
        "the encryption pair that the key management centre has made",
        "导入密钥管理中心产生的加密密钥对",
    )];
    const CHINESE: Chinese = Chinese {
        about: "从密钥管理中心的数字信封导入加密密钥对",
        more: &[
            "文件为 GM/T 0009 的 SM2EnvelopedKey，针对此卡的签名公钥制作，只有此卡能打开。私钥在卡内解密。",
        ],
        arguments: Arguments {
            own: &[("file", "密钥保护结构，DER 或 PEM")],
            flattened: &[&SourceArgs::CHINESE, &PinArgs::CHINESE],
        },
    };
}

/// Imports it.
///
/// # Errors
/// No envelope, one for another card, no card with a certificate environment, a wrong PIN.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let key = EnvelopedKey::from_file(&args.file)?;
    let pin = args.pin.get(ui)?;
    let mut card = args.source.connect(ui)?.card;
    let mut environment = Environment::open(&mut *card)?;
    environment.verify_pin(pin.packed())?;
    environment.import(&key.envelope, &key.public, &key.private)?;
    if ui.json {
        return ui.document(&json!({ "public_key": hex::encode_upper(key.public) }));
    }
    ui.note(&text(
        "the encryption pair is on the card; write its certificate with ssc cert write --encryption",
        "加密密钥对已在卡内；请用 ssc cert write --encryption 写入其证书",
    ));
    Ok(())
}
