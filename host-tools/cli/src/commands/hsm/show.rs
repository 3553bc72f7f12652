//! `ssc hsm show`

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::hsm_args::TokenArgs;
use crate::table::table;
use crate::text::pick;
use crate::ui::Ui;

/// Show which root keys a token of a host security module holds, with their check values
///
/// Compare them with those of `ssc keys show`. Never a key.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// PKCS#11 module of the host security module, a .so file
    #[arg(long, value_name = "MODULE")]
    hsm: PathBuf,
    #[command(flatten)]
    token: TokenArgs,
}

impl Verb for Args {
    const NAME: &'static str = "show";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc hsm show --hsm /usr/lib/softhsm/libsofthsm2.so --token-label ssc",
        "the roots of a token, with their check values",
        "令牌中的根密钥及其校验值",
    )];
    const CHINESE: Chinese = Chinese {
        about: "显示加密机令牌中的根密钥及其校验值",
        more: &["请与 `ssc keys show` 的结果比对。从不显示密钥。"],
        arguments: Arguments {
            own: &[("hsm", "加密机的 PKCS#11 模块（.so 文件）")],
            flattened: &[&TokenArgs::CHINESE],
        },
    };
}

/// Shows them.
///
/// # Errors
/// The token cannot be opened.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let hsm = args.token.open(&args.hsm, ui)?;
    let keys = hsm.keys()?;
    let value = |kcv: Option<[u8; 3]>| kcv.map(hex::encode_upper);
    if ui.json {
        let roots: Vec<_> = keys
            .into_iter()
            .map(|key| {
                json!({ "name": key.id, "algorithm": key.kind.to_string(), "version": key.version, "kcv": value(key.kcv) })
            })
            .collect();
        return ui.document(&json!({
            "token": hsm.token(), "demo_keys": hsm.is_demo(), "roots": roots,
        }));
    }
    let mut rows: BTreeMap<(String, String), [String; 3]> = BTreeMap::new();
    for key in keys {
        let row = rows.entry((key.id, key.kind.to_string())).or_default();
        if let Some(place) = row.get_mut(usize::from(key.version).wrapping_sub(1)) {
            *place = value(key.kcv).unwrap_or_else(|| "?".into());
        }
    }
    let heading = [
        pick(ui.lang, "root key", "根密钥"),
        pick(ui.lang, "algorithm", "算法"),
        pick(ui.lang, "KCV 1", "校验值 1"),
        pick(ui.lang, "KCV 2", "校验值 2"),
        pick(ui.lang, "KCV 3", "校验值 3"),
    ];
    let rows = rows
        .into_iter()
        .map(|((id, algorithm), kcvs)| [vec![id, algorithm], kcvs.to_vec()].concat());
    ui.lines(table(&heading, rows))
}
