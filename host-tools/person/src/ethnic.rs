//! Ethnic groups (民族), GB/T 3304: 01 to 56, and 97, 98 as the household register uses them.

use apdu_specs::coding::Code;
use apdu_specs::coding::tables::ETHNIC_GROUP;

use super::{Rule, Violation};

/// An ethnic group's code: 1 to 56, 97 (其他, other) or 98 (外国血统中国籍人士, Chinese citizen of foreign descent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EthnicGroup(u8);

impl EthnicGroup {
    /// 汉族, 01.
    pub const HAN: Self = Self(1);

    /// From the two digits of the code, or from the Chinese name (`汉族` or `汉`); else breaks [`Rule::EthnicCode`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        // 97 and 98 have no name to write.
        let by_name = |row: &&Code| {
            row.chinese
                .strip_suffix('族')
                .is_some_and(|short| text == short || text == row.chinese)
        };
        ETHNIC_GROUP
            .find(text)
            .or_else(|| ETHNIC_GROUP.codes.iter().find(by_name))
            .and_then(|row| row.code.parse().ok())
            .map(Self)
            .ok_or_else(|| Rule::EthnicCode.into())
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
            "00", "57", "96", "99", "1", "001", "", "族", "+1", "1 ", "０１",
        ] {
            assert!(EthnicGroup::parse(bad).is_err(), "{bad}");
        }
        let names: std::collections::HashSet<_> =
            ETHNIC_GROUP.codes.iter().map(|row| row.chinese).collect();
        assert_eq!(names.len(), 58);
    }
}
