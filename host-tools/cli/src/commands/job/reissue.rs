//! `ssc job reissue`

mod old_card;

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;
use ssc_bureau::register::{JobRecord, OrderState, Register, RegisterError};
use ssc_bureau::reissue::{Old, Reissue, Why};
use ssc_person::Date;
use ssc_words::shell::word;
use ssc_words::{Bilingual as _, count};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::order_args::open_profile;
use crate::source::SourceArgs;
use crate::store::{StoreArgs, find_job};
use crate::text::text;
use crate::ui::Ui;
use old_card::from_card;

/// Order cards in the place of lost, damaged and expired ones, or of an earlier generation
///
/// A person has one living card of a kind: the old card gets its status and the reason in the register, and the new one stands in a job of its
/// own, with a new number or the old one as the profile says. What is known of the person comes from the register; --from-card reads the old
/// card too, and shows every difference before anything is made. `ssc job run` makes the cards.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Job of the old cards, by name or number
    #[arg(value_name = "JOB")]
    job: String,
    /// Row of an old card: its line in the batch, as the return file shows it (`ssc job report JOB --return-file FILE`); may be given several times
    #[arg(long = "line", value_name = "N", required = true)]
    lines: Vec<usize>,
    /// Why
    #[arg(long, value_enum, required_unless_present = "chip_destroyed")]
    why: Option<Cause>,
    /// Why, in your words, for the register
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Profile of the new cards, if it is not that of the old job
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Name of the new job; without it that of the old one with -reissue-1 behind it, or the next number
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Read the old card, and compare it with the register (with one --line)
    #[arg(long)]
    from_card: bool,
    /// Where card and register differ, go on with what this one says of the person
    #[arg(long, value_enum, requires = "from_card")]
    take: Option<Take>,
    /// The chip that may be this order's finished card is destroyed: the order of the same job waits for another chip
    #[arg(long, conflicts_with_all = ["why", "profile", "name", "from_card"])]
    chip_destroyed: bool,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

/// Why, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cause {
    /// The person has lost it
    Lost,
    /// It works no more
    Damaged,
    /// Its validity has ended, or ends soon
    Expired,
    /// The new card is of a later generation
    NewGeneration,
}

/// Whose data are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Take {
    /// What the old card says
    Card,
    /// What the register has
    Register,
}

impl Cause {
    const fn why(self) -> Why {
        match self {
            Self::Lost => Why::Lost,
            Self::Damaged => Why::Damaged,
            Self::Expired => Why::Expired,
            Self::NewGeneration => Why::NewGeneration,
        }
    }
}

impl Verb for Args {
    const NAME: &'static str = "reissue";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job reissue batch-7 --line 12 --line 40 --why lost --reason \"reported on 3 May\"",
            "new cards for two persons who have lost theirs",
            "为两位挂失者补卡",
        ),
        example(
            "ssc job reissue batch-7 --line 12 --why new-generation --profile v3.toml --from-card --reader ACR39U",
            "a 3.00 card with the data of the old one, which is read first",
            "先读旧卡，再换发 3.00 版卡",
        ),
        example(
            "ssc job reissue batch-7 --line 12 --chip-destroyed",
            "the chip that may have been finished is destroyed: another one may be made",
            "可能已完成的芯片已销毁：可另制一张",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "补卡和换卡：挂失、损坏、到期或升级",
        more: &[
            "每人每种只有一张有效卡：旧卡在登记簿中记下状态和原因，新卡在单独的作业中，卡号按配置用新号或原号。个人数据取自登记簿；--from-card 还会读取旧卡，并在制卡前逐项显示差异。`ssc job run` 制卡。",
        ],
        arguments: Arguments {
            own: &[
                ("job", "旧卡所在作业，名称或编号"),
                (
                    "lines",
                    "旧卡所在行：批次中的行号，见回盘文件（`ssc job report JOB --return-file FILE`）；可多次给出",
                ),
                (
                    "why",
                    "原因：lost 丢失、damaged 损坏、expired 到期、new-generation 升级",
                ),
                ("reason", "记入登记簿的说明"),
                ("profile", "新卡的配置；缺省为旧作业的配置"),
                (
                    "name",
                    "新作业名称；缺省为旧作业名称加 -reissue-1，或下一个编号",
                ),
                ("from_card", "读取旧卡并与登记簿比较（只限一个 --line）"),
                (
                    "take",
                    "卡与登记簿不同时，个人数据以哪一方为准：card 卡、register 登记簿",
                ),
                (
                    "chip_destroyed",
                    "可能已是成品的芯片已销毁：该任务在原作业中等待另一张芯片",
                ),
            ],
            flattened: &[
                &SourceArgs::CHINESE,
                &StoreArgs::CHINESE,
                &MasterArgs::CHINESE,
            ],
        },
    };
}

