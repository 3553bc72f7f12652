//! What can go wrong with keys, and what to do about it.

use std::path::PathBuf;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;

use crate::audit::AuditError;
use crate::component_error::ComponentError;
use crate::hsm::HsmError;
use crate::{RootKind, roots};

/// Why keys are not available. No variant carries a key or a passphrase.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read.
    #[error("{}: the file cannot be read: {source}; check the path and who owns the file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be written; what was there before is still there.
    #[error("{}: the file cannot be written: {source}; the file is as it was before", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A new vault would replace a file.
    #[error("{}: there is a file already, and keys are never overwritten; choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a vault.
    #[error("{}: this is not a vault (or not a file of PINs or of a component); check the path", path.display())]
    NotAVault {
        /// The file.
        path: PathBuf,
    },
    /// The vault was made by a later version of this program.
    #[error("{}: format {version} is not known to this program; use a newer one", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The format's number.
        version: u16,
    },
    /// The passphrase does not open the vault.
    #[error(
        "{}: the passphrase is wrong (or the head of the file is damaged); try again, or restore the file from a copy",
        path.display()
    )]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase is right, and the content was changed or cut.
    #[error("{}: the file was cut short or changed; restore it from a copy", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// To try a passphrase on the file would take more memory or time than any file of ours.
    #[error("{}: to open this file would take {memory_mib} MiB of memory, {passes} passes and {lanes} lanes, where {most_mib} MiB are the most: it was not made by this program, or was damaged; restore it from a copy", path.display())]
    Costly {
        /// The file.
        path: PathBuf,
        /// Memory it asks for.
        memory_mib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes.
        lanes: u32,
        /// Memory that a file may ask for.
        most_mib: u32,
    },
    /// The file is longer than any of its kind.
    #[error("{}: the file has more than {most} bytes, the most for a file of its kind; check the path", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes that it may have.
        most: u64,
    },
    /// Other users can read or write the file.
    #[error("{}: other users have access to the file (mode {mode:03o}); run `chmod 600` on it", path.display())]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A passphrase too short for a new vault.
    #[error("the passphrase has fewer than {least} characters; choose a longer one")]
    PassphraseTooShort {
        /// Characters that it must have.
        least: usize,
    },
    /// The vault has no such root.
    #[error(
        "the vault has no root key {id} for {kind} in version {version}; {}",
        next_for(id)
    )]
    MissingRoot {
        /// The key's name in the vault, such as `SSSE/RK`.
        id: String,
        /// Its version, 1 to 3 where there could be one.
        version: u8,
        /// Its algorithm.
        kind: RootKind,
    },
    /// Whoever keeps the root does not give a key from which others can be made.
    #[error(
        "the root key {id} does not leave this security module; a SAM can be issued only from a vault"
    )]
    NotExportable {
        /// The key's name, such as `SSSE/RK`.
        id: String,
    },
    /// A SAM diversifies by one, two or three levels.
    #[error("a SAM cannot diversify the key {id} by {levels} levels; there are one to three")]
    Levels {
        /// The key's name, such as `SSSE/RK`.
        id: String,
        /// The levels that were asked for.
        levels: u8,
    },
    /// A data key that these keys did not wrap.
    #[error(
        "what is sealed here was sealed with other master keys, or was changed: use the vault or the HSM that the job was created with"
    )]
    OtherDataKey,
    /// The keeper wraps no data keys.
    #[error(
        "these keys cannot seal what a job keeps; use a vault, or an HSM that has the root ISD/SCP03"
    )]
    NoDataKeys,
    /// No root was chosen for an export.
    #[error("no root key of the vault has such a name; `ssc keys show` lists them")]
    NothingToExport,
    /// The file holds no wrapped roots.
    #[error("{}: this is not a file of wrapped root keys; check the path", path.display())]
    NotWrapped {
        /// The file.
        path: PathBuf,
    },
    /// The roots are wrapped under another key.
    #[error("{}: these keys are wrapped under the key {wanted}, not {kcv}; bring its components", path.display())]
    OtherKek {
        /// The file.
        path: PathBuf,
        /// Check value that the file names.
        wanted: String,
        /// Check value of the key that was given.
        kcv: String,
    },
    /// The components of a key do not give it.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// The use of the vault cannot be written down, so it is not used.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The host security module.
    #[error(transparent)]
    Hsm(Box<HsmError>),
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes: {detail}; no key was made")]
    NoRandom {
        /// What it said.
        detail: String,
    },
}

