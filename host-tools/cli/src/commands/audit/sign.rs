//! `ssc audit sign`

use serde_json::json;
use ssc_bureau::audit;
use ssc_words::Bilingual as _;

use super::end;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::store::{LookArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Sign the log of a job up to its last entry
///
/// A run signs at its end, and so does whatever makes a job. This is for what comes after: a job that was closed, a card that was
/// noted as lost, a run that was stopped at once, a job of an older program. A log that does not follow from what was signed before is refused.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    #[command(flatten)]
    look: LookArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "sign";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc audit sign batch-7 --vault keys.vault",
        "after the job was closed",
        "作业关闭之后",
    )];
    const CHINESE: Chinese = Chinese {
        about: "签署作业日志，直至最后一条",
        more: &[
            "运行结束时会签署，建立作业时亦然。本命令用于此后的内容：已关闭的作业、登记为挂失的卡、被立即停止的运行、旧版程序的作业。若日志不能接在此前签署的内容之后，则拒绝签署。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&LookArgs::CHINESE, &MasterArgs::CHINESE],
        },
    };
}

fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let keys = args.keys.open(ui)?.keys;
    let register = args.look.open_of(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    let signed = audit::sign(&register, job.id, &*keys)?;
    let job = register.job(job.id)?;
    let end = end(job.last_seq, &job.last_hash);
    if ui.json {
        let number = signed.map(|signed| signed.number);
        return ui.document(&json!({ "job": job.name, "end": end, "signature": number }));
    }
    let name = &job.name;
    let said = match signed {
        Some(_) => text(
            format!("{name}: signed; end {end}"),
            format!("{name}：已签署；末条 {end}"),
        ),
        None => text(
            format!("{name}: was signed already; end {end}"),
            format!("{name}：此前已签署；末条 {end}"),
        ),
    };
    ui.line(said.say(ui.lang))
}
