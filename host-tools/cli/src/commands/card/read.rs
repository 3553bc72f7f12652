//! `ssc read`

use std::path::PathBuf;

use serde_json::{Value as Json, json};
use ssc_files::whole_file::{self, Readers};
use ssc_keys::KeyService;
use ssc_terminal::{CardBasic, Content, Dialogue, Dump, TerminalIdentity, Words};
use ssc_words::{Bilingual, Lang};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::secret;
use crate::source::SourceArgs;
use crate::terminal_args::keys_for;
use crate::text::{Text, pick, text};
use crate::ui::Ui;

/// Read a card as a terminal does: its basic data, or every file
///
/// Basic data is what iReadCardBas of LD/T 33 gives. A 3.00 card is authenticated to first. Without --vault the published demo
/// keys are used, and only if the card was issued with them: no key of another issuer's card loses a try.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Read and decode every file that can be read
    #[arg(long)]
    all: bool,
    /// Verify the cardholder's PIN first, from SSC_PIN or by a question without echo
    #[arg(long, requires = "all")]
    pin: bool,
    /// Write the photo (SSSE EF08) to this file, which must not exist yet
    #[arg(long, value_name = "FILE", requires = "all")]
    photo: Option<PathBuf>,
    #[command(flatten)]
    vault: VaultArgs,
    /// Present no key: read what is free
    #[arg(long, conflicts_with_all = ["vault", "passphrase_file"])]
    no_keys: bool,
}

impl Verb for Args {
    const NAME: &'static str = "read";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc read --image cards/0123456789AB.ssccard",
            "basic data of a card image",
            "读卡映像的基本信息",
        ),
        example(
            "ssc read --reader \"ACS ACR39U\" --vault keys.vault --json",
            "of the card in a reader, for programs",
            "读卡器中的卡，供程序读取",
        ),
        example(
            "SSC_PIN=123456 ssc read --all --pin --photo photo.jpg",
            "every file that keys and PIN open",
            "读出密钥和 PIN 可读的全部文件",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "像终端一样读卡：基本信息或全部文件",
        more: &[
            "基本信息即 LD/T 33 的 iReadCardBas 所给内容。3.00 卡先做外部认证。没有 --vault 时用公开的演示密钥，且仅用于以其发行的卡：不消耗其他发卡方密钥的尝试次数。",
        ],
        arguments: Arguments {
            own: &[
                ("all", "读出并解析全部可读文件"),
                ("pin", "先校验持卡人 PIN，取自 SSC_PIN 或询问（不回显）"),
                ("photo", "将照片（SSSE EF08）写入该文件，不得已存在"),
                ("no_keys", "不出示密钥：只读可自由读取的内容"),
            ],
            flattened: &[&SourceArgs::CHINESE, &VaultArgs::CHINESE],
        },
    };
}

/// Reads the card.
///
/// # Errors
/// No card, no social security card, or one that refuses.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let pin = if args.pin {
        let missing = text(
            "no PIN: put it into SSC_PIN, or run this in a terminal",
            "没有 PIN：请放入环境变量 SSC_PIN，或在终端中运行",
        );
        Some(secret::pin(missing, ui)?)
    } else {
        None
    };
    let vault = if args.no_keys {
        None
    } else {
        Some(args.vault.open(ui)?.vault)
    };
    let mut card = args.source.connect(ui)?.card;
    let keys = vault.as_ref().map(|vault| vault as &dyn KeyService);
    let keys = keys_for(&mut *card, keys, args.vault.is_default(), ui)?;
    let demo = keys.is_some_and(KeyService::is_demo);
    let mut session = Dialogue::open(&mut *card, keys)?;
    if args.all {
        let dump = session.read_all(pin.as_ref())?;
        if let Some(path) = &args.photo {
            write_photo(&dump, path, ui)?;
        }
        if ui.json {
            return ui.document(&with_demo(&dump, demo));
        }
        return ui.lines(dump.to_text(ui.lang).lines());
    }
    let basic = session.read_card_basic(&TerminalIdentity::default())?;
    if ui.json {
        let mut document = with_demo(&basic, demo);
        if let Json::Object(fields) = &mut document {
            fields.insert("meanings".into(), json!(basic.meanings()));
        }
        return ui.document(&document);
    }
    for (name, value) in fields(&basic, ui.lang) {
        ui.line(format!("{name}{}{value}", pick(ui.lang, ": ", "：")))?;
    }
    ui.line(format!(
        "iReadCardBas{}{}",
        pick(ui.lang, ": ", "："),
        basic.to_line()
    ))
}

