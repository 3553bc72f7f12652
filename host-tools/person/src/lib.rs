//! A cardholder (持卡人), validated: what SSSE EF05 and EF06 need to know about a person, and nothing that a rule refuses.
#![forbid(unsafe_code)]

pub mod card_number;
mod date;
mod ethnic;
mod institution;
pub mod mask;
pub mod name;
mod number;
pub mod photo;
mod pin;
mod region;
mod rule;
mod sex;

use std::fmt;

pub use card_number::CardNumber;
pub use date::Date;
pub use ethnic::EthnicGroup;
pub use institution::Institution;
pub use name::Name;
pub use number::{CitizenNumber, check_character};
pub use pin::Pin;
pub use region::Region;
pub use rule::{Detail, Rule, Severity, Violation};
pub use sex::Sex;

/// A person whom a card can be issued to. Every field has passed its rules; sex and birth date are the number's, since
/// a row in which they differ is refused.
///
/// `Debug` shows the number masked, and neither the name nor the PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct Cardholder {
    /// Social security number (社会保障号码), the citizen number of GB 11643.
    pub number: CitizenNumber,
    /// Name (姓名), at most 30 + 20 bytes of GB18030.
    pub name: Name,
    /// Ethnic group (民族), GB/T 3304.
    pub ethnic_group: EthnicGroup,
    /// Birthplace region (出生地); the number's own first six digits where the batch names none (P).
    pub birthplace: Region,
    /// Region of the card (AAB301); the issuer's `--region` applies where it is absent.
    pub region: Option<Region>,
    /// Card number (卡号), if the batch assigns it.
    pub card_number: Option<CardNumber>,
    /// PIN, if the batch assigns it.
    pub pin: Option<Pin>,
    /// Category of the card (卡的类别), one ASCII letter or digit.
    pub category: Option<u8>,
    /// Initialising institution (初始化机构编号), up to 24 digits.
    pub institution: Option<Institution>,
    /// Issue date (发卡日期).
    pub issue_date: Option<Date>,
    /// Last day of validity (卡有效期).
    pub valid_to: Option<Date>,
    /// The photo as it goes into EF08: a baseline JPEG of at most 4,096 bytes.
    pub photo: Option<Box<[u8]>>,
}

impl Cardholder {
    /// Sex (性别) as the number's 17th digit tells it.
    pub fn sex(&self) -> Sex {
        self.number.sex()
    }

    /// Birth date (出生日期) as the number's digits 7 to 14 tell it.
    pub fn birth_date(&self) -> Date {
        self.number.birth_date()
    }
}

impl fmt::Debug for Cardholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cardholder")
            .field("number", &self.number)
            .field("region", &self.region)
            .field("card_number", &self.card_number)
            .field("photo", &self.photo.as_ref().map(|p| p.len()))
            .finish_non_exhaustive()
    }
}
