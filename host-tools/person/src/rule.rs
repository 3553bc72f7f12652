//! The rules of a batch in one table: identifier, severity, and what is said in English and in Chinese.

use std::fmt;

use ssc_words::{Bilingual, Lang, clean};

/// What a broken rule does to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The row is refused (a rule of the header refuses the whole batch).
    Fault,
    /// The row stands, but somebody should look.
    Warning,
}

macro_rules! rules {
    ($($rule:ident $severity:ident $id:literal, $english:literal, $chinese:literal;)*) => {
        /// A rule that a batch can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = $english] $rule,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$rule),*];

            /// The identifier that reports carry; it never changes.
            pub fn id(self) -> &'static str {
                match self { $(Self::$rule => $id,)* }
            }

            /// Fault or warning.
            pub fn severity(self) -> Severity {
                match self { $(Self::$rule => Severity::$severity,)* }
            }

            /// The rule in words: what is wrong and what to do.
            pub fn words(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$rule, Lang::En) => $english, (Self::$rule, Lang::Zh) => $chinese,)*
                }
            }
        }
    };
}

rules! {
    ColumnUnknown Fault "column-unknown",
        "no such column is known; rename or remove it", "未知的列；请改名或删除";
    ColumnDuplicate Fault "column-duplicate",
        "this column stands twice; remove one", "该列重复；请删除其一";
    ColumnMissing Fault "column-missing",
        "a required column is missing", "缺少必需的列";
    FieldCount Fault "field-count",
        "the row does not have as many fields as the header; the row is not checked further", "该行字段数与表头不符；该行不再检查";
    QuoteOpen Fault "quote-open",
        "quotation marks do not pair up (a field cannot contain a line break); the row is not checked further", "引号不成对（字段中不能换行）；该行不再检查";
    LineTooLong Fault "line-too-long",
        "the line is longer than 256 KB: no row is; the row is not checked further", "该行超过256 KB，不可能是一行数据；该行不再检查";
    MixedEncodings Fault "mixed-encodings",
        "two encodings stand in one file; save the whole file in one, and look at these lines", "同一文件中混有两种编码；请将整个文件以一种编码另存，并核对这些行";
    Encoding Fault "encoding",
        "bytes that the file's encoding does not have", "含有文件编码中不存在的字节";
    Required Fault "required",
        "a required value is empty", "必填项为空";
    NumberForm Fault "number-form",
        "the number must be 17 digits and a digit or X (a spreadsheet may have rounded it: format the column as text)",
        "社会保障号码须为17位数字加1位数字或X（电子表格可能已将其舍入：请将该列设为文本）";
    NumberCheck Fault "number-check-digit",
        "the check character of the number is wrong (GB 11643); a digit was mistyped", "社会保障号码校验码错误（GB 11643）；可能有数字录错";
    NumberBirth Fault "number-birth",
        "digits 7 to 14 of the number are not a real date", "社会保障号码第7至14位不是真实日期";
    NumberRegion Warning "number-region",
        "the first six digits of the number are no current or withdrawn region code (GB/T 2260)", "社会保障号码前六位不是现行或已撤销的行政区划代码（GB/T 2260）";
    NumberDuplicate Fault "number-duplicate",
        "this number stands on more than one row; keep one", "该社会保障号码出现在多行；请只保留一行";
    NameFourByte Fault "name-four-byte",
        "the card cannot hold this character: it has no two-byte code in GB18030; use the form agreed with the cardholder",
        "卡内无法存放该字：它在GB18030中没有双字节编码；请与持卡人商定替代写法";
    NamePrivateUse Fault "name-private-use",
        "a private-use character has no agreed meaning; find the character's own code", "自造字（专用区字符）没有统一含义；请查找该字的正式编码";
    NameControl Fault "name-control",
        "a control or replacement character stands in the name; retype it", "姓名中有控制字符或替换符；请重新录入";
    NameTooLong Fault "name-too-long",
        "the name does not fit 30 + 20 bytes of GB18030", "姓名超过30＋20字节（GB18030）";
    NameGeneration Fault "name-generation",
        "the name does not fit this generation of card, which has 30 bytes for it; issue version 2.00 or 3.00", "姓名超出该版卡的30字节；请发2.00或3.00版卡";
    SexCode Fault "sex-code",
        "sex must be 1 (male) or 2 (female)", "性别须为1（男）或2（女）";
    SexNumber Fault "sex-number",
        "sex does not agree with the number's 17th digit (odd: male, even: female)", "性别与社会保障号码第17位不符（单数为男，双数为女）";
    EthnicCode Fault "ethnic-code",
        "the ethnic group must be 01 to 56, 97 or 98 in two digits (GB/T 3304; a spreadsheet may have dropped the zero)",
        "民族须为两位代码01至56、97或98（GB/T 3304；电子表格可能已丢掉前导零）";
    DateForm Fault "date-form",
        "a date is written YYYYMMDD or YYYY-MM-DD", "日期须写作YYYYMMDD或YYYY-MM-DD";
    DateReal Fault "date-real",
        "there is no such day in the calendar", "日历中没有这一天";
    BirthNumber Fault "birth-number",
        "the birth date does not agree with digits 7 to 14 of the number", "出生日期与社会保障号码第7至14位不符";
    BirthFuture Fault "birth-future",
        "the birth date lies in the future", "出生日期在将来";
    BirthOld Warning "birth-old",
        "the cardholder would be more than 120 years old", "持卡人将超过120岁";
    RegionForm Fault "region-form",
        "a region is six digits (GB/T 2260)", "行政区划代码须为六位数字（GB/T 2260）";
    RegionUnknown Warning "region-unknown",
        "no current or withdrawn region code (GB/T 2260)", "不是现行或已撤销的行政区划代码（GB/T 2260）";
    CardNumberForm Fault "card-number-form",
        "a card number is eight of 0-9 and A-Z and a check character", "卡号须为8位数字或大写字母加1位校验码";
    CardNumberCheck Fault "card-number-check",
        "the check character of the card number is wrong", "卡号校验码错误";
    CardNumberDuplicate Fault "card-number-duplicate",
        "this card number stands on more than one row; keep one", "该卡号出现在多行；请只保留一行";
    PinForm Fault "pin-form",
        "a PIN is 4 to 16 digits", "个人密码须为4至16位数字";
    PinRepeated Fault "pin-repeated",
        "a PIN must not be one digit repeated: the card takes no such PIN as a new one either", "密码不得为同一数字重复：卡片也不接受这样的新密码";
    CategoryForm Fault "category-form",
        "the category is one letter or digit", "卡的类别须为一个字母或数字";
    InstitutionForm Fault "institution-form",
        "the initialising institution is 1 to 24 digits (24 hexadecimal ones if it begins with 9156000002)", "初始化机构编号须为1至24位数字（以9156000002开头者为24位十六进制数）";
    InstitutionShape Warning "institution-shape",
        "cards seen carry 9156000002, the issuing city's region (6 digits), the first four digits of the place of initialising, and four more characters",
        "已见卡片的初始化机构编号为9156000002＋发卡城市行政区划代码（6位）＋初始化地点代码前4位＋4位";
    ValidTo Fault "valid-to",
        "the card would expire before its issue date (today, where the batch gives none)", "有效期早于发卡日期（未给出时为今天）";
    PhotoPath Fault "photo-path",
        "the photo must lie in the batch file's folder or below it", "照片须在批次文件所在文件夹或其子文件夹中";
    PhotoMissing Fault "photo-missing",
        "the photo cannot be read as a file", "无法读取照片文件";
    PhotoTooLarge Fault "photo-too-large",
        "the photo is larger than 20 MB or 40 megapixels", "照片超过20 MB或4000万像素";
    PhotoNotJpeg Fault "photo-not-jpeg",
        "the photo is not a JPEG", "照片不是JPEG";
    PhotoCorrupt Fault "photo-corrupt",
        "the photo is damaged or cut short", "照片已损坏或不完整";
    PhotoTooSmall Fault "photo-too-small",
        "the photo is smaller than 48 pixels a side", "照片边长小于48像素";
}

