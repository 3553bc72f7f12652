//! Why a profile cannot be used.

use std::fmt;
use std::io;
use std::path::PathBuf;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use super::fault::Fault;

/// Why a profile cannot be used.
#[derive(Debug)]
pub enum ProfileError {
    /// The file cannot be read.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no text in UTF-8.
    NotUtf8 {
        /// Which.
        path: PathBuf,
    },
    /// It has faults.
    Faults {
        /// Which file, if it is one.
        file: Option<PathBuf>,
        /// All of them, in the order of the file.
        faults: Vec<Fault>,
    },
}

impl ProfileError {
    /// The faults, if it could be read.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Faults { faults, .. } => faults,
            Self::Read { .. } | Self::NotUtf8 { .. } => &[],
        }
    }
}

impl Bilingual for ProfileError {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::Read { path, source } => {
                let path = path.display();
                (
                    format!("profile {path} cannot be read: {source}; `ssc profile new` makes one"),
                    format!(
                        "无法读取配置 {path}：{source}；`ssc profile new` 可生成",
                        source = ssc_words::system::chinese(source)
                    ),
                )
            }
            Self::NotUtf8 { path } => {
                let path = path.display();
                (
                    format!("profile {path} is no text in UTF-8; save it as UTF-8"),
                    format!("配置 {path} 不是 UTF-8 文本；请另存为 UTF-8"),
                )
            }
            Self::Faults { file, faults } => {
                let file = file.as_ref().map(|file| format!(" {}", file.display()));
                let file = file.unwrap_or_default();
                let first = faults.first().map(|fault| fault.say_at(lang));
                let (first, count) = (first.unwrap_or_default(), faults.len());
                (
                    format!("the profile{file} has {count} faults, the first in {first}"),
                    format!("配置{file} 有 {count} 处错误，首先是{first}"),
                )
            }
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ProfileError {}

impl Kind for ProfileError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Input
    }
}
