//! The columns of a batch: their item codes, English and Chinese names.

use apdu_specs::items::{self, Item};
use ssc_words::Lang;

use ssc_person::Rule;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Social security number.
    Number,
    /// Name.
    Name,
    /// Sex.
    Sex,
    /// Ethnic group.
    EthnicGroup,
    /// Birth date.
    BirthDate,
    /// Region of the card.
    Region,
    /// Card number.
    CardNumber,
    /// Birthplace region.
    Birthplace,
    /// Path of the photo, relative to the batch file.
    Photo,
    /// PIN.
    Pin,
    /// Category of the card.
    Category,
    /// Initialising institution.
    Institution,
    /// Issue date.
    IssueDate,
    /// Last day of validity.
    ValidTo,
    /// A note to people; not read.
    Note,
    /// Why the row was refused earlier; not read, so that a file of refused rows can be corrected and used as a batch.
    Reason,
}

/// One row of [`COLUMNS`].
#[derive(Clone, Copy, Debug)]
pub struct ColumnRow {
    /// The column.
    pub column: Column,
    /// The official item, where there is one.
    pub item: Option<&'static Item>,
    /// Other names that are taken, in lower case; the first is the name in messages if there is no item.
    pub names: &'static [&'static str],
    /// Whether a batch must have it, and a row must fill it.
    pub required: bool,
    /// What it holds and how that is written.
    english: &'static str,
    /// 内容和格式
    chinese: &'static str,
    /// The rules that a value of it can break; a fault of any other rule is never reported for it.
    pub rules: &'static [Rule],
}

/// Rules of the file as a whole and of every row and cell.
pub const GENERAL_RULES: &[Rule] = &[
    Rule::ColumnUnknown,
    Rule::ColumnDuplicate,
    Rule::ColumnMissing,
    Rule::FieldCount,
    Rule::QuoteOpen,
    Rule::LineTooLong,
    Rule::MixedEncodings,
    Rule::Encoding,
];

const fn row(
    column: Column,
    item: Option<&'static Item>,
    names: &'static [&'static str],
    required: bool,
    (english, chinese): (&'static str, &'static str),
    rules: &'static [Rule],
) -> ColumnRow {
    ColumnRow {
        column,
        item,
        names,
        required,
        english,
        chinese,
        rules,
    }
}

/// All columns.
#[rustfmt::skip]
pub static COLUMNS: &[ColumnRow] = &[
    row(Column::Number, Some(&items::NUMBER), &["number", "id", "公民身份号码", "身份证号码"], true,
        ("social security number: 17 digits and a check character (GB 11643)", "社会保障号码：17 位数字加 1 位校验码（GB 11643）"),
        &[Rule::Required, Rule::NumberForm, Rule::NumberCheck, Rule::NumberBirth, Rule::NumberRegion, Rule::NumberDuplicate, Rule::BirthFuture, Rule::BirthOld]),
    row(Column::Name, Some(&items::NAME), &["name"], true,
        ("name: ASCII and characters that have two bytes in GB18030; 30 bytes, and 20 more in the extension from 2.00 on", "姓名：ASCII 及 GB18030 双字节字符；30 字节，2.00 起扩展另有 20 字节"),
        &[Rule::Required, Rule::NameFourByte, Rule::NamePrivateUse, Rule::NameControl, Rule::NameTooLong, Rule::NameGeneration]),
    row(Column::Sex, Some(&items::SEX), &["sex"], true,
        ("sex: 1 male, 2 female", "性别：1 男，2 女"),
        &[Rule::Required, Rule::SexCode, Rule::SexNumber]),
    row(Column::EthnicGroup, Some(&items::ETHNIC_GROUP), &["ethnic", "ethnic_group"], true,
        ("ethnic group: two digits (GB/T 3304)", "民族：两位代码（GB/T 3304）"),
        &[Rule::Required, Rule::EthnicCode]),
    row(Column::BirthDate, Some(&items::BIRTH_DATE), &["birth", "birth_date"], true,
        ("birth date: YYYYMMDD or YYYY-MM-DD", "出生日期：YYYYMMDD 或 YYYY-MM-DD"),
        &[Rule::Required, Rule::DateForm, Rule::DateReal, Rule::BirthNumber, Rule::BirthFuture, Rule::BirthOld]),
    row(Column::Region, Some(&items::REGION), &["region"], false,
        ("region that issues the card: six digits (GB/T 2260); without it --region", "发卡地行政区划：六位数字（GB/T 2260）；缺省取 --region"),
        &[Rule::RegionForm, Rule::RegionUnknown]),
    row(Column::CardNumber, Some(&items::CARD_NUMBER), &["card_number", "卡号"], false,
        ("card number: eight digits or capital letters and a check character; without it --first-card-number counts", "卡号：8 位数字或大写字母加 1 位校验码；缺省由 --first-card-number 递增"),
        &[Rule::CardNumberForm, Rule::CardNumberCheck, Rule::CardNumberDuplicate]),
    row(Column::Birthplace, None, &["birthplace", "出生地"], false,
        ("region of birth: six digits (GB/T 2260); without it the first six of the number", "出生地行政区划：六位数字（GB/T 2260）；缺省取社会保障号码前六位"),
        &[Rule::RegionForm, Rule::RegionUnknown]),
    row(Column::Photo, None, &["photo", "照片"], false,
        ("photo: path of a JPEG, from the folder of the batch; it is made to fit the card", "照片：JPEG 文件的路径，相对于批次文件所在文件夹；自动缩放至卡内大小"),
        &[Rule::PhotoPath, Rule::PhotoMissing, Rule::PhotoTooLarge, Rule::PhotoNotJpeg, Rule::PhotoCorrupt, Rule::PhotoTooSmall]),
    row(Column::Pin, None, &["pin", "个人密码"], false,
        ("PIN: 4 to 16 digits; without it a random one in a sealed file, or with the demo keys the published one", "个人密码：4 至 16 位数字；缺省随机生成并存入密封文件，使用演示密钥时为公开的 PIN"),
        &[Rule::PinForm, Rule::PinRepeated]),
    row(Column::Category, None, &["category", "卡的类别"], false,
        ("category of the card: one letter or digit; without it 3", "卡的类别：一个字母或数字；缺省为 3"),
        &[Rule::CategoryForm]),
    row(Column::Institution, None, &["institution", "初始化机构编号"], false,
        ("initialising institution: 1 to 24 digits, or 24 hexadecimal ones of the shape seen on cards; without it made from the card's region", "初始化机构编号：1 至 24 位数字，或已见卡片形式的 24 位十六进制数；缺省由发卡地行政区划生成"),
        &[Rule::InstitutionForm, Rule::InstitutionShape]),
    row(Column::IssueDate, None, &["issue_date", "issued", "发卡日期"], false,
        ("issue date: YYYYMMDD or YYYY-MM-DD; without it today", "发卡日期：YYYYMMDD 或 YYYY-MM-DD；缺省为今天"),
        &[Rule::DateForm, Rule::DateReal]),
    row(Column::ValidTo, None, &["valid_to", "卡有效期"], false,
        ("last day of validity: YYYYMMDD or YYYY-MM-DD; without it ten years after the issue date", "有效期截止日：YYYYMMDD 或 YYYY-MM-DD；缺省为发卡日期后十年"),
        &[Rule::DateForm, Rule::DateReal, Rule::ValidTo]),
    row(Column::Note, None, &["note", "备注"], false,
        ("a note to people; it is not read", "给人看的备注；不读取"),
        &[]),
    row(Column::Reason, None, &["reason", "拒绝原因"], false,
        ("why a row was refused earlier; it is not read, so that a file of refused rows is a batch", "先前被拒绝的原因；不读取，因此被拒绝行的文件可直接用作批次"),
        &[]),
];