impl Bilingual for Rule {
    fn say(&self, lang: Lang) -> String {
        self.words(lang).to_owned()
    }
}

/// What a rule was broken with, where the value alone does not show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A character and where it stands in the value, from 1.
    Character {
        /// The character.
        ch: char,
        /// Its place, from 1.
        position: usize,
    },
    /// Another line that the value stands on.
    AlsoOnLine(usize),
    /// Fields that a row has and should have.
    Fields {
        /// Fields of the row.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// Length in characters, of a value that is not shown.
    Length(usize),
    /// Length in bytes of GB18030.
    Bytes(usize),
    /// The byte that cannot be decoded and its place in the field, from 1.
    Undecodable {
        /// The byte.
        byte: u8,
        /// Its place, from 1.
        position: usize,
    },
    /// Lines in another encoding than the file's.
    OtherEncoding {
        /// The encoding.
        name: &'static str,
        /// The first few lines.
        lines: Vec<usize>,
        /// How many there are.
        count: usize,
    },
    /// Why the system could not read a file, in its own words.
    System(String),
}

impl Bilingual for Detail {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Character { ch, position }, lang) => {
                let shown = if clean::steers(*ch) {
                    clean::REPLACEMENT
                } else {
                    *ch
                };
                let code = u32::from(*ch);
                match lang {
                    Lang::En => format!("{shown} U+{code:04X}, character {position}"),
                    Lang::Zh => format!("{shown} U+{code:04X}，第{position}个字符"),
                }
            }
            (Self::AlsoOnLine(line), Lang::En) => format!("also on line {line}"),
            (Self::AlsoOnLine(line), Lang::Zh) => format!("另见第{line}行"),
            (Self::Fields { found, expected }, Lang::En) => {
                format!("{found} fields, {expected} columns")
            }
            (Self::Fields { found, expected }, Lang::Zh) => {
                format!("{found}个字段，{expected}列")
            }
            (Self::Length(length), Lang::En) => format!("{length} characters"),
            (Self::Length(length), Lang::Zh) => format!("{length}个字符"),
            (Self::Bytes(length), Lang::En) => format!("{length} bytes"),
            (Self::Bytes(length), Lang::Zh) => format!("{length}字节"),
            (Self::Undecodable { byte, position }, Lang::En) => {
                format!("byte {byte:02X}, the field's byte {position}")
            }
            (Self::Undecodable { byte, position }, Lang::Zh) => {
                format!("字节{byte:02X}，字段的第{position}字节")
            }
            (Self::OtherEncoding { name, lines, count }, lang) => {
                let shown: Vec<String> = lines.iter().map(usize::to_string).collect();
                let more = count.saturating_sub(lines.len());
                match (lang, more) {
                    (Lang::En, 0) => format!("{name} on line {}", shown.join(", ")),
                    (Lang::En, more) => {
                        format!("{name} on line {} and {more} more", shown.join(", "))
                    }
                    (Lang::Zh, 0) => format!("第{}行为{name}", shown.join("、")),
                    (Lang::Zh, _) => format!("第{}行等共{count}行为{name}", shown.join("、")),
                }
            }
            (Self::System(words), _) => words.clone(),
        }
    }
}

/// A rule broken by a value, before it is known where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// What the value alone does not show.
    pub detail: Option<Detail>,
}

impl Violation {
    /// A rule with its detail.
    pub fn with(rule: Rule, detail: Detail) -> Self {
        Self {
            rule,
            detail: Some(detail),
        }
    }
}

impl From<Rule> for Violation {
    fn from(rule: Rule) -> Self {
        Self { rule, detail: None }
    }
}

impl Bilingual for Violation {
    fn say(&self, lang: Lang) -> String {
        let words = self.rule.words(lang);
        match (&self.detail, lang) {
            (None, _) => words.to_owned(),
            (Some(detail), Lang::En) => format!("{words} ({})", detail.say(lang)),
            (Some(detail), Lang::Zh) => format!("{words}（{}）", detail.say(lang)),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Violation {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_differ_and_words_are_there() {
        let ids: std::collections::HashSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert!(rule.words(Lang::En).is_ascii());
            assert!(!rule.words(Lang::Zh).is_ascii());
        }
    }
}
