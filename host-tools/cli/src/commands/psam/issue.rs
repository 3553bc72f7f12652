//! `ssc psam issue`

use apdu_specs::keys::FIRST_KEY_VERSION;
use serde_json::json;
use ssc_bureau::psam::{self, Levels, PsamOrder, TerminalIdentifier};
use ssc_keys::KeyService;
use ssc_person::Region;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::line::LineArgs;
use crate::source::SourceArgs;
use crate::table::table;
use crate::text::{pick, text};
use crate::ui::Ui;
use crate::values;

/// Make a terminal's PSAM of a blank card
///
/// It holds the master keys of the vault in a 3DES and an SM4 environment, for cards of every generation. Keys with three levels
/// are the roots themselves: guard it like the vault. Keys with two levels are for the cards of the region's province, those
/// with one for the cards of the region alone. As usual IRK and the reading keys of the DFs have three levels and the others
/// two; `ssc psam show` tells them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Region in which the terminal stands, six digits
    #[arg(long, value_name = "CODE", value_parser = values::region)]
    region: Region,
    /// All keys with 1 (this region), 2 (its province) or 3 levels (every region, the update keys too)
    #[arg(long, value_name = "N", value_parser = values::levels, conflicts_with = "national")]
    levels: Option<Levels>,
    /// All reading keys with three levels: reads cards of every region, writes those of its own
    #[arg(long)]
    national: bool,
    /// Terminal identifier, 12 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = values::terminal)]
    terminal_id: TerminalIdentifier,
    /// Version of the root keys, 1 to 3
    #[arg(long, value_name = "N", default_value_t = FIRST_KEY_VERSION, value_parser = values::key_version)]
    key_version: u8,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    vault: VaultArgs,
    #[command(flatten)]
    line: LineArgs,
}

impl Verb for Args {
    const NAME: &'static str = "issue";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc psam issue --region 440300 --terminal-id 440300000001 --reader \"ACS ACR39U\" --vault keys.vault",
            "a blank card in a PC/SC reader becomes the terminal's PSAM",
            "将 PC/SC 读卡器中的空白卡制成终端的 PSAM",
        ),
        example(
            "ssc psam issue --region 440300 --terminal-id 440300000001 --image psam.ssccard",
            "a simulated PSAM with the published demo keys",
            "用公开的演示密钥制作模拟 PSAM",
        ),
        example(
            "ssc psam issue --national --region 440300 --terminal-id 440300000001 --reader \"ACS ACR39U\" --vault keys.vault",
            "a terminal that reads cards of every province and writes those of its own",
            "可读全国各地的卡、只写本省卡的终端",
        ),
        example(
            "ssc psam issue --levels 1 --region 440300 --terminal-id 440300000001 --reader \"ACS ACR39U\" --vault keys.vault",
            "keys derived for the city already, for programs of version 1.00",
            "密钥已分散到城市，供 1.00 版的程序使用",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "将空白卡制成终端的 PSAM",
        more: &[
            "PSAM 在 3DES 和 SM4 两个环境中保存密钥库的主密钥，适用于各代卡。三级密钥即根密钥本身：请像密钥库一样保管。两级密钥用于该行政区划所在省的卡，一级密钥只用于该行政区划的卡。通常 IRK 和各应用的读取密钥为三级，其余为两级；`ssc psam show` 可查看。",
        ],
        arguments: Arguments {
            own: &[
                ("region", "终端所在的行政区划，六位数字"),
                (
                    "levels",
                    "所有密钥为 1 级（本行政区划）、2 级（本省）或 3 级（全国，含更新密钥）",
                ),
                ("national", "所有读取密钥为三级：可读全国的卡，只写本省的卡"),
                ("terminal_id", "终端机编号，12 位十六进制数字"),
                ("key_version", "根密钥版本，1 至 3"),
            ],
            flattened: &[
                &SourceArgs::CHINESE,
                &VaultArgs::CHINESE,
                &LineArgs::CHINESE,
            ],
        },
    };
}

/// Makes it.
///
/// # Errors
/// Keys or a reader that cannot be opened, a card that is not blank.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let vault = args.vault.open(ui)?.vault;
    let levels = if args.national {
        Levels::NationalReading
    } else {
        args.levels.unwrap_or_default()
    };
    if let Some(trail) = vault.trail() {
        trail.note("terminal", json!(hex::encode_upper(args.terminal_id)));
        trail.note("region", json!(args.region.as_str()));
        trail.note("levels", json!(name(levels)));
    }
    if !args.region.is_known() {
        let region = args.region.as_str();
        ui.warn(&text(
            format!(
                "the region {region} is not in GB/T 2260; the PSAM is made for it all the same"
            ),
            format!("GB/T 2260 中没有行政区划 {region}；仍按其制作 PSAM"),
        ));
    }
    let mut connected = args.source.connect_blank(&vault, args.line.line(), ui)?;
    let order = PsamOrder {
        region: args.region,
        levels,
        terminal: args.terminal_id,
        version: args.key_version,
        line: args.line.line(),
    };
    let issued = psam::issue(&mut *connected.card, &order, &vault).map_err(Failure::from)?;
    for key in &issued.missing {
        ui.warn(&text(
            format!(
                "the vault has no root {key}: this PSAM cannot do debits (80 70). Add it with `ssc keys complete`, or by the same ceremony again"
            ),
            format!("密钥库中没有根密钥 {key}：此 PSAM 不能做消费（80 70）。可用 `ssc keys complete` 补上，或再举行一次同样的仪式"),
        ));
    }
    let terminal = hex::encode_upper(args.terminal_id);
    if ui.json {
        return ui.document(&json!({
            "reader": connected.place,
            "atr": issued.atr,
            "terminal": terminal,
            "region": args.region.as_str(),
            "levels": name(levels),
            "key_version": args.key_version,
            "keys": issued.keys,
            "missing": issued.missing,
            "demo_keys": vault.is_demo(),
            "trusted_line": args.line.is_trusted(),
        }));
    }
    let rows = [
        [pick(ui.lang, "reader", "读卡器"), &connected.place],
        ["ATR", &issued.atr],
        [
            pick(ui.lang, "terminal identifier", "终端机编号"),
            &terminal,
        ],
        [pick(ui.lang, "region", "行政区划"), args.region.as_str()],
        [pick(ui.lang, "levels", "级数"), name(levels)],
        [
            pick(ui.lang, "key version", "密钥版本"),
            &args.key_version.to_string(),
        ],
        [pick(ui.lang, "keys", "密钥数"), &issued.keys.to_string()],
    ]
    .map(|row| row.map(str::to_owned));
    ui.lines(table(&["PSAM", ""], rows))
}

/// Name for programs of what was asked for.
const fn name(levels: Levels) -> &'static str {
    match levels {
        Levels::Usual => "usual",
        Levels::City => "1",
        Levels::Province => "2",
        Levels::Nation => "3",
        Levels::NationalReading => "national",
    }
}