/// What to do where the root `id` is missing.
fn next_for(id: &str) -> &'static str {
    if roots::is_later(id) {
        "it is older than this key: add what it lacks with `ssc keys complete`, or, if it comes from a ceremony, hold the ceremony again with the same components"
    } else {
        "use the vault that this card was issued with"
    }
}

impl Bilingual for KeyError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl KeyError {
    fn chinese(&self) -> String {
        match self {
            Self::Read { path, source } => {
                format!(
                    "{}：无法读取文件：{source}；请检查路径和文件所有者",
                    path.display(),
                    source = ssc_words::system::chinese(source)
                )
            }
            Self::Write { path, source } => {
                format!(
                    "{}：无法写入文件：{source}；文件保持原样",
                    path.display(),
                    source = ssc_words::system::chinese(source)
                )
            }
            Self::Exists { path } => {
                format!("{}：文件已存在，密钥从不覆盖；请换一个名称", path.display())
            }
            Self::NotAVault { path } => format!(
                "{}：不是密钥库（或 PIN 文件、密钥分量文件）；请检查路径",
                path.display()
            ),
            Self::Version { path, version } => {
                format!(
                    "{}：本程序不认识文件格式 {version}；请使用更新的版本",
                    path.display()
                )
            }
            Self::WrongPassphrase { path } => {
                format!(
                    "{}：口令错误（或文件头已损坏）；请重试，或从备份恢复",
                    path.display()
                )
            }
            Self::Damaged { path } => {
                format!("{}：文件被截断或改动；请从备份恢复", path.display())
            }
            Self::Costly {
                path,
                memory_mib,
                passes,
                lanes,
                most_mib,
            } => format!(
                "{}：打开此文件需要 {memory_mib} MiB 内存、{passes} 遍、{lanes} 路，而上限为 {most_mib} MiB：它不是本程序所制，或已损坏；请从备份恢复",
                path.display()
            ),
            Self::TooLarge { path, most } => format!(
                "{}：文件超过 {most} 字节，此类文件没有这么大；请检查路径",
                path.display()
            ),
            Self::Permissions { path, mode } => {
                format!(
                    "{}：其他用户可访问该文件（权限 {mode:03o}）；请执行 chmod 600",
                    path.display()
                )
            }
            Self::PassphraseTooShort { least } => {
                format!("口令少于 {least} 个字符；请选择更长的口令")
            }
            Self::MissingRoot { id, version, kind } => format!(
                "密钥库中没有 {kind} 根密钥 {id} 的版本 {version}；{}",
                if roots::is_later(id) {
                    "它早于该密钥：请用 `ssc keys complete` 补全；由密钥仪式生成的密钥库，请用同样的分量再举行一次仪式"
                } else {
                    "请使用发行此卡的密钥库"
                }
            ),
            Self::NotExportable { id } => {
                format!("根密钥 {id} 不能离开本加密设备；只能用密钥库发行 PSAM 卡")
            }
            Self::Levels { id, levels } => {
                format!("PSAM 卡不能对密钥 {id} 做 {levels} 级分散；只有一至三级")
            }
            Self::OtherDataKey => {
                "此处的内容由其他主密钥加密，或已被改动：请使用创建该作业时的密钥库或加密机"
                    .to_owned()
            }
            Self::NoDataKeys => {
                "这些密钥不能加密作业所保存的内容；请使用密钥库，或存有根密钥 ISD/SCP03 的加密机"
                    .to_owned()
            }
            Self::NothingToExport => {
                "密钥库中没有这样的根密钥；`ssc keys show` 可列出全部".to_owned()
            }
            Self::NotWrapped { path } => {
                format!("{}：不是加密导出的根密钥文件；请检查路径", path.display())
            }
            Self::OtherKek { path, wanted, kcv } => format!(
                "{}：这些密钥由密钥 {wanted} 加密，而不是 {kcv}；请使用其分量",
                path.display()
            ),
            Self::Component(error) => error.say(Lang::Zh),
            Self::Audit(error) => error.say(Lang::Zh),
            Self::Hsm(error) => error.say(Lang::Zh),
            Self::NoRandom { detail } => {
                format!("系统未提供随机数：{detail}；没有生成密钥")
            }
        }
    }
}

impl From<HsmError> for KeyError {
    fn from(error: HsmError) -> Self {
        match error {
            HsmError::Keys(error) => error,
            other => Self::Hsm(Box::new(other)),
        }
    }
}

impl Kind for KeyError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Keys
    }
}
