//! What can go wrong with a whole order.

use std::path::PathBuf;

use ssc_keys::KeyError;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;

use crate::batch::BatchError;
use crate::card_error::CardError;
use crate::card_model::NoCardModel;
use crate::difference::Difference;
use crate::journal::JournalError;

/// Why an order did not begin, or had to end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OrderError {
    /// The batch has faults; nothing was issued.
    #[error("{}", self.say(Lang::En))]
    FaultyBatch {
        /// How many rows were refused.
        rows: usize,
        /// How many faults there are in all.
        faults: usize,
    },
    /// The heading line has faults, so that nobody knows what the rows mean; nothing was issued.
    #[error("{}", self.say(Lang::En))]
    FaultyHeading {
        /// How many faults it has.
        faults: usize,
    },
    /// No model is such a card.
    #[error("{}", .0.say(Lang::En))]
    NoCardModel(#[from] NoCardModel),
    /// The batch has no one to issue a card to.
    #[error("{}", self.say(Lang::En))]
    EmptyBatch,
    /// The return file or the PIN file could not be written.
    #[error("{}", self.say(Lang::En))]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is there already: the record of cards that exist.
    #[error("{}", self.say(Lang::En))]
    FileExists {
        /// Which.
        path: PathBuf,
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
    /// Another program has the file.
    #[error("{}", self.say(Lang::En))]
    Busy {
        /// Which.
        path: PathBuf,
    },
    /// A problem that every card would have; nothing was issued, or no more.
    #[error("line {line}: {error}")]
    Row {
        /// Line of the batch.
        line: usize,
        /// What is wrong.
        error: CardError,
    },
    /// The journal cannot be used.
    #[error("{}", .0.say(Lang::En))]
    Journal(#[from] JournalError),
    /// The journal is that of another order.
    #[error("{}", self.say(Lang::En))]
    OtherJournal {
        /// The first line that differs.
        line: usize,
        /// In what.
        what: Difference,
    },
    /// The file of refused rows could not be written.
    #[error("{}", .0.say(Lang::En))]
    Refused(#[from] BatchError),
    /// The sealed PINs are not this order's.
    #[error("{}", self.say(Lang::En))]
    OtherPins,
    /// The PIN file could not be sealed, or does not open.
    #[error("{}", .0.say(Lang::En))]
    Seal(KeyError),
}

impl Bilingual for OrderError {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::FaultyBatch { rows, faults } => (
                format!(
                    "{faults} faults in the batch, {rows} rows refused: nothing was issued. Correct them (ssc batch check lists them all), or issue the others with --skip-invalid"
                ),
                format!(
                    "批次中有 {faults} 处错误，{rows} 行被拒绝：未发任何卡。请更正（ssc batch check 列出全部），或用 --skip-invalid 只发其余行"
                ),
            ),
            Self::FaultyHeading { faults } => (
                format!(
                    "the heading line has faults ({faults}), so it is not sure what the rows mean: nothing was issued, and --skip-invalid does not help. Correct the heading line (ssc batch check lists its faults, ssc batch columns the headings)"
                ),
                format!(
                    "标题行有 {faults} 处错误，各行含义不确定：未发任何卡，--skip-invalid 也无济于事。请更正标题行（ssc batch check 列出其错误，ssc batch columns 列出列名）"
                ),
            ),
            Self::NoCardModel(error) => return error.say(lang),
            Self::EmptyBatch => (
                "the batch has no valid row: nothing was issued".into(),
                "批次中没有有效行：未发任何卡".into(),
            ),
            Self::File { path, source } => (
                format!(
                    "{}: {source}; nothing more is issued until it can be written",
                    path.display()
                ),
                format!("{}：{source}；在能写入之前不再发卡", path.display()),
            ),
            Self::FileExists { path } => (
                format!(
                    "{} exists already; it may be the only record of cards that were issued, or of their PINs. Go on with its order with --resume, and with its --journal; another file is for another order only",
                    path.display()
                ),
                format!(
                    "{} 已存在；它可能是已发卡片或其 PIN 的唯一记录。请用 --resume 和原来的 --journal 继续该批次；只有另一个批次才应另用文件",
                    path.display()
                ),
            ),
            Self::OtherReturnFile { path } => (
                format!(
                    "{} is not this order's return file: it was left as it is; name the order's own with -o, or a new one, which is made from the journal",
                    path.display()
                ),
                format!(
                    "{} 不是本批次的回盘文件，未作改动；请用 -o 指定本批次的回盘文件，或指定新文件（由作业日志生成）",
                    path.display()
                ),
            ),
            Self::OtherReport { path } => (
                format!(
                    "{} is no report of this job: it was left as it is. Name another file",
                    path.display()
                ),
                format!("{} 不是本作业的报告，未作改动。请另指定文件", path.display()),
            ),
            Self::RegisterOlder { path, line } => (
                format!(
                    "{} says that the card of line {line} is delivered, and the register does not know of it: this register is older than the file, as a copy from a backup is. The file was left as it is. Make no card with this register before you have found the newer one: persons who have their cards would get second ones",
                    path.display()
                ),
                format!(
                    "{} 表明第 {line} 行的卡已交付，而登记簿中没有：该登记簿比此文件旧，例如备份的副本。文件未作改动。找到较新的登记簿之前，请勿用本登记簿制卡：已领卡的人会得到第二张卡",
                    path.display()
                ),
            ),
            Self::Busy { path } => (
                format!(
                    "another ssc is writing {}; wait until it has ended",
                    path.display()
                ),
                format!("另一个 ssc 正在写 {}；请等它结束", path.display()),
            ),
            Self::Row { line, error } => (
                format!("line {line}: {}", error.say(Lang::En)),
                format!("第 {line} 行：{}", error.say(Lang::Zh)),
            ),
            Self::Journal(error) => return error.say(lang),
            Self::OtherJournal { line, what } => (
                format!(
                    "the journal is that of another order: line {line}: {}; go on with the batch, the keys and the options that it was begun with",
                    what.say(Lang::En)
                ),
                format!(
                    "作业日志属于另一个批次：第 {line} 行：{}；请使用开始时的批次文件、密钥和选项",
                    what.say(Lang::Zh)
                ),
            ),
            Self::Refused(error) => return error.say(lang),
            Self::OtherPins => (
                "the sealed PINs are those of another order; name the file that this order was begun with (--pins), with its vault".into(),
                "密封的 PIN 属于另一个批次；请用 --pins 指定本批次开始时的文件，并使用同一密钥库".into(),
            ),
            Self::Seal(error) => return error.say(lang),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl Kind for OrderError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::FaultyHeading { .. }
            | Self::FaultyBatch { .. }
            | Self::EmptyBatch
            | Self::OtherJournal { .. } => ErrorKind::Input,
            Self::NoCardModel(_) => ErrorKind::Usage,
            Self::Row { error, .. } => error.kind(),
            Self::Seal(_) | Self::OtherPins => ErrorKind::Keys,
            Self::Journal(error) => error.kind(),
            Self::Refused(error) => error.kind(),
            Self::File { .. }
            | Self::FileExists { .. }
            | Self::OtherReturnFile { .. }
            | Self::OtherReport { .. }
            | Self::RegisterOlder { .. }
            | Self::Busy { .. } => ErrorKind::Output,
        }
    }
}
