//! What can go wrong with one card.

use apdu_specs::{Generation, Status};
use ssc_keys::KeyError;
use ssc_person::Violation;
use ssc_reader::ReaderError;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;

use crate::register::RegisterError;

/// Why a card was not issued. The row of the batch and the card's serial stand beside it in the report.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CardError {
    /// Reader, card or status word.
    #[error("{}", .0.say(Lang::En))]
    Reader(#[from] ReaderError),
    /// The vault or HSM.
    #[error("{}", .0.say(Lang::En))]
    Keys(#[from] KeyError),
    /// The card has no issuer security domain.
    #[error("{}", text(.0, "no issuer security domain", "put in a blank card of this system"))]
    NoSecurityDomain(ReaderError),
    /// The card's ATR is not an SSC's: `3B 6D 00 00` and 13 historical bytes.
    #[error("{}", self.say(Lang::En))]
    NotAnSsc,
    /// The card has no terminal identifier, or no environment of a PSAM.
    #[error("{}", self.say(Lang::En))]
    NotAPsam,
    /// The card is personalized already.
    #[error("{}", self.say(Lang::En))]
    AlreadyPersonalized,
    /// The chip came with published keys, the vault's are not published, and the line is not said to be trusted.
    #[error("{}", self.say(Lang::En))]
    PublishedKeys {
        /// Key version that the chip says it has.
        version: u8,
    },
    /// Initial keys were to come from published ones.
    #[error("{}", self.say(Lang::En))]
    PublishedInitialKeys,
    /// The chip has initial keys, and they are not this vault's.
    #[error("{}", self.say(Lang::En))]
    OtherInitialKeys,
    /// The chip has files, or keys that are no chip's.
    #[error("{}", self.say(Lang::En))]
    NotBlank {
        /// Key version that the chip says it has.
        version: u8,
    },
    /// Neither published keys nor the keys of this vault open the card.
    #[error("{}", self.say(Lang::En))]
    WrongDomainKeys {
        /// Key version that the card says it has.
        version: u8,
    },
    /// The card's answer has a wrong R-MAC.
    #[error("{}", self.say(Lang::En))]
    WrongAnswerMac,
    /// What the card holds is not what was written.
    #[error("{}", self.say(Lang::En))]
    Differs {
        /// FID of the directory.
        directory: u16,
        /// FID of the EF, or 8F01 for the directory's keys.
        file: u16,
    },
    /// An answer does not have the form of the standard.
    #[error("{}", self.say(Lang::En))]
    Malformed(&'static str),
    /// Neither the row nor the order says in which region the card is issued.
    #[error("{}", self.say(Lang::En))]
    NoRegion,
    /// Neither the row nor the order gives a card number.
    #[error("{}", self.say(Lang::En))]
    NoCardNumber,
    /// The name needs the extension, which this generation does not have.
    #[error("{}", self.say(Lang::En))]
    NameTooLong {
        /// The generation.
        generation: Generation,
    },
    /// The name has a rare character that the profile does not take.
    #[error("{}", self.say(Lang::En))]
    RareCharacter(Violation),
    /// The profile wants a PIN from each row.
    #[error("{}", self.say(Lang::En))]
    NoPin,
    /// The profile wants a photo from each row.
    #[error("{}", self.say(Lang::En))]
    NoPhoto,
    /// The profile's cards have no photo.
    #[error("{}", self.say(Lang::En))]
    PhotoNotWanted,
    /// The profile gives out the published PIN, and the keys are not published.
    #[error("{}", self.say(Lang::En))]
    DemoPin,
    /// The register refuses, or cannot be used: nothing more is done to this card.
    #[error("{}", .0.say(Lang::En))]
    Register(#[from] RegisterError),
    /// A limit of this program that no table reaches.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

fn text(error: &ReaderError, what: &str, next: &str) -> String {
    format!("{what}: {}; {next}", error.say(Lang::En))
}

impl CardError {
    /// Whether the next card cannot do better: the reader, its service, the keys or the journal cannot be used, or no next card came.
    pub fn ends_order(&self) -> bool {
        matches!(
            self,
            Self::Reader(
                ReaderError::NoService { .. }
                    | ReaderError::NotAllowed { .. }
                    | ReaderError::NoReaders
                    | ReaderError::NoSuchReader { .. }
                    | ReaderError::ReaderGone { .. }
                    | ReaderError::NoCard { .. }
            ) | Self::Keys(_)
                | Self::Register(_)
        )
    }

    /// The status word that the card answered, if that is what went wrong.
    pub fn sw(&self) -> Option<Status> {
        match self {
            Self::Reader(error) | Self::NoSecurityDomain(error) => error.sw(),
            _ => None,
        }
    }
}

impl Bilingual for CardError {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::Reader(error) => return error.say(lang),
            Self::Keys(error) => return error.say(lang),
            Self::Register(error) => return error.say(lang),
            Self::NoSecurityDomain(error) => {
                return match lang {
                    Lang::En => self.to_string(),
                    Lang::Zh => format!(
                        "卡中没有发卡方安全域：{}；请放入本系统的空白卡",
                        error.say(lang)
                    ),
                };
            }
            Self::NotAnSsc => (
                "the ATR is not that of a social security card (3B 6D 00 00 and 13 historical bytes); put in a blank card of this system".into(),
                "ATR 不是社会保障卡的（3B 6D 00 00 加 13 个历史字节）；请放入本系统的空白卡".into(),
            ),
            Self::NotAPsam => (
                "the card is no PSAM: it has no terminal identifier (file 0016) or no environment of keys; put the PSAM into this reader, or name another one".into(),
                "该卡不是 PSAM：没有终端机编号（文件 0016）或没有密钥环境；请在此读卡器中放入 PSAM，或指定其他读卡器".into(),
            ),
            Self::AlreadyPersonalized => (
                "the card is personalized already (SECURED); put in a blank one".into(),
                "该卡已个人化（SECURED）；请放入空白卡".into(),
            ),
            Self::PublishedKeys { version } => (
                format!("the chip still carries the published keys (version {version:02X}): whoever listens at the line would learn every key that it gets, and the PIN; give it initial keys of its own in a trusted room with `ssc chip prepare`, or say --trusted-line where nobody can listen"),
                format!("芯片仍带公开的传输密钥（版本 {version:02X}）：凡能监听线路的人都会得到写入的全部密钥和 PIN；请先在可信房间用 `ssc chip prepare` 写入芯片自有的初始密钥，确无人能监听时可用 --trusted-line"),
            ),
            Self::PublishedInitialKeys => (
                "the demo keys are published, and initial keys made of them would hide nothing; name a vault of your own with --vault (`ssc keys new` makes one)".into(),
                "演示密钥是公开的，由其产生的初始密钥没有任何保密作用；请用 --vault 指定自己的密钥库（可用 `ssc keys new` 新建）".into(),
            ),
            Self::OtherInitialKeys => (
                "the chip has initial keys already, and they are not this vault's; name the vault that it was prepared with, or put in another chip".into(),
                "该芯片已有初始密钥，但不属于本密钥库；请指定当时使用的密钥库，或换一张芯片".into(),
            ),
            Self::NotBlank { version } => (
                format!("the chip is not blank (key version {version:02X}), and initial keys go into blank chips only; a card whose issuing was interrupted is begun again by `ssc issue` as it is"),
                format!("该芯片不是空白的（密钥版本 {version:02X}），初始密钥只能写入空白芯片；发卡中断的卡可直接用 `ssc issue` 重新开始"),
            ),
            Self::WrongDomainKeys { version } => (
                format!("the card's security domain (key version {version:02X}) was opened neither by the published keys nor by this vault's; it may be a chip of another maker's lot, another issuer's card, or a wrong --vault"),
                format!("公开密钥和本密钥库的密钥都打不开该卡的安全域（密钥版本 {version:02X}）；可能是其他批次的芯片、其他发卡方的卡，或 --vault 不对"),
            ),
            Self::WrongAnswerMac => (
                "an answer of the card has a wrong MAC; something between reader and card changes the data: check the reader, then begin again with this card".into(),
                "卡片应答的 MAC 错误；读卡器与卡片之间的数据被改动：请检查读卡器，再对该卡重新开始".into(),
            ),
            Self::Differs { directory, file } => (
                format!("file {file:04X} of directory {directory:04X} does not hold what was written; the card is faulty: set it aside"),
                format!("目录 {directory:04X} 的文件 {file:04X} 与写入的内容不一致；该卡有故障：请另放"),
            ),
            Self::Malformed(what) => (
                format!("the card's answer to {what} does not have the form of the standard; it is no card of this system, or faulty"),
                format!("卡片对 {what} 的应答格式不对；不是本系统的卡，或卡有故障"),
            ),
            Self::NoRegion => (
                "neither the row (AAB301) nor the order names a region; give it in the profile, or --region with six digits".into(),
                "该行没有行政区划代码（AAB301），命令中也没有；请在配置中写明，或用 --region 给出六位数字".into(),
            ),
            Self::NoCardNumber => (
                "the row has no card number (AAZ500) and the order assigns none; give the profile a range for its institution, or --first-card-number".into(),
                "该行没有卡号（AAZ500），也没有分配；请在配置中为其机构写明号段，或给出 --first-card-number".into(),
            ),
            Self::NameTooLong { generation } => (
                format!("the name needs more than 30 bytes, which version {generation} of the card does not have room for; issue version 2.00 or 3.00"),
                format!("姓名超过 30 字节，{generation} 版卡放不下；请发 2.00 或 3.00 版卡"),
            ),
            Self::NoPin => (
                "the row has no PIN, and the profile takes PINs from the rows (pin = \"batch\"); fill it in, or write pin = \"random\"".into(),
                "该行没有 PIN，而配置要求每行自带（pin = \"batch\"）；请填写，或改为 pin = \"random\"".into(),
            ),
            Self::RareCharacter(violation) => return violation.say(lang),
            Self::NoPhoto => (
                "the row has no photo, and the profile demands one (photo = \"demanded\"); add it, or write photo = \"allowed\"".into(),
                "该行没有照片，而配置要求必须有（photo = \"demanded\"）；请补上，或改为 photo = \"allowed\"".into(),
            ),
            Self::PhotoNotWanted => (
                "the row has a photo, and the profile's cards have none (photo = \"none\"); leave it out, or write photo = \"allowed\"".into(),
                "该行有照片，而配置规定卡上不带（photo = \"none\"）；请去掉，或改为 photo = \"allowed\"".into(),
            ),
            Self::DemoPin => (
                "the profile gives every card the published PIN (pin = \"demo\"), which is for the demo keys only; write pin = \"random\" or pin = \"batch\"".into(),
                "配置给每张卡公开的 PIN（pin = \"demo\"），仅限演示密钥；请改为 pin = \"random\" 或 pin = \"batch\"".into(),
            ),
            Self::Internal(what) => (
                format!("internal error: {what}; please report it"),
                format!("程序内部错误：{what}；请报告"),
            ),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl Kind for CardError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Reader(error) => error.kind(),
            Self::Register(error) => error.kind(),
            Self::Keys(_)
            | Self::WrongDomainKeys { .. }
            | Self::PublishedKeys { .. }
            | Self::PublishedInitialKeys
            | Self::OtherInitialKeys => ErrorKind::Keys,
            Self::NoRegion
            | Self::NoCardNumber
            | Self::NameTooLong { .. }
            | Self::RareCharacter(_)
            | Self::NoPin
            | Self::NoPhoto
            | Self::PhotoNotWanted
            | Self::DemoPin => ErrorKind::Input,
            Self::NoSecurityDomain(_)
            | Self::NotAnSsc
            | Self::NotAPsam
            | Self::AlreadyPersonalized
            | Self::NotBlank { .. }
            | Self::WrongAnswerMac
            | Self::Differs { .. }
            | Self::Malformed(_)
            | Self::Internal(_) => ErrorKind::Card,
        }
    }
}
