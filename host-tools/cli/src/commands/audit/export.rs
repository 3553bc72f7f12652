//! `ssc audit export`

use std::path::PathBuf;

use serde_json::json;
use ssc_bureau::audit;
use ssc_words::Bilingual as _;

use super::end;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::store::{LookArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Write the log of a job and its signatures as lines of JSON, for programs that are not ours
///
/// docs/schemas/README.md says over which bytes hashes and signatures are. The log has card numbers and serial numbers of chips, and no
/// person's number or name. It is written as it is: `ssc audit verify` tells whether it is whole.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    /// New file
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    look: LookArgs,
}

impl Verb for Args {
    const NAME: &'static str = "export";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc audit export batch-7 -o batch-7.log.jsonl",
        "for an auditor with tools of his own",
        "供使用自备工具的审计人员",
    )];
    const CHINESE: Chinese = Chinese {
        about: "以 JSON 行输出作业日志及签名，供其他程序检验",
        more: &[
            "哈希与签名所覆盖的字节见 docs/schemas/README.md。日志含卡号和芯片序列号，不含人员号码和姓名。按原样写出：是否完整请用 `ssc audit verify` 检查。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号"), ("output", "新文件")],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let register = args.look.open(ui)?;
    let job = find_job(&register, &args.job, ui)?;
    let done = audit::export(&register, &job, &args.output)?;
    let (path, end) = (args.output.display(), end(done.entries, &done.hash));
    let (entries, signatures) = (done.entries, done.signatures);
    if ui.json {
        return ui.document(&json!({
            "job": job.name, "file": path.to_string(), "entries": entries, "signatures": signatures, "end": end,
        }));
    }
    let said = text(
        format!("{path}: entries {entries}, signatures {signatures}, end {end}"),
        format!("{path}：条目 {entries}，签名 {signatures}，末条 {end}"),
    );
    ui.line(said.say(ui.lang))
}
