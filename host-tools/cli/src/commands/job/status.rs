//! `ssc job status`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use ssc_bureau::register::{Filter, JobRecord, OrderState, Register, RegisterError};
use ssc_bureau::report;
use ssc_words::{Bilingual as _, Lang};

use super::list::JobLine;
use super::next;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::{LookArgs, find_job};
use crate::table::table;
use crate::text::{pick, text};
use crate::ui::Ui;

/// Show how a job stands, what waits, and what to do next
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job; without it the newest
    #[arg(value_name = "JOB")]
    job: Option<String>,
    #[command(flatten)]
    look: LookArgs,
}

impl Verb for Args {
    const NAME: &'static str = "status";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example("ssc job status", "the newest job", "最新的作业"),
        example(
            "ssc job status batch-7 --json",
            "one job, for programs",
            "某一作业，供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "显示作业的进展、等待事项和下一步",
        more: &[],
        arguments: Arguments {
            own: &[("job", "作业的名称或号；缺省为最新的作业")],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

/// What `ssc job status --json` prints.
#[derive(Serialize, JsonSchema)]
pub struct Status {
    /// The register's address, without a password.
    store: String,
    #[serde(flatten)]
    job: JobLine,
    /// Heads that have an order now.
    heads: Vec<HeadLine>,
    /// Orders whose card may be finished although no answer is noted.
    may_be_finished: u64,
    /// What to do next, the most urgent first.
    next: Vec<Both>,
}

/// A head that has an order.
#[derive(Serialize, JsonSchema)]
pub struct HeadLine {
    /// The worker: machine and reader.
    head: String,
    /// Line of the batch.
    line: usize,
    /// State of the order.
    state: String,
}

/// Words in both languages.
#[derive(Serialize, JsonSchema)]
pub struct Both {
    /// In English.
    pub en: String,
    /// 中文
    pub zh: String,
}

impl Both {
    /// Of a message.
    pub fn of(message: &dyn ssc_words::Bilingual) -> Self {
        Self {
            en: message.say(Lang::En),
            zh: message.say(Lang::Zh),
        }
    }
}

/// The job that is meant.
fn meant(args: &Args, register: &Register, ui: &Ui) -> Result<JobRecord, Failure> {
    match &args.job {
        Some(word) => find_job(register, word, ui),
        None => match register.jobs()?.first() {
            Some(newest) => find_job(register, &newest.name, ui),
            None => Err(Failure::new(
                Exit::Input,
                text(
                    "no job yet: `ssc job create` makes one",
                    "尚无作业：`ssc job create` 会建立",
                ),
            )),
        },
    }
}

/// Milliseconds since 1970 (UTC).
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Shows it.
///
/// # Errors
/// No such job; the register cannot be read.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let register = args.look.open(ui)?;
    let job = meant(args, &register, ui)?;
    let counts = register.counts(job.id)?;
    let (heads, unanswered) = under_way(&register, &job)?;
    let later = register.later(job.id)?.len();
    let next = next::of_job(&job, &counts, (heads.len(), unanswered, later));
    let lang = ui.lang;
    if ui.json {
        let status = Status {
            store: register.store().to_owned(),
            job: JobLine::of(&job, &counts),
            heads,
            may_be_finished: unanswered,
            next: next.iter().map(|step| Both::of(step)).collect(),
        };
        return ui.document(&serde_json::json!(status));
    }
    let standing = report::standing::of_job(&register, &job, &counts)?;
    let standing = standing.words(lang);
    ui.line(match lang {
        Lang::En => format!("{} ({standing})", job.name),
        Lang::Zh => format!("{}（{standing}）", job.name),
    })?;
    let states = OrderState::ALL
        .iter()
        .filter(|state| counts.of(**state) > 0);
    let rows = states.map(|state| [state.words(lang), counts.of(*state).to_string()]);
    let all = [
        pick(lang, "all", "合计").to_owned(),
        counts.all().to_string(),
    ];
    let heading = [pick(lang, "state", "状态"), pick(lang, "orders", "任务数")];
    ui.lines(table(&heading, rows.chain([all])))?;
    if !heads.is_empty() {
        let heading = [
            pick(lang, "head", "发卡头"),
            pick(lang, "line", "行"),
            pick(lang, "order", "任务"),
        ];
        let rows = heads.iter().map(|head| {
            let state = OrderState::of_name(&head.state);
            let state = state.map_or_else(String::new, |state| state.words(lang));
            [
                crate::run_name::shown(&head.head),
                head.line.to_string(),
                state,
            ]
        });
        ui.lines(table(&heading, rows))?;
    }
    for (index, step) in next.iter().enumerate() {
        ui.line(format!("{}. {}", index + 1, step.say(lang)))?;
    }
    Ok(())
}

/// Heads that have an order, and how many cards may be finished with no answer noted and in no head.
fn under_way(register: &Register, job: &JobRecord) -> Result<(Vec<HeadLine>, u64), RegisterError> {
    let now = now();
    let mut heads = BTreeMap::new();
    let mut unanswered = 0;
    let busy = [
        OrderState::Reserved,
        OrderState::InPersonalization,
        OrderState::Checked,
        OrderState::ToBeRemade,
    ];
    for state in busy {
        for known in report::orders(register, job.id, Filter::In(state)) {
            let known = known?;
            if known.order.lease_until > now {
                let head = known.order.worker.clone();
                let until = known.order.lease_until;
                // A head has one order: leases of it that end earlier are of runs that were killed.
                if heads.get(&head).is_none_or(|(latest, _)| *latest < until) {
                    let line = HeadLine {
                        head: head.clone(),
                        line: known.order.row,
                        state: known.order.state.name().into(),
                    };
                    heads.insert(head, (until, line));
                }
            } else if known.may_be_finished() {
                unanswered += 1;
            }
        }
    }
    let heads = heads.into_values().map(|(_, line)| line).collect();
    Ok((heads, unanswered))
}
