//! `ssc batch check`

use std::path::PathBuf;

use apdu_specs::Generation;
use serde_json::{Value, json};
use ssc_bureau::batch::{self, Batch};
use ssc_bureau::card_model::CardModel;
use ssc_words::Bilingual;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;
use crate::values;

/// Check a batch file and list every fault in one run
///
/// CSV in UTF-8 or GB18030; columns by item codes (AAC002, AAC003, …) or English names. Nothing is written. Citizen numbers
/// are shown with their region only.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Batch of cardholders, CSV
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Generation of the cards, 1.00, 2.00 or 3.00: names that it has no room for are faults too
    #[arg(long, value_name = "VERSION", value_parser = values::generation)]
    generation: Option<Generation>,
}

impl Verb for Args {
    const NAME: &'static str = "check";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc batch check batch.csv",
            "every fault with its line, column and rule",
            "逐条列出错误的行、列和规则",
        ),
        example(
            "ssc batch check batch.csv --json",
            "the same for programs",
            "供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "检查批次文件，一次列出全部错误",
        more: &[
            "UTF-8 或 GB18030 的 CSV；列名用数据项代码（AAC002、AAC003……）或英文名。不写任何文件。社会保障号码只显示行政区划部分。",
        ],
        arguments: Arguments {
            own: &[
                ("file", "持卡人批次文件，CSV"),
                (
                    "generation",
                    "卡的规范版本：1.00、2.00 或 3.00；该版卡放不下的姓名也算错误",
                ),
            ],
            flattened: &[],
        },
    };
}

/// Reads the batch and says what it found.
///
/// # Errors
/// Faults are one, with exit code 3.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let batch = batch::read(&args.file, args.generation.map(CardModel::plain))?;
    let report = report(&batch, args);
    if !ui.json {
        for finding in batch.all_faults().chain(batch.warnings()) {
            ui.line(finding.say(ui.lang))?;
        }
        ui.line(summary(&batch).say(ui.lang))?;
    }
    if batch.is_clean() {
        return if ui.json {
            ui.document(&report)
        } else {
            Ok(())
        };
    }
    let (file, faults) = (args.file.display(), batch.all_faults().count());
    let message = if batch.faults.is_empty() {
        text(
            format!(
                "{file} has {faults} faults; correct them, or issue the other rows with `ssc issue --skip-invalid`"
            ),
            format!(
                "{file} 有 {faults} 处错误；请更正，或用 `ssc issue --skip-invalid` 只发其余行"
            ),
        )
    } else {
        text(
            format!(
                "{file} has {faults} faults, some in its heading line; correct that first: until then it is not sure what the rows mean, and none is issued"
            ),
            format!(
                "{file} 有 {faults} 处错误，标题行也有；请先更正标题行：在此之前各行含义不确定，一张也不发"
            ),
        )
    };
    Err(Failure::new(Exit::Input, message).with_report(report))
}

fn report(batch: &Batch, args: &Args) -> Value {
    json!({
        "file": args.file.display().to_string(),
        "encoding": batch.encoding.name(),
        "rows": batch.rows.len(),
        "valid": batch.requests().count(),
        "refused": batch.refused().count(),
        "faults": batch.all_faults().collect::<Vec<_>>(),
        "warnings": batch.warnings().collect::<Vec<_>>(),
    })
}

fn summary(batch: &Batch) -> impl Bilingual + use<> {
    let (encoding, rows) = (batch.encoding.name(), batch.rows.len());
    let (valid, refused) = (batch.requests().count(), batch.refused().count());
    let (faults, warnings) = (batch.all_faults().count(), batch.warnings().count());
    text(
        format!(
            "{encoding}: {rows} rows, {valid} valid, {refused} refused; {faults} faults, {warnings} warnings"
        ),
        format!(
            "{encoding}：共 {rows} 行，有效 {valid}，拒绝 {refused}；错误 {faults} 处，警告 {warnings} 处"
        ),
    )
}
