//! Status words (ISO 7816-4, 5.6) with their meaning in English and Chinese.

use core::fmt;

use crate::Evidence;

/// A status word SW1 SW2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// `61xx`: `length` bytes wait for GET RESPONSE (00 for 256).
    pub const fn more_data(length: u8) -> Self {
        Self(0x6100 | length as u16)
    }

    /// `6Cxx`: the command is to be repeated with this Le.
    pub const fn wrong_le(length: u8) -> Self {
        Self(0x6C00 | length as u16)
    }

    /// `63Cx`: wrong PIN or key, `tries` left (at most 15 are shown).
    pub const fn tries_left(tries: u8) -> Self {
        Self(0x63C0 | if tries > 15 { 15 } else { tries } as u16)
    }

    /// The status word SW1 SW2.
    pub const fn from_bytes(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes))
    }

    /// Whether the command was carried out: 9000, or `61xx` with data that wait.
    pub const fn is_success(self) -> bool {
        self.0 == Self::SUCCESS.0 || self.waiting().is_some()
    }

    /// Whether it is a warning: the command was carried out, with a remark (62xx, 63xx).
    pub const fn is_warning(self) -> bool {
        matches!(self.to_bytes(), [0x62 | 0x63, _])
    }

    /// `61xx`: how many bytes wait for GET RESPONSE, 1 to 256.
    pub const fn waiting(self) -> Option<u16> {
        self.length_behind(Self::MORE_DATA)
    }

    /// `6Cxx`: the Ne with which the command is to be repeated, 1 to 256.
    pub const fn right_ne(self) -> Option<u16> {
        self.length_behind(Self::WRONG_LE)
    }

    /// `63Cx`: how many tries the PIN or key has left.
    pub const fn tries(self) -> Option<u8> {
        if self.0 & 0xFFF0 == Self::VERIFICATION_FAILED.0 {
            Some((self.0 & 0x0F) as u8)
        } else {
            None
        }
    }

    const fn length_behind(self, status: Self) -> Option<u16> {
        let [sw1, xx] = self.to_bytes();
        let [expected, _] = status.to_bytes();
        if sw1 == expected {
            Some(crate::le::ne(xx))
        } else {
            None
        }
    }

    /// The two bytes SW1 SW2.
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }

    /// Its row of [`STATUS_WORDS`].
    pub fn words(self) -> Option<&'static StatusWords> {
        STATUS_WORDS
            .iter()
            .find(|row| self.0 & row.mask == row.value)
    }
}

/// Four hexadecimal digits, as people write it.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

/// What a status word means, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusWords {
    /// The value under the mask.
    pub value: u16,
    /// FFFF, or FF00 / FFF0 where the low byte or nibble carries a number.
    pub mask: u16,
    /// Its name in this project.
    pub name: &'static str,
    /// Meaning in English.
    pub english: &'static str,
    /// 中文含义
    pub chinese: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
}

