//! What the library's functions return, and the words beside it.

use apdu_specs::terminal_codes;
use ssc_keys::KeyError;
use ssc_reader::ReaderError;
use ssc_terminal::{AddressError, TerminalError};
use ssc_words::{Bilingual, Lang};

/// Why a function failed.
#[derive(Debug)]
pub enum LibraryError {
    /// What the terminal says.
    Terminal(TerminalError),
    /// The PSAM that the configuration names cannot be used.
    Psam(ReaderError),
    /// iType is 2 and there is no contactless reader.
    NoContactless,
    /// A PIN callback has called a function of this library.
    Nested,
    /// A fault of this library.
    Internal,
    /// A null pointer.
    Null,
    /// A string in another encoding.
    NotText,
    /// The answer has no room in the caller's buffer.
    NoRoom {
        /// Bytes that it takes, with its zero byte.
        needed: usize,
    },
    /// iType is not 1 to 4.
    CardType,
    /// iAuthType is neither 1 nor 2.
    AuthenticationType,
    /// pCardInfo is not identification code, card number, each followed by `|`.
    CardInfo,
    /// The PIN source gave no PIN.
    NoPin,
    /// The two new PINs differ.
    PinsDiffer,
    /// The library does not do this.
    NotSupported,
    /// The configuration is wrong.
    Config {
        /// Where and what.
        english: String,
        /// 同上
        chinese: String,
    },
}

impl LibraryError {
    /// The return code (LD/T 33).
    #[must_use]
    pub fn code(&self) -> i32 {
        match self {
            Self::Terminal(error) => error.code(),
            // A reader without a PSAM is what programs know as "no PSAM"; another fault has its own code.
            Self::Psam(ReaderError::NoCard { .. }) => terminal_codes::NO_PSAM,
            Self::Psam(error) => TerminalError::from(error.clone()).code(),
            Self::NoContactless => terminal_codes::READER,
            Self::Nested => terminal_codes::PARAMETER,
            Self::Internal => terminal_codes::UNKNOWN,
            Self::Null | Self::AuthenticationType => terminal_codes::PARAMETER,
            Self::NotText | Self::CardInfo => terminal_codes::BAD_INPUT,
            Self::NoRoom { .. } => terminal_codes::BAD_LENGTH,
            Self::CardType => terminal_codes::WRONG_CARD_TYPE,
            Self::NoPin => terminal_codes::PIN_CANCELLED,
            Self::PinsDiffer => terminal_codes::PINS_DIFFER,
            Self::NotSupported => terminal_codes::NOT_SUPPORTED,
            Self::Config { .. } => terminal_codes::LIBRARY,
        }
    }

    /// What it says, for the caller's buffer.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let pick = |english: &str, chinese: &str| match lang {
            Lang::En => english.to_owned(),
            Lang::Zh => chinese.to_owned(),
        };
        match self {
            Self::Terminal(error) => error.say(lang),
            Self::Psam(error) => match lang {
                Lang::En => format!("the PSAM: {}", error.say(lang)),
                Lang::Zh => format!("PSAM：{}", error.say(lang)),
            },
            Self::NoContactless => pick(
                "no contactless reader is configured, and none shows a card; set `contactless_reader`",
                "没有配置非接触读卡器，也没有读卡器显示非接触卡；请设置 contactless_reader",
            ),
            Self::Nested => pick(
                "a PIN callback called a function of this library; return from it first",
                "PIN 回调中调用了本库的函数；请先从回调返回",
            ),
            Self::Internal => pick(
                "a fault of this library; what was begun with the card is not finished: begin again, and report it",
                "本库内部错误；对卡片的操作未完成：请重新开始并报告此错误",
            ),
            Self::Null => pick("a pointer is null", "指针为空"),
            Self::NotText => pick(
                "a parameter is not in the configured encoding; see `encoding`",
                "参数不是所配置的编码；见 encoding",
            ),
            Self::NoRoom { needed } => match lang {
                Lang::En => format!(
                    "the answer takes {needed} bytes; make the buffer larger and raise `capacity`"
                ),
                Lang::Zh => format!("返回内容需 {needed} 字节；请加大缓冲区并调高 capacity"),
            },
            Self::CardType => pick("iType is 1 to 4", "iType 应为 1 至 4"),
            Self::AuthenticationType => pick(
                "iAuthType is 1 (PIN) or 2 (key)",
                "iAuthType 应为 1（PIN）或 2（密钥）",
            ),
            Self::CardInfo => pick(
                "pCardInfo is identification code|card number|",
                "pCardInfo 应为 卡识别码|卡号|",
            ),
            Self::NoPin => pick(
                "no PIN was entered; set a PIN callback, pin_file, or SSC_PIN and SSC_NEW_PIN",
                "没有输入 PIN；请设置 PIN 回调、pin_file，或环境变量 SSC_PIN 和 SSC_NEW_PIN",
            ),
            Self::PinsDiffer => pick("the two PINs differ", "两次输入密码不一致"),
            Self::NotSupported => pick("this library does not do this", "本库不支持此功能"),
            Self::Config { english, chinese } => pick(english, chinese),
        }
    }
}

impl PartialEq for LibraryError {
    /// By code and words, for tests.
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code() && self.say(Lang::En) == other.say(Lang::En)
    }
}

impl From<TerminalError> for LibraryError {
    fn from(error: TerminalError) -> Self {
        Self::Terminal(error)
    }
}

impl From<ReaderError> for LibraryError {
    fn from(error: ReaderError) -> Self {
        Self::Terminal(error.into())
    }
}

impl From<KeyError> for LibraryError {
    fn from(error: KeyError) -> Self {
        Self::Terminal(error.into())
    }
}

impl From<AddressError> for LibraryError {
    fn from(error: AddressError) -> Self {
        Self::Terminal(error.into())
    }
}
