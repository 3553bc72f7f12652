//! `ssc keys import`

use std::path::PathBuf;

use card_crypto::kcv;
use serde_json::json;
use ssc_keys::component::Purpose;
use ssc_keys::{key_file, wrapped};

use super::bring::{ComponentArgs, must_be_new};
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::text::text;
use crate::ui::Ui;

/// Make a vault of root keys that were exported
///
/// If a byte of the file was changed, or the components give another key, nothing is made.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File of exported keys
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Vault to write, which must not exist yet
    #[arg(value_name = "VAULT")]
    vault: PathBuf,
    #[command(flatten)]
    components: ComponentArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "import";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc keys import roots.json keys.vault --component kek-1.component --component kek-2.component",
        "a new vault of the roots in the file",
        "用文件中的根密钥新建密钥库",
    )];
    const CHINESE: Chinese = Chinese {
        about: "用导出的根密钥新建密钥库",
        more: &["文件有任何改动，或分量合成的是另一密钥，则不生成任何文件。"],
        arguments: Arguments {
            own: &[
                ("file", "导出密钥的文件"),
                ("vault", "要写入的密钥库，不得已存在"),
            ],
            flattened: &[&ComponentArgs::CHINESE, &PassphraseArgs::CHINESE],
        },
    };
}

/// Makes it.
///
/// # Errors
/// File or components are not right, or the vault cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    must_be_new(&args.vault)?;
    let file = key_file::bytes(&args.file)?;
    let (kek, _) = args.components.key(Purpose::Kek, ui)?;
    let vault = wrapped::import(&file, &kek, &args.file)?;
    ui.announce(&vault);
    let passphrase = args.passphrase.get(&args.vault, true, ui)?;
    let kcv = hex::encode_upper(kcv::aes_kcv(kek.as_bytes()));
    let count = vault.roots().count();
    let trail = ui.audit.begin(&args.vault)?;
    trail.note("kek", json!(kcv));
    trail.note("roots", count.into());
    vault.write_new_audited(&args.vault, &passphrase, &trail)?;
    let path = args.vault.display();
    if ui.json {
        return ui.document(&json!({
            "file": path.to_string(), "kek_kcv": kcv, "roots": count,
        }));
    }
    ui.note(&text(
        format!("{path} holds {count} root keys"),
        format!("{path} 中有 {count} 个根密钥"),
    ));
    Ok(())
}
