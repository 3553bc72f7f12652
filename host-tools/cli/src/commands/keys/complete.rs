//! `ssc keys complete`

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use ssc_keys::{KeyError, KeyService};

use crate::audit;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys;
use crate::keys::Opened;
use crate::secret::PassphraseArgs;
use crate::table::table;
use crate::text::{pick, text};
use crate::ui::Ui;

/// Add the root keys that an older vault lacks, at random
///
/// What it holds stays as it is. A vault from a key ceremony is refused: hold the ceremony again with the same components, which
/// makes the same vault with the roots that it lacks.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "complete";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc keys complete keys.vault",
        "an older vault gets the root of the chips' initial keys",
        "为旧密钥库补上芯片初始密钥的根密钥",
    )];
    const CHINESE: Chinese = Chinese {
        about: "为旧密钥库补上缺少的根密钥（随机生成）",
        more: &[
            "已有的密钥不变。由密钥仪式生成的密钥库会被拒绝：请用同样的分量再举行一次仪式，所得密钥库相同，并含有缺少的根密钥。",
        ],
        arguments: Arguments {
            own: &[("file", "密钥库文件")],
            flattened: &[&PassphraseArgs::CHINESE],
        },
    };
}

/// Completes it.
///
/// # Errors
/// The vault does not open, its keys are published or from a ceremony, or it cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let file = args.file.display();
    if from_ceremony(&args.file)? {
        return Err(Failure::new(
            Exit::Keys,
            text(
                format!(
                    "{file} may come from a key ceremony. Roots made here could not be made again from its components. Hold the ceremony again with them (`ssc keys ceremony`, new file name), and use that vault"
                ),
                format!(
                    "{file} 由密钥仪式生成（或其审计日志已重新开始，无从得知），此处新建的根密钥无法由分量恢复：请用同样的分量再举行一次仪式（`ssc keys ceremony`，另取文件名），改用新密钥库"
                ),
            ),
        ));
    }
    let Opened {
        mut vault,
        passphrase,
    } = keys::open(Some(&args.file), &args.passphrase, ui)?;
    let Some(passphrase) = passphrase.filter(|_| !vault.is_demo()) else {
        return Err(Failure::new(
            Exit::Keys,
            text(
                format!("{file} holds published demo keys: secret ones do not belong beside them"),
                format!("{file} 中是公开的演示密钥：不应与保密的密钥放在一起"),
            ),
        ));
    };
    let added = vault.complete()?;
    if let Some(trail) = vault.trail() {
        trail.note("added", added.len().into());
    }
    if !added.is_empty() {
        vault.save(&args.file, &passphrase)?;
    }
    let mut rows = Vec::new();
    let mut roots = Vec::new();
    for (id, version, kind) in &added {
        let kcv = hex::encode_upper(vault.kcv(id, *version, *kind)?);
        let kind = kind.to_string();
        roots.push(json!({ "name": id, "algorithm": kind, "version": version, "kcv": kcv }));
        rows.push([(*id).to_owned(), kind, version.to_string(), kcv]);
    }
    if ui.json {
        return ui.document(&json!({ "file": file.to_string(), "added": roots }));
    }
    if rows.is_empty() {
        ui.note(&text(
            format!("{file} lacks no root key; nothing was written"),
            format!("{file} 不缺根密钥；未写入任何内容"),
        ));
        return Ok(());
    }
    let heading = [
        pick(ui.lang, "added root key", "新增根密钥"),
        pick(ui.lang, "algorithm", "算法"),
        pick(ui.lang, "version", "版本"),
        pick(ui.lang, "KCV", "校验值"),
    ];
    ui.lines(table(&heading, rows))?;
    ui.note(&text(
        format!("{file} is complete; older copies lack these keys: make a new copy"),
        format!("{file} 已补全；较早的备份没有这些密钥：请重新备份"),
    ));
    Ok(())
}

/// Whether a ceremony made the vault, or may have: its audit log says so, or no longer goes back so far.
fn from_ceremony(vault: &Path) -> Result<bool, Failure> {
    let log = audit::log(vault).check().map_err(KeyError::from)?;
    // A log that was begun anew does not say how the vault was made: it may have been in a ceremony.
    let made = |line: &String| {
        serde_json::from_str::<Value>(line)
            .is_ok_and(|line| line["command"] == "keys ceremony" || line["event"] == "new log")
    };
    Ok(log.lines.iter().any(made))
}