macro_rules! status_words {
    ($($name:ident = $value:literal & $mask:literal, $english:literal, $chinese:literal, $evidence:ident;)*) => {
        impl Status {
            $(#[doc = $english] pub const $name: Self = Self($value);)*
        }
        /// All status words that a card may answer. Exact values stand before masked ones.
        pub static STATUS_WORDS: &[StatusWords] = &[$(StatusWords {
            value: $value, mask: $mask, name: stringify!($name),
            english: $english, chinese: $chinese, evidence: Evidence::$evidence,
        }),*];
    };
}

status_words! {
    SUCCESS = 0x9000 & 0xFFFF, "success", "成功", C;
    MORE_DATA = 0x6100 & 0xFF00, "success; the low byte counts the bytes that GET RESPONSE fetches", "成功，低字节为可用 GET RESPONSE 取回的字节数", C;
    CARD_LOCKED = 0x6283 & 0xFFFF, "selected, but the card is locked", "已选择，但卡片处于锁定状态", C;
    END_OF_FILE = 0x6282 & 0xFFFF, "the end of the file was reached before Le bytes, or a search has found nothing", "读到文件末尾，数据少于 Le，或未检索到", C;
    CRYPTOGRAM_REFUSED = 0x6300 & 0xFFFF, "authentication of the host cryptogram failed", "主机认证密文错误", C;
    MORE_ENTRIES = 0x6310 & 0xFFFF, "success; more entries follow on the next command", "成功，尚有更多条目", C;
    VERIFICATION_FAILED = 0x63C0 & 0xFFF0, "wrong PIN or key; the low digit counts the tries left", "PIN 或密钥验证失败，低半字节为剩余次数", C;
    MEMORY_FAILURE = 0x6581 & 0xFFFF, "the card's memory failed or cannot be trusted; nothing was changed", "存储器故障或内容不可信，未作改动", C;
    WRONG_LENGTH = 0x6700 & 0xFFFF, "wrong length", "长度错误", C;
    CHANNEL_NOT_SUPPORTED = 0x6881 & 0xFFFF, "logical channels are not supported", "不支持逻辑通道", C;
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882 & 0xFFFF, "secure messaging is not supported here", "此处不支持安全报文", C;
    CHAINING_NOT_SUPPORTED = 0x6884 & 0xFFFF, "command chaining is not supported", "不支持命令链", C;
    COMMAND_NOT_ALLOWED = 0x6901 & 0xFFFF, "the command is not accepted in this state", "当前状态不接受该命令", C;
    INCOMPATIBLE_FILE = 0x6981 & 0xFFFF, "the command does not fit the kind of file", "命令与文件结构不符", C;
    SECURITY_NOT_SATISFIED = 0x6982 & 0xFFFF, "the access condition is not met: verify the PIN or authenticate first", "不满足安全状态：请先校验 PIN 或进行外部认证", C;
    BLOCKED = 0x6983 & 0xFFFF, "the PIN or key is blocked", "PIN 或密钥已锁定", C;
    DATA_NOT_USABLE = 0x6984 & 0xFFFF, "the reference data cannot be used", "引用数据不可用", C;
    CONDITIONS_NOT_SATISFIED = 0x6985 & 0xFFFF, "the conditions of use are not met (no challenge, wrong life cycle, or an unfinished file)", "不满足使用条件（未取随机数、生命周期不符或文件未写完）", C;
    NO_CURRENT_FILE = 0x6986 & 0xFFFF, "no elementary file is selected", "未选择基本文件", C;
    MAC_INCORRECT = 0x6988 & 0xFFFF, "the MAC or a data object of the secure message is wrong", "安全报文 MAC 或数据对象错误", C;
    SM_OBJECT_MISSING = 0x6987 & 0xFFFF, "a data object of the secure message is missing", "缺少安全报文数据对象", C;
    WRONG_DATA = 0x6A80 & 0xFFFF, "wrong data field", "数据域错误", C;
    FUNCTION_NOT_SUPPORTED = 0x6A81 & 0xFFFF, "the function is not supported, or the application is blocked", "不支持该功能或应用已锁定", C;
    FILE_NOT_FOUND = 0x6A82 & 0xFFFF, "file or application not found", "未找到文件或应用", C;
    RECORD_NOT_FOUND = 0x6A83 & 0xFFFF, "record not found", "未找到记录", C;
    NOT_ENOUGH_MEMORY = 0x6A84 & 0xFFFF, "not enough memory in the file or the card", "存储空间不足", C;
    WRONG_P1P2 = 0x6A86 & 0xFFFF, "wrong P1 or P2", "P1 或 P2 错误", C;
    REFERENCED_DATA_NOT_FOUND = 0x6A88 & 0xFFFF, "the referenced key or data was not found", "未找到引用的密钥或数据", C;
    FILE_EXISTS = 0x6A89 & 0xFFFF, "the file exists already", "文件已存在", C;
    WRONG_OFFSET = 0x6B00 & 0xFFFF, "the offset lies outside the file", "偏移超出文件范围", C;
    WRONG_LE = 0x6C00 & 0xFF00, "wrong Le; the low byte is the right one", "Le 错误，低字节为正确长度", C;
    INSTRUCTION_NOT_SUPPORTED = 0x6D00 & 0xFFFF, "the instruction is not supported", "不支持该指令", C;
    CLASS_NOT_SUPPORTED = 0x6E00 & 0xFFFF, "the class is not supported", "不支持该类别", C;
    INTERNAL_ERROR = 0x6F00 & 0xFFFF, "internal error", "卡内部错误", C;
    MAC_INVALID = 0x9302 & 0xFFFF, "the MAC is invalid", "MAC 无效", C;
    PERMANENTLY_BLOCKED = 0x9303 & 0xFFFF, "the application is permanently blocked", "应用永久锁定", C;
    BALANCE_INSUFFICIENT = 0x9401 & 0xFFFF, "the balance is not sufficient", "余额不足", C;
    SEQUENCE_EXHAUSTED = 0x9402 & 0xFFFF, "the transaction counter has reached its end", "交易计数器达到最大值", C;
    KEY_INDEX_NOT_SUPPORTED = 0x9403 & 0xFFFF, "the key index is not supported", "密钥索引不支持", C;
    MAC_NOT_AVAILABLE = 0x9406 & 0xFFFF, "the requested MAC is not available", "所需 MAC 不可用", C;
}
