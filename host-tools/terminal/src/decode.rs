//! Values by their format: `an`, `cn`, `b` (LD/T 32.6).

use apdu_specs::applications::ssc::institution::Institution;
use apdu_specs::coding::Coding;
use apdu_specs::files::{Field, Format};
use encoding_rs::GB18030;

use crate::decoded::{Remark, Value};

/// The value of a plain `field`, and what is to be said of it.
pub(crate) fn field(field: &Field, bytes: &[u8]) -> (Value, Option<Remark>) {
    match field.coding {
        Coding::Date => match ascii_year(bytes) {
            Some(year) => (Value::Text(year), Some(Remark::AsciiYear)),
            None => value(field.format, bytes),
        },
        // Its last two bytes are no digits.
        Coding::Institution if is_institution(bytes) => (hexadecimal(bytes), None),
        _ => value(field.format, bytes),
    }
}

/// Four ASCII digits: no date in BCD has a month of 30 to 39.
fn ascii_year(bytes: &[u8]) -> Option<String> {
    let digits = bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit);
    digits.then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}

fn is_institution(bytes: &[u8]) -> bool {
    bytes
        .try_into()
        .is_ok_and(|bytes| Institution::parse(bytes).is_some())
}

/// `bytes` by `format`, and whether they fit it.
pub(crate) fn value(format: Format, bytes: &[u8]) -> (Value, Option<Remark>) {
    let decoded = match format {
        Format::An => text(bytes),
        Format::Cn => digits(bytes),
        Format::B if bytes.is_empty() => Some(Value::Empty),
        Format::B => Some(hexadecimal(bytes)),
    };
    match decoded {
        Some(value) => (value, None),
        None => (hexadecimal(bytes), Some(Remark::Undecodable)),
    }
}

/// A name: record 09 and, from 2.00, its extension in 4E.
pub(crate) fn name(first: &[u8], extension: &[u8]) -> (Value, Option<Remark>) {
    joined(&[first, extension])
}

