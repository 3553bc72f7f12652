//! `ssc apdu`

use apdu_specs::Status;
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use ssc_reader::{
    Card, CommandApdu, Interface, ReaderError, Tapped, Trace, Writer, exchange, spec_words,
};
use ssc_words::Lang;
use zeroize::Zeroizing;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::source::SourceArgs;
use crate::text::text;
use crate::ui::Ui;

/// Fewest bytes of a whole APDU: CLA INS P1 P2.
const HEADER: usize = 4;

/// Send APDUs and show commands, answers and status words in words
///
/// What follows 61xx and 6Cxx is fetched. The data of PINs and keys is not shown, and of a citizen number its region only;
/// --json gives the answers whole. Ends with 5 if the last answer was neither 9000 nor 61xx.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One APDU an argument in hexadecimal, or pieces of a single one; - reads one a line from stdin
    #[arg(value_name = "HEX", required = true)]
    apdus: Vec<Hidden>,
    #[command(flatten)]
    source: SourceArgs,
    /// Send the bytes as they are, and fetch nothing
    #[arg(long)]
    raw: bool,
}

impl Verb for Args {
    const NAME: &'static str = "apdu";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc apdu 00A404000F7378312E73682EC9E7BBE1B1A3D5CF00 00B2012C12",
            "select SSSE, read record 1 of EF05",
            "选择 SSSE，读 EF05 第 1 条记录",
        ),
        example(
            "ssc apdu --image card.ssccard \"00 84 00 00 08\"",
            "on a card image; spaces are allowed",
            "对卡映像；可有空格",
        ),
        example(
            "cat verify.txt | ssc apdu -",
            "APDUs from a file, so that a PIN stands in no process list",
            "从文件读入，使 PIN 不出现在进程列表中",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "发送 APDU，并用文字显示命令、应答和状态字",
        more: &[
            "自动取回 61xx 和 6Cxx 之后的数据。不显示 PIN 和密钥数据，社会保障号码只显示行政区划；--json 给出完整应答。最后的状态字既非 9000 也非 61xx 时以 5 退出。",
        ],
        arguments: Arguments {
            own: &[
                (
                    "apdus",
                    "每个参数一条十六进制 APDU，或同一条的各段；- 表示从标准输入逐行读取",
                ),
                ("raw", "原样发送，不自动取数"),
            ],
            flattened: &[&SourceArgs::CHINESE],
        },
    };
}

/// An argument that may hold a PIN.
#[derive(Clone)]
struct Hidden(Zeroizing<String>);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

type Bytes = Zeroizing<Vec<u8>>;

/// Sends them one after the other, to the end.
///
/// # Errors
/// Bad hex or too few bytes (nothing is sent then), no card, no answer, or a last answer that is a refusal.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let apdus = read(&args.apdus)?;
    refuse_short(&apdus)?;
    let commands: Vec<CommandApdu> = if args.raw {
        Vec::new()
    } else {
        apdus
            .iter()
            .map(|bytes| CommandApdu::parse(bytes))
            .collect::<Result<_, _>>()?
    };
    let connected = args.source.connect(ui)?;
    let protocol = match connected.card.interface() {
        Interface::T0 => "T=0",
        Interface::T1 => "T=1",
        Interface::Contactless => "contactless",
    };
    let atr = hex::encode_upper(connected.card.atr());
    if !ui.json {
        ui.line(format!("= {}, {protocol}, ATR {atr}", connected.place))?;
    }
    let lines = Lines::default();
    let writer = Writer::new(lines.clone(), ui.lang).bare();
    let trace = Trace::new(&connected.place, writer);
    let mut card = Tapped::new(connected.card, trace);
    let mut exchanges = Vec::new();
    let mut last = Status::SUCCESS;
    for (number, bytes) in apdus.iter().enumerate() {
        let answer = match commands.get(number) {
            Some(command) => exchange(&mut card, command).map(|answer| (answer.data, answer.sw)),
            None => raw(&mut card, bytes),
        };
        let shown = lines.take();
        if !ui.json {
            ui.lines(shown.lines())?;
        }
        let (data, sw) = answer?;
        last = sw;
        exchanges.push(entry(&shown, &data, sw));
    }
    let report = json!({
        "reader": connected.place,
        "protocol": protocol,
        "atr": atr,
        "exchanges": exchanges,
    });
    if last.is_success() {
        return if ui.json {
            ui.document(&report)
        } else {
            Ok(())
        };
    }
    let (english, chinese) = (
        spec_words::status(last, Lang::En),
        spec_words::status(last, Lang::Zh),
    );
    let message = text(
        format!("the card answered {last} ({english}) to the last command"),
        format!("卡片对最后一条命令返回 {last}（{chinese}）"),
    );
    Err(Failure::new(Exit::Card, message).with_report(report))
}

/// What is shorter than its header is no command. Some drivers would take it for a message to themselves.
fn refuse_short(apdus: &[Bytes]) -> Result<(), Failure> {
    let mut numbered = (1..).zip(apdus);
    let Some((number, short)) = numbered.find(|(_, bytes)| bytes.len() < HEADER) else {
        return Ok(());
    };
    let length = short.len();
    Err(Failure::new(
        Exit::Input,
        text(
            format!(
                "APDU {number} has {length} of the {HEADER} bytes that every command begins with (CLA INS P1 P2); nothing was sent"
            ),
            format!(
                "第 {number} 条 APDU 只有 {length} 字节，命令至少有 {HEADER} 字节（CLA INS P1 P2）；未发送任何命令"
            ),
        ),
    ))
}

