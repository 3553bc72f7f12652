//! `ssc job close`

use serde_json::json;
use ssc_bureau::engine::EngineError;
use ssc_bureau::register::{JobRecord, JobState, OrderState};
use ssc_bureau::{audit, basis};
use ssc_keys::{KeyService, Vault};
use ssc_words::{Bilingual as _, count};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::store::{LookArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Close a job for ever: what was not made is taken back, and its persons can be ordered anew
///
/// Cards that were delivered stay as they are, and card numbers stay given. It is refused while a head works on the job, and while a card of it
/// may be finished although no answer is noted. With the job's keys the end of its log is signed; `ssc audit sign` does it later.
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
    const NAME: &'static str = "close";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc job close batch-7 --vault keys.vault",
        "made with the wrong profile: take it back, then create it again",
        "配置用错：收回后重新建立",
    )];
    const CHINESE: Chinese = Chinese {
        about: "永久关闭作业：收回未制成的任务，其人员可重新制卡",
        more: &[
            "已交付的卡保持不变，已发的卡号不再发放。有发卡头正在制卡，或有卡可能已完成但未记录应答时，拒绝关闭。给出作业的密钥时会签署日志末条；也可稍后用 `ssc audit sign` 签署。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&LookArgs::CHINESE, &MasterArgs::CHINESE],
        },
    };
}

fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let register = args.look.open_to_change(ui)?;
    let job = find_job(&register, &args.job, ui)?;
    // Before anything is changed.
    let keys = keys_of(args, &job, ui)?;
    let was_closed = job.state == JobState::Closed;
    let taken_back = register.close_job(job.id)?;
    let is_signed = match &keys {
        Some(keys) => {
            audit::sign(&register, job.id, &**keys)?;
            true
        }
        None => false,
    };
    if ui.json {
        return ui.document(
            &json!({ "job": job.id.0, "name": job.name, "state": "closed", "taken_back": taken_back, "signed": is_signed }),
        );
    }
    let name = &job.name;
    let delivered = register.counts(job.id)?.of(OrderState::Delivered);
    let done = match taken_back {
        _ if was_closed => text(
            format!("job {name} was closed before: nothing was changed"),
            format!("作业 {name} 此前已关闭：未作更改"),
        ),
        0 => text(
            format!(
                "job {name} is closed; nothing was left to take back: {} delivered",
                count(delivered, "card stays|cards stay")
            ),
            format!("作业 {name} 已关闭；没有可收回的任务：{delivered} 张卡仍为已交付"),
        ),
        taken_back => text(
            format!(
                "job {name} is closed; {} taken back, {} delivered",
                count(taken_back, "order was|orders were"),
                count(delivered, "card stays|cards stay")
            ),
            format!("作业 {name} 已关闭；收回任务 {taken_back} 个，{delivered} 张卡仍为已交付"),
        ),
    };
    ui.line(done.say(ui.lang))?;
    if !is_signed {
        let typed = ssc_words::shell::word(name);
        ui.note(&text(
            format!("the end of its log is not signed yet: `ssc audit sign {typed}` does it with the job's keys"),
            format!("其日志末条尚未签署：请用作业的密钥执行 `ssc audit sign {typed}`"),
        ));
    }
    Ok(())
}

/// The keys of the job, where they are named or published.
///
/// # Errors
/// They cannot be opened, or are others.
fn keys_of(args: &Args, job: &JobRecord, ui: &Ui) -> Result<Option<Box<dyn KeyService>>, Failure> {
    let is_of = |keys: &dyn KeyService| -> Result<bool, Failure> {
        Ok(basis::of_keys(keys)? == job.keys_check)
    };
    if !args.keys.is_named() && !is_of(&Vault::demo()?)? {
        return Ok(None);
    }
    let keys = args.keys.open(ui)?.keys;
    if is_of(&*keys)? {
        return Ok(Some(keys));
    }
    let name = job.name.clone();
    Err(EngineError::OtherKeys { job: name }.into())
}
