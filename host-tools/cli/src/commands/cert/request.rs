//! `ssc cert request`

use std::path::PathBuf;

use apdu_specs::applications::certificates::SIGNING;
use serde_json::json;
use ssc_certificate::{Environment, request};
use ssc_files::whole_file::{self, Readers};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pin_source::PinArgs;
use crate::source::SourceArgs;
use crate::text::text;
use crate::ui::Ui;

/// Ask for a certificate: a PKCS#10 request signed by the card with SM2 and SM3
///
/// The private key never leaves the card. With --new-pair the card makes a new signing pair first; a certificate of the old one
/// is then of no use. The request verifies with openssl req -verify -vfyopt distid:1234567812345678.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Distinguished name of the holder, such as CN=name,O=organisation,C=CN
    #[arg(long, value_name = "NAME")]
    subject: String,
    /// Make a new signing pair on the card first
    #[arg(long)]
    new_pair: bool,
    #[command(flatten)]
    pin: PinArgs,
    /// File of the request (PEM), which must not exist yet; without it stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Verb for Args {
    const NAME: &'static str = "request";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "SSC_PIN=123456 ssc cert request --new-pair --subject CN=张三,O=Test,C=CN -o card.csr",
            "a new key pair and a request for it",
            "新建密钥对并产生其请求",
        ),
        example(
            "ssc cert request --subject CN=张三,C=CN --image cards/0123456789AB.ssccard",
            "a request for the key pair that the card has, on stdout",
            "为卡内已有密钥对产生请求，输出到标准输出",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "产生证书请求：由卡以 SM2/SM3 签名的 PKCS#10 请求",
        more: &[
            "私钥从不离开卡片。使用 --new-pair 时卡先生成新的签名密钥对，旧密钥对的证书随即失效。该请求可用 openssl req -verify -vfyopt distid:1234567812345678 验证。",
        ],
        arguments: Arguments {
            own: &[
                ("subject", "持有者的可辨别名，如 CN=姓名,O=单位,C=CN"),
                ("new_pair", "先在卡内生成新的签名密钥对"),
                ("output", "请求文件（PEM），不得已存在；缺省为标准输出"),
            ],
            flattened: &[&SourceArgs::CHINESE, &PinArgs::CHINESE],
        },
    };
}

/// Makes the request.
///
/// # Errors
/// No card with a certificate environment, a wrong PIN, no key pair, an invalid subject.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    // Before the card is touched.
    request::parse_subject(&args.subject)?;
    let pin = args.pin.get(ui)?;
    let mut card = args.source.connect(ui)?.card;
    let mut environment = Environment::open(&mut *card)?;
    environment.verify_pin(pin.packed())?;
    if args.new_pair {
        environment.generate()?;
    }
    let request = request::build(&mut environment, &args.subject)?;
    let public = environment.public_key(&SIGNING)?;
    let pem = request::to_pem(&request)?;
    if let Some(path) = &args.output {
        let written = whole_file::create(path, Readers::Anyone, pem.as_bytes());
        written.map_err(|error| {
            let path = path.display();
            Failure::new(
                Exit::Output,
                text(
                    format!("{path} cannot be written: {error}; choose a new file in a folder that can be written"),
                    format!("无法写入 {path}：{error}；请在可写的文件夹中选一个新文件", error = ssc_words::system::chinese(&error)),
                ),
            )
        })?;
    }
    if ui.json {
        return ui.document(&json!({
            "subject": args.subject,
            "new_pair": args.new_pair,
            "public_key": hex::encode_upper(public),
            "request": pem,
            "file": args.output.as_ref().map(|path| path.display().to_string()),
        }));
    }
    match &args.output {
        Some(path) => {
            let path = path.display();
            ui.note(&text(
                format!(
                    "{path}: have a certificate made of it, then write that with ssc cert write"
                ),
                format!("{path}：请据此签发证书，再用 ssc cert write 写入"),
            ));
            Ok(())
        }
        None => ui.lines(pem.trim_end().lines()),
    }
}
