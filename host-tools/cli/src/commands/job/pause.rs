//! `ssc job pause` and `ssc job resume`

use serde_json::json;
use ssc_bureau::register::JobState;
use ssc_words::Bilingual as _;
use ssc_words::shell::word;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
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

/// Let a paused job go on: `ssc job run` makes its cards again
#[derive(Debug, clap::Args)]
pub struct Resume {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
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
    const EXAMPLES: &'static [Example] = &[example(
        "ssc job resume batch-7",
        "then `ssc job run batch-7`",
        "然后执行 `ssc job run batch-7`",
    )];
    const CHINESE: Chinese = Chinese {
        about: "恢复已暂停的作业：`ssc job run` 再次制卡",
        more: &[],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

fn pause(args: &Pause, ui: &Ui) -> Result<(), Failure> {
    set(&args.job, &args.look, JobState::Paused, ui)
}

fn resume(args: &Resume, ui: &Ui) -> Result<(), Failure> {
    set(&args.job, &args.look, JobState::Ready, ui)
}

/// Gives a job another state.
///
/// # Errors
/// No such job, or a closed one.
fn set(job: &str, look: &LookArgs, state: JobState, ui: &Ui) -> Result<(), Failure> {
    let register = look.open(ui)?;
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
