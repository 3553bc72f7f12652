//! `ssc chip prepare`

use std::num::NonZeroUsize;
use std::time::Duration;

use serde_json::{Value, json};
use ssc_bureau::card_error::CardError;
use ssc_bureau::chip::{self, Preparation};
use ssc_keys::{KeyService, Vault};
use ssc_reader::feeder::Feeder;
use ssc_words::{Bilingual, Lang};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::source::SourceArgs;
use crate::text::{pick, text};
use crate::ui::Ui;

/// Give blank chips initial keys of their own, in a trusted room
///
/// A blank chip carries published keys: whoever listens while it is issued learns all that it gets. This puts keys of the vault,
/// another set for each chip, in their place; `ssc issue` and `ssc psam issue` then go on with the same vault, in any room. Do
/// it where nobody can listen at the line. A chip that has its keys already stays as it is; one that is not blank, or has those of
/// another vault, is refused.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    vault: VaultArgs,
    /// Number of chips, one after the other
    #[arg(long, value_name = "N", default_value = "1", conflicts_with = "image")]
    count: NonZeroUsize,
    /// Seconds to wait for the next chip in a PC/SC reader
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    wait: u64,
}

impl Verb for Args {
    const NAME: &'static str = "prepare";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc chip prepare --vault keys.vault --reader \"ACS ACR39U\" --count 500",
            "500 blank chips, one after the other",
            "依次处理 500 张空白芯片",
        ),
        example(
            "ssc chip prepare --vault keys.vault --image card.ssccard",
            "the chip of a simulated card",
            "模拟卡的芯片",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "在可信房间为空白芯片写入自有的初始密钥",
        more: &[
            "空白芯片带的是公开密钥：发卡时监听线路的人会得到写入的全部内容。本命令以密钥库的密钥取而代之，每张芯片各不相同；之后可在任何场所用同一密钥库执行 `ssc issue` 和 `ssc psam issue`。请在无人能监听线路的地方进行。已有这些密钥的芯片保持不变；不是空白的、或带有其他密钥库密钥的芯片会被拒绝。",
        ],
        arguments: Arguments {
            own: &[
                ("count", "依次处理的芯片数量"),
                ("wait", "等待下一张芯片放入 PC/SC 读卡器的秒数"),
            ],
            flattened: &[&SourceArgs::CHINESE, &VaultArgs::CHINESE],
        },
    };
}

/// One chip, as the report has it.
struct Chip {
    atr: String,
    outcome: Result<Preparation, CardError>,
}

/// Prepares them.
///
/// # Errors
/// Published keys, a reader or vault that cannot be opened; chips that were not prepared.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let published = || Failure::of(&CardError::PublishedInitialKeys);
    if args.vault.is_default() {
        return Err(published());
    }
    let vault = args.vault.open(ui)?.vault;
    if vault.is_demo() {
        return Err(published());
    }
    let (place, mut feeder) = args.source.feeder(Duration::from_secs(args.wait), ui)?;
    let count = args.count.get();
    let mut chips = Vec::new();
    for number in 1..=count {
        let chip = next(&mut *feeder, &vault);
        tell(number, &chip, ui)?;
        let ends = matches!(&chip.outcome, Err(error) if error.ends_order());
        chips.push(chip);
        if ends {
            break;
        }
    }
    drop(feeder);
    finish(&place, chips, count, ui)
}

fn next(feeder: &mut dyn Feeder, vault: &Vault) -> Chip {
    let mut atr = String::new();
    let outcome = feeder
        .next_card()
        .map_err(CardError::from)
        .and_then(|mut card| {
            atr = hex::encode_upper(card.atr());
            chip::prepare(&mut *card, vault)
        });
    Chip { atr, outcome }
}

/// Says what became of a chip as soon as it is known: it may be the first of five hundred.
fn tell(number: usize, chip: &Chip, ui: &Ui) -> Result<(), Failure> {
    let atr = &chip.atr;
    match &chip.outcome {
        Err(error) => ui.warn(&text(
            format!("chip {number} {atr}: not prepared: {}", error.say(Lang::En)),
            format!("第 {number} 张 {atr}：未处理：{}", error.say(Lang::Zh)),
        )),
        Ok(_) if ui.json => {}
        Ok(Preparation::Done) => ui.line(pick(
            ui.lang,
            &format!("chip {number} {atr}: prepared, it has initial keys of its own now"),
            &format!("第 {number} 张 {atr}：已写入自有的初始密钥"),
        ))?,
        Ok(Preparation::Before) => ui.line(pick(
            ui.lang,
            &format!(
                "chip {number} {atr}: was prepared before with this vault; nothing was written"
            ),
            &format!("第 {number} 张 {atr}：此前已用本密钥库处理；未写入任何内容"),
        ))?,
    }
    Ok(())
}

fn finish(place: &str, chips: Vec<Chip>, count: usize, ui: &Ui) -> Result<(), Failure> {
    let number = |wanted: Preparation| {
        let is = |chip: &&Chip| matches!(chip.outcome, Ok(found) if found == wanted);
        chips.iter().filter(is).count()
    };
    let (done, before) = (number(Preparation::Done), number(Preparation::Before));
    let report = json!({
        "reader": place,
        "prepared": done,
        "prepared_before": before,
        "failed": chips.len() - done - before,
        "not_reached": count - chips.len(),
        "chips": chips.iter().map(document).collect::<Vec<_>>(),
    });
    if done + before == count {
        return if ui.json {
            ui.document(&report)
        } else {
            Ok(())
        };
    }
    // Of a single chip the reason is the whole answer.
    let failure = match chips.into_iter().next() {
        Some(Chip {
            outcome: Err(error),
            ..
        }) if count == 1 => Failure::of(&error),
        _ => Failure::new(
            Exit::Incomplete,
            text(
                format!(
                    "{} of {count} chips are prepared; the others were named above: put them in again, or set them aside",
                    done + before
                ),
                format!(
                    "{count} 张芯片中已处理 {} 张；其余见上：请重新放入或另放",
                    done + before
                ),
            ),
        ),
    };
    Err(failure.with_report(report))
}

fn document(chip: &Chip) -> Value {
    match &chip.outcome {
        Ok(Preparation::Done) => json!({ "atr": chip.atr, "result": "prepared" }),
        Ok(Preparation::Before) => json!({ "atr": chip.atr, "result": "prepared_before" }),
        Err(error) => json!({
            "atr": chip.atr,
            "result": "failed",
            "message": error.say(Lang::En),
            "message_zh": error.say(Lang::Zh),
        }),
    }
}
