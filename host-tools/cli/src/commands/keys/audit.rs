//! `ssc keys audit`

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use ssc_keys::Vault;
use ssc_keys::audit::{Audit, AuditLog, Fault, Judged};
use ssc_words::{Bilingual as _, Lang};

use crate::audit;
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::secret::PassphraseArgs;
use crate::table::table;
use crate::text::{Text, pick, text};
use crate::ui::Ui;
use crate::usage::BadValue;

/// Check the audit log of a vault or a token, and list every use
///
/// The log stands beside the vault with .audit behind its name, or where SSC_AUDIT_LOG says. Each line has the hash of the one
/// above: a line that was changed, taken out or put elsewhere is named and shown. Note the hash of the last line now and then where
/// nobody else can write, and give it to --head the next time: that finds a log that was made anew. The vault remembers the last
/// line too, and is not used where the log has it no longer. The log of an HSM's token is LABEL-SERIAL.audit in ~/.local/state/ssc.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vault whose log it is
    #[arg(value_name = "VAULT", required_unless_present = "log")]
    vault: Option<PathBuf>,
    /// Log of an HSM's token, or of a vault that is elsewhere
    #[arg(long, value_name = "FILE", conflicts_with = "vault")]
    log: Option<PathBuf>,
    /// Hash of a line that the log must have, 64 hexadecimal digits
    #[arg(long, value_name = "HASH", value_parser = hash)]
    head: Option<[u8; 32]>,
    /// Begin a log in place of one that is lost: its first line says which line the vault remembers
    #[arg(long, conflicts_with_all = ["head", "log"])]
    new_log: bool,
    /// Note that the clock was ahead and is right now: a log with a later time than now refuses the keys until then
    #[arg(long, conflicts_with_all = ["head", "new_log"])]
    clock_was_wrong: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verb for Args {
    const NAME: &'static str = "audit";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
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
        example(
            "ssc keys audit keys.vault --new-log",
            "go on where the log is lost: a new one, which says so",
            "日志丢失后继续：新的日志，并记下丢失一事",
        ),
        example(
            "ssc keys audit keys.vault --clock-was-wrong",
            "go on after the clock was ahead once and was set right",
            "时钟曾快于实际时间，校正后继续",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "检查密钥库或令牌的审计日志，并列出每次使用",
        more: &[
            "日志位于密钥库旁，文件名加 .audit，或由 SSC_AUDIT_LOG 指定。每行含有上一行的哈希值：被改动、删除或调换的行会被指明并显示。请不时将最后一行的哈希值记在他人无法改写之处，下次用 --head 给出：可发现被重做的日志。密钥库也记住最后一行，日志中已无该行时不使用密钥库。加密机令牌的日志是 ~/.local/state/ssc 中的“标签-序列号.audit”。",
        ],
        arguments: Arguments {
            own: &[
                ("vault", "日志所属的密钥库"),
                ("log", "加密机令牌的日志，或位于别处的密钥库的日志"),
                ("head", "日志必须含有的某行的哈希值，64 位十六进制数字"),
                ("new_log", "在日志丢失时重新开始：首行记有密钥库所记的行"),
                (
                    "clock_was_wrong",
                    "记下时钟曾快于实际时间、现已正确：日志中有晚于当前的时间时，此前不使用密钥",
                ),
            ],
            flattened: &[&PassphraseArgs::CHINESE],
        },
    };
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
    let log = match (&args.vault, &args.log) {
        (Some(vault), _) => audit::log(vault),
        (None, Some(log)) => AuditLog::at(log),
        // clap has refused this.
        (None, None) => return Err(Failure::said(Exit::Usage)),
    };
    if let Some(vault) = args.vault.as_deref().filter(|_| args.new_log) {
        return begin_anew(vault, &log, args, ui);
    }
    if args.clock_was_wrong {
        return note_clock(&log, args, ui);
    }
    let path = log.path().display();
    let Some(judged) = Judged::of(&log, args.vault.as_deref(), args.head)? else {
        return Err(Failure::new(
            Exit::Input,
            text(
                format!("{path}: there is no audit log; it begins with the first use of the vault"),
                format!("{path}：没有审计日志；首次使用密钥库时开始记录"),
            ),
        ));
    };
    let report = report(&judged.audit);
    if !ui.json {
        show(&judged.audit, ui)?;
    }
    if let Some(torn) = &judged.audit.torn {
        ui.note(&Text::of(torn));
    }
    if judged.is_whole() {
        return if ui.json {
            ui.document(&report)
        } else {
            Ok(())
        };
    }
    let faults = judged.audit.faults.iter().flat_map(shown);
    let details: Vec<Text> = faults.chain(judged.missing.iter().map(Text::of)).collect();
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

fn begin_anew(vault: &Path, log: &AuditLog, args: &Args, ui: &Ui) -> Result<(), Failure> {
    let passphrase = args.passphrase.get(vault, false, ui)?;
    Vault::begin_log_anew(vault, &passphrase, log, ui.audit.command())?;
    let path = log.path().display();
    if ui.json {
        return ui.document(&json!({ "log": path.to_string() }));
    }
    ui.note(&text(
        format!("{path}: a new audit log is begun; its first line says what was lost"),
        format!("{path}：已开始新的审计日志；首行记有所丢失的内容"),
    ));
    Ok(())
}

fn note_clock(log: &AuditLog, args: &Args, ui: &Ui) -> Result<(), Failure> {
    match &args.vault {
        Some(vault) => {
            let passphrase = args.passphrase.get(vault, false, ui)?;
            Vault::note_clock(vault, &passphrase, log, ui.audit.command())?;
        }
        None => log
            .note_clock_of_token(ui.audit.command())
            .map_err(ssc_keys::KeyError::from)?,
    }
    let path = log.path().display();
    if ui.json {
        return ui.document(&json!({ "log": path.to_string() }));
    }
    ui.note(&text(
        format!("{path}: noted that the clock was ahead; the keys can be used again"),
        format!("{path}：已记下时钟曾快于实际时间；可继续使用密钥"),
    ));
    Ok(())
}

/// An event as its reader says it; one of a later version as it stands.
fn event_in(lang: Lang, event: &str) -> &str {
    let chinese = match event {
        "open" => "打开",
        "close" => "关闭",
        "refused" => "拒绝",
        "new log" => "新日志",
        "clock" => "时钟更正",
        "done" => "完成",
        "failed" => "未完成",
        other => other,
    };
    pick(lang, event, chinese)
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
            "" => event_in(ui.lang, &word("event")).to_owned(),
            result => {
                let (event, result) = (word("event"), event_in(ui.lang, result));
                let event = event_in(ui.lang, &event);
                match ui.lang {
                    Lang::En => format!("{event} ({result})"),
                    Lang::Zh => format!("{event}（{result}）"),
                }
            }
        };
        let [line, time, command] = ["line", "time", "command"].map(word);
        let time = ssc_words::moment::of_text(&time);
        let [user, cards, keys] = ["user", "cards", "keys"].map(word);
        [line, time, command, event, user, cards, keys]
    });
    ui.lines(table(&heading, rows))?;
    let head = found.head();
    let (count, hash) = (found.lines.len(), hex::encode_upper(head.hash));
    ui.line(pick(
        ui.lang,
        &format!(
            "{}; hash of the last one: {hash}",
            ssc_words::count(count as u64, "line")
        ),
        &format!("共 {count} 行；最后一行的哈希值：{hash}"),
    ))
}
