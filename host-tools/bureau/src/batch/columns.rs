//! The columns of a batch: their item codes, English and Chinese names.

use apdu_specs::items::{self, Item};

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
}

const fn row(
    column: Column,
    item: Option<&'static Item>,
    names: &'static [&'static str],
    required: bool,
) -> ColumnRow {
    ColumnRow {
        column,
        item,
        names,
        required,
    }
}

/// All columns.
#[rustfmt::skip]
pub static COLUMNS: &[ColumnRow] = &[
    row(Column::Number, Some(&items::NUMBER), &["number", "id", "公民身份号码", "身份证号码"], true),
    row(Column::Name, Some(&items::NAME), &["name"], true),
    row(Column::Sex, Some(&items::SEX), &["sex"], true),
    row(Column::EthnicGroup, Some(&items::ETHNIC_GROUP), &["ethnic", "ethnic_group"], true),
    row(Column::BirthDate, Some(&items::BIRTH_DATE), &["birth", "birth_date"], true),
    row(Column::Region, Some(&items::REGION), &["region"], false),
    row(Column::CardNumber, Some(&items::CARD_NUMBER), &["card_number", "卡号"], false),
    row(Column::Birthplace, None, &["birthplace", "出生地"], false),
    row(Column::Photo, None, &["photo", "照片"], false),
    row(Column::Pin, None, &["pin", "个人密码"], false),
    row(Column::Category, None, &["category", "卡的类别"], false),
    row(Column::Institution, None, &["institution", "初始化机构编号"], false),
    row(Column::IssueDate, None, &["issue_date", "issued", "发卡日期"], false),
    row(Column::ValidTo, None, &["valid_to", "卡有效期"], false),
    row(Column::Note, None, &["note", "备注"], false),
    row(Column::Reason, None, &["reason", "拒绝原因"], false),
];

impl ColumnRow {
    /// The official code, else the English name.
    pub fn title(&self) -> &'static str {
        match self.item {
            Some(item) => item.code,
            None => self.names.first().copied().unwrap_or_default(),
        }
    }

    fn is_called(&self, heading: &str) -> bool {
        let of_item = self
            .item
            .is_some_and(|item| [item.code, item.english, item.chinese].contains(&heading));
        of_item || self.names.contains(&heading)
    }
}

impl Column {
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
