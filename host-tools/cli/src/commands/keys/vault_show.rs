//! `ssc vault show`

use std::path::PathBuf;

use serde_json::json;
use ssc_keys::KeyService;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::keys;
use crate::secret::PassphraseArgs;
use crate::table::table;
use crate::text::pick;
use crate::ui::Ui;

pub const EXAMPLES: &[Example] = &[
    example(
        "ssc vault show keys.vault",
        "names and check values of its keys",
        "列出其中密钥的名称和校验值",
    ),
    example(
        "ssc vault show",
        "those of the published demo keys",
        "列出公开的演示密钥",
    ),
];

/// Show what a vault holds: key names, algorithms and key check values
///
/// Never a key. Equal check values in two vaults mean equal keys.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault file; without it the published demo keys
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Shows it.
///
/// # Errors
/// The vault does not open.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let vault = keys::open(args.file.as_deref(), &args.passphrase, ui)?.vault;
    let (mut rows, mut roots) = (Vec::new(), Vec::new());
    for (id, version, kind) in vault.roots() {
        let (kind_name, kcv) = (
            kind.to_string(),
            hex::encode_upper(vault.kcv(id, version, kind)?),
        );
        roots.push(json!({ "name": id, "algorithm": kind_name, "version": version, "kcv": kcv }));
        rows.push([id.to_owned(), kind_name, version.to_string(), kcv]);
    }
    if ui.json {
        return ui.document(&json!({ "demo_keys": vault.is_demo(), "roots": roots }));
    }
    let heading = [
        pick(ui.lang, "root key", "根密钥"),
        pick(ui.lang, "algorithm", "算法"),
        pick(ui.lang, "version", "版本"),
        pick(ui.lang, "KCV", "校验值"),
    ];
    ui.lines(table(&heading, rows))
}
