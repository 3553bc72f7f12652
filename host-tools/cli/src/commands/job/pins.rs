//! `ssc job pins`

use std::path::PathBuf;

use serde_json::json;
use ssc_bureau::pin_mailer;
use ssc_bureau::sealing::Sealing;
use ssc_keys::KeyError;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::store::{StoreArgs, find_job};
use crate::text::text;
use crate::ui::Ui;

/// Write the PINs of a job for whoever prints the letters, encrypted to their public keys
///
/// The file is of age (age-encryption.org): whoever has a private key to one of the public keys opens it with `age --decrypt`, and
/// nobody else, this program neither. Inside is CSV: line, number, name, card number and PIN of each order that is not rejected.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    /// Public key, age1…, or a file of such keys; several times for several keys
    #[arg(long, value_name = "KEY", required = true)]
    pin_recipient: Vec<String>,
    /// New file
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "pins";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc job pins batch-7 --pin-recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p -o batch-7.pins.age --vault keys.vault",
        "the PINs of a job, for a letter shop",
        "一个作业的 PIN，供印制密码信封",
    )];
    const CHINESE: Chinese = Chinese {
        about: "输出作业的 PIN，用公钥加密，供印制密码信封",
        more: &[
            "文件为 age 格式（age-encryption.org）：只有持有对应私钥者可用 `age --decrypt` 打开，本程序也不能。内容为 CSV：每个未被拒绝的制卡任务的行号、社会保障号码、姓名、卡号和 PIN。",
        ],
        arguments: Arguments {
            own: &[
                ("job", "作业的名称或号"),
                ("pin_recipient", "公钥 age1…，或此类公钥的文件；可多次给出"),
                ("output", "新文件"),
            ],
            flattened: &[&StoreArgs::CHINESE, &MasterArgs::CHINESE],
        },
    };
}

/// Writes them.
///
/// # Errors
/// No such job, other keys than the job's, no public key, a file that cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let mut keys = String::new();
    for key in &args.pin_recipient {
        if key.starts_with("age1") {
            keys.push_str(key);
        } else {
            let file = std::fs::read_to_string(key).map_err(|source| KeyError::Read {
                path: key.into(),
                source,
            })?;
            keys.push_str(&file);
        }
        keys.push('\n');
    }
    let recipients = pin_mailer::recipients(&keys)?;
    let keys = args.keys.open(ui)?.keys;
    let register = args.store.open(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    let sealing = Sealing::open(&job.sealed_key, &*keys)?;
    let count = pin_mailer::write(&register, job.id, &sealing, &recipients, &args.output)?;
    let path = args.output.display();
    if ui.json {
        return ui.document(&json!({ "job": job.name, "file": path.to_string(), "pins": count }));
    }
    ui.line(ssc_words::Bilingual::say(
        &text(
            format!(
                "{path}: {}, for {}",
                ssc_words::count(count as u64, "PIN"),
                ssc_words::count(recipients.len() as u64, "public key")
            ),
            format!("{path}：{count} 个 PIN，用 {} 个公钥加密", recipients.len()),
        ),
        ui.lang,
    ))
}
