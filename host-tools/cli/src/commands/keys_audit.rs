//! `ssc keys audit`

use std::path::PathBuf;

use serde_json::{Value, json};
use ssc_keys::audit::{Audit, Fault};
use ssc_reader::{Bilingual as _, Lang};

use super::{Example, example};
use crate::audit;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::table::table;
use crate::text::{Text, pick, text};
use crate::ui::Ui;
use crate::usage::BadValue;

pub const EXAMPLES: &[Example] = &[
    example(
        "ssc keys audit keys.vault",
        "every use of the vault, and whether the log is whole",
        "密钥库的每次使用，以及日志是否完整",
    ),
    example(
        "ssc keys audit keys.vault --head 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
        "whether the log still has the line that was last noted",
        "日志是否仍含有上次记下的那一行",
    ),
];

/// Check the audit log of a vault, and list every use
///
/// The log stands beside the vault with .audit behind its name, or where SSC_AUDIT_LOG says. Each line has the hash of the one
/// above: a line that was changed, taken out or put elsewhere is named and shown. Note the hash of the last line now and then where
/// nobody else can write, and give it to --head the next time: that finds a log that was made anew.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault whose log it is
    #[arg(value_name = "VAULT")]
    vault: PathBuf,
    /// Hash of a line that the log must have, 64 hexadecimal digits
    #[arg(long, value_name = "HASH", value_parser = hash)]
    head: Option<[u8; 32]>,
}

/// A hash as it is typed.
fn hash(digits: &str) -> Result<[u8; 32], BadValue> {
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).map_err(|_| {
        BadValue(text(
            "a hash has 64 hexadecimal digits",
            "哈希值须为 64 位十六进制数字",
        ))
    })?;
    Ok(hash)
}

/// Checks the log.
///
/// # Errors
/// There is none, it cannot be read, or it is broken.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let log = audit::log(&args.vault);
    let path = log.path().display();
    if !log.exists() {
        return Err(Failure::new(
            Exit::Input,
            text(
                format!("{path}: there is no audit log; it begins with the first use of the vault"),
                format!("{path}：没有审计日志；首次使用密钥库时开始记录"),
            ),
        ));
    }
    let found = log.check().map_err(ssc_keys::KeyError::from)?;
    let noted = args.head.is_none_or(|hash| found.has(hash));
    let report = report(&found);
    if !ui.json {
        show(&found, ui)?;
    }
    if found.faults.is_empty() && noted {
        return if ui.json {
            ui.document(&report)
        } else {
            Ok(())
        };
    }
    let mut details: Vec<Text> = found.faults.iter().flat_map(shown).collect();
    if !noted {
        details.push(text(
            "no line has the hash that was noted: the log was made anew, or cut",
            "没有一行具有所记的哈希值：日志被重做或截断",
        ));
    }
    Err(Failure::new(
        Exit::Keys,
        text(
            format!("{path}: the audit log is broken:"),
            format!("{path}：审计日志已损坏："),
        ),
    )
    .with_details(details)
    .with_report(report))
}

/// What is wrong, and the line as it stands.
fn shown(fault: &Fault) -> impl Iterator<Item = Text> + use<> {
    let line = format!("  {}", fault.text);
    let line = (!fault.text.is_empty()).then(|| text(line.clone(), line));
    [Text::of(fault)].into_iter().chain(line)
}

fn report(found: &Audit) -> Value {
    let faults: Vec<Value> = found
        .faults
        .iter()
        .map(|fault| {
            json!({
                "line": fault.at,
                "message": fault.say(Lang::En),
                "message_zh": fault.say(Lang::Zh),
                "text": fault.text,
            })
        })
        .collect();
    // A line that is none stays a text.
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| json!(line)))
        .collect();
    json!({
        "lines": lines,
        "faults": faults,
        "head": { "line": found.head().line, "hash": hex::encode_upper(found.head().hash) },
    })
}

fn show(found: &Audit, ui: &Ui) -> Result<(), Failure> {
    let heading = [
        pick(ui.lang, "line", "编号"),
        pick(ui.lang, "time", "时间"),
        pick(ui.lang, "command", "命令"),
        pick(ui.lang, "event", "事件"),
        pick(ui.lang, "user", "用户"),
        pick(ui.lang, "cards", "卡数"),
        pick(ui.lang, "keys", "密钥数"),
    ];
    let rows = found.lines.iter().map(|line| {
        let json: Value = serde_json::from_str(line).unwrap_or_default();
        let word = |name: &str| match json.get(name) {
            Some(Value::String(word)) => word.clone(),
            Some(Value::Array(list)) => list.len().to_string(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let event = match word("result").as_str() {
            "" => word("event"),
            result => format!("{} ({result})", word("event")),
        };
        let [line, time, command] = ["line", "time", "command"].map(word);
        let [user, cards, keys] = ["user", "cards", "keys"].map(word);
        [line, time, command, event, user, cards, keys]
    });
    ui.lines(table(&heading, rows))?;
    let head = found.head();
    let (count, hash) = (found.lines.len(), hex::encode_upper(head.hash));
    ui.line(pick(
        ui.lang,
        &format!("{count} lines; hash of the last one: {hash}"),
        &format!("共 {count} 行；最后一行的哈希值：{hash}"),
    ))
}