fn raw(card: &mut dyn Card, bytes: &[u8]) -> Result<(Vec<u8>, Status), ReaderError> {
    let answer = card.transmit(bytes)?;
    match answer.split_last_chunk::<2>() {
        Some((data, sw)) => Ok((data.to_vec(), Status::from_bytes(*sw))),
        None => Err(ReaderError::MalformedAnswer {
            detail: format!(
                "the answer has {} bytes; a status word alone has 2",
                answer.len()
            ),
        }),
    }
}

fn entry(shown: &str, data: &[u8], sw: Status) -> Value {
    json!({
        "trace": shown.lines().collect::<Vec<_>>(),
        "data": hex::encode_upper(data),
        "sw": sw.to_string(),
        "meaning": spec_words::status(sw, Lang::En),
        "meaning_zh": spec_words::status(sw, Lang::Zh),
    })
}

/// The APDUs: each argument one, unless none of several is long enough to be one: then they are pieces of a single one.
fn read(arguments: &[Hidden]) -> Result<Vec<Bytes>, Failure> {
    if let [only] = arguments
        && only.0.as_str() == "-"
    {
        return from_stdin();
    }
    let parts: Vec<Bytes> = (1..)
        .zip(arguments)
        .map(|(number, argument)| {
            let argument_words = text(format!("argument {number}"), format!("第 {number} 个参数"));
            hex(&argument.0, &argument_words)
        })
        .collect::<Result<_, _>>()?;
    if parts.len() > 1 && parts.iter().all(|part| part.len() < HEADER) {
        let mut whole = Zeroizing::new(Vec::with_capacity(HEADER * parts.len()));
        for part in &parts {
            whole.extend_from_slice(part);
        }
        return Ok(vec![whole]);
    }
    Ok(parts)
}

/// One APDU a line; blank lines and what follows # are left out.
fn from_stdin() -> Result<Vec<Bytes>, Failure> {
    let mut apdus = Vec::new();
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = Zeroizing::new(line.map_err(|error| {
            Failure::new(
                Exit::Input,
                text(
                    format!("stdin, line {number}: {error}; nothing was sent"),
                    format!("标准输入第 {number} 行：{error}；未发送任何命令"),
                ),
            )
        })?);
        let apdu = line.split('#').next().unwrap_or_default().trim();
        if !apdu.is_empty() {
            apdus.push(hex(
                apdu,
                &text(
                    format!("stdin, line {number}"),
                    format!("标准输入第 {number} 行"),
                ),
            )?);
        }
    }
    Ok(apdus)
}

/// Bytes of hexadecimal digits with spaces or colons between. The error shows nothing of them: they may be a PIN.
fn hex(digits: &str, place: &(impl ssc_words::Bilingual + ?Sized)) -> Result<Bytes, Failure> {
    let refuse = |english: String, chinese: String| {
        Failure::new(
            Exit::Input,
            text(
                format!("{}: {english}; nothing was sent", place.say(Lang::En)),
                format!("{}：{chinese}；未发送任何命令", place.say(Lang::Zh)),
            ),
        )
    };
    let mut plain = Zeroizing::new(String::with_capacity(digits.len()));
    for (position, character) in (1..).zip(digits.chars()) {
        match character {
            ' ' | ':' | '\t' => {}
            digit if digit.is_ascii_hexdigit() => plain.push(digit),
            _ => {
                return Err(refuse(
                    format!("character {position} is no hexadecimal digit"),
                    format!("第 {position} 个字符不是十六进制数字"),
                ));
            }
        }
    }
    match hex::decode(plain.as_bytes()) {
        Ok(bytes) if !bytes.is_empty() => Ok(Zeroizing::new(bytes)),
        Ok(_) => Err(refuse("no digits".into(), "没有数字".into())),
        Err(_) => Err(refuse(
            format!("{} hexadecimal digits: every byte needs two", plain.len()),
            format!("{} 个十六进制数字：每个字节需要两个", plain.len()),
        )),
    }
}

/// Where a trace goes until it is shown.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn take(&self) -> String {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&std::mem::take(&mut *lines)).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apdus(arguments: &[&str]) -> Result<Vec<String>, Failure> {
        let arguments: Vec<Hidden> = arguments.iter().map(|text| Hidden::from(*text)).collect();
        let apdus = read(&arguments)?;
        Ok(apdus.iter().map(hex::encode_upper).collect())
    }

    #[test]
    fn arguments_are_apdus_or_pieces_of_one() {
        assert_eq!(
            apdus(&["00840000", "0084000008"]).unwrap(),
            ["00840000", "0084000008"]
        );
        assert_eq!(apdus(&["00", "84", "00 00", "08"]).unwrap(), ["0084000008"]);
        assert_eq!(apdus(&["00:84:00:00:08"]).unwrap(), ["0084000008"]);
        // A whole one among pieces: no guessing, each stands for itself (and is refused as too short later).
        assert_eq!(apdus(&["00840000", "08"]).unwrap(), ["00840000", "08"]);
    }

    #[test]
    fn bad_hex_is_told_by_its_place_and_never_shown() {
        for (bad, place) in [
            ("0020000003123G56", "character 14"),
            ("002", "3 hexadecimal"),
            (" ", "no digits"),
        ] {
            let failure = apdus(&["00840000", bad]).unwrap_err();
            let message = failure.to_json()["error"]["message"].to_string();
            assert!(
                message.contains("argument 2") && message.contains(place),
                "{message}"
            );
            assert!(!message.contains("123"), "{message}");
            assert_eq!(failure.exit, Exit::Input);
        }
        assert_eq!(format!("{:?}", Hidden::from("0020000003123456")), "***");
    }
}
