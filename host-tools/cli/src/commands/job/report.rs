//! `ssc job report`

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use ssc_bureau::report;
use ssc_bureau::return_file::{Fate, Form, Tally};
use ssc_words::{Bilingual as _, Lang};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::{LookArgs, find_job};
use crate::text::{Text, text};
use crate::ui::Ui;

/// Write the return file or the HTML report of a job
///
/// Both are made from the register alone and can be made again at any time, while the job runs too. The return file has every row
/// of the batch with its full number; the report masks numbers. The end of the job's log is shown: note it where nobody can change it, and
/// `ssc audit verify --end` tells whether the log still has it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    /// Return file; one of the same job is replaced
    #[arg(long, value_name = "FILE")]
    return_file: Option<PathBuf>,
    /// Form of the return file
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        default_value = "csv",
        requires = "return_file"
    )]
    form: FormArg,
    /// Report as one HTML file, which prints on A4; one that is there is replaced
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    look: LookArgs,
}

/// A form by its name.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormArg {
    /// Comma separated, UTF-8
    Csv,
    /// Separated by |, GB18030
    Pipe,
}

impl FormArg {
    const fn form(self) -> Form {
        match self {
            Self::Csv => Form::Csv,
            Self::Pipe => Form::Pipe,
        }
    }
}

impl Verb for Args {
    const NAME: &'static str = "report";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job report batch-7 --return-file batch-7.return.csv",
            "what became of every row",
            "每一行的结果",
        ),
        example(
            "ssc job report batch-7 --return-file batch-7.txt --form pipe",
            "the same, separated by |, in GB18030",
            "同上，以 | 分隔，GB18030 编码",
        ),
        example(
            "ssc job report batch-7 --html batch-7.html --lang zh",
            "a report in Chinese to print",
            "可打印的中文报告",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "生成作业的回盘文件或 HTML 报告",
        more: &[
            "两者都只依据登记簿生成，可随时重新生成，作业执行中亦可。回盘文件有批次的每一行及完整号码；报告中的号码已遮盖。会显示作业日志的末条：请记在无人能改之处，`ssc audit verify --end` 可检查日志是否仍含有它。",
        ],
        arguments: Arguments {
            own: &[
                ("job", "作业的名称或号"),
                ("return_file", "回盘文件；同一作业的旧文件会被替换"),
                ("form", "回盘文件的格式"),
                ("html", "单个 HTML 文件的报告，可打印为 A4；已有的会被替换"),
            ],
            flattened: &[&LookArgs::CHINESE],
        },
    };
}

/// What `ssc job report --json` prints.
#[derive(Serialize, JsonSchema)]
pub struct Written {
    /// Name of the job.
    job: String,
    /// The return file.
    return_file: Option<ReturnFile>,
    /// The report's file.
    html: Option<String>,
    /// The end of the log, to be noted elsewhere: number and hash of the last entry, SEQ:HASH.
    end: String,
    /// Signatures over the log.
    signatures: usize,
    /// The last entry that one is over.
    signed_to: i64,
    /// The key that is said to have made the last one, as hex; `ssc audit verify` looks whether it did.
    signed_by: Option<String>,
}

/// A return file that was written.
#[derive(Serialize, JsonSchema)]
pub struct ReturnFile {
    /// Its path.
    path: String,
    /// csv or pipe.
    form: String,
    /// Rows by result: delivered, rejected, to_be_remade, unfinished, not_reached.
    rows: std::collections::BTreeMap<String, u64>,
}

/// Writes them.
///
/// # Errors
/// No such job, neither file named; a file that is another's, or cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    if args.return_file.is_none() && args.html.is_none() {
        return Err(Failure::new(
            Exit::Usage,
            text(
                "nothing to write: name --return-file FILE, --html FILE or both",
                "没有要生成的文件：请指定 --return-file FILE、--html FILE 或两者",
            ),
        ));
    }
    let register = args.look.open(ui)?;
    let job = find_job(&register, &args.job, ui)?;
    let signatures = register.signatures(job.id)?;
    let last = signatures.last();
    let mut written = Written {
        job: job.name.clone(),
        return_file: None,
        html: None,
        end: report::end_of(&job),
        signatures: signatures.len(),
        signed_to: last.map_or(0, |last| last.seq),
        signed_by: last.map(|last| hex::encode(&last.public_key)),
    };
    if let Some(path) = &args.return_file {
        let form = args.form.form();
        let tally = report::write_return_file(&register, job.id, path, form, ui.lang)?;
        if !ui.json {
            ui.line(counted(path, &tally).say(ui.lang))?;
        }
        let rows = Fate::ALL.map(|fate| (fate.name().to_owned(), tally.of(fate)));
        written.return_file = Some(ReturnFile {
            path: path.display().to_string(),
            form: form.name().into(),
            rows: rows.into(),
        });
    }
    if let Some(path) = &args.html {
        report::report(&register, &job, path, ui.lang)?;
        let path = path.display().to_string();
        if !ui.json {
            ui.line(&path)?;
        }
        written.html = Some(path);
    }
    if ui.json {
        return ui.document(&json!(written));
    }
    let (end, signed_to) = (&written.end, written.signed_to);
    ui.line(
        text(
            format!("end of the log, to be noted elsewhere: {end} (signed to entry {signed_to})"),
            format!("日志末条，请记在他处：{end}（已签署至第 {signed_to} 条）"),
        )
        .say(ui.lang),
    )
}

/// What stands in a return file.
fn counted(path: &Path, tally: &Tally) -> Text {
    let counts = |lang, between| {
        let counts = Fate::ALL.into_iter().filter(|fate| tally.of(*fate) > 0);
        let counts = counts.map(|fate| format!("{} {}", fate.say(lang), tally.of(fate)));
        counts.collect::<Vec<_>>().join(between)
    };
    let (path, total) = (path.display(), tally.total());
    let rows = if total == 1 { "row" } else { "rows" };
    text(
        format!("{path}: {total} {rows} ({})", counts(Lang::En, ", ")),
        format!("{path}：{total} 行（{}）", counts(Lang::Zh, "，")),
    )
}
