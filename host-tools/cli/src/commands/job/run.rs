//! `ssc job run`

use ssc_bureau::register::JobState;
use ssc_words::Bilingual as _;
use ssc_words::shell::word;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::heads::HeadArgs;
use crate::keys::MasterArgs;
use crate::line::LineArgs;
use crate::runner;
use crate::screen::ScreenArgs;
use crate::store::{StoreArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Make the cards of a job, on all heads at once
///
/// Cards that are delivered stay. A card that lies in a head and was begun is continued for the same person. Ctrl-C finishes the cards in
/// hand; a second one stops at once, and loses nothing. Several machines may run one job of a PostgreSQL register.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    #[command(flatten)]
    heads: HeadArgs,
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    screen: ScreenArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "run";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job run batch-7 --heads all --vault keys.vault",
            "on every PC/SC reader",
            "在全部 PC/SC 读卡器上制卡",
        ),
        example(
            "ssc job run batch-7 --heads sim:4 --images cards",
            "simulated cards on four heads, kept as images",
            "四个模拟发卡头，并保存为映像",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "在全部发卡头上同时制作作业的卡",
        more: &[
            "已交付的卡不再处理。发卡头中已开始写入的卡会为同一人继续。Ctrl-C 完成手头的卡后结束；第二次立即停止，没有丢失。多台机器可共同运行 PostgreSQL 登记簿中的一个作业。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[
                &HeadArgs::CHINESE,
                &LineArgs::CHINESE,
                &ScreenArgs::CHINESE,
                &StoreArgs::CHINESE,
                &MasterArgs::CHINESE,
            ],
        },
    };
}

/// Runs the job.
///
/// # Errors
/// No such job, one that is paused; simulated cards with keys of one's own that nobody keeps; heads, keys or register that cannot be used; orders that are left.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    args.heads.check(&args.keys)?;
    ui.advice.heads(args.line.with(args.heads.options()));
    let keys = args.keys.open(ui)?.keys;
    let register = args.store.open(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    if job.state == JobState::Paused {
        let (name, word) = (&job.name, word(&job.name));
        return Err(Failure::new(
            Exit::Usage,
            text(
                format!("job {name} is paused: `ssc job resume {word}` lets it go on"),
                format!("作业 {name} 已暂停：请用 `ssc job resume {word}` 继续"),
            ),
        ));
    }
    let (heads, line) = (&args.heads, &args.line);
    let outcome = runner::run((&register, &job), &*keys, (heads, line), &args.screen, ui)?;
    let document = outcome.document(&job);
    if !ui.json && !args.screen.json_lines() {
        ui.line(outcome.summary(&job).say(ui.lang))?;
    }
    match outcome.verdict(&job) {
        Ok(()) if ui.json => ui.document(&document),
        verdict => verdict.map_err(|failure| failure.with_report(document)),
    }
}
