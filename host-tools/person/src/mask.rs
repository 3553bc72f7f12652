//! Hiding what identifies a person before it reaches a fault, a log or a `Debug`.

use ssc_words::clean;

/// Characters of a citizen number that stay visible: the region.
const SHOWN: usize = 6;
/// A run of so many digits is taken for a citizen number wherever it stands (15 was the length before 1999).
const LONG_RUN: usize = 15;
/// Longest value shown in a fault, in characters.
const LONGEST: usize = 60;

/// A citizen number, well-formed or not, with all but its first six characters starred.
///
/// The last four stay hidden too: a fault on the same row may show the birth date, and the two together would be the
/// whole number.
pub fn number(value: &str) -> String {
    shorten(
        value
            .chars()
            .enumerate()
            .map(|(i, c)| if i < SHOWN { c } else { '*' }),
    )
}

/// A person's name: its first character, and a star for the others.
pub fn name(value: &str) -> String {
    let mut characters = value.trim().chars();
    let first = characters.next().map(|first| {
        let others = if characters.next().is_some() { "*" } else { "" };
        format!("{first}{others}")
    });
    shorten(first.unwrap_or_default().chars())
}

/// Any other value: a long run of digits in it (a number in the wrong column) is masked like a citizen number.
pub fn value(value: &str) -> String {
    let mut out: Vec<char> = value.chars().collect();
    let mut start = 0;
    while start < out.len() {
        let run = out[start..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count();
        if run >= LONG_RUN {
            let mut end = start + run;
            // the check character X belongs to the number
            if matches!(out.get(end), Some('X' | 'x')) {
                end += 1;
            }
            out[start + SHOWN..end].fill('*');
        }
        start += run.max(1);
    }
    shorten(out.into_iter())
}

fn shorten(characters: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for (i, c) in characters.enumerate() {
        if i == LONGEST {
            out.push('…');
            break;
        }
        // a control character in a message could forge a line of the report
        out.push(if clean::steers(c) {
            clean::REPLACEMENT
        } else {
            c
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_region_of_a_number_stays() {
        assert_eq!(number("111111198101011110"), "111111************");
        assert_eq!(number("1.11111E+17"), "1.1111*****");
        assert_eq!(number("12345"), "12345");
    }

    #[test]
    fn a_number_in_the_wrong_column_is_masked() {
        assert_eq!(
            value("张三 11010119900307123X!"),
            "张三 110101************!"
        );
        assert_eq!(value("19900230"), "19900230");
        assert_eq!(value("a\u{0}b\n"), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(value("photo\u{202E}gpj.jpg"), "photo\u{FFFD}gpj.jpg");
        assert_eq!(value(&"长".repeat(100)).chars().count(), LONGEST + 1);
    }
}
