//! What can go wrong with the files of a job.

use std::path::{Path, PathBuf};

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;

/// Why a file of a job was not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OrderError {
    /// It could not be written.
    #[error("{}", self.say(Lang::En))]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What has the return file's name is another file.
    #[error("{}", self.say(Lang::En))]
    OtherReturnFile {
        /// Which.
        path: PathBuf,
    },
    /// What has the report's name is no report of this job.
    #[error("{}", self.say(Lang::En))]
    OtherReport {
        /// Which.
        path: PathBuf,
    },
    /// The return file that is there has cards that the register does not know: the register is an older one.
    #[error("{}", self.say(Lang::En))]
    RegisterOlder {
        /// The return file.
        path: PathBuf,
        /// The first such row.
        line: u64,
    },
}

impl OrderError {
    /// The file at `path` could not be read or written.
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

impl Bilingual for OrderError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::File { path, source }, Lang::En) => format!(
                "{} cannot be written: {source}. The register has all that is in it: write it again when it can be written",
                path.display()
            ),
            (Self::File { path, source }, Lang::Zh) => format!(
                "无法写入 {}：{source}。其内容都在登记簿中：可以写入时请重新生成",
                path.display(),
                source = ssc_words::system::chinese(source)
            ),
            (Self::OtherReturnFile { path }, Lang::En) => format!(
                "{} is not this job's return file: it was left as it is. Name the job's own, or a new one, which is made from the register",
                path.display()
            ),
            (Self::OtherReturnFile { path }, Lang::Zh) => format!(
                "{} 不是本作业的回盘文件，未作改动；请指定本作业的回盘文件，或指定新文件（由登记簿生成）",
                path.display()
            ),
            (Self::OtherReport { path }, Lang::En) => format!(
                "{} is no report of this job: it was left as it is. Name another file",
                path.display()
            ),
            (Self::OtherReport { path }, Lang::Zh) => {
                format!(
                    "{} 不是本作业的报告，未作改动。请另指定文件",
                    path.display()
                )
            }
            (Self::RegisterOlder { path, line }, Lang::En) => format!(
                "{} says that the card of line {line} is delivered, and the register does not know of it: this register is older than the file, as a copy from a backup is. The file was left as it is. Make no card with this register before you have found the newer one: persons who have their cards would get second ones",
                path.display()
            ),
            (Self::RegisterOlder { path, line }, Lang::Zh) => format!(
                "{} 表明第 {line} 行的卡已交付，而登记簿中没有：该登记簿比此文件旧，例如备份的副本。文件未作改动。找到较新的登记簿之前，请勿用本登记簿制卡：已领卡的人会得到第二张卡",
                path.display()
            ),
        }
    }
}

impl Kind for OrderError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Output
    }
}
