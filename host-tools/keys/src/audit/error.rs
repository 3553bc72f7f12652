//! What can go wrong with an audit log.

use std::path::PathBuf;

use ssc_words::{Bilingual, Lang};
use thiserror::Error;

use super::{Fault, FaultKind};

/// Why a vault or token is not used: its use cannot be written down.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The log cannot be written.
    #[error("{}: the audit log cannot be written: {source}; without it no key is used: see to it that the file and its folder can be written", path.display())]
    Write {
        /// The log, or its head file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The log cannot be read.
    #[error("{}: the audit log cannot be read: {source}; check the path and who owns the file", path.display())]
    Read {
        /// The log.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The environment names no folder for the log of a token.
    #[error(
        "token {token}: there is no place for its audit log, and without one it is not used; name a file in SSC_AUDIT_LOG (libssc_card: audit_log), or set HOME"
    )]
    NoPlace {
        /// The token's label.
        token: String,
    },
    /// The log was changed: nothing is written behind a broken chain.
    #[error("{}: the audit log is broken: {}; find out by whom (`ssc keys audit` shows where). To go on, move it away with its .head file, and begin a new one with `ssc keys audit VAULT --new-log`", path.display(), fault.say(Lang::En))]
    Broken {
        /// The log.
        path: PathBuf,
        /// The first fault in it.
        fault: Box<Fault>,
    },
    /// The log does not have the line that the vault remembers as its last: it vanished, was cut, or is another one.
    #[error("{}: {}; find out who took it away, and bring it back from a copy. If it is lost, `ssc keys audit {} --new-log` begins a new one, which says what was lost", path.display(), lost(*line, hash, *last, Lang::En), vault.display())]
    Lost {
        /// The log.
        path: PathBuf,
        /// The vault.
        vault: PathBuf,
        /// Number of the line that the vault remembers.
        line: u64,
        /// Its hash, in hexadecimal.
        hash: String,
        /// Number of the last line that there is.
        last: u64,
    },
    /// A new log was asked for, and nothing is lost.
    #[error("{}: the audit log has all that the vault remembers of it; there is no need for a new one", path.display())]
    NothingLost {
        /// The log.
        path: PathBuf,
    },
}

fn lost(line: u64, hash: &str, last: u64, lang: Lang) -> String {
    match (lang, last) {
        (Lang::En, 0) => format!(
            "the audit log has vanished: the vault remembers its line {line} with the hash {hash}"
        ),
        (Lang::En, _) => format!(
            "this is not the vault's audit log, or it was cut: the vault remembers line {line} with the hash {hash}, and the last line here is {last}"
        ),
        (Lang::Zh, 0) => format!("审计日志已消失：密钥库记得第 {line} 行，哈希值 {hash}"),
        (Lang::Zh, _) => format!(
            "这不是该密钥库的审计日志，或已被截断：密钥库记得第 {line} 行，哈希值 {hash}，而此处最后一行为 {last}"
        ),
    }
}

impl Bilingual for AuditError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl AuditError {
    fn chinese(&self) -> String {
        match self {
            Self::Write { path, source } => format!(
                "{}：无法写入审计日志：{source}；没有审计日志时不使用密钥：请确保该文件及其文件夹可写",
                path.display()
            ),
            Self::NoPlace { token } => format!(
                "令牌 {token}：没有存放其审计日志的位置，没有审计日志时不使用令牌；请在 SSC_AUDIT_LOG 中指定文件（libssc_card：audit_log），或设置 HOME"
            ),
            Self::Read { path, source } => format!(
                "{}：无法读取审计日志：{source}；请检查路径和文件所有者",
                path.display()
            ),
            Self::Broken { path, fault } => format!(
                "{}：审计日志已损坏：{}；请查明原因（`ssc keys audit` 显示位置）。如要继续，请将其连同 .head 文件移走，再用 `ssc keys audit VAULT --new-log` 开始新的日志",
                path.display(),
                fault.say(Lang::Zh)
            ),
            Self::Lost {
                path,
                vault,
                line,
                hash,
                last,
            } => format!(
                "{}：{}；请查明何人所为，并从备份恢复。如已丢失，`ssc keys audit {} --new-log` 会开始新的日志，并记下所丢失的内容",
                path.display(),
                lost(*line, hash, *last, Lang::Zh),
                vault.display()
            ),
            Self::NothingLost { path } => {
                format!("{}：审计日志与密钥库所记相符；无需新的日志", path.display())
            }
        }
    }
}

impl Bilingual for Fault {
    fn say(&self, lang: Lang) -> String {
        let at = self.at;
        match (lang, self.kind) {
            (Lang::En, FaultKind::NotALine) => {
                format!("line {at} is not a line of a log, or was cut short")
            }
            (Lang::En, FaultKind::Changed) => format!("line {at} was changed"),
            (Lang::En, FaultKind::Missing { from, to }) => {
                format!("{} taken out before line {at}", numbers(from, to))
            }
            (Lang::En, FaultKind::OutOfPlace) => {
                format!(
                    "line {at} does not follow the one above: one of them was put in another's place"
                )
            }
            (Lang::En, FaultKind::EndMissing { from, to }) => {
                format!("{} taken off the end", numbers(from, to))
            }
            (Lang::En, FaultKind::Head) => {
                "the .head file is missing, or names another last line".to_owned()
            }
            (Lang::Zh, FaultKind::NotALine) => format!("第 {at} 行不是日志行，或被截断"),
            (Lang::Zh, FaultKind::Changed) => format!("第 {at} 行被改动"),
            (Lang::Zh, FaultKind::Missing { from, to }) => {
                format!("第 {at} 行之前缺少{}", chinese_numbers(from, to))
            }
            (Lang::Zh, FaultKind::OutOfPlace) => {
                format!("第 {at} 行与上一行不衔接：其中一行被替换")
            }
            (Lang::Zh, FaultKind::EndMissing { from, to }) => {
                format!("末尾缺少{}", chinese_numbers(from, to))
            }
            (Lang::Zh, FaultKind::Head) => ".head 文件缺失，或所记的最后一行不同".to_owned(),
        }
    }
}

fn numbers(from: u64, to: u64) -> String {
    if from == to {
        format!("number {from} was")
    } else {
        format!("the numbers {from} to {to} were")
    }
}

fn chinese_numbers(from: u64, to: u64) -> String {
    if from == to {
        format!("编号 {from}")
    } else {
        format!("编号 {from} 至 {to}")
    }
}
