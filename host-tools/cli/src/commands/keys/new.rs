//! `ssc keys new`

use std::path::PathBuf;

use serde_json::json;
use ssc_keys::{KeyError, Vault, roots};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::text::text;
use crate::ui::Ui;

/// Make a vault of random master keys
///
/// One root for each key of the specification with 3DES and with SM4, and two of the security domain: the issuer's, and that of the
/// chips' initial keys. Keep a copy of the file and the passphrase in different places: cards issued with lost keys can never be
/// changed again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to write, which must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "new";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc keys new keys.vault",
            "asks for a passphrase, twice",
            "将两次询问口令",
        ),
        example(
            "ssc keys new keys.vault --passphrase-file secret.txt",
            "without questions, for scripts",
            "不提问，供脚本使用",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "新建随机主密钥的密钥库",
        more: &[
            "规范中的每个密钥各有 3DES 和 SM4 根密钥，安全域另有两个：发卡方密钥和芯片初始密钥。请将文件副本与口令分处保存：密钥丢失后，已发的卡再也无法更改。",
        ],
        arguments: Arguments {
            own: &[("file", "要写入的文件，不得已存在")],
            flattened: &[&PassphraseArgs::CHINESE],
        },
    };
}

/// Makes the vault.
///
/// # Errors
/// The file exists or cannot be written, or the passphrase is too short.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    // Before anybody thinks of a passphrase.
    if args.file.exists() {
        return Err(KeyError::Exists {
            path: args.file.clone(),
        }
        .into());
    }
    let passphrase = args.passphrase.get(&args.file, true, ui)?;
    let vault = Vault::generate(roots::all())?;
    let trail = ui.audit.begin(&args.file)?;
    trail.note("roots", vault.roots().count().into());
    vault.write_new_audited(&args.file, &passphrase, &trail)?;
    let (file, count) = (args.file.display(), vault.roots().count());
    if ui.json {
        return ui.document(&json!({ "file": file.to_string(), "roots": count }));
    }
    ui.note(&text(
        format!(
            "{file} holds {count} random root keys; keep a copy of it, and the passphrase elsewhere"
        ),
        format!("{file} 中有 {count} 个随机根密钥；请备份该文件，口令另存他处"),
    ));
    Ok(())
}
