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
}
