//! `ssc cert reset-pin`

use serde_json::json;
use ssc_certificate::Environment;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::pin_source::NewPinArgs;
use crate::source::SourceArgs;
use crate::terminal_args::administrator_of;
use crate::text::text;
use crate::ui::Ui;

/// Set a new PIN of the certificate environment, with the administrator's key
///
/// It takes the place of one that is blocked or forgotten, and has all its tries. The administrator's key of the card comes from
/// the vault.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    new: NewPinArgs,
    #[command(flatten)]
    vault: VaultArgs,
}

impl Verb for Args {
    const NAME: &'static str = "reset-pin";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "SSC_NEW_PIN=246810 ssc cert reset-pin --reader \"ACS ACR39U\" --vault keys.vault",
        "a new PIN in the place of one that is blocked or forgotten",
        "重设已锁定或遗忘的证书环境密码",
    )];
    const CHINESE: Chinese = Chinese {
        about: "用管理员密钥重设证书环境密码",
        more: &["代替已锁定或遗忘的密码，并恢复全部尝试次数。卡的管理员密钥来自密钥库。"],
        arguments: Arguments {
            own: &[],
            flattened: &[
                &SourceArgs::CHINESE,
                &NewPinArgs::CHINESE,
                &VaultArgs::CHINESE,
            ],
        },
    };
}

/// Sets it.
///
/// # Errors
/// No card with a certificate environment, another card's vault.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let new = args.new.get(ui)?;
    let vault = args.vault.open(ui)?.vault;
    let mut card = args.source.connect(ui)?.card;
    let keys = administrator_of(&mut *card, &vault, args.vault.is_default(), ui)?;
    Environment::open(&mut *card)?.replace_pin(keys, new.packed())?;
    if ui.json {
        return ui.document(&json!({ "changed": true }));
    }
    ui.note(&text(
        "the certificate environment has a new PIN, with all its tries",
        "证书环境密码已重设，尝试次数已恢复",
    ));
    Ok(())
}
