//! The card number (卡号, AAZ500): eight characters of `[0-9A-Z]` and a check character.
//!
//! The check is that of organisation codes (GB 11714): weights 3 7 9 10 5 8 4 2, letters from A = 10,
//! c = 11 − Σ mod 11, 10 → X, 11 → 0 (C).

use std::fmt;

use super::{Rule, Violation};

const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// Numbers that [`CardNumber::from_serial`] can make: one base-36 character, then seven digits.
pub const SERIALS: u32 = 36 * 10_000_000;

/// A card number with a valid check character.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardNumber([u8; 9]);

/// The check character of eight characters `[0-9A-Z]`; `None` if there is another among them.
pub fn check_character(body: &[u8; 8]) -> Option<u8> {
    let mut sum = 0;
    for (character, weight) in body.iter().zip(WEIGHTS) {
        let value = match character {
            b'0'..=b'9' => character - b'0',
            b'A'..=b'Z' => character - b'A' + 10,
            _ => return None,
        };
        sum += u32::from(value) * weight;
    }
    Some(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        c => b'0' + c as u8,
    })
}

/// Checks form ([`Rule::CardNumberForm`]) and check character ([`Rule::CardNumberCheck`]).
pub fn validate(text: &str) -> Result<CardNumber, Violation> {
    let number = <[u8; 9]>::try_from(text.as_bytes()).map_err(|_| Rule::CardNumberForm)?;
    let (body, check) = number
        .split_first_chunk::<8>()
        .ok_or(Rule::CardNumberForm)?;
    let expected = check_character(body).ok_or(Rule::CardNumberForm)?;
    match check {
        [c] if *c == expected => Ok(CardNumber(number)),
        [b'0'..=b'9' | b'X'] => Err(Rule::CardNumberCheck.into()),
        _ => Err(Rule::CardNumberForm.into()),
    }
}

impl CardNumber {
    /// See [`validate`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        validate(text)
    }

    /// The card number of a serial below [`SERIALS`]: its ten-millions as one of 0–9, A–Z, seven decimal digits, the
    /// check character. Different serials give different numbers.
    pub fn from_serial(serial: u32) -> Option<Self> {
        let lead = match u8::try_from(serial / 10_000_000).ok()? {
            digit @ 0..=9 => b'0' + digit,
            letter @ 10..=35 => b'A' + letter - 10,
            _ => return None,
        };
        let text = format!("{}{:07}", char::from(lead), serial % 10_000_000);
        let body = <[u8; 8]>::try_from(text.as_bytes()).ok()?;
        let mut number = [0; 9];
        number[..8].copy_from_slice(&body);
        number[8] = check_character(&body)?;
        Some(Self(number))
    }

    /// Nine ASCII characters, the value of tag 07.
    pub fn bytes(&self) -> &[u8; 9] {
        &self.0
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // ssc-facts: X00000019. The others are organisation codes (GB 11714, the same check) printed in public:
        // D2143569X is the standard's own example, A00000000 below is worked by hand (10·3 = 30, 30 mod 11 = 8, 11 − 8 = 3).
        for good in ["X00000019", "D2143569X", "A00000003"] {
            assert_eq!(validate(good).unwrap().as_str(), good);
        }
        // Σ = 0 → 11 → '0'
        assert_eq!(check_character(b"00000000"), Some(b'0'));
    }

    #[test]
    fn every_changed_digit_is_caught() {
        for at in 0..9 {
            for digit in b'0'..=b'9' {
                let mut number = *b"D2143569X";
                let was = number[at];
                number[at] = digit;
                // A = 10 … Z = 35 wraps modulo 11, so only digits against digits are told apart for certain
                if was.is_ascii_digit() && digit != was {
                    assert!(validate(str::from_utf8(&number).unwrap()).is_err());
                }
            }
        }
        for bad in [
            "",
            "X0000001",
            "x00000019",
            "X000000199",
            "X0000001A",
            "X00 00019",
            "Ｘ00000019",
        ] {
            assert_eq!(validate(bad), Err(Rule::CardNumberForm.into()), "{bad}");
        }
        assert_eq!(validate("X00000018"), Err(Rule::CardNumberCheck.into()));
    }

    #[test]
    fn serials() {
        assert_eq!(CardNumber::from_serial(1).unwrap().as_str(), "000000019");
        assert_eq!(
            CardNumber::from_serial(330_000_001).unwrap().as_str(),
            "X00000019"
        );
        assert!(CardNumber::from_serial(SERIALS - 1).is_some());
        assert!(CardNumber::from_serial(SERIALS).is_none());
        for serial in (0..SERIALS).step_by(1_234_567) {
            let number = CardNumber::from_serial(serial).unwrap();
            assert_eq!(validate(number.as_str()), Ok(number));
        }
    }
}
