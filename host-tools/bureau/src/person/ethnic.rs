//! Ethnic groups (民族), GB/T 3304: 01 to 56, and 97, 98 as the household register uses them.

use super::{Rule, Violation};

/// Names of the ethnic groups by GB/T 3304; index 0 is code 01.
#[rustfmt::skip]
pub const ETHNIC_GROUPS: [&str; 56] = [
    "汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族",
    "满族", "侗族", "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族", "黎族", "傈僳族",
    "佤族", "畲族", "高山族", "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "土族",
    "达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "阿昌族", "普米族",
    "塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族", "保安族", "裕固族", "京族", "塔塔尔族",
    "独龙族", "鄂伦春族", "赫哲族", "门巴族", "珞巴族", "基诺族",
];

/// An ethnic group's code: 1 to 56, 97 (其他, other) or 98 (外国血统中国籍人士, Chinese citizen of foreign descent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EthnicGroup(u8);

impl EthnicGroup {
    /// 汉族, 01.
    pub const HAN: Self = Self(1);

    /// From the two digits of the code, or from the Chinese name (`汉族` or `汉`); else breaks [`Rule::EthnicCode`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let by_code = || {
            let two_digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            let code = two_digits.then(|| text.parse::<u8>().ok()).flatten()?;
            matches!(code, 1..=56 | 97 | 98).then_some(code)
        };
        let by_name = || {
            let index = ETHNIC_GROUPS
                .iter()
                .position(|name| *name == text || name.strip_suffix('族') == Some(text))?;
            u8::try_from(index + 1).ok()
        };
        by_code()
            .or_else(by_name)
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
        match self.0 {
            97 => "其他",
            98 => "外国血统中国籍人士",
            code => ETHNIC_GROUPS
                .get(usize::from(code) - 1)
                .copied()
                .unwrap_or("其他"),
        }
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
        let names: std::collections::HashSet<_> = ETHNIC_GROUPS.iter().collect();
        assert_eq!(names.len(), 56);
    }
}
