//! What can go wrong between a terminal and a card, and what to do about it.

use apdu_specs::Status;
use std::fmt;

use ssc_keys::hsm::HsmError;
use ssc_keys::{KeyError, ModuleError};
use ssc_reader::{ReaderError, spec_words};
use ssc_words::{Bilingual, Lang};
use thiserror::Error;

use crate::address::AddressError;
use crate::encode::ValueFault;
pub use crate::error_words::Operation;
use crate::error_words::{fault_words, insert_card, refused};
use crate::psam::PsamError;

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
    /// The host security module does not compute.
    #[error(transparent)]
    Hsm(#[from] HsmError),
    /// The PSAM does not compute.
    #[error(transparent)]
    Psam(#[from] PsamError),
    /// A security module that this crate does not know does not compute.
    #[error(transparent)]
    Module(ModuleError),
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
        "this is not a personalized social security card: it answered {sw} ({}) to SELECT of SSSE (sx1.sh.社会保障); insert another card",
        spec_words::status(*sw, Lang::En)
    )]
    NotSocialSecurity {
        /// SW1 SW2.
        sw: Status,
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
        sw: Status,
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
        "the card refused the key {key}: it answered {sw} ({}); use the vault that this card was issued with, and do not repeat this with the same keys, or the card blocks its key",
        spec_words::status(*sw, Lang::En)
    )]
    KeyRefused {
        /// The key's name in the vault.
        key: &'static str,
        /// SW1 SW2.
        sw: Status,
    },
    /// GET CHALLENGE gave another number of bytes than it was asked for.
    #[error(
        "the card gave {length} bytes for a challenge of 8; this is a faulty card or reader: try another of each"
    )]
    Challenge {
        /// How many it gave.
        length: usize,
    },
    /// The challenge ends in zeros.
    #[error(
        "the card's challenge ends in four zero bytes, and no key was used for it: a card hardly ever gives one, but whoever collects a terminal's answers to use them on other cards asks for these. Try once more; if it comes again, keep card and reader and report them"
    )]
    ShortChallenge,
    /// One try is left, and the card keeps it for contact.
    #[error("{}", insert_card(*key, Lang::En))]
    InsertCard {
        /// The key's name in the vault; none for the PIN.
        key: Option<&'static str>,
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
        "the card refused the PIN: it answered {sw} ({}); nothing further was read. Check the PIN before the next try: after the last one it is blocked and must be unblocked",
        spec_words::status(*sw, Lang::En)
    )]
    PinRefused {
        /// SW1 SW2.
        sw: Status,
    },
    /// The card refused to write.
    #[error("{place}: not written, the card answered {sw} ({}); what was written before stays", spec_words::status(*sw, Lang::En))]
    NotWritten {
        /// Where.
        place: Place,
        /// SW1 SW2.
        sw: Status,
    },
    /// The card refused a PIN function.
    #[error("{}: the card answered {sw} ({}){}", operation.words(Lang::En), spec_words::status(*sw, Lang::En), operation.advice(*sw, Lang::En))]
    NotDone {
        /// Which.
        operation: Operation,
        /// SW1 SW2.
        sw: Status,
    },
    /// A file address, or data for it, is malformed.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The generation's table has no such file or item.
    #[error(
        "{place}: cards of this version have no such file or item; nothing was read or written"
    )]
    NoSuchItem {
        /// What was asked for.
        place: Place,
    },
    /// A value does not fit its field.
    #[error("{place}: {}; nothing was written", fault_words(*fault, Lang::En))]
    Value {
        /// The field.
        place: Place,
        /// Why.
        fault: ValueFault,
    },
    /// A file asks for the PIN.
    #[error("{place}: this file asks for the cardholder's PIN; give it")]
    PinNeeded {
        /// The file.
        place: Place,
    },
    /// The PIN is too long for PIN RELOAD with this card's algorithm.
    #[error(
        "a card with these keys takes no more than {most} digits in PIN RELOAD; choose a shorter PIN"
    )]
    PinTooLong {
        /// The most digits.
        most: usize,
    },
    /// A new PIN of one digit repeated.
    #[error(
        "a new PIN may not be one digit repeated, and no card takes it; choose another PIN: nothing was sent to the card"
    )]
    OneDigitRepeated,
    /// The card is another than the one that was named.
    #[error(
        "this is another card than the one that was named (identification code and card number); insert that card, or read this one first"
    )]
    DifferentCard,
    /// Internal authentication failed.
    #[error(
        "this card is not genuine under these keys: it does not hold the key of the card that it says it is (internal authentication failed). Make sure first that vault, PSAM or HSM are those of this card's issuer; if they are, it is a copy: keep it and report it"
    )]
    NotGenuine,
    /// A step of a function with a host security module that nothing came before.
    #[error(
        "this step does not follow the one before it; begin again with step 1, and leave the card in its reader between the steps"
    )]
    StepOrder,
    /// What came back from the host security module is malformed.
    #[error("the host security module's answer is no {expected}; pass on what it gave, unchanged")]
    HsmAnswer {
        /// What it should be.
        expected: &'static str,
    },
    /// No host security module is needed.
    #[error(
        "these items are read without a key, so no host security module is needed; read them directly"
    )]
    NoHsmNeeded,
    /// One dialogue with a host security module presents one key.
    #[error(
        "these items ask for more than one key, and one dialogue with a host security module presents one; ask for the files one by one"
    )]
    OneKeyAtATime,
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
    pub fn sw(&self) -> Option<Status> {
        match self {
            Self::Reader(error) => error.sw(),
            Self::NotSocialSecurity { sw }
            | Self::Refused { sw, .. }
            | Self::KeyRefused { sw, .. }
            | Self::NotWritten { sw, .. }
            | Self::NotDone { sw, .. }
            | Self::PinRefused { sw } => Some(*sw),
            Self::Psam(error) => error.sw(),
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
            Self::Hsm(error) => error.say(lang),
            Self::Psam(error) => error.say(lang),
            Self::Module(error) => error.say(lang),
            Self::BlockLength { length } => {
                format!("{length} 字节不是一个密码分组（DES 为 8，SM4 为 16）；未向卡片发送任何内容")
            }
            Self::NotSocialSecurity { sw } => format!(
                "不是已个人化的社会保障卡：选择 SSSE（sx1.sh.社会保障）返回 {sw}（{}）；请换一张卡",
                spec_words::status(*sw, lang)
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
                "卡片拒绝密钥 {key}，返回 {sw}（{}）；请使用发行此卡的密钥库，不要用同样的密钥重试，否则卡上密钥将锁定",
                spec_words::status(*sw, lang)
            ),
            Self::Challenge { length } => {
                format!("取随机数应得 8 字节，实得 {length} 字节；卡或读卡器故障，请分别更换后重试")
            }
            Self::ShortChallenge => {
                "卡片的随机数以四个零字节结尾，未对其使用任何密钥：正常的卡几乎不会如此，而收集终端应答、用于其他卡的人需要的正是这种随机数。请再试一次；若再次出现，请扣留卡和读卡器并上报".into()
            }
            Self::InsertCard { key } => insert_card(*key, lang),
            Self::NoKeys { key } => {
                format!("此操作需要密钥 {key}，但未提供密钥；请提供发行此卡的密钥库")
            }
            Self::PinRefused { sw } => format!(
                "卡片拒绝该 PIN，返回 {sw}（{}）；未继续读取。再次尝试前请核对 PIN，次数用尽后 PIN 将锁定，须解锁",
                spec_words::status(*sw, lang)
            ),
            Self::NotWritten { place, sw } => format!(
                "{place}：未写入，卡片返回 {sw}（{}）；此前已写入的内容保留",
                spec_words::status(*sw, lang)
            ),
            Self::NotDone { operation, sw } => format!(
                "{}：卡片返回 {sw}（{}）{}",
                operation.words(lang),
                spec_words::status(*sw, lang),
                operation.advice(*sw, lang)
            ),
            Self::Address(error) => error.say(lang),
            Self::NoSuchItem { place } => {
                format!("{place}：此版本的卡没有该文件或数据项；未读写任何内容")
            }
            Self::Value { place, fault } => {
                format!("{place}：{}；未写入任何内容", fault_words(*fault, lang))
            }
            Self::PinNeeded { place } => format!("{place}：该文件要求持卡人的 PIN；请提供"),
            Self::PinTooLong { most } => {
                format!("使用此类密钥的卡重装 PIN 时最多 {most} 位；请选择较短的 PIN")
            }
            Self::OneDigitRepeated => {
                "新 PIN 不得为同一数字，卡片不会接受；请另选 PIN：未向卡片发送任何内容".into()
            }
            Self::DifferentCard => {
                "此卡不是所指的卡（卡识别码、卡号不符）；请插入该卡，或先读取此卡".into()
            }
            Self::NotGenuine => {
                "以这些密钥验证，此卡不合法：卡中没有其所称卡片的密钥（内部认证失败）。请先确认所用密钥库、PSAM 或加密机属于该卡的发卡方；若属实，则为复制卡：请扣留并上报".into()
            }
            Self::StepOrder => {
                "此步骤与前一步骤不衔接；请从步骤一重新开始，期间卡片须留在读卡器中".into()
            }
            Self::HsmAnswer { expected } => {
                format!("加密机返回的数据不是 {expected}；请原样传入")
            }
            Self::NoHsmNeeded => "读取这些数据项不需要密钥，也不需要加密机认证；请直接读取".into(),
            Self::OneKeyAtATime => {
                "这些数据项需要多个密钥，而一次加密机认证只用一个密钥；请逐个文件读取".into()
            }
            Self::InvalidPin => "PIN 须为 4 至 16 位数字；未向卡片发送任何内容".into(),
            Self::NoRandom { detail } => {
                format!("系统未提供随机数（{detail}）；未尝试任何密钥")
            }
        }
    }
}

/// What a module of this crate says: a PSAM.
impl From<TerminalError> for ModuleError {
    fn from(error: TerminalError) -> Self {
        Self::other(error)
    }
}

impl From<ModuleError> for TerminalError {
    fn from(error: ModuleError) -> Self {
        match error.into_other() {
            Ok(own) => own,
            Err(ModuleError::Keys(error)) => Self::Keys(error),
            Err(ModuleError::Hsm(error)) => Self::Hsm(error),
            Err(ModuleError::BlockLength { length }) => Self::BlockLength { length },
            Err(other) => Self::Module(other),
        }
    }
}
