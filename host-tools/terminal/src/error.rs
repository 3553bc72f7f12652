//! What can go wrong between a terminal and a card, and what to do about it.

use std::fmt;

use ssc_keys::KeyError;
use ssc_reader::{Bilingual, Lang, ReaderError, words};
use thiserror::Error;

use crate::sam::PsamError;

/// Where on a card: a directory, a file of it, a record of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory's label, such as `SSSE`.
    pub directory: &'static str,
    /// The EF's identifier, if it is about one.
    pub file: Option<u16>,
    /// What is read there, by its tag, if it is about one record.
    pub tag: Option<u8>,
}

impl Place {
    pub(crate) const fn directory(directory: &'static str) -> Self {
        Self {
            directory,
            file: None,
            tag: None,
        }
    }

    pub(crate) const fn file(directory: &'static str, file: u16) -> Self {
        Self {
            directory,
            file: Some(file),
            tag: None,
        }
    }

    pub(crate) const fn tag(self, tag: u8) -> Self {
        Self {
            tag: Some(tag),
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.directory)?;
        if let Some(file) = self.file {
            write!(f, " {file:04X}")?;
        }
        if let Some(tag) = self.tag {
            write!(f, " tag {tag:02X}")?;
        }
        Ok(())
    }
}

/// Why a terminal could not do what it was asked. No variant carries what a card holds of a person, a key or a PIN.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TerminalError {
    /// No usable answer came from the card.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// A key is not to be had.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The PSAM does not compute.
    #[error(transparent)]
    Psam(#[from] PsamError),
    /// A block to encipher has another length than the cipher's.
    #[error(
        "{length} bytes are no cipher block (8 with DES, 16 with SM4); nothing was sent to the card"
    )]
    BlockLength {
        /// Its bytes.
        length: usize,
    },
    /// SELECT of SSSE was refused.
    #[error(
        "this is not a personalized social security card: it answered {sw:04X} ({}) to SELECT of SSSE (sx1.sh.社会保障); insert another card",
        words::status(*sw, Lang::En)
    )]
    NotSocialSecurity {
        /// SW1 SW2.
        sw: u16,
    },
    /// The FCI announces SSF33.
    #[error(
        "this card's keys use SSF33 (algorithm marker 02), a classified cipher that this program does not have; read this card with a terminal that was approved for it"
    )]
    Ssf33,
    /// The FCI announces an algorithm that no known card uses.
    #[error(
        "this card announces the unknown algorithm marker {marker:02X}; known are 01 (3DES) and 03 (SM4): no key was tried"
    )]
    UnknownAlgorithm {
        /// The byte AA of `9F0C 03 86 01 AA`.
        marker: u8,
    },
    /// The answer to SELECT is no file control information.
    #[error(
        "the card's answer to SELECT of SSSE is no file control information (6F …), so the algorithm of its keys is not known; this is a faulty card or reader: try another of each"
    )]
    Fci,
    /// The ATR has no 8 historical bytes.
    #[error(
        "the ATR has fewer than 8 historical bytes, so this card's keys cannot be derived; use its contact interface"
    )]
    NoCardFactor,
    /// SSSE EF05 record 1 does not begin with a region.
    #[error(
        "SSSE EF05 tag 01 (card identification code) does not begin with six region digits, so this card's keys cannot be derived; this card was not issued correctly"
    )]
    NoRegion,
    /// SSSE EF05 record 3 names no known generation.
    #[error("this card's specification version is {found}; this program knows 1.00, 2.00 and 3.00")]
    UnknownVersion {
        /// The version as it was read.
        found: String,
    },
    /// The card refused a file or record.
    #[error("{place}: {}", refused(*sw, *key, *keys, Lang::En))]
    Refused {
        /// What was read.
        place: Place,
        /// SW1 SW2.
        sw: u16,
        /// The key that its read condition asks for, such as `SSSE/RK`.
        key: Option<&'static str>,
        /// Whether the terminal had keys.
        keys: bool,
    },
    /// What the card answered cannot be decoded.
    #[error("{place}: {detail}; this card was not issued correctly, or is no card of this kind")]
    Malformed {
        /// What was read.
        place: Place,
        /// What is wrong with it, without its bytes.
        detail: &'static str,
    },
    /// The card refused an external authentication.
    #[error(
        "the card refused the key {key}: it answered {sw:04X} ({}); use the vault that this card was issued with, and do not repeat this with the same keys, or the card blocks its key",
        words::status(*sw, Lang::En)
    )]
    KeyRefused {
        /// The key's name in the vault.
        key: &'static str,
        /// SW1 SW2.
        sw: u16,
    },
    /// GET CHALLENGE gave another number of bytes than it was asked for.
    #[error(
        "the card gave {length} bytes for a challenge of 8; this is a faulty card or reader: try another of each"
    )]
    Challenge {
        /// How many it gave.
        length: usize,
    },
    /// Keys are needed, and none were given.
    #[error(
        "this needs the key {key}, and no keys were given; give the vault that this card was issued with"
    )]
    NoKeys {
        /// The key's name in the vault.
        key: &'static str,
    },
    /// VERIFY was refused.
    #[error(
        "the card refused the PIN: it answered {sw:04X} ({}); nothing further was read. Check the PIN before the next try: after the last one it is blocked and must be unblocked",
        words::status(*sw, Lang::En)
    )]
    PinRefused {
        /// SW1 SW2.
        sw: u16,
    },
    /// This is no PIN.
    #[error("a PIN has 4 to 16 digits and nothing else; nothing was sent to the card")]
    InvalidPin,
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes ({detail}); no key was tried")]
    NoRandom {
        /// What it said.
        detail: String,
    },
}

