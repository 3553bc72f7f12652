//! `ssc terminal read-basic`, `read` and `write`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value as Json, json};
use ssc_terminal::{Authentication, CardData, FileAddress, TerminalError};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pin_source::PinArgs;
use crate::terminal_args::{TerminalArgs, with_code};
use crate::text::text;
use crate::ui::Ui;

/// More than the longest file takes in hexadecimal.
const MOST_DATA: u64 = 64 * 1024;

/// Read the basic data, as iReadCardBas: the card must be genuine
///
/// The card is authenticated internally first (a copy is refused, return code -21), and a 3.00 card externally with RK of SSSE.
#[derive(Debug, clap::Args)]
pub struct ReadBasic {
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for ReadBasic {
    const NAME: &'static str = "read-basic";
    const RUN: Run<Self> = read_basic;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc terminal read-basic --reader \"ACS ACR39U\" --psam \"Gemalto\" --json",
            "with a PSAM in a second reader, for programs",
            "第二个读卡器中有 PSAM，供程序读取",
        ),
        example(
            "ssc terminal read-basic --image cards/0123456789AB.ssccard",
            "of a card image, with the demo keys",
            "用演示密钥读卡映像",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "读基本信息（iReadCardBas）：卡须合法",
        more: &["先做内部认证（复制卡被拒绝，返回码 -21），3.00 卡再以 SSSE 的 RK 做外部认证。"],
        arguments: Arguments {
            own: &[],
            flattened: &[&TerminalArgs::CHINESE],
        },
    };
}

/// Read items of files, as iReadCard
///
/// A file address is SSSEEF05|06|07|$DF01EF05|20|$: directory and file, the tags with | behind each, $ behind each file. A transparent
/// file has no tags, a cyclic one record numbers. The answer has the same shape with values in place of tags.
#[derive(Debug, clap::Args)]
pub struct Read {
    /// File address, such as SSSEEF05|06|07|$
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// What to show the card: the cardholder's PIN or the read key
    #[arg(long, value_enum, default_value = "key")]
    by: By,
    #[command(flatten)]
    pin: PinArgs,
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for Read {
    const NAME: &'static str = "read";
    const RUN: Run<Self> = read;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc terminal read 'SSSEEF05|05|06|07|$SSSEEF06|08|09|$' --vault keys.vault",
            "items of two files, by their keys",
            "凭密钥读两个文件的数据项",
        ),
        example(
            "SSC_PIN=123456 ssc terminal read 'DF03EF06|67|$' --by pin",
            "by the cardholder's PIN",
            "凭持卡人 PIN 读",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "读文件数据项（iReadCard）",
        more: &[
            "文件地址形如 SSSEEF05|06|07|$DF01EF05|20|$：目录和文件，每个标签后跟 |，每个文件后跟 $。透明文件没有标签，循环文件用记录号。应答格式相同，以值代替标签。",
        ],
        arguments: Arguments {
            own: &[
                ("address", "文件地址，如 SSSEEF05|06|07|$"),
                ("by", "文件要求 PIN 或密钥时出示哪一个"),
            ],
            flattened: &[&PinArgs::CHINESE, &TerminalArgs::CHINESE],
        },
    };
}

/// Write items of files, as iWriteCard
///
/// The data has the shape of the address, with values in place of tags: text and digits as they are, binary values, templates and whole
/// files in hexadecimal. Every value is checked before the first is written.
#[derive(Debug, clap::Args)]
pub struct Write {
    /// File address, such as SSSEEF05|06|07|$
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// File with the data in one line, - is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    data: PathBuf,
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for Write {
    const NAME: &'static str = "write";
    const RUN: Run<Self> = write;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc terminal write 'DF01EF06|23|28|$' --data address.txt --psam \"Gemalto\"",
        "address.txt holds DF01EF06|value|value|$",
        "address.txt 内容为 DF01EF06|值|值|$",
    )];
    const CHINESE: Chinese = Chinese {
        about: "写文件数据项（iWriteCard）",
        more: &[
            "数据格式与地址相同，以值代替标签：文本和数字照写，二进制值、模板和整个文件用十六进制。写入前检查全部值。",
        ],
        arguments: Arguments {
            own: &[
                ("address", "文件地址，如 SSSEEF05|06|07|$"),
                ("data", "数据文件，一行，- 为标准输入"),
            ],
            flattened: &[&TerminalArgs::CHINESE],
        },
    };
}

/// iAuthType.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The cardholder's PIN
    Pin,
    /// The read key
    Key,
}

/// iReadCardBas.
///
/// # Errors
/// What keeps the card from being read.
pub fn read_basic(args: &ReadBasic, ui: &Ui) -> Result<(), Failure> {
    let basic = args.terminal.with_session(ui, |session, terminal| {
        if session.has_module() {
            session.require_genuine()?;
        }
        session.read_card_basic(terminal)
    })?;
    let line = basic.to_line();
    if ui.json {
        // A plain struct always has a JSON form.
        let mut document = serde_json::to_value(&basic).unwrap_or(Json::Null);
        if let Json::Object(fields) = &mut document {
            fields.insert("line".into(), json!(line));
        }
        return ui.document(&document);
    }
    ui.line(line)
}

/// iReadCard.
///
/// # Errors
/// A malformed address, and what keeps the card from being read.
pub fn read(args: &Read, ui: &Ui) -> Result<(), Failure> {
    let address = address(&args.address)?;
    let pin = match args.by {
        By::Pin => Some(args.pin.get(ui)?),
        By::Key => None,
    };
    let by = pin
        .as_ref()
        .map_or(Authentication::Key, Authentication::Pin);
    let data = args
        .terminal
        .with_session(ui, |session, _| session.read_card(&address, by))?;
    if !ui.json {
        return ui.line(data.to_line());
    }
    let files = data
        .files
        .iter()
        .map(|file| json!({ "file": file.name, "values": file.values }));
    ui.document(&json!({
        "line": data.to_line(),
        "files": files.collect::<Vec<_>>(),
    }))
}

/// iWriteCard.
///
/// # Errors
/// A malformed address or data, and what keeps the card from being written.
pub fn write(args: &Write, ui: &Ui) -> Result<(), Failure> {
    let address = address(&args.address)?;
    let line = data(&args.data)?;
    let data = CardData::parse(line.trim_end_matches(['\r', '\n']), &address)
        .map_err(|error| with_code(TerminalError::from(error)))?;
    args.terminal
        .with_session(ui, |session, _| session.write_card(&address, &data))?;
    super::pins::done(ui, "written", "已写入")
}

fn address(address: &str) -> Result<FileAddress, Failure> {
    FileAddress::parse(address).map_err(|error| with_code(TerminalError::from(error)))
}

/// The data, in UTF-8.
fn data(path: &Path) -> Result<String, Failure> {
    let mut line = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(MOST_DATA)
            .read_to_string(&mut line)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST_DATA).read_to_string(&mut line))
    };
    match read {
        Ok(_) => Ok(line),
        Err(error) => {
            let path = path.display();
            Err(Failure::new(
                Exit::Input,
                text(
                    format!(
                        "the data cannot be read from {path}: {error}; it is one line of UTF-8"
                    ),
                    format!(
                        "无法从 {path} 读取数据：{error}；应为一行 UTF-8 文本",
                        error = ssc_words::system::chinese(&error)
                    ),
                ),
            ))
        }
    }
}
