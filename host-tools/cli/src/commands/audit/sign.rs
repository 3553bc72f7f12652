//! `ssc audit sign`

use serde_json::json;
use ssc_bureau::audit::{self, Finding};
use ssc_words::Bilingual as _;

use super::end;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::store::{LookArgs, find_job};
use crate::text::{Text, text};
use crate::ui::Ui;

/// Reasons that are shown.
const SHOWN: usize = 20;

/// Sign the log of a job up to its last entry
///
/// A run signs at its end, and so does whatever makes a job. This is for what comes after: a job that was closed, a card that was
/// noted as lost, a run that was stopped at once, a job of an older program. A log that does not follow from what was signed before is refused.
/// So is a job without any signature, and one whose books are not as its log says, unless --as-it-is. It says how many entries of heads no
/// signature was over: whoever can write to the store can have made them, so compare them with the cards before you sign.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    /// Sign although the job has no signature or its books are not as its log says: from then on that is taken as true
    #[arg(long)]
    as_it_is: bool,
    #[command(flatten)]
    look: LookArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "sign";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc audit sign batch-7 --vault keys.vault",
            "after the job was closed",
            "作业关闭之后",
        ),
        example(
            "ssc audit sign batch-7 --as-it-is --vault keys.vault",
            "a job of an older program, which has no signature",
            "旧版程序的作业，没有签名",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "签署作业日志，直至最后一条",
        more: &[
            "运行结束时会签署，建立作业时亦然。本命令用于此后的内容：已关闭的作业、登记为挂失的卡、被立即停止的运行、旧版程序的作业。若日志不能接在此前签署的内容之后，则拒绝签署。没有任何签名的作业，或登记簿与日志不符的作业，除非给出 --as-it-is，也拒绝签署。本命令会报出发卡头的条目中有多少没有签名：能写存储的人也可能写下它们，请先与卡片核对再签署。",
        ],
        arguments: Arguments {
            own: &[
                ("job", "作业的名称或号"),
                (
                    "as_it_is",
                    "即使作业没有签名或登记簿与日志不符也签署：此后即视为属实",
                ),
            ],
            flattened: &[&LookArgs::CHINESE, &MasterArgs::CHINESE],
        },
    };
}

fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let keys = args.keys.open(ui)?.keys;
    let register = args.look.open_of(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    if !args.as_it_is {
        may_sign(&audit::against_signing(&register, &job, &*keys)?, &job.name)?;
    }
    let of_heads = register.unsigned_of_heads(job.id)?;
    let signed = audit::sign(&register, job.id, &*keys)?;
    if let Some(many @ 1..) = of_heads {
        ui.warn(&text(
            format!("{many} entries of heads had no signature and are signed now: was a run stopped at once, and are their cards there?"),
            format!("发卡头有 {many} 条此前没有签名，现已签署：是否有运行被立即停止，其卡片是否都在？"),
        ));
    }
    let job = register.job(job.id)?;
    let end = end(job.last_seq, &job.last_hash);
    if ui.json {
        let number = signed.map(|signed| signed.number);
        return ui.document(&json!({
            "job": job.name, "end": end, "signature": number, "unsigned_of_heads": of_heads,
        }));
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

fn may_sign(against: &[Finding], name: &str) -> Result<(), Failure> {
    if against.is_empty() {
        return Ok(());
    }
    let said = text(
        format!(
            "{name} is not signed: a signature would make it look true. Explain each point first; --as-it-is signs all the same:"
        ),
        format!("未签署 {name}：签名会使其看似属实。请先逐项查明；--as-it-is 仍可签署："),
    );
    let details = against.iter().take(SHOWN).map(Text::of).collect();
    Err(Failure::new(Exit::Input, said).with_details(details))
}
