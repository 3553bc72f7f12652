//! Why no card is made once more, and what to do. Nothing is changed then.

use std::fmt;

use apdu_specs::Generation;
use ssc_person::Date;
use ssc_words::shell::word;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::card_error::CardError;
use crate::profile::ProfileError;
use crate::register::{CardStatus, Reason, RegisterError};
use crate::sealing::SealingError;

/// Why no card is made once more.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReissueError {
    /// The order has no card yet.
    NoCardYet {
        /// Its job.
        job: String,
        /// The order.
        row: usize,
    },
    /// Its chip may be the person's finished card.
    MayBeFinished {
        /// Its job.
        job: String,
        /// The order.
        row: usize,
        /// The chip.
        serial: String,
    },
    /// The row was refused.
    Rejected {
        /// The row.
        row: usize,
    },
    /// The person has another card by now, or waits for it.
    NotCurrent {
        /// The order.
        row: usize,
        /// Job of the other card.
        job: String,
        /// Its row.
        other: usize,
        /// What it is.
        status: CardStatus,
    },
    /// The card is valid still.
    NotExpired {
        /// The order.
        row: usize,
        /// Until this day.
        valid_to: Date,
        /// Days before it from which it can be renewed.
        days: u32,
    },
    /// The new card is of no later generation.
    NotNewer {
        /// The order.
        row: usize,
        /// The old card's.
        was: Generation,
        /// The new one's.
        is: Generation,
    },
    /// The card that was read is another person's.
    OtherPerson {
        /// The order.
        row: usize,
        /// Its number, masked.
        card: String,
    },
    /// The card that was read is not that of the order.
    OtherCard {
        /// The order.
        row: usize,
        /// Its number.
        card: String,
        /// That of the order.
        register: String,
    },
    /// The card that was read says something that no new card may have.
    CardValue {
        /// The order.
        row: usize,
        /// In this field.
        field: &'static str,
    },
    /// The register refuses the order.
    Refused {
        /// The order.
        row: usize,
        /// Why.
        reason: Reason,
    },
    /// The profile does not fit this order.
    Row {
        /// The order.
        row: usize,
        /// Why.
        error: CardError,
    },
    /// The keys are not to be had, or do not fit the profile.
    Keys(CardError),
    /// What the job has kept of its profile cannot be read.
    Profile(ProfileError),
    /// What was decided cannot be opened, or sealed.
    Sealing(SealingError),
    /// The register cannot be used, or refuses.
    Register(RegisterError),
}

macro_rules! from {
    ($($error:ident => $variant:ident),+) => {
        $(impl From<$error> for ReissueError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })+
    };
}

from!(CardError => Keys, ProfileError => Profile, SealingError => Sealing, RegisterError => Register);

impl Bilingual for ReissueError {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::NoCardYet { job, row } => {
                let job = word(job);
                (
                    format!(
                        "line {row} has no card yet, so there is none to replace: make it with `ssc job run {job}`"
                    ),
                    format!("第 {row} 行尚未制卡，无可补换：请用 `ssc job run {job}` 制卡"),
                )
            }
            Self::MayBeFinished { job, row, serial } => {
                let job = word(job);
                (
                    format!(
                        "line {row}: chip {serial} may be this person's finished card. Put it into a head of `ssc job run {job}`, and it is asked; only if you have destroyed it: `ssc job reissue {job} --line {row} --chip-destroyed`"
                    ),
                    format!(
                        "第 {row} 行：芯片 {serial} 可能已是此人的成品卡。请将其放入 `ssc job run {job}` 的发卡头，程序会向其查询；仅当已将其销毁时：`ssc job reissue {job} --line {row} --chip-destroyed`"
                    ),
                )
            }
            Self::Rejected { row } => (
                format!(
                    "line {row} was refused and never had a card: correct it in a batch of its own"
                ),
                format!("第 {row} 行已被拒绝，从未制卡：请更正后另做一个批次"),
            ),
            Self::NotCurrent {
                row,
                job,
                other,
                status,
            } => (
                format!(
                    "line {row}: the person's card is by now that of line {other} of job {job} ({}), and a person has one living card of a kind: replace that one",
                    status.words(Lang::En)
                ),
                format!(
                    "第 {row} 行：此人现在的卡是作业 {job} 第 {other} 行的卡（{}），每人每种只有一张有效卡：请补换那一张",
                    status.words(Lang::Zh)
                ),
            ),
            Self::NotExpired {
                row,
                valid_to,
                days,
            } => {
                let (year, month, day) = valid_to.parts();
                (
                    format!(
                        "line {row}: the card is valid until {year}-{month:02}-{day:02}, and is renewed from {days} days before; if it is lost or damaged, say that with --why"
                    ),
                    format!(
                        "第 {row} 行：该卡有效至 {year}-{month:02}-{day:02}，期满前 {days} 天起可换；若已丢失或损坏，请用 --why 说明"
                    ),
                )
            }
            Self::NotNewer { row, was, is } => (
                format!(
                    "line {row}: the card is of {was}, and the profile makes {is}: give a profile of a later generation with --profile"
                ),
                format!(
                    "第 {row} 行：原卡为 {was} 版，配置为 {is} 版：请用 --profile 给出更新版本的配置"
                ),
            ),
            Self::OtherPerson { row, card } => (
                format!(
                    "line {row}: the card that was read is another person's ({card}); put in the card that is to be replaced"
                ),
                format!("第 {row} 行：所读的卡属于他人（{card}）；请放入要补换的卡"),
            ),
            Self::OtherCard {
                row,
                card,
                register,
            } => (
                format!(
                    "line {row}: the card that was read has the number {card}, and the one to be replaced {register}; put in that one"
                ),
                format!("第 {row} 行：所读的卡卡号为 {card}，要补换的是 {register}；请放入该卡"),
            ),
            Self::CardValue { row, field } => (
                format!(
                    "line {row}: {field} on the old card is nothing that a new card may have; go on with the register's (--take register)"
                ),
                format!(
                    "第 {row} 行：旧卡上的 {field} 不能写入新卡；请用登记簿中的值（--take register）"
                ),
            ),
            Self::Refused { row, reason } => {
                let (english, chinese) = reason.say();
                (
                    format!("line {row}: {english}; no job was made"),
                    format!("第 {row} 行：{chinese}；未建立作业"),
                )
            }
            Self::Row { row, error } => (
                format!("line {row}: {}; no job was made", error.say(Lang::En)),
                format!("第 {row} 行：{}；未建立作业", error.say(Lang::Zh)),
            ),
            Self::Keys(error) => return error.say(lang),
            Self::Profile(error) => return error.say(lang),
            Self::Sealing(error) => return error.say(lang),
            Self::Register(error) => return error.say(lang),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl fmt::Display for ReissueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ReissueError {}

impl Kind for ReissueError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Keys(error) | Self::Row { error, .. } => error.kind(),
            Self::Profile(error) => error.kind(),
            Self::Sealing(error) => error.kind(),
            Self::Register(error) => error.kind(),
            Self::MayBeFinished { .. } | Self::OtherPerson { .. } | Self::OtherCard { .. } => {
                ErrorKind::Card
            }
            _ => ErrorKind::Input,
        }
    }
}
