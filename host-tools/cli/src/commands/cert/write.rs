//! `ssc cert write`

use std::path::PathBuf;

use apdu_specs::applications::certificates::{ENCRYPTION, SIGNING};
use clap::ValueEnum;
use serde_json::json;
use ssc_certificate::{Environment, read_certificate_file, summary};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::pin_source::PinArgs;
use crate::source::SourceArgs;
use crate::terminal_args::administrator_of;
use crate::text::text;
use crate::ui::Ui;

/// Write a certificate to the card
///
/// It is written only if its public key is the card's, and read back. The administrator's key of the card comes from the vault; with
/// --by pin the holder writes it and no vault is used.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Certificate, PEM or DER
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    source: SourceArgs,
    /// It is the certificate of the encryption pair, not of the signing pair
    #[arg(long)]
    encryption: bool,
    /// Who writes it: the administrator, by the vault, or the holder, by the PIN of the certificate environment
    #[arg(long, value_enum, default_value = "administrator")]
    by: By,
    #[command(flatten)]
    pin: PinArgs,
    #[command(flatten)]
    vault: VaultArgs,
}

impl Verb for Args {
    const NAME: &'static str = "write";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc cert write card.pem --reader \"ACS ACR39U\" --vault keys.vault",
            "the signing certificate, with the administrator's key of your vault",
            "用密钥库中的管理员密钥写入签名证书",
        ),
        example(
            "ssc cert write enc.pem --encryption",
            "the encryption certificate",
            "写入加密证书",
        ),
        example(
            "SSC_PIN=123456 ssc cert write card.pem --by pin",
            "the holder writes it: no vault is needed",
            "由持卡人写入：不需要密钥库",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "将证书写入卡",
        more: &[
            "仅当其公钥与卡内公钥一致时才写入，并读回核对。卡的管理员密钥来自密钥库；使用 --by pin 时由持卡人写入，不使用密钥库。",
        ],
        arguments: Arguments {
            own: &[
                ("file", "证书，PEM 或 DER"),
                ("encryption", "这是加密密钥对的证书，而非签名密钥对的证书"),
                (
                    "by",
                    "由谁写入：管理员（凭密钥库），或持卡人（凭证书环境密码）",
                ),
            ],
            flattened: &[&SourceArgs::CHINESE, &PinArgs::CHINESE, &VaultArgs::CHINESE],
        },
    };
}

/// Who may write a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The administrator's key, out of the vault
    Administrator,
    /// The PIN of the certificate environment
    Pin,
}

/// Writes it.
///
/// # Errors
/// No certificate, one for another key, no card with a certificate environment, another card's vault.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let der = read_certificate_file(&args.file)?;
    let words = summary(&der)?;
    let pair = if args.encryption {
        &ENCRYPTION
    } else {
        &SIGNING
    };
    let (vault, pin) = match args.by {
        By::Administrator => (Some(args.vault.open(ui)?.vault), None),
        By::Pin => (None, Some(args.pin.get(ui)?)),
    };
    let mut card = args.source.connect(ui)?.card;
    let by_default = args.vault.is_default();
    let keys = vault
        .as_ref()
        .map(|vault| administrator_of(&mut *card, vault, by_default, ui))
        .transpose()?;
    let mut environment = Environment::open(&mut *card)?;
    if let Some(keys) = keys {
        environment.verify_administrator(keys)?;
    }
    if let Some(pin) = pin {
        environment.verify_pin(pin.packed())?;
    }
    environment.write_certificate(pair, &der)?;
    if ui.json {
        return ui.document(&json!({
            "pair": pair.english,
            "bytes": der.len(),
            "subject": words.subject,
            "serial": words.serial,
        }));
    }
    ui.note(&text(
        format!(
            "{} certificate written and read back: {}, {} bytes",
            pair.english,
            words.subject,
            der.len()
        ),
        format!(
            "已写入并读回{}证书：{}，{} 字节",
            pair.chinese,
            words.subject,
            der.len()
        ),
    ));
    Ok(())
}
