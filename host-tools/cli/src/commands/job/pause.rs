//! `ssc job pause` and `ssc job resume`

use serde_json::json;
use ssc_bureau::register::JobState;
use ssc_words::Bilingual as _;
use ssc_words::shell::word;

use super::run::MakeArgs;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::{LookArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Let no head take another order of a job; cards in hand are finished
#[derive(Debug, clap::Args)]
pub struct Pause {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    #[command(flatten)]
    look: LookArgs,
}

/// Let a paused job go on, and with --heads make its cards at once
///
/// Without --heads only the pause ends: `ssc job run` makes the cards, here or on other machines. With --heads it does what `ssc job run`
/// does, with the same options; what is wrong with heads, keys or profile is said first, and the job stays paused.
#[derive(Debug, clap::Args)]
pub struct Resume {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    #[command(flatten)]
    make: MakeArgs,
    #[command(flatten)]
    look: LookArgs,
}

impl Verb for Pause {
    const NAME: &'static str = "pause";
    const RUN: Run<Self> = pause;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc job pause batch-7",
        "on all machines that run it",
        "在运行该作业的全部机器上暂停",
    )];
    const CHINESE: Chinese = Chinese {
        about: "暂停作业：不再取新任务，手头的卡会完成",
        more: &[],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

impl Verb for Resume {
    const NAME: &'static str = "resume";
    const RUN: Run<Self> = resume;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job resume batch-7 --heads all --vault keys.vault",
            "end the pause and make the cards on every PC/SC reader",
            "结束暂停，并在全部 PC/SC 读卡器上制卡",
        ),
        example(
            "ssc job resume batch-7",
            "end the pause only; `ssc job run batch-7` makes the cards",
            "只结束暂停；`ssc job run batch-7` 制卡",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "恢复已暂停的作业；带 --heads 时立即制卡",
        more: &[
            "不带 --heads 时只结束暂停：由 `ssc job run` 在本机或其他机器上制卡。带 --heads 时与 `ssc job run` 相同，选项也相同；发卡头、密钥或配置有误时先说明，作业仍保持暂停。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&MakeArgs::CHINESE, &LookArgs::CHINESE],
        },
    };
}

fn pause(args: &Pause, ui: &Ui) -> Result<(), Failure> {
    set(&args.job, &args.look, JobState::Paused, ui)
}

fn resume(args: &Resume, ui: &Ui) -> Result<(), Failure> {
    let make = &args.make;
    if !make.heads.are_named() {
        if make.are_given() {
            return Err(Failure::new(
                Exit::Usage,
                text(
                    "these options are for making cards: name the heads too (--heads all), or leave them out to end the pause only",
                    "这些选项用于制卡：请同时指定发卡头（--heads all），或去掉它们而只结束暂停",
                ),
            ));
        }
        return set(&args.job, &args.look, JobState::Ready, ui);
    }
    let keys = make.open(ui)?;
    let register = args.look.open_to_make(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    make.check(&job, &*keys, ui)?;
    make.look(&*keys)?;
    if job.state == JobState::Paused {
        register.set_job_state(job.id, JobState::Ready)?;
    }
    make.make((&register, &job), &*keys, ui)
}

/// Gives a job another state.
///
/// # Errors
/// No such job, or a closed one.
fn set(job: &str, look: &LookArgs, state: JobState, ui: &Ui) -> Result<(), Failure> {
    let register = look.open_to_change(ui)?;
    let job = find_job(&register, job, ui)?;
    register.set_job_state(job.id, state)?;
    if ui.json {
        return ui.document(&json!({ "job": job.id.0, "name": job.name, "state": state.name() }));
    }
    let (name, word) = (&job.name, word(&job.name));
    let done = if state == JobState::Paused {
        text(
            format!(
                "job {name} is paused: no head takes another order until `ssc job resume {word}`"
            ),
            format!("作业 {name} 已暂停：在 `ssc job resume {word}` 之前不再取新任务"),
        )
    } else {
        text(
            format!("job {name} may go on: `ssc job run {word}`"),
            format!("作业 {name} 可以继续：`ssc job run {word}`"),
        )
    };
    ui.line(done.say(ui.lang))
}
