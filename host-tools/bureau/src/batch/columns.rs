//! The columns of a batch: their item codes, English and Chinese names.

use apdu_specs::items::{self, Item};
use ssc_words::Lang;

use super::cell_text;
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
    /// The number of the row; not read.
    Serial,
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
    Rule::NoHeadings,
    Rule::Separator,
    Rule::HeadingsMisread,
    Rule::Utf16NoMark,
    Rule::OtherSheets,
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
    row(Column::Number, Some(&items::NUMBER), &["number", "id", "id_number", "id_no", "id_card", "idcard", "sfzh", "公民身份号码", "身份证号码", "身份证号", "身份证", "证件号码", "证件号", "社保号", "社保号码", "社会保障号", "居民身份证号", "居民身份证号码", "公民身份证号码", "身份号码"], true,
        ("social security number: 17 digits and a check character (GB 11643); HKG, MAC or TWN and 9 digits; a country's three letters and 9 to 15 of a document", "社会保障号码：17 位数字加 1 位校验码（GB 11643）；HKG、MAC、TWN 加 9 位数字；国家三字母代码加证件号码 9 至 15 位"),
        &[Rule::Required, Rule::NumberForm, Rule::NumberRounded, Rule::NumberPerhapsRounded, Rule::NumberFifteen, Rule::NumberLookalike, Rule::NumberPermit, Rule::NumberCountry, Rule::NumberCheck, Rule::NumberBirth, Rule::NumberRegion, Rule::NumberDuplicate, Rule::BirthFuture, Rule::BirthOld]),
    row(Column::Name, Some(&items::NAME), &["name", "full_name", "xm", "持卡人姓名", "人员姓名", "中文姓名", "名字"], true,
        ("name: ASCII and characters that have two bytes in GB18030 (others as the profile says: rare); 30 bytes, and 20 more in the extension from 2.00 on", "姓名：ASCII 及 GB18030 双字节字符（其他依配置 rare）；30 字节，2.00 起扩展另有 20 字节"),
        &[Rule::Required, Rule::NameLost, Rule::NameMisread, Rule::NamePerhapsMisread, Rule::NameNothing, Rule::NameFormula, Rule::NameDigits, Rule::NameDot, Rule::NameCompatibility, Rule::NameScript, Rule::NameBlank, Rule::NameSymbol, Rule::NameTrial, Rule::NameUncommon, Rule::NameRare, Rule::NameFourByte, Rule::NamePrivateUse, Rule::NameControl, Rule::NameTooLong, Rule::NameGeneration]),
    row(Column::Sex, Some(&items::SEX), &["sex", "gender", "xb", "性别代码"], true,
        ("sex: 1 or M for male, 2 or F for female", "性别：1 或男，2 或女"),
        &[Rule::Required, Rule::SexCode, Rule::SexNumber]),
    row(Column::EthnicGroup, Some(&items::ETHNIC_GROUP), &["ethnic", "ethnic_group", "nation", "mz", "民族代码", "民族名称"], true,
        ("ethnic group: two digits, the Chinese name, or two letters (GB/T 3304)", "民族：两位代码、名称或两个字母的代码（GB/T 3304）"),
        &[Rule::Required, Rule::EthnicCode]),
    row(Column::BirthDate, Some(&items::BIRTH_DATE), &["birth", "birth_date", "birthday", "date_of_birth", "dob", "csrq", "出生年月日", "出生年月", "生日"], true,
        ("birth date: YYYYMMDD or YYYY-MM-DD; other usual forms where they agree with the number", "出生日期：YYYYMMDD 或 YYYY-MM-DD；其他常用写法须与社会保障号码相符"),
        &[Rule::Required, Rule::DateForm, Rule::DateReal, Rule::BirthNumber, Rule::BirthFuture, Rule::BirthOld]),
    row(Column::Region, Some(&items::REGION), &["region", "行政区划代码", "行政区划", "发卡地区", "发卡地", "发卡地行政区划", "发卡地行政区划代码", "统筹区", "统筹区编码", "地区代码"], false,
        ("region that issues the card: six digits (GB/T 2260); without it --region", "发卡地行政区划：六位数字（GB/T 2260）；缺省取 --region"),
        &[Rule::RegionForm, Rule::RegionUnknown]),
    row(Column::CardNumber, Some(&items::CARD_NUMBER), &["card_number", "card_no", "卡号", "社保卡号", "社会保障卡卡号", "社会保障卡号"], false,
        ("card number: eight digits or capital letters and a check character; without it --first-card-number counts", "卡号：8 位数字或大写字母加 1 位校验码；缺省由 --first-card-number 递增"),
        &[Rule::CardNumberForm, Rule::CardNumberCheck, Rule::CardNumberDuplicate]),
    row(Column::Birthplace, None, &["birthplace", "出生地", "出生地行政区划", "出生地代码"], false,
        ("region of birth: six digits (GB/T 2260); without it the first six of the number", "出生地行政区划：六位数字（GB/T 2260）；缺省取社会保障号码前六位"),
        &[Rule::RegionForm, Rule::RegionUnknown, Rule::BirthplaceNeeded]),
    row(Column::Photo, None, &["photo", "picture", "照片", "照片文件", "照片文件名", "照片路径", "相片", "相片文件"], false,
        ("photo: path of a JPEG, PNG, BMP, TIFF or WebP, from the folder of the batch; it is made to fit the card", "照片：JPEG、PNG、BMP、TIFF 或 WebP 文件的路径，相对于批次文件所在文件夹；自动缩放至卡内大小"),
        &[Rule::PhotoPath, Rule::PhotoMissing, Rule::PhotoTooLarge, Rule::PhotoEmpty, Rule::PhotoNotJpeg, Rule::PhotoCorrupt, Rule::PhotoTooSmall, Rule::PhotoBlank, Rule::PhotoLandscape, Rule::PhotoShape, Rule::PhotoShared]),
    row(Column::Pin, None, &["pin", "password", "个人密码", "密码", "初始密码"], false,
        ("PIN: 4 to 16 digits; without it a random one in a sealed file, or with the demo keys the published one", "个人密码：4 至 16 位数字；缺省随机生成并存入密封文件，使用演示密钥时为公开的 PIN"),
        &[Rule::PinForm, Rule::PinSpreadsheet, Rule::PinRepeated, Rule::PinLostZero]),
    row(Column::Category, None, &["category", "卡的类别"], false,
        ("category of the card: one letter or digit; without it 3", "卡的类别：一个字母或数字；缺省为 3"),
        &[Rule::CategoryForm]),
    row(Column::Institution, None, &["institution", "初始化机构编号", "初始化机构"], false,
        ("initialising institution: 1 to 24 digits, or 24 hexadecimal ones of the shape seen on cards; without it made from the card's region", "初始化机构编号：1 至 24 位数字，或已见卡片形式的 24 位十六进制数；缺省由发卡地行政区划生成"),
        &[Rule::InstitutionForm, Rule::InstitutionShape]),
    row(Column::IssueDate, None, &["issue_date", "issued", "发卡日期", "制卡日期", "签发日期"], false,
        ("issue date: YYYYMMDD or YYYY-MM-DD; without it today", "发卡日期：YYYYMMDD 或 YYYY-MM-DD；缺省为今天"),
        &[Rule::DateForm, Rule::DateReal]),
    row(Column::ValidTo, None, &["valid_to", "expiry", "卡有效期", "有效期", "有效期至", "有效期截止日期"], false,
        ("last day of validity: YYYYMMDD or YYYY-MM-DD; without it ten years after the issue date", "有效期截止日：YYYYMMDD 或 YYYY-MM-DD；缺省为发卡日期后十年"),
        &[Rule::DateForm, Rule::DateReal, Rule::ValidTo]),
    row(Column::Note, None, &["note", "remark", "remarks", "备注", "说明"], false,
        ("a note to people; it is not read", "给人看的备注；不读取"),
        &[]),
    row(Column::Serial, None, &["no", "no.", "#", "seq", "index", "序号", "编号", "行号", "顺序号"], false,
        ("the number of the row; it is not read", "行的序号；不读取"),
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

    /// The column of a heading: item code or name, in any case, blanks and hyphens for underscores, with a star or a remark in
    /// parentheses behind it.
    pub fn find(heading: &str) -> Option<Self> {
        let exact = |heading: &str| {
            let lower = heading.to_ascii_lowercase().replace([' ', '-'], "_");
            let upper = heading.to_ascii_uppercase();
            COLUMNS
                .iter()
                .find(|row| row.is_called(&lower) || row.is_called(&upper))
                .map(|row| row.column)
        };
        let code = cell_text::code(heading);
        exact(&code).or_else(|| {
            let end = code.find(['(', '[', '*', ':']).unwrap_or(code.len());
            let short = code.get(..end)?.trim();
            let blank = short.chars().filter(|ch| *ch != ' ').collect::<String>();
            exact(short)
                .or_else(|| exact(&blank))
                .filter(|_| !short.is_empty())
        })
    }

    /// Headings that are nearly written so.
    pub fn near(heading: &str) -> Vec<&'static str> {
        let heading = cell_text::code(heading).to_ascii_lowercase();
        let length = heading.chars().count();
        let mut near = Vec::new();
        for row in COLUMNS {
            let names = row.other_names().into_iter().chain([row.title()]);
            let found = names.into_iter().find(|name| {
                let most = match (length.min(name.chars().count()), name.is_ascii()) {
                    (..4, true) | (..3, false) => 0,
                    (6.., true) => 2,
                    _ => 1,
                };
                let longer = name.len() > 3
                    && (heading.starts_with(&name.to_ascii_lowercase())
                        || heading.ends_with(*name));
                most > 0 && (longer || distance(&heading, &name.to_ascii_lowercase()) <= most)
            });
            near.extend(found);
        }
        near
    }
}

/// Characters to change, take away or add (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cb, up) in b.iter().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(ca != *cb))
                .min(left + 1)
                .min(*up + 1);
            diagonal = *up;
            *up = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
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
        for (heading, column) in [
            ("身份证号", Column::Number),
            ("证件号码", Column::Number),
            ("姓名*", Column::Name),
            ("姓名（必填）", Column::Name),
            ("姓 名", Column::Name),
            ("ＡＡＣ００３", Column::Name),
            ("序号", Column::Serial),
        ] {
            assert_eq!(Column::find(heading), Some(column), "{heading}");
        }
        assert_eq!(Column::near("photos"), ["photo"]);
        assert_eq!(
            Column::near("AAC00"),
            ["AAC002", "AAC003", "AAC004", "AAC005", "AAC006"]
        );
        assert_eq!(Column::near("brith_date"), ["birth_date"]);
        assert_eq!(Column::near("手机号"), [""; 0]);
        assert_eq!(distance("kitten", "sitting"), 3);
        for unknown in ["", "AAC999", "numbers", "photo2", "AAZ507"] {
            assert_eq!(Column::find(unknown), None, "{unknown}");
        }
    }
}
