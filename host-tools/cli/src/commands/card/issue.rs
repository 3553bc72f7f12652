//! `ssc issue`

mod pins;
mod report;

use std::path::{Path, PathBuf};

use ssc_bureau::job::random_pins;
use ssc_bureau::register::{JobRecord, Register};
use ssc_bureau::report::write_return_file;
use ssc_bureau::return_file::Form;
use ssc_bureau::sealing::Sealing;
use ssc_files::whole_file::{Readers, WholeFile};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::heads::HeadArgs;
use crate::keys::{Master, MasterArgs};
use crate::line::LineArgs;
use crate::order_args::OrderArgs;
use crate::profile_file::DecidedArgs;
use crate::runner;
use crate::screen::ScreenArgs;
use crate::store::StoreArgs;
use crate::text::text;
use crate::ui::Ui;
use report::Files;

/// Seconds that a reader waits for its next card: nobody may be there to see that it waits.
const WAIT: u64 = 120;

/// Issue a card for each row of a batch: `ssc job create`, `run` and `report` in one
///
/// Each card is checked against what was written before it counts as issued. Nothing is issued from a batch with faults, unless
/// --skip-invalid is given: the refused rows then go to a file of their own. The register knows what was done: the same batch is not
/// issued twice, and --resume goes on with one that was stopped.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Batch of cardholders
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    heads: HeadArgs,
    #[command(flatten)]
    keys: MasterArgs,
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    screen: ScreenArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// Return file, which must not exist yet; without it the batch's name with .return.csv
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Sealed file of the random PINs, for rows that have none; without it the batch's name with .pins
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,
    /// Go on with this batch's job, which was stopped, or whose cards failed; cards that are issued stay
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    decided: DecidedArgs,
}

impl Verb for Args {
    const NAME: &'static str = "issue";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc issue batch.csv --generation 3.00 --images cards",
            "simulated cards in this process, kept as images",
            "在本进程内发模拟卡，并保存为映像",
        ),
        example(
            "ssc issue batch.csv --generation 3.00 --reader \"ACS ACR39U\" --vault keys.vault",
            "cards in a PC/SC reader, with your own keys",
            "在 PC/SC 读卡器上用自己的密钥发卡",
        ),
        example(
            "ssc issue batch.csv --generation 3.00 --certificates --images cards",
            "cards with the certificate environment, for ssc cert",
            "带证书环境的卡，供 ssc cert 使用",
        ),
        example(
            "ssc issue batch.csv --generation 2.00 --region 440100 --skip-invalid -o return.csv",
            "leave out the rows that have faults",
            "跳过有错误的行",
        ),
        example(
            "ssc issue batch.csv --generation 3.00 --images cards --resume",
            "go on with a batch that was stopped, or whose cards failed",
            "继续已中断或有失败卡的批次",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "为批次的每一行发一张卡：相当于 `ssc job create`、`run` 和 `report`",
        more: &[
            "每张卡核对写入内容后才算发出。批次有错误时不发任何卡，除非给出 --skip-invalid：被拒绝的行另存一个文件。登记簿记录所做的一切：同一批次不会发两次，--resume 继续已中断的批次。",
        ],
        arguments: Arguments {
            own: &[
                ("file", "持卡人批次文件"),
                ("output", "回盘文件，不得已存在；缺省为批次名加 .return.csv"),
                (
                    "pins",
                    "行中没有 PIN 时随机生成的 PIN 的密封文件；缺省为批次名加 .pins",
                ),
                (
                    "resume",
                    "继续该批次已中断或有失败卡的作业；已发的卡不再处理",
                ),
            ],
            flattened: &[
                &OrderArgs::CHINESE,
                &HeadArgs::CHINESE,
                &MasterArgs::CHINESE,
                &LineArgs::CHINESE,
                &ScreenArgs::CHINESE,
                &StoreArgs::CHINESE,
                &DecidedArgs::CHINESE,
            ],
        },
    };
}

