//! The cardholder's PIN (个人密码), 4 to 16 digits.

use std::fmt;

use zeroize::Zeroizing;

use super::{Detail, Rule, Violation};

/// A PIN. It is wiped when dropped and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstPin(Zeroizing<Vec<u8>>);

impl FirstPin {
    /// From 4 to 16 ASCII digits, else breaks [`Rule::PinForm`], which tells only the length and how many are no digits; and not one digit repeated, else
    /// [`Rule::PinRepeated`]: a card takes no such PIN as a new one.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let length = text.chars().count();
        let digits = text.as_bytes();
        // 1.2E+05
        if text.to_ascii_uppercase().contains("E+")
            || text.split_once('.').is_some_and(|(whole, rest)| {
                whole.len() > 3 && rest.bytes().all(|byte| byte == b'0')
            })
        {
            return Err(Rule::PinSpreadsheet.into());
        }
        if !(4..=16).contains(&length) || !digits.iter().all(u8::is_ascii_digit) {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let detail = match length - digits {
                0 => Detail::Length(length),
                others => Detail::NoDigits { others, length },
            };
            return Err(Violation::with(Rule::PinForm, detail));
        }
        if digits.iter().all(|digit| Some(digit) == digits.first()) {
            return Err(Rule::PinRepeated.into());
        }
        Ok(Self(Zeroizing::new(digits.to_vec())))
    }

    /// What somebody should look at.
    #[must_use]
    pub fn doubt(&self) -> Option<Rule> {
        (self.0.len() == 5).then_some(Rule::PinLostZero)
    }

    /// The digits in ASCII.
    pub fn digits(&self) -> &[u8] {
        &self.0
    }

    /// As VERIFY takes it: BCD, an odd count padded right with F; 2 to 8 bytes.
    pub fn bcd(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(8));
        for pair in self.0.chunks(2) {
            let low = pair.get(1).map_or(0x0F, |digit| digit & 0x0F);
            out.push((pair[0] & 0x0F) << 4 | low);
        }
        out
    }
}

impl fmt::Debug for FirstPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstPin(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_form() {
        assert_eq!(
            *FirstPin::parse("123456").unwrap().bcd(),
            vec![0x12, 0x34, 0x56]
        );
        assert_eq!(
            *FirstPin::parse("12345").unwrap().bcd(),
            vec![0x12, 0x34, 0x5F]
        );
        assert!(FirstPin::parse("0000000000000001").is_ok());
        for repeated in ["0000", "111111", &"9".repeat(16)] {
            assert_eq!(FirstPin::parse(repeated), Err(Rule::PinRepeated.into()));
        }
        assert_eq!(FirstPin::parse("1.2E+05"), Err(Rule::PinSpreadsheet.into()));
        assert_eq!(
            FirstPin::parse("12345").unwrap().doubt(),
            Some(Rule::PinLostZero)
        );
        assert_eq!(FirstPin::parse("012345").unwrap().doubt(), None);
        for bad in ["", "123", &"0".repeat(17), "12345a", "１２３４"] {
            assert!(FirstPin::parse(bad).is_err());
        }
        assert_eq!(
            format!("{:?}", FirstPin::parse("987654")),
            "Ok(FirstPin(***))"
        );
    }
}
