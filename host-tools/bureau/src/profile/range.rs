//! Ranges of card numbers.

use ssc_person::card_number::SERIALS;
use ssc_person::{CardNumber, Institution};

/// A range of card numbers, by their serials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRange {
    /// Whose it is; `None`: of every institution that has none of its own.
    pub institution: Option<Institution>,
    /// The first serial.
    pub first: u32,
    /// The last serial, not below the first.
    pub last: u32,
}

impl NumberRange {
    /// From a serial to the end of all numbers, for any institution.
    #[must_use]
    pub const fn from_serial(first: u32) -> Self {
        Self {
            institution: None,
            first,
            last: SERIALS - 1,
        }
    }

    /// How many numbers it has.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.last - self.first + 1
    }

    /// The first and the last number.
    #[must_use]
    pub fn ends(&self) -> [Option<CardNumber>; 2] {
        [self.first, self.last].map(CardNumber::from_serial)
    }
}

/// Why a text is no end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialError {
    /// Not one of `0-9A-Z`, seven digits and perhaps the check character.
    Form,
    /// The check character is wrong; this one is right.
    Check(char),
}

/// The serial of a card number with or without its check character.
///
/// # Errors
/// [`SerialError`].
pub fn serial_of(text: &str) -> Result<u32, SerialError> {
    let (body, check) = match text.as_bytes() {
        [body @ .., check] if body.len() == 8 => (body, Some(*check)),
        body => (body, None),
    };
    let [lead, digits @ ..] = body else {
        return Err(SerialError::Form);
    };
    let lead = match lead {
        b'0'..=b'9' => lead - b'0',
        b'A'..=b'Z' => lead - b'A' + 10,
        _ => return Err(SerialError::Form),
    };
    if digits.len() != 7 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(SerialError::Form);
    }
    let digits = digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let serial = u32::from(lead) * 10_000_000 + digits;
    let number = CardNumber::from_serial(serial).ok_or(SerialError::Form)?;
    let right = number.bytes()[8];
    match check {
        Some(check) if check != right => Err(SerialError::Check(right.into())),
        _ => Ok(serial),
    }
}
