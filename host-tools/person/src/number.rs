//! The citizen number (公民身份号码), GB 11643: region 6, birth date 8, sequence 3, check character (ISO 7064 MOD 11-2).

use std::fmt;

use super::{Date, Detail, Region, Rule, Sex, Violation, countries, mask, violation::Whole};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// A social security number: a citizen number with a valid check character and a real birth date, or the letters and digits of somebody
/// who has none (`docs/ssc-facts.md` §5). Its region may be unknown.
///
/// `Debug` shows the first six characters only; there is no `Display`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitizenNumber {
    /// Padded right with 00.
    characters: [u8; 18],
    /// Of a citizen number.
    birth_date: Option<Date>,
}

/// Areas whose people have their letters, 0 and the eight digits of their travel permit.
const AREAS: [&str; 3] = ["HKG", "MAC", "TWN"];
/// Characters behind the three letters of a country (P).
const DOCUMENT: std::ops::RangeInclusive<usize> = 9..=15;
/// What only looks like a character of a number.
const LOOKALIKES: &str = "ХхΧχ×✕✖Ⅹⅹ╳⨉ＯOoОоΟο〇○IlІ|";

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
    /// Breaks [`Rule::NumberForm`] or what tells the form more exactly ([`Rule::NumberRounded`], [`Rule::NumberFifteen`],
    /// [`Rule::NumberLookalike`], [`Rule::NumberPermit`]), [`Rule::NumberCheck`], [`Rule::NumberBirth`].
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
        let upper = text.to_ascii_uppercase();
        if let Some(letters) = Self::of_letters(&upper) {
            return Ok(letters);
        }
        let form = || vec![form(text, &upper)];
        let characters = <[u8; 18]>::try_from(upper.as_bytes()).map_err(|_| form())?;
        let (body, last) = characters.split_first_chunk::<17>().ok_or_else(form)?;
        let expected = check_character(body).ok_or_else(form)?;
        if !matches!(last, [b'0'..=b'9' | b'X']) {
            return Err(form());
        }

        let mut broken = Vec::new();
        if last != [expected] && upper.ends_with("000") {
            return Err(vec![Rule::NumberRounded.into()]);
        }
        if last != [expected] {
            broken.push(Rule::NumberCheck.into());
        }
        let birth_date = str::from_utf8(&characters[6..14])
            .ok()
            .and_then(|digits| Date::parse(digits).ok());
        match birth_date {
            Some(birth_date) if broken.is_empty() => Ok(Self {
                characters,
                birth_date: Some(birth_date),
            }),
            Some(_) => Err(broken),
            None => {
                broken.push(Rule::NumberBirth.into());
                Err(broken)
            }
        }
    }

    /// Three letters and a document's number.
    fn of_letters(upper: &str) -> Option<Self> {
        let (letters, rest) = upper.split_at_checked(3)?;
        let fits = letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && DOCUMENT.contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && rest.bytes().filter(u8::is_ascii_digit).count() >= 4;
        let of_area = rest.len() == 9 && rest.bytes().all(|byte| byte.is_ascii_digit());
        if !fits || (AREAS.contains(&letters) && !of_area) {
            return None;
        }
        let mut characters = [0; 18];
        characters
            .get_mut(..upper.len())?
            .copy_from_slice(upper.as_bytes());
        Some(Self {
            characters,
            birth_date: None,
        })
    }

    /// What somebody should look at.
    #[must_use]
    pub fn doubts(&self) -> Vec<Violation> {
        let text = self.as_str();
        let mut doubts = Vec::new();
        match (self.birth_date, text.get(..3)) {
            (None, Some(letters)) if !countries::is_known(letters) => {
                doubts.push(Rule::NumberCountry.into())
            }
            (Some(_), _) if text.ends_with("000") => doubts.push(Rule::NumberPerhapsRounded.into()),
            _ => {}
        }
        // Permanent residence cards begin with 9 and have no region
        let is_known = |region: Region| region.is_known() || text.starts_with('9');
        if self.region().is_some_and(|region| !is_known(region)) {
            doubts.push(Rule::NumberRegion.into());
        }
        doubts
    }

    /// The value of tag 08, 18 ASCII characters, a shorter number padded right with 00 (P). Not for logs.
    pub fn characters(&self) -> &[u8; 18] {
        &self.characters
    }

    /// The whole number as text. Not for logs.
    pub fn as_str(&self) -> &str {
        let text = str::from_utf8(&self.characters).unwrap_or_default();
        text.trim_end_matches('\0')
    }

    /// The number for people: its first six digits and stars.
    pub fn masked(&self) -> String {
        mask::number(self.as_str())
    }

    /// Digits 1 to 6 of a citizen number: where it was first given.
    pub fn region(&self) -> Option<Region> {
        self.birth_date?;
        Region::parse(self.as_str().get(..6)?).ok()
    }

    /// Digits 7 to 14 of a citizen number.
    pub fn birth_date(&self) -> Option<Date> {
        self.birth_date
    }

    /// From the 17th digit of a citizen number: odd for men, even for women.
    pub fn sex(&self) -> Option<Sex> {
        self.birth_date?;
        Some(if self.characters[16] % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        })
    }
}

