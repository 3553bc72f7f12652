//! The citizen number (公民身份号码), GB 11643: region 6, birth date 8, sequence 3, check character (ISO 7064 MOD 11-2).

use std::fmt;

use super::{Date, Region, Rule, Sex, Violation, mask};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// A citizen number with a valid check character and a real birth date. Its region may be unknown.
///
/// `Debug` shows the first six digits only; there is no `Display`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitizenNumber {
    characters: [u8; 18],
    birth_date: Date,
}

/// The check character of 17 ASCII digits; `None` if there is another character among them.
pub fn check_character(body: &[u8; 17]) -> Option<u8> {
    let mut sum = 0;
    for (digit, weight) in body.iter().zip(WEIGHTS) {
        if !digit.is_ascii_digit() {
            return None;
        }
        sum += u32::from(digit - b'0') * weight;
    }
    CHECKS.get(sum as usize % 11).copied()
}

impl CitizenNumber {
    /// Checks form (then stops), check character and birth date (reports both). A small x is taken for X.
    ///
    /// Breaks [`Rule::NumberForm`], [`Rule::NumberCheck`], [`Rule::NumberBirth`].
    ///
    /// ```
    /// use ssc_person::CitizenNumber;
    ///
    /// // Synthetic: the first of `test-vectors/batches/good-utf8.csv`.
    /// assert!(CitizenNumber::parse("110105199003079978").is_ok());
    /// let wrong = CitizenNumber::parse("110105199003079970").unwrap_err();
    /// assert_eq!(wrong.len(), 1); // the check character
    /// ```
    pub fn parse(text: &str) -> Result<Self, Vec<Violation>> {
        let form = || vec![Violation::from(Rule::NumberForm)];
        let upper = text.to_ascii_uppercase();
        let characters = <[u8; 18]>::try_from(upper.as_bytes()).map_err(|_| form())?;
        let (body, last) = characters.split_first_chunk::<17>().ok_or_else(form)?;
        let expected = check_character(body).ok_or_else(form)?;
        if !matches!(last, [b'0'..=b'9' | b'X']) {
            return Err(form());
        }

        let mut broken = Vec::new();
        if last != [expected] {
            broken.push(Rule::NumberCheck.into());
        }
        let birth_date = str::from_utf8(&characters[6..14])
            .ok()
            .and_then(|digits| Date::parse(digits).ok());
        match birth_date {
            Some(birth_date) if broken.is_empty() => Ok(Self {
                characters,
                birth_date,
            }),
            Some(_) => Err(broken),
            None => {
                broken.push(Rule::NumberBirth.into());
                Err(broken)
            }
        }
    }

    /// The whole number, 18 ASCII characters: the value of tag 08. Not for logs.
    pub fn characters(&self) -> &[u8; 18] {
        &self.characters
    }

    /// The whole number as text. Not for logs.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.characters).unwrap_or_default()
    }

    /// The number for people: its first six digits and stars.
    pub fn masked(&self) -> String {
        mask::number(self.as_str())
    }

    /// Digits 1 to 6: where the number was first given.
    pub fn region(&self) -> Option<Region> {
        Region::parse(self.as_str().get(..6)?).ok()
    }

    /// Digits 7 to 14.
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// From the 17th digit: odd for men, even for women.
    pub fn sex(&self) -> Sex {
        if self.characters[16] % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of ssc-facts, and the two examples printed in GB 11643-1999 itself.
    const KNOWN: [&str; 3] = [
        "111111198101011110",
        "11010519491231002X",
        "440524188001010014",
    ];

    #[test]
    fn known_answers() {
        for text in KNOWN {
            assert_eq!(CitizenNumber::parse(text).unwrap().as_str(), text);
        }
        let number = CitizenNumber::parse("11010519491231002x").unwrap();
        assert_eq!(number.as_str(), "11010519491231002X");
        assert_eq!(number.birth_date(), Date::new(1949, 12, 31).unwrap());
        assert_eq!(number.sex(), Sex::Female);
        assert_eq!(number.region(), Region::parse("110105").ok());
        assert_eq!(format!("{number:?}"), "110105************");
    }

    #[test]
    fn every_wrong_digit_is_caught() {
        for text in KNOWN {
            for at in 0..18 {
                for digit in b"0123456789X" {
                    let mut wrong = text.as_bytes().to_vec();
                    if std::mem::replace(&mut wrong[at], *digit) != *digit {
                        let wrong = String::from_utf8(wrong).unwrap();
                        assert!(CitizenNumber::parse(&wrong).is_err(), "{at} {digit}");
                    }
                }
            }
        }
    }

    #[test]
    fn neighbours_swapped_are_caught() {
        for text in KNOWN {
            for at in 0..16 {
                let mut wrong = text.as_bytes().to_vec();
                wrong.swap(at, at + 1);
                if wrong != text.as_bytes() {
                    assert!(CitizenNumber::parse(str::from_utf8(&wrong).unwrap()).is_err());
                }
            }
        }
    }

    #[test]
    fn all_that_is_wrong_is_said() {
        let rules = |text: &str| -> Vec<Rule> {
            let broken = CitizenNumber::parse(text).unwrap_err();
            broken.into_iter().map(|v| v.rule).collect()
        };
        // 30 February with a check character that fits, then with one that does not
        let body = *b"11010519900230002";
        let check = char::from(check_character(&body).unwrap());
        let real = format!("11010519900230002{check}");
        assert_eq!(rules(&real), [Rule::NumberBirth]);
        let other = if check == '0' { '1' } else { '0' };
        assert_eq!(
            rules(&format!("11010519900230002{other}")),
            [Rule::NumberCheck, Rule::NumberBirth]
        );
        for bad in [
            "",
            "1101051949123100",
            "11010519491231002XX",
            "1101051949123100 X",
            "1.10105E+17",
            "X10105194912310021",
            "１1010519491231",
        ] {
            assert_eq!(rules(bad), [Rule::NumberForm], "{bad}");
        }
    }
}