/// Issues the batch.
///
/// # Errors
/// Faults in the batch; keys, heads or files that cannot be opened; cards that were not issued.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    args.heads.check(&args.keys)?;
    ui.advice.heads(args.line.with(args.heads.options()));
    if args.decided.is_given() && !args.resume {
        return Err(Failure::new(
            Exit::Usage,
            text(
                "--as-decided is for --resume: a new job is decided by the profile as it is",
                "--as-decided 只用于 --resume：新作业按配置现有内容决定",
            ),
        ));
    }
    let named = |path: &Option<PathBuf>, ending| match path {
        Some(path) => path.clone(),
        None => args.file.with_extension(ending),
    };
    let pins = named(&args.pins, "pins");
    let mut files = Files {
        return_file: named(&args.output, "return.csv"),
        refused: None,
        pins: None,
    };
    are_different(args, &files.return_file, &pins)?;
    let Master { keys, passphrase } = args.keys.open(ui)?;
    args.heads.look(&*keys, args.line.line())?;
    let register = if args.resume {
        args.store.open(keys.is_demo(), ui)?
    } else {
        args.store.make(keys.is_demo(), ui)?
    };
    let job = if args.resume {
        let job = job_of(&args.file, &register)?;
        args.order.fit(&job, &*keys, (args.decided, ui))?;
        // What is in the way is found before a card is touched.
        write_return_file(&register, job.id, &files.return_file, Form::Csv, ui.lang)?;
        job
    } else {
        is_free(&files.return_file)?;
        is_free(&pins)?;
        let made = args.order.make(&args.file, &register, &*keys, ui)?;
        files.refused = made.refused;
        register.job(made.created.job)?
    };
    if !keys.is_demo() {
        let sealing = Sealing::open(&job.sealed_key, &*keys)?;
        let rows = random_pins(&register, &job, &sealing)?;
        if !rows.is_empty() {
            // A token has no passphrase under which PINs could be sealed.
            let passphrase = match passphrase {
                Some(passphrase) => passphrase,
                None => args.keys.passphrase(&pins, !pins.exists(), ui)?,
            };
            pins::keep(&rows, &pins, &passphrase)?;
            files.pins = Some(pins);
        }
    }
    files.note_refused(&job, &register, ui)?;
    let (heads, line) = (&args.heads.waiting(WAIT), &args.line);
    let outcome = runner::run((&register, &job), &*keys, (heads, line), &args.screen, ui)?;
    write_return_file(&register, job.id, &files.return_file, Form::Csv, ui.lang)?;
    let issued = report::Issued::of(&register, &job, &outcome)?;
    let document = issued.document(
        &job,
        &files,
        (&args.heads, line.is_trusted(), keys.is_demo()),
        register.store(),
    );
    if !ui.json && !args.screen.json_lines() {
        ui.lines(issued.lines(&files, ui.lang))?;
    }
    let verdict = outcome.verdict(&job).and_then(|()| issued.verdict(&files));
    match verdict {
        Ok(()) if ui.json => ui.document(&document),
        verdict => verdict.map_err(|failure| failure.with_report(document)),
    }
}

/// The job of a batch that was ordered before.
fn job_of(file: &Path, register: &Register) -> Result<JobRecord, Failure> {
    let reader = ssc_bureau::batch::BatchReader::open(file, &Default::default())?;
    let known = register.by_batch(&reader.sha256())?;
    if let Some(job) = known.into_iter().next() {
        return Ok(job);
    }
    let is_empty = register.jobs()?.is_empty();
    let (file, store) = (file.display(), register.store());
    if is_empty {
        return Err(Failure::new(
            Exit::Input,
            text(
                format!(
                    "the register {store} has no job at all: none was made of {file} yet. Run it without --resume, unless its cards are in another register (--store)"
                ),
                format!(
                    "登记簿 {store} 中没有任何作业：尚未由 {file} 建立作业。请不带 --resume 运行；除非其卡在另一个登记簿中（--store）"
                ),
            ),
        ));
    }
    Err(Failure::new(
        Exit::Input,
        text(
            format!(
                "the register {store} has no job of {file} as it is now: bring back the file as it was, or name the job (`ssc job list`, `ssc job run JOB`). Only a batch that was never issued is run without --resume"
            ),
            format!(
                "登记簿 {store} 中没有与 {file} 现有内容相符的作业：请恢复原文件，或指定作业（`ssc job list`、`ssc job run JOB`）。只有从未发过的批次才不带 --resume 运行"
            ),
        ),
    ))
}

/// No two files of a batch are one.
fn are_different(args: &Args, return_file: &Path, pins: &Path) -> Result<(), Failure> {
    let refused = args.order.refused();
    let named = [
        ("FILE", Some(args.file.as_path())),
        ("--output", Some(return_file)),
        ("--pins", Some(pins)),
        ("--refused", refused),
    ];
    let named: Vec<_> = named
        .into_iter()
        .filter_map(|(name, path)| Some((name, std::path::absolute(path?).ok()?)))
        .collect();
    for (index, (name, path)) in named.iter().enumerate() {
        if let Some((other, _)) = named[..index].iter().find(|(_, other)| other == path) {
            let path = path.display();
            return Err(Failure::new(
                Exit::Usage,
                text(
                    format!(
                        "{other} and {name} are one file, {path}: give each a name of its own. Nothing was done"
                    ),
                    format!("{other} 和 {name} 是同一个文件 {path}：请分别命名。未作任何操作"),
                ),
            ));
        }
    }
    Ok(())
}

/// Whether a new file can be written there: nothing is there, and there is a folder that takes it.
fn is_free(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if path.exists() {
        return Err(Failure::new(
            Exit::Output,
            text(
                format!(
                    "{shown} exists already; it may be the only record of cards that were issued, or of their PINs. Go on with its batch with --resume; another file is for another batch only"
                ),
                format!(
                    "{shown} 已存在；它可能是已发卡片或其 PIN 的唯一记录。请用 --resume 继续该批次；只有另一个批次才应另用文件"
                ),
            ),
        ));
    }
    // Taken away again when it is dropped.
    WholeFile::begin(path, Readers::Owner).map(drop).map_err(|error| {
        Failure::new(
            Exit::Output,
            text(
                format!("{shown} cannot be written: {error}. No job was made and no card was touched; choose another place"),
                format!("无法写入 {shown}：{error}。未建立作业，未触及任何卡片；请另选位置", error = ssc_words::system::chinese(&error)),
            ),
        )
    })
}
