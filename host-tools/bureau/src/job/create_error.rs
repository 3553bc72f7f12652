//! Why no job is made, and what to do. Nothing is kept of it then.

use std::fmt;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang, count};

use crate::batch::BatchError;
use crate::card_error::CardError;
use crate::register::{Reason, RegisterError};
use crate::sealing::SealingError;

/// Why no job is made. The register has nothing of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum CreateError {
    /// Rows of the batch have faults.
    FaultyBatch {
        /// How many rows the check has refused.
        rows: usize,
        /// How many faults they have.
        faults: usize,
    },
    /// The file as a whole has faults, so that nobody knows what its rows mean.
    FaultyHeading {
        /// How many.
        faults: usize,
    },
    /// The register refuses rows.
    Refused {
        /// How many.
        rows: usize,
        /// How many it would take.
        others: usize,
        /// The first of them, by line, and why.
        first: (usize, Reason),
    },
    /// The batch has no one to issue a card to.
    EmptyBatch,
    /// A problem of one row that every row may have.
    Row {
        /// Line of the batch.
        line: usize,
        /// What is wrong.
        error: CardError,
    },
    /// The keys are not to be had.
    Keys(CardError),
    /// What is decided cannot be sealed.
    Sealing(SealingError),
    /// The register refuses the job, or cannot be written.
    Register(RegisterError),
    /// The batch cannot be read to its end.
    Batch(BatchError),
}

impl From<SealingError> for CreateError {
    fn from(error: SealingError) -> Self {
        Self::Sealing(error)
    }
}

impl From<RegisterError> for CreateError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl From<BatchError> for CreateError {
    fn from(error: BatchError) -> Self {
        Self::Batch(error)
    }
}

impl Bilingual for CreateError {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::FaultyBatch { rows, faults } => (
                format!(
                    "faults in the batch: {faults}; rows refused: {rows}. No job was made. Correct them (`ssc batch check` lists them all), or make a job of the other rows with --skip-invalid"
                ),
                format!(
                    "批次中有 {faults} 处错误，{rows} 行被拒绝：未建立作业。请更正（`ssc batch check` 列出全部），或用 --skip-invalid 只取其余行"
                ),
            ),
            Self::FaultyHeading { faults } => (
                format!(
                    "the file as a whole or its heading line has faults ({faults}), so it is not sure what the rows mean: no job was made, and --skip-invalid does not help. Correct that first (ssc batch check lists the faults, ssc batch columns the headings)"
                ),
                format!(
                    "文件整体或标题行有 {faults} 处错误，各行含义不确定：未建立作业，--skip-invalid 也无济于事。请先更正（ssc batch check 列出错误，ssc batch columns 列出列名）"
                ),
            ),
            Self::Refused {
                rows,
                others,
                first,
            } => {
                let (line, reason) = first;
                let (english, chinese) = reason.say();
                if *others == 0 {
                    (
                        format!(
                            "the register refuses every row ({rows}), the first on line {line}: {english}. No job was made"
                        ),
                        format!(
                            "登记簿拒绝全部 {rows} 行，首先是第 {line} 行：{chinese}。未建立作业"
                        ),
                    )
                } else {
                    (
                        format!(
                            "the register refuses {}, the first on line {line}: {english}. No job was made; one of the other {} is made with --skip-invalid",
                            count(*rows as u64, "row"),
                            count(*others as u64, "row")
                        ),
                        format!(
                            "登记簿拒绝 {rows} 行，首先是第 {line} 行：{chinese}。未建立作业；可用 --skip-invalid 只取其余 {others} 行"
                        ),
                    )
                }
            }
            Self::EmptyBatch => (
                "the batch has no row that can be issued: no job was made".into(),
                "批次中没有可发卡的行：未建立作业".into(),
            ),
            Self::Row { line, error } => (
                format!("line {line}: {}; no job was made", error.say(Lang::En)),
                format!("第 {line} 行：{}；未建立作业", error.say(Lang::Zh)),
            ),
            Self::Keys(error) => return error.say(lang),
            Self::Sealing(error) => return error.say(lang),
            Self::Register(error) => return error.say(lang),
            Self::Batch(error) => return error.say(lang),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for CreateError {}

impl Kind for CreateError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::FaultyBatch { .. }
            | Self::FaultyHeading { .. }
            | Self::Refused { .. }
            | Self::EmptyBatch => ErrorKind::Input,
            Self::Row { error, .. } | Self::Keys(error) => error.kind(),
            Self::Sealing(error) => error.kind(),
            Self::Register(error) => error.kind(),
            Self::Batch(error) => error.kind(),
        }
    }
}
