//! Regions (行政区划), GB/T 2260.

use std::fmt;

use apdu_specs::regions;

use super::{Rule, Violation};

/// A six-digit region code. [`Region::is_known`] tells whether GB/T 2260 has, or once had, it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 6]);

impl Region {
    /// From six ASCII digits, else breaks [`Rule::RegionForm`]. An unknown code is no fault (see [`Region::is_known`]).
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match <[u8; 6]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(Rule::RegionForm.into()),
        }
    }

    /// Six ASCII digits.
    pub fn digits(&self) -> &[u8; 6] {
        &self.0
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The three bytes of a `cn:3` value, and the first three of the card identification code.
    pub fn bcd(&self) -> [u8; 3] {
        let [a, b, c, d, e, f] = self.0.map(|digit| digit & 0x0F);
        [a << 4 | b, c << 4 | d, e << 4 | f]
    }

    /// Whether the code is a current or withdrawn one of a province, prefecture or county.
    pub fn is_known(&self) -> bool {
        regions::is_known(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(code: &str) -> bool {
        Region::parse(code).unwrap().is_known()
    }

    #[test]
    fn current_and_withdrawn_codes() {
        // 东城区, 朝阳区, 广州市, 越秀区, 上海市, 浦东新区, 拉萨市, 香港, 澳门, 台湾
        for code in [
            "110101", "110105", "440100", "440104", "310000", "310115", "540100", "810000",
            "820000", "710000",
        ] {
            assert!(known(code), "{code}");
        }
        // withdrawn: 崇文区 and 宣武区 (2010), 卢湾区 (2011), 崇明县 (2016), 东山区 of Guangzhou (2005)
        for code in ["110103", "110104", "310103", "310230", "440102"] {
            assert!(known(code), "{code}");
        }
        for code in ["000000", "111111", "999999", "100000", "110199", "680000"] {
            assert!(!known(code), "{code}");
        }
    }

    #[test]
    fn form() {
        assert_eq!(Region::parse("440106").unwrap().bcd(), [0x44, 0x01, 0x06]);
        for bad in ["", "44010", "4401066", "44010X", "４４０１０６"] {
            assert!(Region::parse(bad).is_err());
        }
    }
}