/// Text that goes on from record to record. The bytes are joined before they are decoded, since a character of two bytes
/// may lie across two of them.
pub(crate) fn joined(parts: &[&[u8]]) -> (Value, Option<Remark>) {
    let used = parts.iter().map(|part| without_fill(part, 0x00));
    value(Format::An, &used.collect::<Vec<_>>().concat())
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> Value {
    Value::Hex(hex::encode_upper(bytes))
}

/// `bytes` without the `fill` bytes at their end.
pub(crate) fn without_fill(bytes: &[u8], fill: u8) -> &[u8] {
    let used = bytes
        .iter()
        .rposition(|byte| *byte != fill)
        .map_or(0, |last| last + 1);
    bytes.get(..used).unwrap_or(bytes)
}

/// GB18030, of which GBK and ASCII are a part; `None` for other bytes and for control characters, which could steer the
/// screen of whoever reads them.
fn text(bytes: &[u8]) -> Option<Value> {
    let used = without_fill(bytes, 0x00);
    if used.is_empty() {
        return Some(Value::Empty);
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(used)?;
    (!text.chars().any(char::is_control)).then(|| Value::Text(text.into_owned()))
}

/// Packed BCD; F only as padding at the right.
fn digits(bytes: &[u8]) -> Option<Value> {
    let all = hex::encode(bytes);
    let digits = all.trim_end_matches('f');
    if digits.is_empty() {
        return Some(Value::Empty);
    }
    digits
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then(|| Value::Digits(digits.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Remark, Value, name, value};
    use apdu_specs::files::Format::{self, An, B, Cn};
    use proptest::prelude::*;

    fn decode(format: Format, hex: &str) -> (Value, Option<Remark>) {
        value(format, &hex::decode(hex.replace(' ', "")).unwrap())
    }

    fn text(text: &str) -> (Value, Option<Remark>) {
        (Value::Text(text.into()), None)
    }

    fn undecodable(hex: &str) -> (Value, Option<Remark>) {
        (Value::Hex(hex.into()), Some(Remark::Undecodable))
    }

    #[test]
    fn an_is_gb18030_without_its_padding() {
        // printf 张三 | iconv -t GB18030 | xxd -p
        assert_eq!(decode(An, "D5C5C8FD 00000000"), text("张三"));
        assert_eq!(decode(An, "332E3030"), text("3.00"));
        // printf 㐂 | iconv -t GB18030: four bytes, the first character beyond GBK
        assert_eq!(decode(An, "81 39 EF 31 00"), text("\u{3402}"));
        // a middle dot in a name: printf 买买提·艾力 | iconv -t GB18030
        assert_eq!(
            decode(An, "C2F2C2F2CCE1 A1A4 B0ACC1A6"),
            text("买买提·艾力")
        );
        assert_eq!(decode(An, "0000"), (Value::Empty, None));
        assert_eq!(decode(An, ""), (Value::Empty, None));
    }

    #[test]
    fn an_that_is_none_is_shown_in_hexadecimal() {
        assert_eq!(decode(An, "FFFF"), undecodable("FFFF"));
        // half a character
        assert_eq!(decode(An, "D5C5C8"), undecodable("D5C5C8"));
        // ESC [ 2 J would clear the screen; a zero inside is a control character too
        assert_eq!(decode(An, "1B5B324A"), undecodable("1B5B324A"));
        assert_eq!(decode(An, "41004200"), undecodable("41004200"));
    }

    #[test]
    fn cn_is_digits_without_f_at_the_right() {
        let digits = |digits: &str| (Value::Digits(digits.into()), None);
        assert_eq!(decode(Cn, "20260131"), digits("20260131"));
        assert_eq!(decode(Cn, "123FFF"), digits("123"));
        assert_eq!(decode(Cn, "01"), digits("01"));
        assert_eq!(decode(Cn, "00000000"), digits("00000000"));
        assert_eq!(decode(Cn, "FFFF"), (Value::Empty, None));
        assert_eq!(decode(Cn, "1F23"), undecodable("1F23"));
        assert_eq!(decode(Cn, "0A"), undecodable("0A"));
    }

    #[test]
    fn b_is_hexadecimal() {
        assert_eq!(decode(B, "00ff10"), (Value::Hex("00FF10".into()), None));
        assert_eq!(decode(B, ""), (Value::Empty, None));
    }

    #[test]
    fn a_name_is_joined_before_it_is_decoded() {
        // 16 characters of two bytes, split at byte 30: the last character is whole in 4E.
        let all = hex::decode("D5C5".repeat(16)).unwrap();
        assert_eq!(name(&all[..30], &all[30..]), text(&"张".repeat(16)));
        // a character across both records: A and 15 characters
        let odd = [&b"A"[..], &hex::decode("D5C5".repeat(15)).unwrap()].concat();
        let extension = [&odd[30..], &[0; 19]].concat();
        assert_eq!(
            name(&odd[..30], &extension),
            text(&format!("A{}", "张".repeat(15)))
        );
        // byte 30 left free so that no character is split
        let padded = [&odd[..29], &[0]].concat();
        assert_eq!(
            name(&padded, &odd[29..]),
            text(&format!("A{}", "张".repeat(15)))
        );
        assert_eq!(name(b"LI\0\0", &[0; 20]), text("LI"));
        assert_eq!(name(&[0; 30], &[]), (Value::Empty, None));
    }

    #[test]
    fn debug_shows_no_value() {
        let number = decode(An, &hex::encode("111111198101011110")).0;
        assert_eq!(format!("{number:?}"), "Text(18 characters, not shown)");
    }

    proptest! {
        #[test]
        fn nothing_panics_or_steers_a_screen(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for format in [An, Cn, B] {
                let (value, _) = value(format, &bytes);
                if let Some(text) = value.as_str() {
                    prop_assert!(!text.is_empty());
                    prop_assert!(!text.chars().any(char::is_control));
                }
            }
        }
    }
}
