//! A cardholder (持卡人), validated: what SSSE EF05 and EF06 need to know about a person, and nothing that a rule refuses.
#![forbid(unsafe_code)]

mod as_text;
pub mod card_number;
mod countries;
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
mod violation;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use card_number::CardNumber;
pub use date::Date;
pub use ethnic::EthnicGroup;
pub use institution::Institution;
pub use name::Name;
pub use number::{CitizenNumber, check_character};
pub use pin::FirstPin;
pub use region::Region;
pub use rule::{Rule, Severity};
pub use sex::Sex;
pub use violation::{Detail, Violation, Whole};

/// A person whom a card can be issued to. Every field has passed its rules; a row whose sex or birth date
/// differs from the number's is refused.
///
/// `Debug` shows the number masked, and not the name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cardholder {
    /// Social security number (社会保障号码), the citizen number of GB 11643.
    pub number: CitizenNumber,
    /// Name (姓名), at most 30 + 20 bytes of GB18030.
    pub name: Name,
    /// Sex (性别): the number's own, where it tells one.
    pub sex: Sex,
    /// Birth date (出生日期): the number's own, where it tells one.
    pub birth_date: Date,
    /// Ethnic group (民族), GB/T 3304.
    pub ethnic_group: EthnicGroup,
    /// Birthplace region (出生地); the number's own first six digits where the batch names none (P).
    pub birthplace: Region,
    /// The photo as it goes into EF08: a baseline JPEG of at most 4,096 bytes.
    #[serde(with = "as_text::photo", default)]
    pub photo: Option<Arc<[u8]>>,
}

impl Cardholder {
    /// Sex (性别): the number's own, where it tells one.
    pub fn sex(&self) -> Sex {
        self.sex
    }

    /// Birth date (出生日期): the number's own, where it tells one.
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }
}

impl fmt::Debug for Cardholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cardholder")
            .field("number", &self.number)
            .field("photo", &self.photo.as_ref().map(|p| p.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cardholder_is_read_as_written_and_checked_again() {
        let holder = Cardholder {
            number: CitizenNumber::parse("110105199003079978").unwrap(),
            name: Name::parse("买买提·艾力").unwrap(),
            sex: Sex::Male,
            birth_date: Date::new(1990, 3, 7).unwrap(),
            ethnic_group: EthnicGroup::parse("05").unwrap(),
            birthplace: Region::parse("650000").unwrap(),
            photo: Some([0xFF, 0xD8, 0xFF].as_slice().into()),
        };
        let text = serde_json::to_string(&holder).unwrap();
        assert_eq!(serde_json::from_str::<Cardholder>(&text).unwrap(), holder);
        let changed = text.replace("110105199003079978", "110105199003079979");
        let error = serde_json::from_str::<Cardholder>(&changed).unwrap_err();
        assert!(error.to_string().contains("check character"), "{error}");
        assert!(!error.to_string().contains("110105"), "{error}");
    }

    #[test]
    fn what_an_order_decides_is_read_as_written() {
        let pin: FirstPin = serde_json::from_str("\"135790\"").unwrap();
        assert_eq!(serde_json::to_string(&pin).unwrap(), "\"135790\"");
        let error = serde_json::from_str::<FirstPin>("\"13579x\"").unwrap_err();
        assert!(!error.to_string().contains("13579"), "{error}");
        let day: Date = serde_json::from_str("\"20260131\"").unwrap();
        assert_eq!(day, Date::new(2026, 1, 31).unwrap());
        let institution = Institution::parse("12345").unwrap();
        let text = serde_json::to_string(&institution).unwrap();
        assert_eq!(text, "\"12345\"");
        for institution in ["9156000002430200430100D5", "9156000002430200430100DF"]
            .map(|text| Institution::parse(text).unwrap())
            .into_iter()
            .chain(
                ["110000", "650102"]
                    .map(|text| Institution::of_region(&Region::parse(text).unwrap())),
            )
        {
            let text = serde_json::to_string(&institution).unwrap();
            assert_eq!(
                serde_json::from_str::<Institution>(&text).unwrap(),
                institution
            );
        }
    }
}
