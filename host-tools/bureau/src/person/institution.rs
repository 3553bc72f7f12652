//! The initialising institution (初始化机构编号), SSSE EF05 tag 04.

use super::{Rule, Violation};

/// Up to 24 digits, stored as `cn:12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution(String);

impl Institution {
    /// From 1 to 24 ASCII digits, else breaks [`Rule::InstitutionForm`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if digits && (1..=24).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Rule::InstitutionForm.into())
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The twelve bytes of tag 04: BCD, padded right with F.
    pub fn bcd(&self) -> [u8; 12] {
        let mut out = [0xFF; 12];
        for (byte, pair) in out.iter_mut().zip(self.0.as_bytes().chunks(2)) {
            let low = pair.get(1).map_or(0x0F, |digit| digit & 0x0F);
            *byte = (pair[0] & 0x0F) << 4 | low;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_with_f() {
        let odd = Institution::parse("12345").unwrap();
        assert_eq!(hex::encode(odd.bcd()), "12345fffffffffffffffffff");
        assert!(Institution::parse(&"1".repeat(24)).is_ok());
        assert!(Institution::parse(&"1".repeat(25)).is_err());
        assert!(Institution::parse("12A").is_err());
    }
}
