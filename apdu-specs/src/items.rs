//! Item codes of the ministry's data exchange (指标代码), as batch and return files use them.

use crate::Evidence;

/// One item code with its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The official code, such as `AAC002`.
    pub code: &'static str,
    /// Short English name, as a CSV column heading.
    pub english: &'static str,
    /// 中文名
    pub chinese: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
}

macro_rules! items {
    ($($(#[$doc:meta])* $id:ident = $code:literal, $english:literal, $chinese:literal, $evidence:ident;)*) => {
        $($(#[$doc])* pub static $id: Item = Item {
            code: $code, english: $english, chinese: $chinese, evidence: Evidence::$evidence,
        };)*
        /// All item codes.
        pub static ITEMS: &[&Item] = &[$(&$id),*];
    };
}

items! {
    /// Region of the card, six digits (GB/T 2260).
    REGION = "AAB301", "region", "行政区划代码", C;
    /// Social security number, 18 characters (GB 11643).
    NUMBER = "AAC002", "number", "社会保障号码", C;
    /// Name.
    NAME = "AAC003", "name", "姓名", C;
    /// Sex (GB/T 2261): 1 male, 2 female.
    SEX = "AAC004", "sex", "性别", C;
    /// Ethnic group (GB/T 3304), two digits.
    ETHNIC_GROUP = "AAC005", "ethnic_group", "民族", C;
    /// Birth date, YYYYMMDD.
    BIRTH_DATE = "AAC006", "birth_date", "出生日期", C;
    /// Card number, 9 characters.
    CARD_NUMBER = "AAZ500", "card_number", "社会保障卡卡号", C;
    /// Card identification code, 16 bytes as hex.
    IDENTIFICATION_CODE = "AAZ501", "identification_code", "卡识别码", C;
    /// ATR as hex.
    ATR = "AAZ507", "atr", "卡复位信息", C;
}
