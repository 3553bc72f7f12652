//! What can be wrong with the components of a key.

use ssc_words::{Bilingual, Lang};
use thiserror::Error;

use crate::component_purpose::{MOST, Purpose};

/// Why components do not give their key. Check values are shown, components never.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ComponentError {
    /// Not a component's line, or a slip in it.
    #[error(
        "{origin}: this is not a component; it is a line with number, need/of, check value of the key, 32 hex digits, check value of the component: compare it with the original"
    )]
    Malformed {
        /// The file, or the terminal.
        origin: String,
    },
    /// The component is not the one that its check value was made for.
    #[error(
        "{origin}: the component does not fit its check value {}; there is a slip in one of them: compare it with the original",
        hex::encode_upper(said)
    )]
    CheckValue {
        /// The file, or the terminal.
        origin: String,
        /// The check value that stands beside it.
        said: [u8; 3],
    },
    /// A component of a master is no component of a KEK.
    #[error(
        "{origin}: this is a component of a {is} key, not of a {wanted} key; bring the right one"
    )]
    Purpose {
        /// The file, or the terminal.
        origin: String,
        /// What it is for.
        is: Purpose,
        /// What was asked for.
        wanted: Purpose,
    },
    /// It belongs to another key than the rest.
    #[error(
        "{origin}: this component belongs to the key {}, the others to {}; bring the right one",
        hex::encode_upper(whole),
        hex::encode_upper(wanted)
    )]
    OtherKey {
        /// The file, or the terminal.
        origin: String,
        /// Check value of its key.
        whole: [u8; 3],
        /// Check value of the others' key.
        wanted: [u8; 3],
    },
    /// The same component twice.
    #[error("{first} and {second} are both component {number}; bring another one")]
    Twice {
        /// Its number.
        number: u8,
        /// Where it came from first.
        first: String,
        /// And then.
        second: String,
    },
    /// Not enough of them.
    #[error("{have} components are not enough; this key needs {need}: bring more")]
    TooFew {
        /// Components that were brought.
        have: usize,
        /// Components that are needed.
        need: u8,
    },
    /// Each fits its check value, and together they do not fit the key's.
    #[error("together they do not give the key {}: one of {} was changed with its check value; bring one more component to find out which", hex::encode_upper(whole), origins.join(", "))]
    NotTheKey {
        /// Where they came from.
        origins: Vec<String>,
        /// Check value that the key should have.
        whole: [u8; 3],
    },
    /// The others give the key, and this one does not belong to them.
    #[error(
        "{origin}: component {number} does not belong to the key that the others give; it was changed with its check value: leave it out and find out by whom"
    )]
    Wrong {
        /// The file, or the terminal.
        origin: String,
        /// Its number.
        number: u8,
    },
    /// No such sharing.
    #[error("{need} of {of} components cannot be; from 2 of 2 to {MOST} of {MOST}")]
    Numbers {
        /// Components that would be needed.
        need: u8,
        /// Components in all.
        of: u8,
    },
}

impl Bilingual for ComponentError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl ComponentError {
    fn chinese(&self) -> String {
        let hex = hex::encode_upper::<&[u8; 3]>;
        match self {
            Self::Malformed { origin } => format!(
                "{origin}：不是密钥分量；应为一行：序号、门限/总数、密钥校验值、32 位十六进制数字、分量校验值：请与原件核对"
            ),
            Self::CheckValue { origin, said } => format!(
                "{origin}：分量与其校验值 {} 不符；其中有误：请与原件核对",
                hex(said)
            ),
            Self::Purpose { origin, is, wanted } => {
                format!("{origin}：这是 {is} 密钥的分量，不是 {wanted} 密钥的；请使用正确的分量")
            }
            Self::OtherKey {
                origin,
                whole,
                wanted,
            } => format!(
                "{origin}：此分量属于密钥 {}，其他分量属于 {}；请使用正确的分量",
                hex(whole),
                hex(wanted)
            ),
            Self::Twice {
                number,
                first,
                second,
            } => format!("{first} 和 {second} 都是分量 {number}；请使用另一个"),
            Self::TooFew { have, need } => {
                format!("{have} 个分量不够；此密钥需要 {need} 个：请补足")
            }
            Self::NotTheKey { origins, whole } => format!(
                "合成结果不是密钥 {}：{} 中有一个连同校验值被改动；请再加一个分量以查明",
                hex(whole),
                origins.join("、")
            ),
            Self::Wrong { origin, number } => format!(
                "{origin}：分量 {number} 不属于其他分量合成的密钥；它连同校验值被改动：请去掉并查明原因"
            ),
            Self::Numbers { need, of } => {
                format!("不能有 {of} 取 {need} 的分量；从 2 取 2 到 {MOST} 取 {MOST}")
            }
        }
    }
}