fn with_demo(read: &impl serde::Serialize, demo: bool) -> Json {
    // What the terminal reads are plain structs: they always have a JSON form.
    let mut document = serde_json::to_value(read).unwrap_or(Json::Null);
    if let Json::Object(fields) = &mut document {
        fields.insert("demo_keys".into(), json!(demo));
    }
    document
}

fn fields(basic: &CardBasic, lang: Lang) -> Vec<(&'static str, String)> {
    let meanings = basic.meanings();
    let coded = |name: &str, code: &String| {
        let words = meanings.get(name);
        let words = words.map_or(String::new(), |words| in_words(words, lang));
        format!("{code}{words}")
    };
    let sex = coded("sex", &basic.sex);
    let ethnic_group = coded("ethnic_group", &basic.ethnic_group);
    let birthplace = coded("birthplace", &basic.birthplace);
    let region = coded("region", &basic.region);
    let rows: [(&str, &str, &str); 13] = [
        ("number", "社会保障号码", &basic.number),
        ("name", "姓名", &basic.name),
        ("sex", "性别", &sex),
        ("ethnic group", "民族", &ethnic_group),
        ("birth date", "出生日期", &basic.birth_date),
        ("birthplace", "出生地", &birthplace),
        ("card number", "卡号", &basic.card_number),
        (
            "identification code",
            "卡识别码",
            &basic.identification_code,
        ),
        ("region", "行政区划代码", &region),
        ("version", "规范版本", &basic.version),
        ("issue date", "发卡日期", &basic.issue_date),
        ("valid to", "卡有效期", &basic.valid_to),
        ("historical bytes", "历史字节", &basic.historical_bytes),
    ];
    rows.iter()
        .map(|(english, chinese, value)| (pick(lang, english, chinese), (*value).to_owned()))
        .collect()
}

fn write_photo(dump: &Dump, path: &std::path::Path, ui: &Ui) -> Result<(), Failure> {
    let file = path.display();
    let photo = dump
        .directories
        .iter()
        .filter(|directory| directory.label == "SSSE")
        .flat_map(|directory| &directory.files)
        .find_map(|found| match &found.content {
            Some(Content::Bytes(bytes)) if found.fid == "EF08" => Some(bytes),
            _ => None,
        });
    let Some(photo) = photo.filter(|photo| photo.used > 0) else {
        ui.warn(&text(
            format!("there is no photo that can be read; {file} was not written"),
            format!("没有可读的照片；未写入 {file}"),
        ));
        return Ok(());
    };
    let written = whole_file::create(path, Readers::Owner, photo.used_bytes());
    written.map_err(|error| Failure::new(Exit::Output, cannot_write(path, &error)))
}

fn cannot_write(path: &std::path::Path, error: &std::io::Error) -> Text {
    let path = path.display();
    text(
        format!(
            "{path} cannot be written: {error}; choose a new file in a folder that can be written"
        ),
        format!(
            "无法写入 {path}：{error}；请在可写的文件夹中选一个新文件",
            error = ssc_words::system::chinese(error)
        ),
    )
}

/// What a code means, behind it.
fn in_words(meaning: &Words, lang: Lang) -> String {
    let words = meaning.say(lang);
    pick(lang, &format!(" ({words})"), &format!("（{words}）")).to_owned()
}
