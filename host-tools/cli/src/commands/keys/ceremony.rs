//! `ssc keys ceremony`

use std::path::PathBuf;

use card_crypto::kcv;
use serde_json::{Value, json};
use ssc_keys::Vault;
use ssc_keys::component::{Component, Purpose};

use super::bring::{ComponentArgs, document, must_be_new};
use super::check_values;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::text::{pick, text};
use crate::ui::Ui;

/// Hold a key ceremony: from the components of a master key to a vault of all root keys
///
/// Check values are shown of each component, of the master and of each root. The roots, in three versions each, are derived from the
/// master, which is then forgotten: the same components make the same vault again. More components than needed are checked against
/// one another. If anything is wrong, it is named, and nothing is made.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault to write, which must not exist yet
    #[arg(value_name = "VAULT")]
    file: PathBuf,
    #[command(flatten)]
    components: ComponentArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "ceremony";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc keys ceremony keys.vault --component anna.component --component chen.component",
            "two holders bring their files",
            "两位持有人各自带来文件",
        ),
        example(
            "ssc keys ceremony keys.vault --component anna.component --enter 1",
            "one brings a file, one types the component in",
            "一人带来文件，一人键入分量",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "举行密钥仪式：由主密钥的分量生成全部根密钥的密钥库",
        more: &[
            "显示每个分量、主密钥和每个根密钥的校验值。根密钥各有三个版本，由主密钥派生，主密钥随即清除：相同的分量可再次生成相同的密钥库。多于所需的分量会互相核对。如有错误则指明，且不生成任何文件。",
        ],
        arguments: Arguments {
            own: &[("file", "要写入的密钥库，不得已存在")],
            flattened: &[&ComponentArgs::CHINESE, &PassphraseArgs::CHINESE],
        },
    };
}

/// Holds it.
///
/// # Errors
/// A component is wrong or missing, or the vault cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    must_be_new(&args.file)?;
    let (master, components) = args.components.key(Purpose::Master, ui)?;
    let passphrase = args.passphrase.get(&args.file, true, ui)?;
    let vault = Vault::from_master(&master);
    let master = hex::encode_upper(kcv::aes_kcv(master.as_bytes()));
    let trail = ui.audit.begin(&args.file)?;
    trail.note("master", json!(master));
    trail.note("components", components.iter().map(brought).collect());
    trail.note("roots", vault.roots().count().into());
    vault.write_new_audited(&args.file, &passphrase, &trail)?;
    let (file, count) = (args.file.display(), vault.roots().count());
    if ui.json {
        let components: Vec<Value> = components.iter().map(document).collect();
        return ui.document(&json!({
            "file": file.to_string(),
            "components": components,
            "master_kcv": master,
            "roots": check_values::document(&vault)?,
        }));
    }
    ui.lines(check_values::of_vault(&vault, ui.lang)?)?;
    ui.line(pick(
        ui.lang,
        &format!("master check value {master}"),
        &format!("主密钥校验值 {master}"),
    ))?;
    ui.note(&text(
        format!("{file} holds {count} root keys; write the check values into the minutes"),
        format!("{file} 中有 {count} 个根密钥；请将校验值记入仪式记录"),
    ));
    Ok(())
}

/// A component in the audit log: number and check value.
fn brought(component: &Component) -> String {
    format!(
        "{} {}",
        component.number,
        hex::encode_upper(component.kcv())
    )
}
