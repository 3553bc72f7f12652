//! Why the register refuses an order.

use super::record::JobId;
use super::state::CardStatus;

/// Why the register refuses an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The card number was given before.
    NumberGiven {
        /// To the order of this job.
        job: JobId,
        /// This row.
        row: usize,
    },
    /// No number of the range is left.
    RangeUsedUp,
    /// The person has a card of this kind or waits for one.
    HasCard {
        /// What it is.
        status: CardStatus,
        /// Its order's job.
        job: JobId,
        /// Its row.
        row: usize,
    },
    /// A replacement, and the person has no card.
    NoCard,
}

impl Reason {
    /// The same for all persons and cards: by it refusals are counted.
    #[must_use]
    pub const fn cause(&self) -> (&'static str, &'static str) {
        match self {
            Self::NumberGiven { .. } => ("the card number was given before", "卡号已发过"),
            Self::RangeUsedUp => ("no card number of the range is left", "号段已用完"),
            Self::HasCard {
                status: CardStatus::Ordered,
                ..
            } => ("a card is ordered for the person already", "此人的卡已订制"),
            Self::HasCard { .. } => ("the person has a card already", "此人已有卡"),
            Self::NoCard => (
                "a replacement for a person without a card",
                "此人没有卡，无可更换",
            ),
        }
    }

    /// Why, in English and Chinese.
    #[must_use]
    pub fn say(&self) -> (String, String) {
        use ssc_words::Lang::{En, Zh};
        match self {
            Self::NumberGiven { job, row } => (
                format!(
                    "the card number was given before, to row {row} of job no. {job}: give this row another one"
                ),
                format!("该卡号已发给{job} 号作业第 {row} 行：请为本行另给卡号"),
            ),
            Self::RangeUsedUp => (
                "no card number of the profile's range is left: add a range to the profile".into(),
                "配置的号段已用完：请在配置中增加号段".into(),
            ),
            Self::HasCard {
                status: CardStatus::Ordered,
                job,
                row,
            } => (
                format!(
                    "a card of this kind is ordered for the person already (row {row} of job no. {job}): go on with that job (`ssc job run {job}`), or take it back (`ssc job close {job}`)"
                ),
                format!(
                    "此人的此类卡已订制（{job} 号作业第 {row} 行）：请继续该作业（`ssc job run {job}`），或将其收回（`ssc job close {job}`）"
                ),
            ),
            Self::HasCard { status, job, row } => (
                format!(
                    "the person has a card of this kind already ({}, row {row} of job no. {job}): a second one is a replacement, `ssc job reissue {job} --line {row} --why lost` (or damaged, expired)",
                    status.words(En)
                ),
                format!(
                    "此人已有此类卡（{}，{job} 号作业第 {row} 行）：第二张须作为补换卡，`ssc job reissue {job} --line {row} --why lost`（或 damaged、expired）",
                    status.words(Zh)
                ),
            ),
            Self::NoCard => (
                "a replacement for a person who has no card of this kind: order a first one".into(),
                "此人没有此类卡，无可更换：请按首次制卡".into(),
            ),
        }
    }
}