impl TerminalError {
    /// The status word that the card gave, if it is about one.
    #[must_use]
    pub fn sw(&self) -> Option<u16> {
        match self {
            Self::Reader(error) => error.sw(),
            Self::NotSocialSecurity { sw }
            | Self::Refused { sw, .. }
            | Self::KeyRefused { sw, .. }
            | Self::PinRefused { sw } => Some(*sw),
            _ => None,
        }
    }
}

impl Bilingual for TerminalError {
    fn say(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::Reader(error) => error.say(lang),
            Self::Keys(error) => error.say(lang),
            Self::Psam(error) => error.say(lang),
            Self::BlockLength { length } => {
                format!("{length} 字节不是一个密码分组（DES 为 8，SM4 为 16）；未向卡片发送任何内容")
            }
            Self::NotSocialSecurity { sw } => format!(
                "不是已个人化的社会保障卡：选择 SSSE（sx1.sh.社会保障）返回 {sw:04X}（{}）；请换一张卡",
                words::status(*sw, lang)
            ),
            Self::Ssf33 => {
                "此卡密钥使用 SSF33（算法标识 02），该密码算法不公开，本程序不支持；请使用经批准的终端读取".into()
            }
            Self::UnknownAlgorithm { marker } => format!(
                "此卡的算法标识为 {marker:02X}，未知；已知为 01（3DES）和 03（SM4）。未尝试任何密钥"
            ),
            Self::Fci => {
                "选择 SSSE 的应答不是文件控制信息（6F …），无法确定密钥算法；卡或读卡器故障，请分别更换后重试".into()
            }
            Self::NoCardFactor => "ATR 历史字节少于 8 个，无法分散此卡密钥；请使用接触界面".into(),
            Self::NoRegion => {
                "SSSE EF05 标签 01（卡识别码）开头不是六位行政区划代码，无法分散此卡密钥；此卡发行有误".into()
            }
            Self::UnknownVersion { found } => {
                format!("此卡规范版本为 {found}；本程序支持 1.00、2.00 和 3.00")
            }
            Self::Refused {
                place,
                sw,
                key,
                keys,
            } => format!("{place}：{}", refused(*sw, *key, *keys, lang)),
            Self::Malformed { place, .. } => {
                format!("{place}：数据格式错误；此卡发行有误，或不是此类卡")
            }
            Self::KeyRefused { key, sw } => format!(
                "卡片拒绝密钥 {key}，返回 {sw:04X}（{}）；请使用发行此卡的密钥库，不要用同样的密钥重试，否则卡上密钥将锁定",
                words::status(*sw, lang)
            ),
            Self::Challenge { length } => {
                format!("取随机数应得 8 字节，实得 {length} 字节；卡或读卡器故障，请分别更换后重试")
            }
            Self::NoKeys { key } => {
                format!("此操作需要密钥 {key}，但未提供密钥；请提供发行此卡的密钥库")
            }
            Self::PinRefused { sw } => format!(
                "卡片拒绝该 PIN，返回 {sw:04X}（{}）；未继续读取。再次尝试前请核对 PIN，次数用尽后 PIN 将锁定，须解锁",
                words::status(*sw, lang)
            ),
            Self::InvalidPin => "PIN 须为 4 至 16 位数字；未向卡片发送任何内容".into(),
            Self::NoRandom { detail } => {
                format!("系统未提供随机数（{detail}）；未尝试任何密钥")
            }
        }
    }
}

/// Why a file or record was refused, and what to do.
fn refused(sw: u16, key: Option<&'static str>, keys: bool, lang: Lang) -> String {
    let meaning = words::status(sw, lang);
    let next = match (sw, key, keys, lang) {
        (0x6982, Some(key), false, Lang::En) => {
            format!(
                "it needs the key {key}, and no keys were given: give the vault that this card was issued with"
            )
        }
        (0x6982, Some(key), false, Lang::Zh) => {
            format!("需要密钥 {key}，但未提供密钥：请提供发行此卡的密钥库")
        }
        (0x6982, Some(key), true, Lang::En) => {
            format!("the card asks for more than the key {key} that its generation's table names")
        }
        (0x6982, Some(key), true, Lang::Zh) => {
            format!("卡片的要求超出本代规范表中的密钥 {key}")
        }
        (_, _, _, Lang::En) => {
            "this card does not hold what its generation should; set it aside".into()
        }
        (_, _, _, Lang::Zh) => "此卡内容与其规范版本不符；请另行处理".into(),
    };
    match lang {
        Lang::En => format!("the card answered {sw:04X} ({meaning}); {next}"),
        Lang::Zh => format!("卡片返回 {sw:04X}（{meaning}）；{next}"),
    }
}
