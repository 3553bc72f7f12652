//! Calendar dates as the card stores them: `cn:4`, YYYYMMDD.

use std::fmt;

use time::{Month, OffsetDateTime, UtcOffset};

use super::{Rule, Violation};

/// A real day of the Gregorian calendar, years 1000 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// Of a year, month and day; `None` if there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let month = Month::try_from(month).ok()?;
        time::Date::from_calendar_date(i32::from(year), month, day)
            .ok()
            .map(Self)
    }

    /// From `YYYYMMDD` or `YYYY-MM-DD`; another form breaks [`Rule::DateForm`], a day that does not exist
    /// [`Rule::DateReal`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let digits = match text.as_bytes() {
            [y @ .., b'-', m1, m2, b'-', d1, d2] => [y, &[*m1, *m2, *d1, *d2]].concat(),
            plain => plain.to_vec(),
        };
        if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Rule::DateForm.into());
        }
        let number = |part: &[u8]| {
            part.iter()
                .fold(0u16, |n, digit| n * 10 + u16::from(digit - b'0'))
        };
        let (month, day) = (number(&digits[4..6]), number(&digits[6..]));
        Self::new(number(&digits[..4]), month as u8, day as u8).ok_or(Rule::DateReal.into())
    }

    /// From any of the usual forms: year, month and day with `/`, `-`, `.`, blanks or 年月日 between, a time behind, a spreadsheet's
    /// count of days; where two readings are left, and for a count of days, only what is `expected`.
    ///
    /// Breaks [`Rule::DateForm`] or [`Rule::DateReal`].
    pub fn of_any_form(text: &str, expected: Option<Self>) -> Result<Self, Violation> {
        let exact = Self::parse(text);
        if exact.is_ok() {
            return exact;
        }
        // 1990-01-02T00:00:00 and 1990-01-02 00:00:00
        let day = match text.split_once(['T', ' ']) {
            Some((day, time)) if time.contains(':') => day,
            _ => text,
        };
        let day = day.trim().trim_end_matches(['日', '号']);
        let parts: Option<Vec<u16>> = day
            .split(['/', '-', '.', '年', '月', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse()
                    .ok()
                    .filter(|_| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()))
            })
            .collect();
        let of = |year: u16, month: u16, day: u16| {
            Self::new(year, month.try_into().ok()?, day.try_into().ok()?)
        };
        let agrees = |date: &Self| Some(*date) == expected;
        match parts.as_deref() {
            Some([year, month, day]) if *year >= 1000 => {
                of(*year, *month, *day).ok_or(Rule::DateReal.into())
            }
            // 02/01/1990 and 90-01-02 may be read in two ways
            Some([first, second, year]) if *year >= 1000 => {
                [of(*year, *first, *second), of(*year, *second, *first)]
                    .into_iter()
                    .flatten()
                    .find(agrees)
                    .ok_or(Rule::DateForm.into())
            }
            Some([year, month, day]) if *year < 100 => [1900, 2000]
                .into_iter()
                .filter_map(|century| of(century + year, *month, *day))
                .find(agrees)
                .ok_or(Rule::DateForm.into()),
            _ => Self::of_serial(day)
                .filter(agrees)
                .ok_or_else(|| exact.err().unwrap_or(Rule::DateForm.into())),
        }
    }

    /// Of a spreadsheet's count of days: 1 is 1 January 1900, and 29 February 1900 is counted though there was none.
    fn of_serial(text: &str) -> Option<Self> {
        let days: u32 = text.strip_suffix(".0").unwrap_or(text).parse().ok()?;
        (61..=200_000)
            .contains(&days)
            .then(|| Self::new(1899, 12, 30)?.plus_days(days))
            .flatten()
    }

    /// Today in China (UTC+8), where cards are issued.
    pub fn today() -> Self {
        let china = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
        Self(OffsetDateTime::now_utc().to_offset(china).date())
    }

    /// Year, month and day.
    pub fn parts(self) -> (u16, u8, u8) {
        let (year, month, day) = self.0.to_calendar_date();
        (year as u16, u8::from(month), day)
    }

    /// The four bytes of a `cn:4` value.
    pub fn bcd(self) -> [u8; 4] {
        let (year, month, day) = self.parts();
        let two = |n: u8| (n / 10) << 4 | (n % 10);
        [
            two((year / 100) as u8),
            two((year % 100) as u8),
            two(month),
            two(day),
        ]
    }

    /// The day `years` years later; 29 February becomes the 28th where needed.
    pub fn plus_years(self, years: u16) -> Option<Self> {
        let (year, month, day) = self.parts();
        let year = year.checked_add(years)?;
        Self::new(year, month, day).or_else(|| Self::new(year, month, 28))
    }

    /// The day `days` days later.
    pub fn plus_days(self, days: u32) -> Option<Self> {
        self.0
            .checked_add(time::Duration::days(i64::from(days)))
            .map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}{month:02}{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days() {
        assert_eq!(Date::parse("20000229"), Ok(Date::new(2000, 2, 29).unwrap()));
        assert_eq!(Date::parse("1990-03-07"), Date::parse("19900307"));
        assert_eq!(
            Date::parse("19900307").unwrap().bcd(),
            [0x19, 0x90, 0x03, 0x07]
        );
        for bad in [
            "19000229", "20010229", "19900431", "19901301", "19900100", "00000101",
        ] {
            assert_eq!(Date::parse(bad), Err(Rule::DateReal.into()), "{bad}");
        }
        for bad in [
            "",
            "1990",
            "1990/03/07",
            "1990-3-7",
            "199003071",
            "１９９００３０７",
            "1990-0307",
            "-03-07",
        ] {
            assert_eq!(Date::parse(bad), Err(Rule::DateForm.into()), "{bad}");
        }
    }

    #[test]
    fn years_later() {
        let leap = Date::new(2024, 2, 29).unwrap();
        assert_eq!(leap.plus_years(10), Date::new(2034, 2, 28));
        assert_eq!(leap.plus_years(60000), None);
    }

    #[test]
    fn the_usual_forms() {
        let day = Date::new(1990, 1, 2);
        for text in [
            "1990/1/2",
            "1990-1-2",
            "1990.01.02",
            "1990年1月2日",
            "19900102",
            "1990-01-02",
            "1990-01-02T00:00:00",
            "1990-01-02 00:00:00",
            "1990 1 2",
            "1990/01/02 0:00",
        ] {
            assert_eq!(Date::of_any_form(text, None).ok(), day, "{text}");
        }
        // LibreOffice and Excel show 32875 as 1990-01-02
        for text in ["32875", "32875.0", "02/01/1990", "1/2/1990", "90-01-02"] {
            assert_eq!(Date::of_any_form(text, day).ok(), day, "{text}");
            assert!(Date::of_any_form(text, None).is_err(), "{text}");
            assert!(
                Date::of_any_form(text, Date::new(1990, 3, 2)).is_err(),
                "{text}"
            );
        }
        for text in [
            "",
            "1990",
            "1990/13/1",
            "1990/2/30",
            "1990-1",
            "a/b/c",
            "1990/1/2/3",
            "+1990/1/2",
            "99999999999",
            "60",
        ] {
            assert!(Date::of_any_form(text, day).is_err(), "{text}");
        }
    }
}
