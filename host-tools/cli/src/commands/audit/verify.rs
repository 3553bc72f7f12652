//! `ssc audit verify`

mod words;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use ssc_bureau::audit::{Audited, Finding, Judge, Judged, across_jobs, public_key_of};
use ssc_bureau::register::{JobRecord, Register};
use ssc_keys::{KeyService, LogKey};
use ssc_words::{Bilingual as _, Lang};

use super::end;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::store::{LookArgs, find_job};
use crate::text::{Text, text};
use crate::ui::Ui;
use crate::usage::BadValue;
use words::{not_looked_at, summary, told, verdict};

/// Look through the log of a job: its chain, its signatures, and whether the books are as it says
///
/// Who can write to the store cannot change, remove, add or swap a signed entry, or what follows from it (an order's state, card number, chip and reason,
/// a chip, a person's card, what is decided of a card), without being told here by entry or row. The key is that of the master keys, or the one that was
/// noted elsewhere (`ssc audit key`); the one in the store proves nothing.
///
/// What it cannot tell: entries behind the last signature, which anybody can have written and which are counted; and what was taken back together with
/// its entries and all signatures behind them, up to a last job that is gone from every table and from the counter. For that note the end of the log
/// elsewhere (`ssc job report` shows it), give it to --end, and count your jobs. Not in a log at all are: leases, spoiled chips counted for an order (attempts), the chip met last,
/// times when something was changed, which job and row a replaced card was and why, ranges of card numbers, and the number and masked name in rows that
/// the check rejected. What all jobs share (persons, card numbers, chips that no order is for) is looked at by --all only.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB", required_unless_present = "all")]
    job: Option<String>,
    /// Every job of the register, and whether one is gone
    #[arg(long, conflicts_with = "job")]
    all: bool,
    /// An end that was noted elsewhere: number and hash of an entry
    #[arg(long, value_name = "SEQ:HASH", value_parser = noted_end, conflicts_with = "all")]
    end: Option<(i64, [u8; 32])>,
    /// Public key, 64 hexadecimal digits, or a file with it or with PEM; without it that of the master keys
    #[arg(long, value_name = "FILE|HEX", value_parser = public_key, conflicts_with_all = ["vault", "hsm"])]
    public_key: Option<[u8; 32]>,
    #[command(flatten)]
    look: LookArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "verify";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc audit verify --all --vault keys.vault",
            "every job, by the master keys",
            "用主密钥检查每个作业",
        ),
        example(
            "ssc audit verify batch-7 --public-key a28b0fc7806541b655a7edf2ef77555cb57aef890aee64b760c7187b54671105",
            "by a key that was noted: no vault is needed",
            "用记下的公钥检查：不需要密钥库",
        ),
        example(
            "ssc audit verify batch-7 --vault keys.vault --end 57:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "whether the log still has the end that was noted",
            "日志是否仍含有记下的末条",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "检查作业日志：哈希链、签名，以及登记簿是否与之相符",
        more: &[
            "能写存储的人若改动、删除、添加或调换已签署的条目，或由其得出的内容（任务的状态、卡号、芯片和原因，芯片，人员的卡，已决定的内容），本命令会按条目或行指明。公钥取自主密钥，或为另行记下的公钥（`ssc audit key`）；存储中的公钥不证明任何事。",
            "无法得知的内容：最后一个签名之后的条目（任何能写存储的人都可能写下，会报出数目）；以及连同条目和其后全部签名一并撤回的内容，包括从所有表和计数器中一并删除的最后一个作业。为此请把日志的末条记在他处（`ssc job report` 会显示），用 --end 给出，并核对作业数目。完全不在日志中的内容：租约、任务报废芯片的计数（attempts）、最后遇到的芯片、各种更改时间、被更换的卡属于哪个作业和行及其原因、卡号段，以及被检查拒绝的行中的号码和已遮盖的姓名。各作业共有的内容（没有对应任务的人员、卡号、芯片）仅由 --all 检查。",
        ],
        arguments: Arguments {
            own: &[
                ("job", "作业的名称或号"),
                ("all", "登记簿的每个作业，以及是否有作业缺失"),
                ("end", "另行记下的末条：条目的编号和哈希"),
                (
                    "public_key",
                    "公钥，64 位十六进制数字，或含有它或 PEM 的文件；缺省为主密钥的公钥",
                ),
            ],
            flattened: &[&LookArgs::CHINESE, &MasterArgs::CHINESE],
        },
    };
}

/// An end as it is typed.
fn noted_end(typed: &str) -> Result<(i64, [u8; 32]), BadValue> {
    let wrong = || {
        BadValue(text(
            "an end is the number of an entry, a colon, and 64 hexadecimal digits",
            "末条为条目编号、冒号和 64 位十六进制数字",
        ))
    };
    let (seq, digits) = typed.split_once(':').ok_or_else(wrong)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).map_err(|_| wrong())?;
    let seq = seq.parse().ok().filter(|seq| *seq > 0);
    Ok((seq.ok_or_else(wrong)?, hash))
}

/// A public key as it is typed, or the file that has it.
fn public_key(typed: &str) -> Result<[u8; 32], BadValue> {
    let wrong = || {
        BadValue(text(
            "no Ed25519 public key: 64 hexadecimal digits, or a file with them or with PEM, as `ssc audit key` prints it",
            "不是 Ed25519 公钥：应为 64 位十六进制数字，或含有它或 PEM 的文件，如 `ssc audit key` 所输出",
        ))
    };
    if let Some(key) = public_key_of(typed) {
        return Ok(key);
    }
    let file = std::fs::read_to_string(typed).map_err(|_| wrong())?;
    public_key_of(&file).ok_or_else(wrong)
}

