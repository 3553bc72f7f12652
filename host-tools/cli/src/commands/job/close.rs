//! `ssc job close`

use serde_json::json;
use ssc_words::Bilingual as _;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::store::{LookArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Close a job for ever: what was not made is taken back, and its persons can be ordered anew
///
/// Cards that were delivered stay as they are, and card numbers stay given. It is refused while a head works on the job, and while a card of it
/// may be finished although no answer is noted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    #[command(flatten)]
    look: LookArgs,
}

impl Verb for Args {
    const NAME: &'static str = "close";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc job close batch-7",
        "made with the wrong profile: take it back, then create it again",
        "配置用错：收回后重新建立",
    )];
    const CHINESE: Chinese = Chinese {
        about: "永久关闭作业：收回未制成的任务，其人员可重新制卡",
        more: &[
            "已交付的卡保持不变，已发的卡号不再发放。有发卡头正在制卡，或有卡可能已完成但未记录应答时，拒绝关闭。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let register = args.look.open(ui)?;
    let job = find_job(&register, &args.job)?;
    let taken_back = register.close_job(job.id)?;
    if ui.json {
        return ui.document(
            &json!({ "job": job.id.0, "name": job.name, "state": "closed", "taken_back": taken_back }),
        );
    }
    let name = &job.name;
    ui.line(
        text(
            format!("job {name} is closed; orders taken back: {taken_back}"),
            format!("作业 {name} 已关闭；收回任务 {taken_back} 个"),
        )
        .say(ui.lang),
    )
}
