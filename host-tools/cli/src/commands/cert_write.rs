//! `ssc cert write`

use std::path::PathBuf;

use apdu_specs::certificates::{ENCRYPTION, SIGNING};
use serde_json::json;
use ssc_certificate::{Environment, read_certificate_file, summary};

use super::{Example, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::source::SourceArgs;
use crate::terminal_args::keys_for;
use crate::text::text;
use crate::ui::Ui;

pub const EXAMPLES: &[Example] = &[
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
];

/// Write a certificate to the card
///
/// It is written only if its public key is the card's, and read back. The administrator's key of the card comes from the vault.
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
    #[command(flatten)]
    vault: VaultArgs,
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
    let vault = args.vault.open(ui)?.vault;
    let mut card = args.source.connect(ui)?.card;
    let keys = keys_for(&mut *card, Some(&vault), args.vault.is_default(), ui)?.ok_or_else(|| {
        Failure::new(
            Exit::Keys,
            text(
                "the certificate was not written: it needs the administrator's key of this card",
                "未写入证书：需要此卡的管理员密钥",
            ),
        )
    })?;
    let mut environment = Environment::open(&mut *card)?;
    environment.verify_administrator(keys)?;
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