/// Makes the job.
///
/// # Errors
/// What the register refuses; a card that differs and nobody says what to take. Nothing is changed then.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let keys = args.keys.open(ui)?.keys;
    let register = args.store.open(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    named_once(&args.lines)?;
    let Some(cause) = args.why else {
        return destroyed(args, &register, &job, ui);
    };
    let profile = args.profile.as_deref().map(open_profile).transpose()?;
    let old = |row: &usize| Old::of(&register, &*keys, &job, *row);
    let mut cards = args.lines.iter().map(old).collect::<Result<Vec<_>, _>>()?;
    let differences = if args.from_card {
        from_card(args, &mut cards, &*keys, ui)?
    } else {
        Vec::new()
    };
    let name = match &args.name {
        Some(name) => name.clone(),
        None => free_name(&register, &job.name)?,
    };
    let reissue = Reissue {
        job: &job,
        cards: &cards,
        why: cause.why(),
        reason: args.reason.as_deref().unwrap_or_default(),
        profile: profile.as_ref().zip(args.profile.as_deref()),
        name: &name,
        today: Date::today(),
    };
    let made = reissue.make(&register, &*keys)?;
    if ui.json {
        let order = |(row, number): &(usize, ssc_person::CardNumber)| {
            let old = cards.iter().find(|old| old.decided.row == *row);
            let replaces = old.map(|old| old.decided.card_number.to_string());
            json!({ "line": row, "card_number": number.to_string(), "replaces": replaces })
        };
        return ui.document(&json!({
            "store": register.store(),
            "job": made.job.0,
            "name": name,
            "why": cause.why().word(),
            "status": cause.why().status().name(),
            "orders": made.cards.iter().map(order).collect::<Vec<_>>(),
            "random_pins": made.random_pins,
            "differences": differences,
        }));
    }
    let (id, number) = (made.job, made.cards.len());
    let typed = word(&name);
    let done = text(
        format!(
            "job {id} ({name}): {} to make in the place of old ones; no card is made yet: `ssc job run {typed}`",
            count(number as u64, "card")
        ),
        format!("作业 {id}（{name}）：待补换 {number} 张；尚未制卡：`ssc job run {typed}`"),
    );
    ui.line(done.say(ui.lang))
}

/// A row that is named twice is a slip: of one of them another row was meant.
fn named_once(lines: &[usize]) -> Result<(), Failure> {
    let is_twice = |at: usize| lines.iter().skip(at + 1).any(|line| *line == lines[at]);
    let Some(at) = (0..lines.len()).find(|at| is_twice(*at)) else {
        return Ok(());
    };
    let line = lines[at];
    Err(Failure::new(
        Exit::Usage,
        text(
            format!("--line {line} is given twice, and nothing was changed: name each row once"),
            format!("--line {line} 给出了两次，未作任何更改：每行只给一次"),
        ),
    ))
}

/// The orders wait for another chip.
fn destroyed(args: &Args, register: &Register, job: &JobRecord, ui: &Ui) -> Result<(), Failure> {
    // All of them before anything is changed.
    args.lines
        .iter()
        .try_for_each(|row| may_be_destroyed(register, job, *row))?;
    for row in &args.lines {
        let why = |words: &str| match &args.reason {
            None => words.to_owned(),
            Some(reason) => format!("{words}: {reason}"),
        };
        register.chip_destroyed(
            job.id,
            *row,
            &why("the operator says that it is destroyed"),
            &why("操作员声明已销毁"),
        )?;
    }
    let (name, lines) = (&job.name, &args.lines);
    if ui.json {
        return ui.document(
            &json!({ "store": register.store(), "job": job.id.0, "name": name, "to_be_remade": lines }),
        );
    }
    let (number, typed) = (lines.len(), word(name));
    let done = text(
        format!(
            "job {name}: {} for another chip: `ssc job run {typed}`. Never hand out the old one if it turns up",
            count(number as u64, "order waits|orders wait")
        ),
        format!(
            "作业 {name}：{number} 个任务等待另一张芯片：`ssc job run {typed}`。旧芯片若再出现，切勿发出"
        ),
    );
    ui.line(done.say(ui.lang))
}

/// Whether a chip is written for this row that is nobody's card yet.
///
/// # Errors
/// It is delivered, or was never begun: what to do instead.
fn may_be_destroyed(register: &Register, job: &JobRecord, row: usize) -> Result<(), Failure> {
    let order = register.order(job.id, row)?;
    let order = order.ok_or(RegisterError::NoOrder { row })?;
    let name = word(&job.name);
    let why = match order.state {
        OrderState::Delivered => text(
            format!(
                "row {row} is delivered, and its card is the person's: if it works no more or is destroyed, order another in its place with `ssc job reissue {name} --line {row} --why damaged`. Nothing was changed"
            ),
            format!(
                "第 {row} 行已交付，其卡属于持卡人：若已损坏或销毁，请用 `ssc job reissue {name} --line {row} --why damaged` 换卡。未作任何更改"
            ),
        ),
        OrderState::Rejected => text(
            format!(
                "row {row} was refused and never had a chip: correct it in a batch of its own. Nothing was changed"
            ),
            format!("第 {row} 行已被拒绝，从未使用芯片：请更正后另做一个批次。未作任何更改"),
        ),
        _ if order.chip.is_none() => text(
            format!(
                "row {row} has no chip that could be its card: `ssc job run {name}` makes it. Nothing was changed"
            ),
            format!(
                "第 {row} 行没有可能已成品的芯片：执行 `ssc job run {name}` 制卡。未作任何更改"
            ),
        ),
        _ => return Ok(()),
    };
    Err(Failure::new(Exit::Usage, why))
}

/// The old job's name with the first number behind it that is free.
fn free_name(register: &Register, old: &str) -> Result<String, Failure> {
    let mut number = 1;
    loop {
        let name = format!("{old}-reissue-{number}");
        if register.find(&name)?.is_none() {
            return Ok(name);
        }
        number += 1;
    }
}
