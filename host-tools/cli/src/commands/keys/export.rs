//! `ssc keys export`

use std::path::PathBuf;

use card_crypto::kcv;
use serde_json::json;
use ssc_keys::component::Purpose;
use ssc_keys::{secret_file, wrapped};

use super::bring::{ComponentArgs, must_be_new};
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys;
use crate::secret::PassphraseArgs;
use crate::text::text;
use crate::ui::Ui;

/// Export root keys, each wrapped under a key that travels in components (RFC 3394)
///
/// There is no other way out of a vault. The wrapping key (KEK) is made by `ssc keys component --for kek`; the receiver needs its
/// components. A MAC sees to it that no key can take another's place.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault of the roots
    #[arg(value_name = "VAULT")]
    vault: PathBuf,
    /// File to write, which must not exist yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Name of a root, such as SSSE/RK; once for each; otherwise all
    #[arg(long = "key", value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    components: ComponentArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "export";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc keys export keys.vault -o roots.json --component kek-1.component --component kek-2.component",
            "all roots",
            "全部根密钥",
        ),
        example(
            "ssc keys export keys.vault -o rk.json --key SSSE/RK --component kek-1.component --enter 1",
            "all versions of one",
            "一个根密钥的各版本",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "导出根密钥，每个都由以分量传递的密钥加密（RFC 3394）",
        more: &[
            "这是密钥离开密钥库的唯一途径。传输密钥（KEK）由 `ssc keys component --for kek` 生成；接收方需要其分量。文件带有 MAC，任何密钥都不能被调换。",
        ],
        arguments: Arguments {
            own: &[
                ("vault", "根密钥所在的密钥库"),
                ("output", "要写入的文件，不得已存在"),
                ("names", "根密钥名称，如 SSSE/RK；每个给一次；缺省为全部"),
            ],
            flattened: &[&ComponentArgs::CHINESE, &PassphraseArgs::CHINESE],
        },
    };
}

/// Exports them.
///
/// # Errors
/// Vault or components cannot be opened, or the file cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    must_be_new(&args.output)?;
    let (kek, _) = args.components.key(Purpose::Kek, ui)?;
    let vault = keys::open(Some(&args.vault), &args.passphrase, ui)?.vault;
    let kcv = hex::encode_upper(kcv::aes_kcv(kek.as_bytes()));
    if let Some(trail) = vault.trail() {
        trail.note("kek", json!(kcv));
    }
    let chosen = |id: &str, _, _| args.names.is_empty() || args.names.iter().any(|name| name == id);
    let (file, count) = wrapped::export(&vault, &kek, chosen)?;
    secret_file::write(&args.output, &file, false)?;
    let output = args.output.display();
    if ui.json {
        return ui.document(&json!({
            "file": output.to_string(), "kek_kcv": kcv, "roots": count,
        }));
    }
    ui.note(&text(
        format!("{output} holds {count} root keys, wrapped under the key {kcv}"),
        format!("{output} 中有 {count} 个根密钥，由密钥 {kcv} 加密"),
    ));
    Ok(())
}
