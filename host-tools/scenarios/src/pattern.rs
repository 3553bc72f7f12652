//! The text of commands and expectations.
//!
//! Bytes in hexadecimal, spaces where one likes. Besides: `{name}` the bytes of that name; `XX*n` a byte n times
//! (decimal); and in expectations `??` any byte, `...` at the end whatever follows. A status word is four characters,
//! `?` any digit, `|` between alternatives: `9000`, `61??`, `63C?|6983`.

use std::collections::BTreeMap;

/// Bytes that a scenario calls by name.
pub type Names = BTreeMap<String, Vec<u8>>;

/// One place of a pattern: a byte, or any.
type Place = Option<u8>;

/// What an answer's data must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    places: Vec<Place>,
    open: bool,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str, names: &Names) -> Result<Self, String> {
        let mut places = Vec::new();
        let mut open = false;
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            if open {
                return Err(format!("`...` must be the last, not before {rest:?}"));
            }
            rest = if let Some(after) = rest.strip_prefix("...") {
                open = true;
                after
            } else if let Some(named) = rest.strip_prefix('{') {
                let (name, after) = named
                    .split_once('}')
                    .ok_or_else(|| format!("{rest:?} has no closing brace"))?;
                let bytes = names
                    .get(name)
                    .ok_or_else(|| format!("nobody gave the bytes of {{{name}}}"))?;
                places.extend(bytes.iter().copied().map(Some));
                after
            } else {
                let (place, after) = byte(rest)?;
                let (times, after) = repetition(after)?;
                places.extend(std::iter::repeat_n(place, times));
                after
            }
            .trim_start();
        }
        Ok(Self { places, open })
    }

    /// Whether `data` is as the pattern says, to the last byte.
    #[must_use]
    pub fn fits(&self, data: &[u8]) -> bool {
        let length = if self.open {
            data.len() >= self.places.len()
        } else {
            data.len() == self.places.len()
        };
        let same = |(place, byte): (&Place, &u8)| place.is_none_or(|place| place == *byte);
        length && self.places.iter().zip(data).all(same)
    }

    /// The pattern as bytes.
    ///
    /// # Errors
    /// It has places that are any byte.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let bytes: Option<Vec<u8>> = self.places.iter().copied().collect();
        match bytes {
            Some(bytes) if !self.open => Ok(bytes),
            _ => Err("a command cannot have `??` or `...`".into()),
        }
    }
}

/// A command's text as bytes.
///
/// # Errors
/// What is wrong with the text.
pub fn command(text: &str, names: &Names) -> Result<Vec<u8>, String> {
    Pattern::parse(text, names)?.bytes()
}

fn byte(text: &str) -> Result<(Place, &str), String> {
    let wrong = || format!("{text:?} does not begin with a byte, `??`, `{{name}}` or `...`");
    let (pair, rest) = text.split_at_checked(2).ok_or_else(wrong)?;
    if pair == "??" {
        return Ok((None, rest));
    }
    let digits = pair.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    if digits {
        Ok((Some(value), rest))
    } else {
        Err(wrong())
    }
}

fn repetition(text: &str) -> Result<(usize, &str), String> {
    let Some(number) = text.strip_prefix('*') else {
        return Ok((1, text));
    };
    let end = number
        .find(|digit: char| !digit.is_ascii_digit())
        .unwrap_or(number.len());
    let (digits, rest) = number.split_at(end);
    let times = digits
        .parse()
        .map_err(|_| format!("{text:?}: a number must follow `*`"))?;
    Ok((times, rest))
}

/// Whether a status word is one that the text allows.
///
/// # Errors
/// What is wrong with the text.
pub fn status_fits(text: &str, sw: u16) -> Result<bool, String> {
    let given = format!("{sw:04X}");
    let mut fits = false;
    for one in text.split('|').map(str::trim) {
        let valid = one.len() == 4
            && one.bytes().all(|digit| {
                digit == b'?' || digit.is_ascii_digit() || (b'A'..=b'F').contains(&digit)
            });
        if !valid {
            return Err(format!(
                "{one:?} is no status word: four of 0-9, A-F and `?`"
            ));
        }
        fits |= one
            .bytes()
            .zip(given.bytes())
            .all(|(wanted, digit)| wanted == b'?' || wanted == digit);
    }
    Ok(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        let names = Names::from([("X".to_string(), vec![0xAA, 0xBB])]);
        Pattern::parse(text, &names).unwrap()
    }

    #[test]
    fn data_is_compared_to_the_last_byte() {
        assert!(pattern("01 10 {X}??").fits(&[1, 0x10, 0xAA, 0xBB, 7]));
        assert!(!pattern("01 10").fits(&[1, 0x10, 0]));
        assert!(!pattern("01 10").fits(&[1]));
        assert!(pattern("07 09 00*3").fits(&[7, 9, 0, 0, 0]));
        assert!(!pattern("07 09 00*3").fits(&[7, 9, 0, 0, 1]));
        assert!(pattern("").fits(&[]) && !pattern("").fits(&[0]));
        assert!(pattern("6F...").fits(&[0x6F]) && pattern("6F ...").fits(&[0x6F, 1, 2]));
        assert!(!pattern("6F...").fits(&[]));
        assert!(pattern("??*2").fits(&[1, 2]) && !pattern("??*2").fits(&[1]));
    }

    #[test]
    fn wrong_texts_are_told() {
        for text in ["0", "0g", "+1", "{X", "{Y}", "00*", "... 00", "é0"] {
            assert!(Pattern::parse(text, &Names::new()).is_err(), "{text}");
        }
        assert!(command("00 ??", &Names::new()).is_err());
        assert!(command("00 ...", &Names::new()).is_err());
    }

    #[test]
    fn status_words_may_have_alternatives() {
        assert!(status_fits("61??", 0x6118).unwrap());
        assert!(!status_fits("61??", 0x6C18).unwrap());
        assert!(status_fits("63C?|6983", 0x6983).unwrap());
        assert!(status_fits("63C?|6983", 0x63C2).unwrap());
        assert!(!status_fits("9000", 0x9001).unwrap());
        for text in ["", "900", "90 00", "90000", "6cxx"] {
            assert!(status_fits(text, 0x9000).is_err(), "{text}");
        }
    }
}
