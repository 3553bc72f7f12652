//! `ssc psam show`

use apdu_specs::applications::psam::SamUse;
use serde_json::{Value, json};
use ssc_bureau::psam::{self, Environment, HeldKey};
use ssc_words::Lang;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::source::SourceArgs;
use crate::table::table;
use crate::text::pick;
use crate::ui::Ui;

/// Show a PSAM's terminal identifier and the numbers of its keys
///
/// Never a key: a PSAM gives none. Nothing is written, no counter moves.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
}

impl Verb for Args {
    const NAME: &'static str = "show";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc psam show --reader \"ACS ACR39U\"",
            "whose PSAM it is, and which keys it has",
            "查看是哪台终端的 PSAM 及其密钥清单",
        ),
        example(
            "ssc psam show --image psam.ssccard --json",
            "the same for a program",
            "供程序使用",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "显示 PSAM 的终端机编号和密钥清单",
        more: &["从不显示密钥：PSAM 不给出密钥。不写入任何内容，不改变任何计数器。"],
        arguments: Arguments {
            own: &[],
            flattened: &[&SourceArgs::CHINESE],
        },
    };
}

/// Shows it.
///
/// # Errors
/// No reader, no card, or one that is no PSAM.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let mut connected = args.source.connect(ui)?;
    let info = psam::inspect(&mut *connected.card).map_err(Failure::from)?;
    let terminal = hex::encode_upper(info.terminal);
    if ui.json {
        let environments: Vec<Value> = info.environments.iter().map(environment).collect();
        return ui.document(&json!({
            "reader": connected.place,
            "terminal": terminal,
            "region": info.region,
            "environments": environments,
            "ssf33": info.ssf33,
        }));
    }
    let unknown = || pick(ui.lang, "not told", "未提供").to_owned();
    let region = info.region.clone().unwrap_or_else(unknown);
    let heads = [
        [pick(ui.lang, "reader", "读卡器"), &connected.place],
        [
            pick(ui.lang, "terminal identifier", "终端机编号"),
            &terminal,
        ],
        [pick(ui.lang, "region", "行政区划"), &region],
    ]
    .map(|row| row.map(str::to_owned));
    ui.lines(table(&["PSAM", ""], heads))?;
    for environment in &info.environments {
        let name = format!("{} {}", environment.row.label, environment.algorithm());
        let Some(keys) = &environment.keys else {
            ui.line("")?;
            ui.line(format!(
                "{name}: {}",
                pick(ui.lang, "the keys are not listed", "未列出密钥")
            ))?;
            continue;
        };
        let rows = keys.iter().map(|key| {
            let levels = SamUse::from_byte(key.sam_use).map_or(0, |decoded| decoded.levels);
            [
                format!("{:02X}", key.identifier),
                format!("{:02X}", key.sam_use),
                levels.to_string(),
                cards(levels, info.region.as_deref(), ui.lang),
                key.version.to_string(),
                key.row()
                    .map_or_else(unknown, |row| row.vault_id.to_owned()),
            ]
        });
        let heading = [
            name.as_str(),
            pick(ui.lang, "use", "用途"),
            pick(ui.lang, "levels", "级数"),
            pick(ui.lang, "cards of", "适用的卡"),
            pick(ui.lang, "version", "版本"),
            pick(ui.lang, "key", "密钥"),
        ];
        ui.line("")?;
        ui.lines(table(&heading, rows))?;
    }
    if info.ssf33 {
        ui.line("")?;
        ui.line(pick(
            ui.lang,
            "sx2 SSF33: recognised; the cipher is not public, so its keys cannot be used here",
            "sx2 SSF33：已识别；该算法不公开，此处不能使用其密钥",
        ))?;
    }
    Ok(())
}

/// Whose cards a key with `levels` is for; the region is the PSAM's, where it tells it.
fn cards(levels: u8, region: Option<&str>, lang: Lang) -> String {
    match (levels, region) {
        (3, _) => pick(lang, "every region", "全国").to_owned(),
        (2, Some(region)) => {
            let province = region.get(..2).unwrap_or_default();
            format!("{} {province}0000", pick(lang, "province", "省"))
        }
        (2, None) => pick(lang, "its province", "本省").to_owned(),
        (1, Some(region)) => format!("{} {region}", pick(lang, "region", "地区")),
        (1, None) => pick(lang, "its region", "本地区").to_owned(),
        (0 | 4.., _) => pick(lang, "not told", "未提供").to_owned(),
    }
}

fn environment(environment: &Environment) -> Value {
    let keys = environment.keys.as_ref();
    json!({
        "name": environment.row.label,
        "algorithm": environment.algorithm(),
        "keys": keys.map(|keys| keys.iter().map(key).collect::<Vec<_>>()),
    })
}

fn key(key: &HeldKey) -> Value {
    let decoded = SamUse::from_byte(key.sam_use);
    json!({
        "identifier": format!("{:02X}", key.identifier),
        "use": format!("{:02X}", key.sam_use),
        "levels": decoded.map(|decoded| decoded.levels),
        "type": decoded.map(|decoded| decoded.kind as u8),
        "version": key.version,
        "name": key.row().map(|row| row.vault_id),
    })
}