impl ColumnRow {
    /// The official code, else the English name.
    pub fn title(&self) -> &'static str {
        match self.item {
            Some(item) => item.code,
            None => self.names.first().copied().unwrap_or_default(),
        }
    }

    /// What it holds and how that is written.
    pub fn format(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.english,
            Lang::Zh => self.chinese,
        }
    }

    /// Its headings but for [`title`](Self::title).
    pub fn other_names(&self) -> Vec<&'static str> {
        let of_item = self.item.map(|item| [item.english, item.chinese]);
        let mut names = Vec::new();
        for name in of_item.iter().flatten().chain(self.names) {
            if *name != self.title() && !names.contains(name) {
                names.push(*name);
            }
        }
        names
    }

    fn is_called(&self, heading: &str) -> bool {
        let of_item = self
            .item
            .is_some_and(|item| [item.code, item.english, item.chinese].contains(&heading));
        of_item || self.names.contains(&heading)
    }
}

impl Column {
    /// Its row.
    ///
    /// # Panics
    /// Never: a test goes through all columns.
    pub fn row(self) -> &'static ColumnRow {
        let row = COLUMNS.iter().find(|row| row.column == self);
        row.expect("every column has a row")
    }

    /// The column of a heading: item code or name, in any case, blanks and hyphens for underscores.
    pub fn find(heading: &str) -> Option<Self> {
        let lower = heading.to_ascii_lowercase().replace([' ', '-'], "_");
        let upper = heading.to_ascii_uppercase();
        COLUMNS
            .iter()
            .find(|row| row.is_called(&lower) || row.is_called(&upper))
            .map(|row| row.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_belongs_to_a_column_or_to_all_and_every_heading_is_found() {
        for rule in Rule::ALL {
            let of_columns = COLUMNS.iter().any(|row| row.rules.contains(rule));
            assert_ne!(of_columns, GENERAL_RULES.contains(rule), "{rule:?}");
        }
        for row in COLUMNS {
            assert_eq!(row.column.row().title(), row.title());
            assert_eq!(
                row.rules.contains(&Rule::Required),
                row.required,
                "{}",
                row.title()
            );
            for heading in row.other_names().into_iter().chain([row.title()]) {
                assert_eq!(Column::find(heading), Some(row.column), "{heading}");
            }
            assert!(row.format(Lang::En).is_ascii(), "{}", row.title());
            assert!(!row.format(Lang::Zh).is_ascii(), "{}", row.title());
        }
    }

    #[test]
    fn headings() {
        for (heading, column) in [
            ("AAC002", Column::Number),
            ("aac003", Column::Name),
            ("Birth Date", Column::BirthDate),
            ("card-number", Column::CardNumber),
            ("社会保障号码", Column::Number),
            ("民族", Column::EthnicGroup),
            ("AAB301", Column::Region),
        ] {
            assert_eq!(Column::find(heading), Some(column), "{heading}");
        }
        for unknown in ["", "AAC999", "numbers", "photo2", "AAZ507"] {
            assert_eq!(Column::find(unknown), None, "{unknown}");
        }
    }
}
