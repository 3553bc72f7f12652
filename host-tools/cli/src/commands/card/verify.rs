//! `ssc verify`

use serde_json::{Map, Value as Json, json};
use ssc_terminal::Authenticity;
use ssc_words::{Bilingual, Lang};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal_args::TerminalArgs;
use crate::text::{Text, pick};
use crate::ui::Ui;

/// Check whether a card is genuine, and say why
///
/// Three things are checked: the serial number of the identification code against the ATR, the code's MAC, and internal authentication with
/// a random factor, which a copy of a genuine card's data fails. Nothing is presented to the card, and it loses no try. Ends with 8
/// unless the card is genuine.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for Args {
    const NAME: &'static str = "verify";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc verify --reader \"ACS ACR39U\" --vault keys.vault",
            "is this card genuine?",
            "此卡是否真卡？",
        ),
        example(
            "ssc verify --psam \"Gemalto\" --json",
            "with a PSAM in a second reader, for programs",
            "第二个读卡器中有 PSAM，供程序使用",
        ),
        example(
            "ssc verify --hsm /usr/lib/softhsm/libsofthsm2.so --token-label ssc",
            "with keys in a host security module (1.00 and 2.00)",
            "密钥在加密机中（1.00 和 2.00）",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "检查卡片是否真卡，并说明理由",
        more: &[
            "检查三项：卡识别码中的序列号与 ATR 是否一致、卡识别码的 MAC、以随机因子做的内部认证（复制卡不能通过）。不向卡片出示任何内容，不消耗尝试次数。不是真卡时以 8 退出。",
        ],
        arguments: Arguments {
            own: &[],
            flattened: &[&TerminalArgs::CHINESE],
        },
    };
}

/// Checks the card.
///
/// # Errors
/// The card cannot be checked, or is not genuine.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let identity = args
        .terminal
        .check_with(ui, |session, _| session.verify_identity())?;
    let report = report(&identity);
    if identity.is_genuine() {
        if ui.json {
            return ui.document(&Json::Object(report));
        }
        print(&identity, ui)?;
        return Ok(());
    }
    if !ui.json {
        print(&identity, ui)?;
    }
    Err(Failure::new(Exit::NotGenuine, Text::of(&identity.verdict))
        .with_report(Json::Object(report)))
}

fn print(identity: &Authenticity, ui: &Ui) -> Result<(), Failure> {
    for (english, chinese, check) in [
        ("serial number", "序列号", identity.serial_number),
        (
            "MAC of the identification code",
            "卡识别码 MAC",
            identity.identification_code_mac,
        ),
        (
            "internal authentication",
            "内部认证",
            identity.internal_authentication,
        ),
    ] {
        let name = pick(ui.lang, english, chinese);
        let colon = pick(ui.lang, ": ", "：");
        ui.line(format!("{name}{colon}{}", check.say(ui.lang)))?;
    }
    if identity.is_genuine() {
        ui.line(identity.verdict.say(ui.lang))?;
    }
    Ok(())
}

fn report(identity: &Authenticity) -> Map<String, Json> {
    let mut report = match serde_json::to_value(identity) {
        Ok(Json::Object(fields)) => fields,
        _ => Map::new(),
    };
    report.insert("genuine".into(), json!(identity.is_genuine()));
    report.insert("words".into(), json!(identity.verdict.say(Lang::En)));
    report.insert("words_zh".into(), json!(identity.verdict.say(Lang::Zh)));
    report
}
