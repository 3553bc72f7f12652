//! What an old card says, against what the register has of it.

use ssc_person::name::Rare;
use ssc_person::{Cardholder, EthnicGroup, Name, Region, mask};

use super::error::ReissueError;
use crate::job::Decided;

/// What an old card says, as text; what it does not say is empty.
#[derive(Clone, Default)]
pub struct OldCard {
    /// Social security number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Ethnic group, two digits.
    pub ethnic_group: String,
    /// Birthplace, six digits.
    pub birthplace: String,
    /// Card number.
    pub card_number: String,
    /// Region of the card, six digits.
    pub region: String,
    /// Specification version.
    pub version: String,
    /// Issue date, YYYYMMDD.
    pub issue_date: String,
    /// Valid to, YYYYMMDD.
    pub valid_to: String,
}

/// A field in which an old card and the register differ, or of which the card says nothing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldDifference {
    /// Its name for programs.
    pub field: &'static str,
    /// 名称
    pub field_zh: &'static str,
    /// What the register has.
    pub register: String,
    /// What the card says.
    pub card: String,
}

/// Compares an old card with the register, field by field.
///
/// # Errors
/// [`ReissueError::OtherPerson`], [`ReissueError::OtherCard`]: it is another card.
pub fn compare(decided: &Decided, card: &OldCard) -> Result<Vec<FieldDifference>, ReissueError> {
    let row = decided.row;
    if card.number != decided.holder.number.as_str() {
        let card = mask::number(&card.number);
        return Err(ReissueError::OtherPerson { row, card });
    }
    if card.card_number != decided.card_number.as_str() {
        return Err(ReissueError::OtherCard {
            row,
            card: card.card_number.clone(),
            register: decided.card_number.to_string(),
        });
    }
    let holder = &decided.holder;
    let fields = [
        ("name", "姓名", holder.name.as_str().to_owned(), &card.name),
        (
            "ethnic_group",
            "民族",
            format!("{:02}", holder.ethnic_group.code()),
            &card.ethnic_group,
        ),
        (
            "birthplace",
            "出生地",
            holder.birthplace.as_str().to_owned(),
            &card.birthplace,
        ),
        (
            "region",
            "行政区划代码",
            decided.region.as_str().to_owned(),
            &card.region,
        ),
        (
            "version",
            "规范版本",
            decided.model.generation.version().to_owned(),
            &card.version,
        ),
        (
            "issue_date",
            "发卡日期",
            hex::encode(decided.issue_date.bcd()),
            &card.issue_date,
        ),
        (
            "valid_to",
            "卡有效期",
            hex::encode(decided.valid_to.bcd()),
            &card.valid_to,
        ),
    ];
    let differ = fields
        .into_iter()
        .filter(|(.., register, card)| register != *card);
    Ok(differ
        .map(|(field, field_zh, register, card)| FieldDifference {
            field,
            field_zh,
            register,
            card: card.clone(),
        })
        .collect())
}

impl OldCard {
    /// The person as this card says, with what it does not say (the photo) from the register.
    ///
    /// # Errors
    /// [`ReissueError::CardValue`]: a value that no new card may have.
    pub fn holder(&self, decided: &Decided) -> Result<Cardholder, ReissueError> {
        let row = decided.row;
        let wrong = |field| ReissueError::CardValue { row, field };
        Ok(Cardholder {
            name: Name::with(&self.name, &Rare::ANY).map_err(|_| wrong("name"))?,
            ethnic_group: EthnicGroup::parse(&self.ethnic_group)
                .map_err(|_| wrong("ethnic_group"))?,
            birthplace: Region::parse(&self.birthplace).map_err(|_| wrong("birthplace"))?,
            ..decided.holder.clone()
        })
    }
}
