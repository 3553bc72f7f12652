//! `ssc keys show`

use std::path::{Path, PathBuf};

use serde_json::json;
use ssc_keys::KeyFile;
use ssc_keys::KeyService as _;
use ssc_keys::component::Purpose;

use super::bring::{HolderArgs, document, read};
use super::check_values;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys;
use crate::secret::PassphraseArgs;
use crate::text::pick;
use crate::ui::Ui;

/// Show check values (KCV): of a vault's roots, of a component, of exported keys
///
/// Never a key. Equal check values mean equal keys.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault, component or file of exported keys; without it the published demo keys
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    holders: HolderArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "show";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc keys show keys.vault",
            "check values of all roots, in each version",
            "各版本全部根密钥的校验值",
        ),
        example(
            "ssc keys show anna.component",
            "what a component belongs to, and its check value",
            "分量所属的密钥及其校验值",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "显示校验值（KCV）：密钥库的根密钥、密钥分量、导出的密钥",
        more: &["从不显示密钥。校验值相同即密钥相同。"],
        arguments: Arguments {
            own: &[("file", "密钥库、分量或导出密钥的文件；缺省为公开的演示密钥")],
            flattened: &[&HolderArgs::CHINESE, &PassphraseArgs::CHINESE],
        },
    };
}

/// Shows them.
///
/// # Errors
/// The file does not open.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    if let Some(path) = &args.file {
        match KeyFile::of(path)? {
            KeyFile::Component => return component(path, args, ui),
            KeyFile::Exported { kek_kcv, roots } => return exported(&kek_kcv, roots, ui),
            KeyFile::Vault => {}
        }
    }
    let vault = keys::open(args.file.as_deref(), &args.passphrase, ui)?.vault;
    if ui.json {
        return ui.document(&json!({
            "demo_keys": vault.is_demo(),
            "roots": check_values::document(&vault)?,
        }));
    }
    ui.lines(check_values::of_vault(&vault, ui.lang)?)
}

fn component(path: &Path, args: &Args, ui: &Ui) -> Result<(), Failure> {
    let mut holders = args.holders.in_order();
    let component = read(path, Purpose::Master, &mut holders, ui)?;
    if ui.json {
        return ui.document(&document(&component));
    }
    let (number, need, of) = (component.number, component.need, component.of);
    let (kcv, whole) = (
        hex::encode_upper(component.kcv()),
        hex::encode_upper(component.whole),
    );
    let purpose = component.purpose;
    ui.line(pick(
        ui.lang,
        &format!(
            "component {number}, check value {kcv}, of the {purpose} key {whole} ({need} of {of})"
        ),
        &format!("分量 {number}，校验值 {kcv}，属于 {purpose} 密钥 {whole}（{of} 取 {need}）"),
    ))
}

fn exported(kek: &str, count: usize, ui: &Ui) -> Result<(), Failure> {
    if ui.json {
        return ui.document(&json!({ "kek_kcv": kek, "roots": count }));
    }
    ui.line(pick(
        ui.lang,
        &format!("{count} root keys, wrapped under the key {kek}"),
        &format!("{count} 个根密钥，由密钥 {kek} 加密"),
    ))
}
