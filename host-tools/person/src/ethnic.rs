//! Ethnic groups (民族), GB/T 3304: 01 to 56, and 97, 98 as the household register uses them.

use apdu_specs::coding::Code;
use apdu_specs::coding::tables::ETHNIC_GROUP;

use super::{Detail, Rule, Violation};

/// An ethnic group's code: 1 to 56, 97 (其他, other) or 98 (外国血统中国籍人士, Chinese citizen of foreign descent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EthnicGroup(u8);

/// The two letters of 01 to 56, GB/T 3304.
const LETTERS: &str = "HA MG HU ZA UG MH YI ZH BY CS MA DO YA BA TJ HN KZ DA LI LS VA SH GS LH SU DX NX JP KG TU DU ML QI BL GL XB MN SL \
AC PM TA NU UZ RS EW DE BN YG GI TT DR OR HZ MB LB JN";

/// What 97 and 98 are called, and the groups that the household register has under 97.
const OTHERS: &[(&str, u8)] = &[
    ("其他", 97),
    ("其它", 97),
    ("其他族", 97),
    ("未识别民族", 97),
    ("穿青人", 97),
    ("穿青", 97),
    ("革家人", 97),
    ("僜人", 97),
    ("夏尔巴人", 97),
    ("外国血统中国籍人士", 98),
    ("外国血统", 98),
    ("入籍", 98),
];

/// Names that begin as `text` does, or have one other character.
fn near(text: &str) -> Vec<&'static str> {
    let stem = text.strip_suffix('族').unwrap_or(text);
    if stem.is_empty() || stem.is_ascii() {
        return Vec::new();
    }
    let one_other = |name: &str| {
        let differ = name
            .chars()
            .zip(text.chars())
            .filter(|(a, b)| a != b)
            .count();
        name.chars().count() == text.chars().count() && text.chars().count() > 2 && differ == 1
    };
    let names = ETHNIC_GROUP.codes.iter().map(|row| row.chinese);
    names
        .filter(|name| name.starts_with(stem) || one_other(name))
        .collect()
}

impl EthnicGroup {
    /// 汉族, 01.
    pub const HAN: Self = Self(1);

    /// From the code, the Chinese name (`汉族` or `汉`), or the two letters of GB/T 3304; else breaks [`Rule::EthnicCode`], with the names
    /// that are near.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let number = match text.as_bytes() {
            [one @ b'1'..=b'9'] => Some(one - b'0'),
            _ => None,
        };
        let by_name = |row: &&Code| {
            row.chinese
                .strip_suffix('族')
                .is_some_and(|short| text == short || text == row.chinese)
        };
        let by_letters = || {
            LETTERS
                .split(' ')
                .zip(1..)
                .find(|(letters, _)| letters.eq_ignore_ascii_case(text))
        };
        let other = || OTHERS.iter().find(|(name, _)| *name == text);
        ETHNIC_GROUP
            .find(text)
            .or_else(|| ETHNIC_GROUP.codes.iter().find(by_name))
            .and_then(|row| row.code.parse().ok())
            .or(number)
            .or_else(|| by_letters().map(|(_, code)| code))
            .or_else(|| other().map(|(_, code)| *code))
            .map(Self)
            .ok_or_else(|| {
                let near = near(text);
                if near.is_empty() {
                    Rule::EthnicCode.into()
                } else {
                    Violation::with(Rule::EthnicCode, Detail::DidYouMean(near))
                }
            })
    }

    /// The code, 1 to 56, 97 or 98.
    pub fn code(self) -> u8 {
        self.0
    }

    /// The byte of tag 0B (`cn:1`): the code's two digits as BCD.
    pub fn bcd(self) -> u8 {
        (self.0 / 10) << 4 | (self.0 % 10)
    }

    /// 民族名称
    pub fn chinese(self) -> &'static str {
        let code = format!("{:02}", self.0);
        ETHNIC_GROUP.find(&code).map_or("其他", |row| row.chinese)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_gb_t_3304() {
        // spot checks against the published list
        for (text, code, name) in [
            ("01", 1, "汉族"),
            ("05", 5, "维吾尔族"),
            ("15", 15, "土家族"),
            ("23", 23, "高山族"),
            ("31", 31, "达斡尔族"),
            ("44", 44, "俄罗斯族"),
            ("56", 56, "基诺族"),
        ] {
            let group = EthnicGroup::parse(text).unwrap();
            assert_eq!((group.code(), group.chinese()), (code, name));
            assert_eq!(EthnicGroup::parse(name), Ok(group));
        }
        assert_eq!(EthnicGroup::parse("56").unwrap().bcd(), 0x56);
        assert_eq!(EthnicGroup::parse("97").unwrap().chinese(), "其他");
        for bad in [
            "00", "57", "96", "99", "0", "001", "", "族", "+1", "1 ", "０１",
        ] {
            assert!(EthnicGroup::parse(bad).is_err(), "{bad}");
        }
        for (text, code) in [
            ("1", 1),
            ("HA", 1),
            ("ug", 5),
            ("JN", 56),
            ("汉", 1),
            ("维吾尔", 5),
            ("其他", 97),
            ("穿青人", 97),
        ] {
            assert_eq!(EthnicGroup::parse(text).unwrap().code(), code, "{text}");
        }
        let near = |text| EthnicGroup::parse(text).unwrap_err().detail;
        assert_eq!(near("维族"), Some(Detail::DidYouMean(vec!["维吾尔族"])));
        assert_eq!(near("蒙族"), Some(Detail::DidYouMean(vec!["蒙古族"])));
        assert_eq!(near("维吾儿族"), Some(Detail::DidYouMean(vec!["维吾尔族"])));
        assert_eq!(near("99"), None);
        let names: std::collections::HashSet<_> =
            ETHNIC_GROUP.codes.iter().map(|row| row.chinese).collect();
        assert_eq!(names.len(), 58);
    }
}
