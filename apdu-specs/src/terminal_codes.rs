//! What the terminal functions return (LD/T 33, appendix): 0, the negative of a card's status word, or a code of this table.
//!
//! The evidence is four programs of different makers that list these codes with nearly the same words; where they differ,
//! the row says so. `-(SW)` is C as well: the same programs list -27010 (6982), -27272 (6A88), -25536 (63C0) and others.

use crate::{Evidence, Status};

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalCode {
    /// What the function returns.
    pub value: i32,
    /// Its name in this project.
    pub name: &'static str,
    /// Meaning in English.
    pub english: &'static str,
    /// 中文含义
    pub chinese: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
}

/// Success.
pub const SUCCESS: i32 = 0;

/// The code of a status word: its negative. What is none (SW1 begins with 6 or 9, ISO 7816-3 10.3.3) is [`UNKNOWN`]: its
/// negative could be 0, which is success, or another row's.
#[must_use]
pub const fn of_status(status: Status) -> i32 {
    match status.0 >> 12 {
        0x6 | 0x9 => -(status.0 as i32),
        _ => UNKNOWN,
    }
}

/// The row of a code; `None` for success, for a status word's negative and for an unknown one.
pub fn find(value: i32) -> Option<&'static TerminalCode> {
    TERMINAL_CODES.iter().find(|row| row.value == value)
}

macro_rules! terminal_codes {
    ($($name:ident = $value:literal, $english:literal, $chinese:literal, $evidence:ident;)*) => {
        $(#[doc = $english] pub const $name: i32 = $value;)*
        /// All codes that are no status word, greatest first.
        pub static TERMINAL_CODES: &[TerminalCode] = &[$(TerminalCode {
            value: $value, name: stringify!($name), english: $english, chinese: $chinese,
            evidence: Evidence::$evidence,
        }),*];
    };
}

terminal_codes! {
    WRONG_CARD_TYPE = -1, "wrong kind of card (iType is 1 to 4); also a contactless card whose PIN or key has one try left, which it takes by contact only (P)", "卡类型不对；非接触卡的 PIN 或密钥只剩一次机会时须插卡（P）", C;
    NO_CARD = -2, "no card", "无卡", C;
    NOT_POWERED = -3, "the card has no power", "有卡未上电", C;
    NO_ANSWER = -4, "the card does not answer", "卡无应答", C;
    LIBRARY = -5, "the library cannot be loaded or configured", "加载动态库错", C;
    READER = -11, "the reader cannot be reached", "读卡器连接错", C;
    NOT_CONNECTED = -12, "no connection", "未建立连接", C;
    NOT_SUPPORTED = -13, "the library does not support this", "（动态库）不支持该命令", C;
    PARAMETER = -14, "a wrong parameter, or steps out of their order", "（发给动态库的）命令参数错", C;
    CHECKSUM = -15, "a wrong check sum", "信息校验和出错", C;
    IDENTIFICATION_CODE = -20, "the card identification code or the version is malformed", "卡识别码格式错或规范版本错", C;
    NOT_GENUINE = -21, "internal authentication failed: the card is not genuine", "内部认证失败（用户卡不合法）", C;
    DIFFERENT_CARD = -22, "this is another card than the one that was named", "传入数据与卡内不符", C;
    BAD_INPUT = -23, "the data that was passed is malformed", "传入数据不合法", C;
    PSAM_LEVEL = -24, "the PSAM's key has too few levels", "PSAM卡密钥级别不够", C;
    NO_SUCH_ITEM = -25, "the card's files have no such file or item (one program: the host security module's internal authentication differs)", "此卡文件结构中无传入的文件名和数据项", X;
    PIN_CANCELLED = -31, "no PIN was entered", "用户取消密码输入", C;
    PIN_TIMEOUT = -32, "the time to enter a PIN is over", "密码输入操作超时", C;
    PIN_LENGTH = -33, "a PIN of a wrong length", "输入密码长度错", C;
    PINS_DIFFER = -34, "the two PINs differ", "两次输入密码不一致", C;
    INITIAL_PIN = -35, "no transaction with the initial PIN", "初始密码不能交易", C;
    TO_INITIAL_PIN = -36, "a PIN is not changed to the initial one", "不能改为初始密码", C;
    BAD_CHARACTER = -41, "the data has a character that does not belong there", "运算数据含非法字符", C;
    BAD_LENGTH = -42, "the data has a wrong length", "运算数据长度错", C;
    PIN_WRONG = -51, "the PIN is wrong; the text says how many tries are left", "PIN校验失败，剩余次数N次", C;
    PIN_BLOCKED = -52, "the PIN is blocked", "PIN锁定", C;
    UNKNOWN = -999, "an unknown error", "未知错误", S;
    NO_PSAM = -2201, "no PSAM, and no other security module", "无PSAM卡", C;
    PSAM_ALGORITHM = -2202, "the PSAM has no keys of the card's algorithm (SSF33, SM4)", "PSAM卡算法不支持", C;
    PSAM_NO_READ_KEY = -2203, "the PSAM has no RK of SSSE, which a 3.00 card asks for", "PSAM卡内没有RKSSSE密钥", C;
    NO_HSM_NEEDED = -2204, "no host security module is needed for this", "不需要加密机认证", C;
}
