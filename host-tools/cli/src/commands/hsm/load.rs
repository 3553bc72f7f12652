//! `ssc hsm load`

use std::path::PathBuf;

use serde_json::json;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::hsm_args::TokenArgs;
use crate::keys::VaultArgs;
use crate::text::text;
use crate::ui::Ui;

/// Put the 3DES and AES roots of a vault into a token of a host security module
///
/// There they can be used and not read. A root that the token has already must be the same; none is replaced. Each is checked by what it
/// computes. SM4 roots stay in the vault: PKCS#11 has no SM4. Cards of 1.00 and 2.00 are then issued without the vault. Do this with the key
/// holders present; the use of the vault goes into its audit log.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// PKCS#11 module of the host security module, a .so file
    #[arg(long, value_name = "MODULE")]
    hsm: PathBuf,
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    vault: VaultArgs,
}

impl Verb for Args {
    const NAME: &'static str = "load";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc hsm load --hsm /usr/lib/softhsm/libsofthsm2.so --token-label ssc --vault keys.vault",
            "put the roots of a vault into a token",
            "将密钥库的根密钥装入令牌",
        ),
        example(
            "ssc hsm load --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
            "the published demo keys, for trying an HSM out",
            "装入公开的演示密钥，供试用加密机",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "将密钥库的 3DES 和 AES 根密钥装入加密机的令牌",
        more: &[
            "装入后只能使用，不能读出。令牌中已有的根密钥必须相同；不替换任何密钥。每个密钥都以其运算结果核对。SM4 根密钥留在密钥库中：PKCS#11 没有 SM4。此后 1.00 和 2.00 版卡无需密钥库即可发行。请在密钥持有人在场时进行；密钥库的使用记入其审计日志。",
        ],
        arguments: Arguments {
            own: &[("hsm", "加密机的 PKCS#11 模块（.so 文件）")],
            flattened: &[&TokenArgs::CHINESE, &VaultArgs::CHINESE],
        },
    };
}

/// Loads them.
///
/// # Errors
/// Vault or token cannot be opened, or the token holds other keys under the same names.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let vault = args.vault.open(ui)?.vault;
    let mut hsm = args.token.open(&args.hsm, ui)?;
    if let Some(trail) = vault.trail() {
        trail.note("token", json!(hsm.token()));
    }
    let loaded = hsm.load(&vault)?;
    let (new, same, left) = (loaded.new.len(), loaded.same, loaded.left_out.len());
    let token = hsm.token();
    if ui.json {
        return ui.document(&json!({
            "token": token, "demo_keys": hsm.is_demo(), "loaded": new, "there_already": same, "left_out": left,
        }));
    }
    ui.note(&text(
        format!(
            "token {token}: {new} root keys loaded and checked, {same} were there already; {left} of other algorithms stay in the vault"
        ),
        format!(
            "令牌 {token}：已装入并核对 {new} 个根密钥，{same} 个原已存在；其他算法的 {left} 个留在密钥库中"
        ),
    ));
    Ok(())
}