/// What `ssc audit verify --json` prints.
#[derive(Serialize, JsonSchema)]
pub struct Verified {
    /// The register's address, without a password.
    store: String,
    /// The key whose signatures count, as hex.
    public_key: String,
    /// Whether nothing is wrong, as far as it is signed: `judged` of each job tells how far.
    whole: bool,
    /// The jobs that were looked through.
    jobs: Vec<JobLine>,
    /// What no single job tells: jobs that are not there any more, and persons, card numbers and chips that no order is for.
    missing: Vec<FindingLine>,
}

/// A job that was looked through.
#[derive(Serialize, JsonSchema)]
pub struct JobLine {
    /// Its number.
    id: i64,
    /// Its name.
    name: String,
    /// ready, running, paused or closed.
    state: String,
    /// whole; whole_as_far_as_signed: the last entries are not signed, so not proved; other_keys: another vault's or token's, not looked at with
    /// these; not_whole.
    judged: String,
    /// Entries of its log.
    entries: i64,
    /// Number and hash of the last one: SEQ:HASH.
    end: String,
    /// Right signatures.
    signatures: usize,
    /// The last entry that one is over.
    signed_to: i64,
    /// Entries behind it.
    unsigned: i64,
    /// Whether a head works on it now, by its lease (which is in no log).
    worked_on: bool,
    /// Whether entries of heads were let pass without a signature, for work goes on.
    goes_on: bool,
    /// Whether it was looked whom each card was decided for, which needs the master keys.
    opened: bool,
    /// What is wrong.
    findings: Vec<FindingLine>,
    /// How many more findings there are.
    more_findings: u64,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
pub struct FindingLine {
    /// Its name, which never changes.
    fault: String,
    /// The entry, or the first of them.
    seq: Option<i64>,
    /// The last of several entries.
    to_seq: Option<i64>,
    /// Line of the batch.
    row: Option<usize>,
    /// The number of the signature.
    signature: Option<i64>,
    /// The chip.
    chip: Option<String>,
    /// In English.
    message: String,
    /// 中文
    message_zh: String,
}

impl FindingLine {
    fn of(finding: &Finding) -> Self {
        Self {
            fault: finding.fault.name().to_owned(),
            seq: finding.seq,
            to_seq: finding.to_seq,
            row: finding.row,
            signature: finding.signature,
            chip: finding.chip.clone(),
            message: finding.say(Lang::En),
            message_zh: finding.say(Lang::Zh),
        }
    }
}

impl JobLine {
    fn of(audited: &Audited) -> Self {
        let (job, findings) = (&audited.job, &audited.findings);
        Self {
            id: job.id.0,
            name: job.name.clone(),
            state: job.state.name().to_owned(),
            judged: audited.judged().name().to_owned(),
            entries: audited.end.0,
            end: end(audited.end.0, &audited.end.1),
            signatures: audited.signatures,
            signed_to: audited.signed_to,
            unsigned: audited.unsigned(),
            worked_on: audited.is_worked_on,
            goes_on: audited.goes_on,
            opened: audited.is_opened,
            findings: findings.list.iter().map(FindingLine::of).collect(),
            more_findings: findings.more,
        }
    }
}

/// The register, the key whose signatures count, and the master keys if they are there.
type Means = (Register, [u8; 32], Option<Box<dyn KeyService>>);

fn means(args: &Args, ui: &Ui) -> Result<Means, Failure> {
    if let Some(public) = args.public_key {
        return Ok((args.look.open(ui)?, public, None));
    }
    let keys = args.keys.open(ui)?.keys;
    let register = args.look.open_of(keys.is_demo(), ui)?;
    let public = LogKey::of(&*keys)?.public();
    Ok((register, public, Some(keys)))
}

fn jobs(args: &Args, register: &Register, ui: &Ui) -> Result<Vec<JobRecord>, Failure> {
    match &args.job {
        Some(word) => Ok(vec![find_job(register, word, ui)?]),
        None => {
            let mut jobs = register.jobs()?;
            jobs.reverse();
            Ok(jobs)
        }
    }
}

/// Looks through the jobs.
///
/// # Errors
/// No such job; register or keys that cannot be used; something is not as it was written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let (register, public, keys) = means(args, ui)?;
    let judge = Judge {
        public,
        keys: keys.as_deref(),
        end: args.end,
    };
    if keys.is_none() {
        ui.note(&text(
            "by a public key alone: whom each card was decided for is not compared (that needs the vault or the token)",
            "仅凭公钥：不核对每张卡是为何人决定的（需要密钥库或令牌）",
        ));
    }
    let (mut details, mut lines, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    let mut others = true;
    for job in jobs(args, &register, ui)? {
        let audited = judge.look_through(&register, job.id)?;
        if !ui.json {
            ui.line(summary(&audited).say(ui.lang))?;
        }
        if !audited.findings.is_empty() {
            details.extend(told(&audited));
            others &= audited.judged() == Judged::OtherKeys;
            wrong.push(job.name);
        }
        lines.push(JobLine::of(&audited));
    }
    let missing = if args.all {
        across_jobs(&register)?
    } else {
        Vec::new()
    };
    details.extend(missing.iter().map(Text::of));
    let whole = details.is_empty();
    let document = json!(Verified {
        store: register.store().to_owned(),
        public_key: hex::encode(public),
        whole,
        jobs: lines,
        missing: missing.iter().map(FindingLine::of).collect(),
    });
    if whole {
        return if ui.json {
            ui.document(&document)
        } else {
            Ok(())
        };
    }
    let said = if others && missing.is_empty() {
        not_looked_at(&wrong)
    } else {
        verdict(&wrong)
    };
    Err(Failure::new(Exit::Keys, said)
        .with_details(details)
        .with_report(document))
}
