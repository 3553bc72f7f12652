//! What can go wrong with a PSAM, and what to do about it.

use apdu_specs::Status;
use card_crypto::Algorithm;
use ssc_reader::spec_words;
use ssc_words::{Bilingual, Lang};
use thiserror::Error;

/// Why a PSAM did not compute. No variant carries what went in or came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PsamError {
    /// The card in the PSAM's reader has no terminal identifier.
    #[error(
        "the card in the PSAM's reader is no PSAM: it answered {sw} ({}) to the reading of its terminal identifier; put the PSAM there, or name the other reader",
        spec_words::status(*sw, Lang::En)
    )]
    NotAPsam {
        /// SW1 SW2.
        sw: Status,
    },
    /// It has no environment for the card's algorithm.
    #[error(
        "this PSAM has no {algorithm} keys: it answered {sw} ({}) to SELECT of their environment; use a PSAM that was issued for cards of this generation",
        spec_words::status(*sw, Lang::En)
    )]
    NoAlgorithm {
        /// The card's algorithm.
        algorithm: Algorithm,
        /// SW1 SW2.
        sw: Status,
    },
    /// No source names the key's place in a PSAM.
    #[error(
        "no PSAM holds the key {key}: the specification's table has no identifier for it; use a vault or a host security module"
    )]
    NoPlace {
        /// The key's name in a vault.
        key: &'static str,
    },
    /// INIT was refused.
    #[error(
        "the PSAM did not take the key {key} for this card: it answered {sw} ({}) to INIT; it lacks this key or holds it for other levels, so use the PSAM of this card's issuer",
        spec_words::status(*sw, Lang::En)
    )]
    Init {
        /// The key's name in a vault.
        key: &'static str,
        /// SW1 SW2.
        sw: Status,
    },
    /// Its key is for cards of another region.
    #[error(
        "this PSAM was made for region {} and the card is of region {}: its key {key} has too few levels to be that card's, so nothing was tried on the card; use a PSAM of the card's region or province. A national one (`ssc psam issue --national`) reads cards of every province with their reading keys alone; what a card has under an update key, as much of 1.00, is its region's own",
        digits(psam),
        digits(card)
    )]
    OtherRegion {
        /// The key's name in a vault.
        key: &'static str,
        /// The card's region, six ASCII digits.
        card: [u8; 6],
        /// The PSAM's.
        psam: [u8; 6],
    },
    /// Its keys are of another version than the one that was asked for.
    #[error(
        "the key version {asked} was asked for and this PSAM holds version {held}: nothing was tried on the card; use a PSAM of version {asked}, or ask for version {held} if it is still in force"
    )]
    OtherVersion {
        /// Which was asked for.
        asked: u8,
        /// Which it holds.
        held: u8,
    },
    /// It does not tell of which version its keys are.
    #[error(
        "the key version {asked} was asked for, and this PSAM does not tell the version of its keys: nothing was tried on the card; if it is the right PSAM, leave out the key version"
    )]
    NoVersion {
        /// Which was asked for.
        asked: u8,
    },
    /// CRYPT or MAC was refused.
    #[error(
        "the PSAM did not compute with the key {key}: it answered {sw} ({}); take it out, put it back and try again",
        spec_words::status(*sw, Lang::En)
    )]
    Refused {
        /// The key's name in a vault.
        key: &'static str,
        /// SW1 SW2.
        sw: Status,
    },
    /// CRYPT or MAC answered another number of bytes than a block has.
    #[error(
        "the PSAM answered {length} bytes where a cipher block of the key {key} was asked for; this is a faulty PSAM or reader: try another of each"
    )]
    Length {
        /// The key's name in a vault.
        key: &'static str,
        /// Bytes that it answered.
        length: usize,
    },
    /// A command too long for one MAC of a PSAM.
    #[error("a PSAM makes no MAC over {length} bytes of data at once; write them in smaller parts")]
    TooLong {
        /// Bytes of the command's data.
        length: usize,
    },
}

impl PsamError {
    /// The status word that the PSAM gave, if it is about one.
    #[must_use]
    pub fn sw(&self) -> Option<Status> {
        match self {
            Self::NotAPsam { sw }
            | Self::NoAlgorithm { sw, .. }
            | Self::Init { sw, .. }
            | Self::Refused { sw, .. } => Some(*sw),
            Self::NoPlace { .. }
            | Self::OtherRegion { .. }
            | Self::OtherVersion { .. }
            | Self::NoVersion { .. }
            | Self::Length { .. }
            | Self::TooLong { .. } => None,
        }
    }
}

fn digits(region: &[u8; 6]) -> String {
    region.iter().copied().map(char::from).collect()
}

impl Bilingual for PsamError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl PsamError {
    fn chinese(&self) -> String {
        match self {
            Self::NotAPsam { sw } => format!(
                "PSAM 读卡器中的卡不是 PSAM：读终端机编号返回 {sw}（{}）；请放入 PSAM 卡，或指定另一读卡器",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::NoAlgorithm { algorithm, sw } => format!(
                "此 PSAM 没有 {algorithm} 密钥：选择其环境返回 {sw}（{}）；请使用为本代卡发行的 PSAM",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::NoPlace { key } => {
                format!("PSAM 中没有密钥 {key}：规范表中没有其标识；请使用密钥库或加密机")
            }
            Self::Init { key, sw } => format!(
                "PSAM 不能对此卡使用密钥 {key}：INIT 返回 {sw}（{}）；PSAM 缺少该密钥或其分散级数不同，请使用此卡发卡方的 PSAM",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::OtherRegion { key, card, psam } => format!(
                "此 PSAM 为地区 {} 制作，而卡属于地区 {}：密钥 {key} 的级数不够，不是该卡的密钥，因此未在卡上尝试；请使用卡所属地区或省份的 PSAM。全国 PSAM（`ssc psam issue --national`）只凭读取密钥读各省的卡；须用更新密钥读取的内容（1.00 版卡多如此）只能用本地区的 PSAM",
                digits(psam),
                digits(card)
            ),
            Self::OtherVersion { asked, held } => format!(
                "要求密钥版本 {asked}，而此 PSAM 中为版本 {held}：未在卡上尝试；请使用版本 {asked} 的 PSAM，或在版本 {held} 仍然有效时指定该版本"
            ),
            Self::NoVersion { asked } => format!(
                "要求密钥版本 {asked}，而此 PSAM 不提供其密钥版本：未在卡上尝试；若确为正确的 PSAM，请不要指定密钥版本"
            ),
            Self::Refused { key, sw } => format!(
                "PSAM 未用密钥 {key} 运算：返回 {sw}（{}）；请取出后重新放入再试",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::Length { key, length } => format!(
                "密钥 {key} 应得一个分组，PSAM 返回 {length} 字节；PSAM 或读卡器故障，请分别更换后重试"
            ),
            Self::TooLong { length } => {
                format!("PSAM 不能一次对 {length} 字节数据计算 MAC；请分段写入")
            }
        }
    }
}
