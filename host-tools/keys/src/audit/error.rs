//! What can go wrong with an audit log.

use std::path::{Path, PathBuf};

use ssc_words::{Bilingual, Lang};
use thiserror::Error;

use super::{Fault, FaultKind, Torn};

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
    #[error("{}: the audit log is broken: {}; find out by whom (`ssc keys audit` shows where). To go on, move it away with its .head file, and keep both; the log of a vault is begun anew with `ssc keys audit VAULT --new-log`, that of a token at its next use", path.display(), fault.say(Lang::En))]
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
    /// The clock is older than this program.
    #[error(
        "the clock of this machine is older than this program. Set the clock right, then go on; no key was used"
    )]
    ClockBeforeBuild,
    /// The clock is older than a line of the log.
    #[error("{}: a line of the audit log is of {latest}, and the clock of this machine says {now}. If the clock is wrong, set it right, then go on; no key was used. If it is right, and was ahead before, `ssc keys audit {} --clock-was-wrong` notes that in the log, and keys can be used again", path.display(), named(vault.as_deref(), path))]
    ClockBack {
        /// The log.
        path: PathBuf,
        /// The vault; of a token none.
        vault: Option<PathBuf>,
        /// The latest time in the log.
        latest: String,
        /// What the clock says.
        now: String,
    },
    /// That the clock was wrong was to be noted, and no line is later than now.
    #[error("{}: no line of the audit log is later than the clock of this machine; there is nothing to note", path.display())]
    ClockFits {
        /// The log.
        path: PathBuf,
    },
}

/// How `ssc keys audit` is told which log is meant.
fn named(vault: Option<&Path>, log: &Path) -> String {
    match vault {
        Some(vault) => vault.display().to_string(),
        None => format!("--log {}", log.display()),
    }
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
                path.display(),
                source = ssc_words::system::chinese(source)
            ),
            Self::NoPlace { token } => format!(
                "令牌 {token}：没有存放其审计日志的位置，没有审计日志时不使用令牌；请在 SSC_AUDIT_LOG 中指定文件（libssc_card：audit_log），或设置 HOME"
            ),
            Self::Read { path, source } => format!(
                "{}：无法读取审计日志：{source}；请检查路径和文件所有者",
                path.display(),
                source = ssc_words::system::chinese(source)
            ),
            Self::Broken { path, fault } => format!(
                "{}：审计日志已损坏：{}；请查明原因（`ssc keys audit` 显示位置）。如要继续，请将其连同 .head 文件移走并保存；密钥库用 `ssc keys audit VAULT --new-log` 开始新的日志，令牌则在下次使用时自动开始",
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
            Self::ClockBeforeBuild => {
                "本机时钟早于本程序的构建时间。请校正时钟后继续；未使用任何密钥".to_owned()
            }
            Self::ClockBack {
                path,
                vault,
                latest,
                now,
            } => format!(
                "{}：审计日志中有一行的时间为 {latest}，而本机时钟为 {now}。如时钟有误，请校正后继续；未使用任何密钥。如时钟现已正确、此前曾快于实际时间，`ssc keys audit {} --clock-was-wrong` 将此记入日志，之后即可继续使用密钥",
                path.display(),
                named(vault.as_deref(), path)
            ),
            Self::ClockFits { path } => format!(
                "{}：审计日志中没有晚于本机时钟的行；无需记录",
                path.display()
            ),
        }
    }
}

impl Bilingual for Torn {
    fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, Self::Part { bytes }) => format!(
                "the write of the last line was cut short after {bytes} bytes (a full disk, a kill, a power cut); no line and not the .head file knows it, and the next use takes the part away and says so in the log"
            ),
            (Lang::En, Self::Break) => {
                "the last line lacks its line break (a full disk, a kill, a power cut); the next use writes it".into()
            }
            (Lang::Zh, Self::Part { bytes }) => format!(
                "最后一行只写入了 {bytes} 字节（磁盘已满、进程被终止或断电）；.head 文件和其他行均未记有该行，下次使用时会去掉这一部分，并记入日志"
            ),
            (Lang::Zh, Self::Break) => {
                "最后一行缺少换行符（磁盘已满、进程被终止或断电）；下次使用时会补上".into()
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
