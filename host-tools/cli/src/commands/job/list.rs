//! `ssc job list`

use schemars::JsonSchema;
use serde::Serialize;
use ssc_bureau::register::{Counts, JobRecord, OrderState};
use ssc_bureau::report;
use ssc_words::moment;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::store::LookArgs;
use crate::table::table;
use crate::text::{pick, text};
use crate::ui::Ui;

/// List the jobs of the register, the newest first
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    look: LookArgs,
}

impl Verb for Args {
    const NAME: &'static str = "list";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example("ssc job list", "all jobs", "全部作业"),
        example(
            "ssc job list --demo --json",
            "those with demo keys, for programs",
            "演示密钥的作业，供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "列出登记簿中的作业，最新的在前",
        more: &[],
        arguments: Arguments {
            own: &[],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

/// What `ssc job list --json` prints.
#[derive(Serialize, JsonSchema)]
pub struct List {
    /// The register's address, without a password.
    store: String,
    /// The newest first.
    jobs: Vec<JobLine>,
}

/// A job, in short.
#[derive(Serialize, JsonSchema)]
pub struct JobLine {
    /// Its number.
    id: i64,
    /// Its name.
    name: String,
    /// ready, running, paused or closed.
    state: String,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_at_ms: i64,
    /// Name of the batch's file.
    batch: String,
    /// Name of the profile.
    profile: String,
    /// Orders by state; states without orders are left out.
    orders: std::collections::BTreeMap<String, u64>,
    /// All orders.
    total: u64,
}

impl JobLine {
    /// Of a job and its counts.
    pub fn of(job: &JobRecord, counts: &Counts) -> Self {
        let orders = counts.0.iter();
        Self {
            id: job.id.0,
            name: job.name.clone(),
            state: job.state.name().into(),
            created_at_ms: job.created_at,
            batch: job.batch_name.clone(),
            profile: job.profile_name.clone(),
            orders: orders
                .map(|(state, count)| (state.name().to_owned(), *count))
                .collect(),
            total: counts.all(),
        }
    }
}

/// Lists them.
///
/// # Errors
/// The register cannot be read.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let register = args.look.open(ui)?;
    let mut jobs = Vec::new();
    for job in register.jobs()? {
        let counts = register.counts(job.id)?;
        let standing = report::standing::of_job(&register, &job, &counts)?;
        jobs.push((job, counts, standing));
    }
    if ui.json {
        let list = List {
            store: register.store().to_owned(),
            jobs: jobs
                .iter()
                .map(|(job, counts, _)| JobLine::of(job, counts))
                .collect(),
        };
        return ui.document(&serde_json::json!(list));
    }
    if jobs.is_empty() {
        ui.note(&text(
            "no job yet: `ssc job create` makes one",
            "尚无作业：`ssc job create` 会建立",
        ));
        return Ok(());
    }
    let lang = ui.lang;
    let heading = [
        pick(lang, "no.", "号"),
        pick(lang, "job", "作业"),
        pick(lang, "state", "状态"),
        pick(lang, "delivered", "已交付"),
        pick(lang, "of", "共"),
        pick(lang, "made", "创建时间"),
        pick(lang, "batch", "批次"),
    ];
    let rows = jobs.iter().map(|(job, counts, standing)| {
        [
            job.id.to_string(),
            job.name.clone(),
            standing.words(lang).to_owned(),
            counts.of(OrderState::Delivered).to_string(),
            counts.all().to_string(),
            moment::shown(report::time(job.created_at)),
            ssc_bureau::reissue::batch_shown(job, lang),
        ]
    });
    ui.lines(table(&heading, rows))
}
