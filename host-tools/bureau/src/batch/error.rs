//! Why a batch cannot be read, or its refused rows not be written.

use std::path::PathBuf;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

/// Why a file is no batch at all, or a file of refused rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The file cannot be read.
    #[error("cannot read the batch {path}: {source}; check the path and its permissions", path = path.display())]
    Read {
        /// The batch file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing but blank lines.
    #[error(
        "the batch is empty; its first line must name the columns, such as AAC002,AAC003,AAC004,AAC005,AAC006"
    )]
    Empty,
    /// A workbook of before 2007, or one with a password.
    #[error(
        "the batch is a workbook of before 2007 (XLS), or one with a password; save it as XLSX or CSV without a password"
    )]
    OldWorkbook,
    /// A workbook that cannot be read.
    #[error(
        "the batch is a ZIP or a workbook that cannot be read ({reason}); save it again as XLSX, or as CSV in UTF-8"
    )]
    Workbook {
        /// Why.
        reason: String,
    },
    /// The file of refused rows cannot be written.
    #[error("cannot write the refused rows to {path}: {source}; choose a new file in a folder that can be written", path = path.display())]
    WriteRefused {
        /// The file of refused rows.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Bilingual for BatchError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (_, Lang::En) => self.to_string(),
            (Self::Read { path, source }, Lang::Zh) => {
                format!(
                    "无法读取批次文件{}：{source}；请检查路径和权限",
                    path.display(),
                    source = ssc_words::system::chinese(source)
                )
            }
            (Self::Empty, Lang::Zh) => {
                "批次文件为空；首行须为列名，例如AAC002,AAC003,AAC004,AAC005,AAC006".into()
            }
            (Self::OldWorkbook, Lang::Zh) => {
                "批次文件是2007年以前的工作簿（XLS）或加密的工作簿；请另存为不带密码的XLSX或CSV"
                    .into()
            }
            (Self::Workbook { reason }, Lang::Zh) => {
                format!(
                    "批次文件是无法读取的ZIP或工作簿（{reason}）；请重新另存为XLSX，或UTF-8的CSV"
                )
            }
            (Self::WriteRefused { path, source }, Lang::Zh) => format!(
                "无法将被拒绝的行写入{}：{source}；请在可写的文件夹中选一个新文件",
                path.display(),
                source = ssc_words::system::chinese(source)
            ),
        }
    }
}

impl Kind for BatchError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::WriteRefused { .. } => ErrorKind::Output,
            Self::Read { .. } | Self::Empty | Self::OldWorkbook | Self::Workbook { .. } => {
                ErrorKind::Input
            }
        }
    }
}
