//! `ssc job remaining`

use schemars::JsonSchema;
use serde::Serialize;
use ssc_bureau::register::{Filter, JobRecord, OrderState, Register};
use ssc_bureau::report::{self, Known};
use ssc_bureau::return_file::Reason;
use ssc_person::mask;
use ssc_words::shell::word;
use ssc_words::{Bilingual as _, Lang, count};

use super::next;
use super::status::{Both, now};
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::store::{LookArgs, find_job};
use crate::text::{pick, text};
use crate::ui::Ui;

/// List what is not delivered, why, and the safe next step for each row
///
/// Rows that only wait for their turn are counted, not listed, unless --all is given. Numbers are masked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    /// List rows too that only wait for their turn
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    look: LookArgs,
}

impl Verb for Args {
    const NAME: &'static str = "remaining";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job remaining batch-7",
            "rows without a card, and what to do",
            "尚无卡的行及处理方法",
        ),
        example(
            "ssc job remaining batch-7 --all --json",
            "all of them, for programs",
            "全部，供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "列出未交付的行、原因和每行安全的下一步",
        more: &["只是等待轮次的行只计数不列出，除非给出 --all。号码已遮盖。"],
        arguments: Arguments {
            own: &[("job", "作业的名称或号"), ("all", "也列出只是等待轮次的行")],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

/// What `ssc job remaining --json` prints.
#[derive(Serialize, JsonSchema)]
pub struct Remaining {
    /// Name of the job.
    job: String,
    /// Rows without a card: the rejected ones, then the others, each in the order of the batch.
    rows: Vec<Row>,
    /// Rows that only wait for their turn and are not in `rows`.
    waiting: u64,
}

/// A row without a card.
#[derive(Serialize, JsonSchema)]
pub struct Row {
    /// Line of the batch.
    line: usize,
    /// State of its order.
    state: String,
    /// Social security number, masked.
    number_masked: String,
    /// The person's name, masked.
    name_masked: String,
    /// Card number, where it has one.
    card_number: Option<String>,
    /// Serial of the chip that was written for it last.
    chip: Option<String>,
    /// Whether that chip may be a finished card: it gets no second one before it was asked.
    may_be_finished: bool,
    /// Why it has no card.
    reason: Both,
    /// What to do.
    next: Both,
}

impl Row {
    fn of(known: &Known, job: &JobRecord, now: i64) -> Self {
        let order = &known.order;
        let Reason { english, chinese } = known.reason();
        Self {
            line: order.row,
            state: order.state.name().into(),
            number_masked: mask::number(&order.number),
            name_masked: order.name_masked.clone(),
            card_number: order.card_number.clone(),
            chip: known.chip.as_ref().map(|chip| chip.serial.clone()),
            may_be_finished: known.may_be_finished(),
            reason: Both {
                en: english,
                zh: chinese,
            },
            next: Both::of(&next::of_order(known, job, now)),
        }
    }
}

/// Whether a row only waits for its turn.
fn waits(known: &Known, now: i64) -> bool {
    let state = known.order.state;
    known.order.lease_until <= now
        && !known.may_be_finished()
        && matches!(
            state,
            OrderState::Received | OrderState::Validated | OrderState::Reserved
        )
}

fn collect(args: &Args, register: &Register, job: &JobRecord) -> Result<Remaining, Failure> {
    let now = now();
    let mut remaining = Remaining {
        job: job.name.clone(),
        rows: Vec::new(),
        waiting: 0,
    };
    let rejected = report::orders(register, job.id, Filter::In(OrderState::Rejected));
    for known in rejected.chain(report::orders(register, job.id, Filter::Remaining)) {
        let known = known?;
        if waits(&known, now) && !args.all {
            remaining.waiting += 1;
        } else {
            remaining.rows.push(Row::of(&known, job, now));
        }
    }
    Ok(remaining)
}

/// Lists them.
///
/// # Errors
/// No such job; the register cannot be read.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let register = args.look.open(ui)?;
    let job = find_job(&register, &args.job, ui)?;
    let remaining = collect(args, &register, &job)?;
    if ui.json {
        return ui.document(&serde_json::json!(remaining));
    }
    let (lang, is_empty) = (ui.lang, remaining.rows.is_empty());
    for row in remaining.rows {
        let state = OrderState::of_name(&row.state);
        let state = state.map_or_else(String::new, |state| state.words(lang));
        let (line, number) = (row.line, &row.number_masked);
        let head = if number.is_empty() {
            text(
                format!("line {line}, without a number: {state}"),
                format!("第 {line} 行，没有号码：{state}"),
            )
        } else {
            text(
                format!("line {line}, {number}: {state}"),
                format!("第 {line} 行，{number}：{state}"),
            )
        };
        ui.line(head.say(lang))?;
        let [why, step] = match lang {
            Lang::En => [row.reason.en, row.next.en],
            Lang::Zh => [row.reason.zh, row.next.zh],
        };
        // The line of the batch stands above.
        let why = without_line(&why, line);
        ui.line(format!("  {}{why}", pick(lang, "why:  ", "原因：")))?;
        ui.line(format!("  {}{step}", pick(lang, "next: ", "下一步：")))?;
    }
    let name = word(&job.name);
    if is_empty && remaining.waiting == 0 {
        let counts = register.counts(job.id)?;
        let delivered = counts.of(OrderState::Delivered);
        let all = text(
            format!(
                "nothing is left: {} delivered; `ssc job report {name} --return-file FILE` writes what became of each row",
                count(delivered, "card was|cards were")
            ),
            format!(
                "没有剩余：已交付 {delivered} 张；`ssc job report {name} --return-file FILE` 写出每一行的结果"
            ),
        );
        return ui.line(all.say(lang));
    }
    if remaining.waiting == 0 {
        return Ok(());
    }
    let (waiting, run) = (remaining.waiting, next::run(&job));
    let wait = text(
        format!(
            "{}: `{run}`",
            count(waiting, "row waits for its turn|rows wait for their turn")
        ),
        format!("{waiting} 行等待轮次：`{run}`"),
    );
    ui.line(wait.say(lang))
}

/// Findings of a row, without the line in front of each.
fn without_line(why: &str, line: usize) -> String {
    [
        format!("line {line}, "),
        format!("line {line}: "),
        format!("第{line}行，"),
        format!("第{line}行："),
    ]
    .iter()
    .fold(why.to_owned(), |why, prefix| why.replace(prefix, ""))
}