/// Why a text has not the form of a number, as exactly as can be told.
fn form(text: &str, upper: &str) -> Violation {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let length = text.chars().count();
    if length == 15 && digits(text) {
        return match of_fifteen(text) {
            Some(number) => Violation::with(Rule::NumberFifteen, Detail::NumberNow(Whole(number))),
            None => Rule::NumberFifteen.into(),
        };
    }
    // 4.20106E+17, and 420106199001029000.00
    let is_rounded = upper.contains("E+")
        || text
            .split_once('.')
            .is_some_and(|(whole, zeros)| whole.len() >= 15 && digits(whole) && digits(zeros));
    if is_rounded
        && upper
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".E+,".contains(&byte))
    {
        return Rule::NumberRounded.into();
    }
    let letters = upper.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = upper.get(letters..).unwrap_or_default();
    if digits(rest)
        && ((1..=2).contains(&letters) && (7..=10).contains(&rest.len())
            || letters == 0 && rest.len() == 8)
    {
        return Rule::NumberPermit.into();
    }
    let wrong = text
        .chars()
        .enumerate()
        .find(|(index, ch)| !(ch.is_ascii_digit() || *index == 17 && matches!(ch, 'X' | 'x')));
    match wrong {
        Some((index, ch)) if length >= 15 => {
            let rule = if LOOKALIKES.contains(ch) {
                Rule::NumberLookalike
            } else {
                Rule::NumberForm
            };
            Violation::with(
                rule,
                Detail::Character {
                    ch,
                    position: index + 1,
                },
            )
        }
        _ => Violation::with(Rule::NumberForm, Detail::Length(length)),
    }
}

/// The number of 18 that GB 11643-1999 makes of one of 15: the century, and the check character.
fn of_fifteen(text: &str) -> Option<String> {
    let (region, rest) = text.split_at_checked(6)?;
    let body = format!("{region}19{rest}");
    let check = check_character(body.as_bytes().try_into().ok()?)?;
    let number = format!("{body}{}", char::from(check));
    CitizenNumber::parse(&number).ok().map(|_| number)
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
        assert_eq!(number.birth_date(), Date::new(1949, 12, 31));
        assert_eq!(number.sex(), Some(Sex::Female));
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
            "X10105194912310021",
            "１1010519491231",
        ] {
            assert_eq!(rules(bad), [Rule::NumberForm], "{bad}");
        }
    }
    #[test]
    fn the_form_is_told_as_exactly_as_can_be() {
        let first = |text: &str| CitizenNumber::parse(text).unwrap_err().remove(0);
        // Numbers of `cases/bureau`, made outside this project
        let fifteen = first("420106900102991");
        assert_eq!(fifteen.suggestion(), Some("420106199001029917"));
        assert!(
            !fifteen.to_string().contains("420106199001029917"),
            "{fifteen}"
        );
        for (text, rule) in [
            ("420106199001029000", Rule::NumberRounded),
            ("4.20106E+17", Rule::NumberRounded),
            ("420106199001029000.00", Rule::NumberRounded),
            ("420106909902991", Rule::NumberFifteen),
            ("42010619900102901Х", Rule::NumberLookalike),
            ("42O10619900102901X", Rule::NumberLookalike),
            ("H12345678", Rule::NumberPermit),
            ("M1234567890", Rule::NumberPermit),
            ("12345678", Rule::NumberPermit),
            ("HKG12345678", Rule::NumberForm),
            ("HKG1234567A9", Rule::NumberForm),
        ] {
            assert_eq!(first(text).rule, rule, "{text}");
        }
    }

    #[test]
    fn people_without_a_citizen_number() {
        for text in [
            "HKG012345678",
            "MAC012345678",
            "TWN012345678",
            "USA110000123456789",
            "USA110090010212",
            "GBR00AB123456",
        ] {
            let number = CitizenNumber::parse(text).unwrap();
            assert_eq!(
                (number.as_str(), number.birth_date(), number.sex()),
                (text, None, None)
            );
            assert_eq!(number.characters().len(), 18);
            assert!(number.doubts().is_empty());
        }
        let odd = CitizenNumber::parse("ABC012345678").unwrap();
        assert_eq!(odd.doubts(), [Rule::NumberCountry.into()]);
    }
}
