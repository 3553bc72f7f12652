//! A cardholder's PIN, kept out of logs.

use std::fmt;
use std::str::FromStr;

use apdu_specs::keys::PIN_DIGITS;
use zeroize::Zeroizing;

use crate::TerminalError;

/// A PIN of 4 to 16 digits as VERIFY carries it: packed BCD, padded right with F. Wiped when dropped.
#[derive(Clone)]
pub struct Pin(Zeroizing<Vec<u8>>);

impl Pin {
    /// A PIN of these digits, each 0 to 9.
    ///
    /// # Errors
    /// [`TerminalError::InvalidPin`] for fewer than 4 or more than 16 digits, and for what is no digit.
    pub fn from_digits(digits: &[u8]) -> Result<Self, TerminalError> {
        let counted = u8::try_from(digits.len()).is_ok_and(|count| PIN_DIGITS.contains(&count));
        if !counted || digits.iter().any(|digit| *digit > 9) {
            return Err(TerminalError::InvalidPin);
        }
        let mut packed = Zeroizing::new(Vec::with_capacity(digits.len().div_ceil(2)));
        for pair in digits.chunks(2) {
            packed.push(match pair {
                [high, low] => high << 4 | low,
                [high] => high << 4 | 0x0F,
                _ => 0xFF,
            });
        }
        Ok(Self(packed))
    }

    /// Whether it is one digit repeated, which no card takes as a new PIN (P).
    pub(crate) fn is_one_digit(&self) -> bool {
        let nibbles = self.0.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
        let mut digits = nibbles.take_while(|nibble| *nibble <= 9);
        let first = digits.next();
        digits.all(|digit| Some(digit) == first)
    }

    /// As VERIFY carries it, and as the certificate environment's PIN is hashed.
    #[must_use]
    pub fn packed(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Pin {
    type Err = TerminalError;

    fn from_str(text: &str) -> Result<Self, TerminalError> {
        let digits: Zeroizing<Vec<u8>> =
            Zeroizing::new(text.bytes().map(|byte| byte.wrapping_sub(b'0')).collect());
        Self::from_digits(&digits)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::Pin;

    #[test]
    fn four_to_sixteen_digits() {
        let packed = |text: &str| {
            text.parse::<Pin>()
                .ok()
                .map(|pin| hex::encode(pin.packed()))
        };
        assert_eq!(packed("123456").as_deref(), Some("123456"));
        assert_eq!(packed("12345").as_deref(), Some("12345f"));
        assert_eq!(packed("1234").as_deref(), Some("1234"));
        assert_eq!(
            packed("1234567890123456").as_deref(),
            Some("1234567890123456")
        );
        for wrong in [
            "",
            "123",
            "12345678901234567",
            "12 456",
            "12345a",
            "１２３４",
        ] {
            assert_eq!(packed(wrong), None, "{wrong}");
        }
        for (digits, is) in [
            ("1111", true),
            ("00000", true),
            ("1111111111111111", true),
            ("11112", false),
            ("21111", false),
            ("1212", false),
        ] {
            assert_eq!(
                digits.parse::<Pin>().unwrap().is_one_digit(),
                is,
                "{digits}"
            );
        }
        let pin: Pin = "123456".parse().unwrap();
        assert!(!format!("{pin:?}").contains('1'));
    }
}
