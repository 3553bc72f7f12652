//! `ssc job create`

use std::path::PathBuf;

use serde_json::json;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::order_args::OrderArgs;
use crate::store::StoreArgs;
use crate::text::text;
use crate::ui::Ui;
use ssc_words::Bilingual as _;
use ssc_words::shell::word;

/// Make a job of a batch: every card is decided and numbered, and none is made yet
///
/// Card number, PIN and dates are decided here, once, and kept sealed under your keys. Nothing is kept of a batch with faults, unless
/// --skip-invalid is given: the refused rows then go to a file of their own. `ssc job run` makes the cards.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Batch of cardholders
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "create";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job create batch-7.csv --generation 3.00 --vault keys.vault",
            "a job with your own keys",
            "用自己的密钥建立作业",
        ),
        example(
            "ssc job create batch-7.csv --generation 2.00 --skip-invalid",
            "leave out the rows that have faults",
            "跳过有错误的行",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "由批次建立作业：决定每张卡并编号，尚不制卡",
        more: &[
            "卡号、PIN 和日期在此一次决定，并用您的密钥密封保存。批次有错误时什么也不保留，除非给出 --skip-invalid：被拒绝的行另存一个文件。`ssc job run` 制卡。",
        ],
        arguments: Arguments {
            own: &[("file", "持卡人批次文件")],
            flattened: &[
                &OrderArgs::CHINESE,
                &StoreArgs::CHINESE,
                &MasterArgs::CHINESE,
            ],
        },
    };
}

/// Makes the job.
///
/// # Errors
/// As [`OrderArgs::make`]; keys or register that cannot be opened.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let keys = args.keys.open(ui)?.keys;
    let register = args.store.make(keys.is_demo(), ui)?;
    let made = args.order.make(&args.file, &register, &*keys, ui)?;
    let (job, name) = (made.created.job, &made.name);
    let (orders, rejected) = (made.created.orders, made.created.rejected);
    let refused = made.refused.as_ref().map(|path| path.display().to_string());
    if ui.json {
        return ui.document(&json!({
            "store": register.store(),
            "job": job.0,
            "name": name,
            "orders": orders,
            "rejected": rejected,
            "random_pins": made.created.random_pins,
            "refused_file": refused,
        }));
    }
    let word = word(name);
    ui.line(
        text(
            format!("job {job} ({name}): {orders} to make, {rejected} rejected; no card is made yet: `ssc job run {word}`"),
            format!("作业 {job}（{name}）：待制 {orders}，拒绝 {rejected}；尚未制卡：`ssc job run {word}`"),
        )
        .say(ui.lang),
    )?;
    if let Some(refused) = refused {
        ui.note(&text(
            format!("the rejected rows that have faults are in {refused}: correct them there, and make a job of that file"),
            format!("有错误而被拒绝的行在 {refused} 中：请在其中更正，再用该文件建立作业"),
        ));
    }
    Ok(())
}
