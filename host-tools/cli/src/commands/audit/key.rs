//! `ssc audit key`

use serde_json::json;
use ssc_bureau::audit::public_key_pem;
use ssc_keys::LogKey;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::ui::Ui;

/// Print the public key whose private half signs the logs of jobs
///
/// It is an Ed25519 key that follows from the master keys: a vault and a token with the same keys have the same one. Note it where whoever can
/// write to the register's store cannot write, and give it to `ssc audit verify --public-key`: then no master keys are needed there.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As PEM, for other programs
    #[arg(long)]
    pem: bool,
    #[command(flatten)]
    keys: MasterArgs,
}

impl Verb for Args {
    const NAME: &'static str = "key";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc audit key --vault keys.vault",
            "64 hexadecimal digits, to be noted",
            "64 位十六进制数字，供记录",
        ),
        example(
            "ssc audit key --pem --vault keys.vault",
            "for openssl and others",
            "供 openssl 等程序使用",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "输出公钥，对应的私钥用于签署作业日志",
        more: &[
            "这是由主密钥得出的 Ed25519 密钥：密钥相同的密钥库与令牌得出同一把。请把公钥记在能写登记簿存储的人无法改写之处，并用 `ssc audit verify --public-key` 给出：届时不需要主密钥。",
        ],
        arguments: Arguments {
            own: &[("pem", "以 PEM 输出，供其他程序使用")],
            flattened: &[&MasterArgs::CHINESE],
        },
    };
}

fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let keys = args.keys.open(ui)?.keys;
    let public = LogKey::of(&*keys)?.public();
    let pem = public_key_pem(&public).unwrap_or_default();
    if ui.json {
        return ui.document(&json!({ "public_key": hex::encode(public), "pem": pem }));
    }
    if args.pem {
        return ui.lines(pem.lines());
    }
    ui.line(hex::encode(public))
}
