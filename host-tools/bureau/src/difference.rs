//! In what a journal and the order that goes on with it differ.

use ssc_words::{Bilingual, Lang};

/// In what a journal and a job differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The batch has no such row, or refuses it.
    Row,
    /// The social security number.
    Number,
    /// The card number.
    CardNumber,
    /// The profile.
    Profile {
        /// The journal's.
        journal: String,
        /// This one.
        now: String,
    },
    /// The keys.
    Keys,
    /// Something else that the row or the options say.
    Data,
}

impl Bilingual for Difference {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::Row => (
                "the batch has no such valid row".into(),
                "批次中没有该有效行".into(),
            ),
            Self::Number => ("the number differs".into(), "号码不同".into()),
            Self::CardNumber => ("the card number differs".into(), "卡号不同".into()),
            Self::Profile { journal, now } => (
                format!(
                    "it was begun for cards of {journal}, and this is {now} (--generation, --certificates)"
                ),
                format!("开始时为 {journal} 版卡，现为 {now}（--generation、--certificates）"),
            ),
            Self::Keys => (
                "it was begun with other keys (--vault)".into(),
                "开始时使用的是其他密钥（--vault）".into(),
            ),
            Self::Data => (
                "the name or another datum of the row, or the region of the order, differs".into(),
                "该行的姓名或其他数据，或命令给出的行政区划不同".into(),
            ),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}
