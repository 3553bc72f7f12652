//! What can go wrong with an audit log.

use std::path::PathBuf;

use ssc_reader::{Bilingual, Lang};
use thiserror::Error;

use super::{Fault, FaultKind};

/// Why a vault is not used: its use cannot be written down.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The log cannot be written.
    #[error("{}: the audit log cannot be written: {source}; without it the vault is not used: see to it that the file and its folder can be written", path.display())]
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
    /// The log was changed: nothing is written behind a broken chain.
    #[error("{}: the audit log is broken: {}; find out by whom (`ssc keys audit` shows where), and move it away with its .head file to begin a new one", path.display(), fault.say(Lang::En))]
    Broken {
        /// The log.
        path: PathBuf,
        /// The first fault in it.
        fault: Box<Fault>,
    },
}

impl Bilingual for AuditError {
    fn say(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::Write { path, source } => format!(
                "{}：无法写入审计日志：{source}；没有审计日志时不使用密钥库：请确保该文件及其文件夹可写",
                path.display()
            ),
            Self::Read { path, source } => format!(
                "{}：无法读取审计日志：{source}；请检查路径和文件所有者",
                path.display()
            ),
            Self::Broken { path, fault } => format!(
                "{}：审计日志已损坏：{}；请查明原因（`ssc keys audit` 显示位置），并将其连同 .head 文件移走后重新开始",
                path.display(),
                fault.say(Lang::Zh)
            ),
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
