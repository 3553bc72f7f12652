//! Records to named fields: simple TLV, templates, and the records of cyclic files.

use apdu_specs::Generation;
use apdu_specs::files::{ElementaryFile, Field, Format};
use iso7816_tlv::simple::Tlv;

use crate::decode;
use crate::decoded::{DecodedField, Refusal, Remark, Value};
use crate::meaning;
use crate::words::Words;

/// The record `number` of a linear file, `tag(1) len(1) value`; the whole record in hexadecimal where it is none.
pub(crate) fn record(
    file: &ElementaryFile,
    generation: Generation,
    number: u8,
    bytes: &[u8],
) -> DecodedField {
    let decoded = match tlv(bytes) {
        Some((tag, value, [])) => match file.find_field(tag, generation) {
            Some(field) => named(field, value),
            None => unknown(tag, value),
        },
        _ if is_fill(bytes) => unnamed(Value::Empty, None),
        _ => unnamed(decode::hexadecimal(bytes), Some(Remark::NotTlv)),
    };
    DecodedField {
        record: Some(number),
        ..decoded
    }
}

/// The record `number` that the card refused: its names by the table, if that has it.
pub(crate) fn refused(
    file: &ElementaryFile,
    generation: Generation,
    number: u8,
    refusal: Refusal,
) -> DecodedField {
    let field = file
        .records(generation)
        .find(|(record, _)| *record == number)
        .map(|(_, field)| field);
    let decoded = match field {
        Some(field) => of(field, Value::Empty, Vec::new()),
        None => unnamed(Value::Empty, None),
    };
    DecodedField {
        record: Some(number),
        refusal: Some(refusal),
        ..decoded
    }
}

/// A record without tags, cut into `fields` one after the other. Missing bytes make empty fields, further ones a field
/// of their own.
pub(crate) fn untagged(
    fields: impl Iterator<Item = &'static Field>,
    bytes: &[u8],
) -> Vec<DecodedField> {
    let mut rest = bytes;
    let mut decoded: Vec<DecodedField> = fields
        .map(|field| {
            let length = usize::from(field.length).min(rest.len());
            let (value, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            named(field, value)
        })
        .collect();
    if !rest.is_empty() {
        decoded.push(unnamed(decode::hexadecimal(rest), Some(Remark::Long)));
    }
    decoded
}

/// Tag, value and what follows them; `None` for what is no simple TLV (ISO 7816-4, 5.2.1).
pub(crate) fn tlv(bytes: &[u8]) -> Option<(u8, Vec<u8>, &[u8])> {
    let (parsed, rest) = Tlv::parse(bytes);
    let tlv = parsed.ok()?;
    Some((tlv.tag().into(), tlv.value().to_vec(), rest))
}

/// A value of the table's `field`.
fn named(field: &'static Field, bytes: impl AsRef<[u8]>) -> DecodedField {
    let bytes = bytes.as_ref();
    let (value, remark) = if field.children.is_empty() {
        decode::field(field, bytes)
    } else {
        template(field.children, bytes)
    };
    let length = match bytes.len().cmp(&usize::from(field.length)) {
        std::cmp::Ordering::Less => Some(Remark::Short),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Remark::Long),
    };
    of(field, value, remark.into_iter().chain(length).collect())
}

/// The fields of a template, simple TLVs one after the other; padding may follow them.
fn template(children: &'static [Field], bytes: &[u8]) -> (Value, Option<Remark>) {
    let mut fields = Vec::new();
    let mut rest = bytes;
    while !is_fill(rest) {
        let Some((tag, value, after)) = tlv(rest) else {
            return (decode::hexadecimal(bytes), Some(Remark::NotTlv));
        };
        fields.push(match children.iter().find(|child| child.tag == Some(tag)) {
            Some(child) => named(child, value),
            None => unknown(tag, value),
        });
        rest = after;
    }
    if fields.is_empty() {
        (Value::Empty, None)
    } else {
        (Value::Fields(fields), None)
    }
}

fn of(field: &'static Field, value: Value, remarks: Vec<Remark>) -> DecodedField {
    DecodedField {
        record: None,
        tag: field.tag.map(|tag| format!("{tag:02X}")),
        id: field.id.into(),
        words: Words::new(field.english, field.chinese),
        item: field.item.map(|item| item.code),
        meaning: meaning::of(field.coding, &value),
        value,
        remarks,
        refusal: None,
    }
}

/// A tag that the table does not have, in hexadecimal: its format is anybody's guess.
fn unknown(tag: u8, bytes: impl AsRef<[u8]>) -> DecodedField {
    let (value, _) = decode::value(Format::B, bytes.as_ref());
    DecodedField {
        tag: Some(format!("{tag:02X}")),
        id: format!("tag_{tag:02X}").into(),
        ..unnamed(value, Some(Remark::UnknownTag))
    }
}

fn unnamed(value: Value, remark: Option<Remark>) -> DecodedField {
    DecodedField {
        record: None,
        tag: None,
        id: "unknown".into(),
        words: Words::new("not in the table", "表中没有"),
        item: None,
        meaning: None,
        value,
        remarks: remark.into_iter().collect(),
        refusal: None,
    }
}

/// Bytes that were never written: all 00 or all FF, or none.
pub(crate) fn is_fill(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0x00) || bytes.iter().all(|byte| *byte == 0xFF)
}

#[cfg(test)]
mod tests {
    use super::{DecodedField, record, untagged};
    use crate::{Remark, Value};
    use apdu_specs::Generation::{self, V1, V2};
    use apdu_specs::applications::find_file;
    use apdu_specs::applications::ssc::names::SSSE_FID;
    use apdu_specs::files::ElementaryFile;
    use proptest::prelude::*;

    fn file(directory: u16, fid: u16, generation: Generation) -> &'static ElementaryFile {
        find_file(directory, fid, generation).unwrap()
    }

    fn decode(directory: u16, fid: u16, generation: Generation, hex: &str) -> DecodedField {
        let bytes = hex::decode(hex.replace(' ', "")).unwrap();
        record(file(directory, fid, generation), generation, 1, &bytes)
    }

    fn text(field: &DecodedField) -> Option<&str> {
        field.value.as_str()
    }

    #[test]
    fn a_record_by_its_tag() {
        let number = hex::encode("111111198101011110");
        let field = decode(SSSE_FID, 0xEF06, V2, &format!("0812{number}"));
        assert_eq!(field.id, "number");
        assert_eq!(field.item, Some("AAC002"));
        assert_eq!(field.words.chinese, "社会保障号码");
        assert_eq!(text(&field), Some("111111198101011110"));
        assert!(field.remarks.is_empty());
    }

    #[test]
    fn a_length_that_differs_between_generations() {
        let value = format!("213E{}", hex::encode([b'A'; 0x3E]));
        assert!(decode(0xDF01, 0xEF05, V1, &value).remarks.is_empty());
        let field = decode(0xDF01, 0xEF05, V2, &value);
        assert_eq!(field.remarks, [Remark::Short]);
        assert_eq!(text(&field).map(str::len), Some(0x3E));
    }

    #[test]
    fn longer_shorter_absent_and_broken_records() {
        assert_eq!(
            decode(SSSE_FID, 0xEF06, V2, "0A 02 3132").remarks,
            [Remark::Long]
        );
        let absent = decode(SSSE_FID, 0xEF06, V2, "0A 00");
        assert_eq!(absent.value, Value::Empty);
        assert_eq!(absent.remarks, [Remark::Short]);
        // one byte short, one byte long, no bytes, padding, a tag from elsewhere
        for broken in ["0A 02 31", "0A 01 31 32", "0A"] {
            let field = decode(SSSE_FID, 0xEF06, V2, broken);
            assert_eq!(field.remarks, [Remark::NotTlv], "{broken}");
            assert_eq!(text(&field), Some(&*broken.replace(' ', "")));
        }
        for fill in ["", "0000", "FFFF"] {
            assert_eq!(decode(SSSE_FID, 0xEF06, V2, fill).value, Value::Empty);
        }
        let unknown = decode(SSSE_FID, 0xEF06, V1, "4E 02 4142");
        assert_eq!(unknown.remarks, [Remark::UnknownTag]);
        assert_eq!(
            (unknown.id.as_ref(), text(&unknown)),
            ("tag_4E", Some("4142"))
        );
    }

    #[test]
    fn a_template_by_its_children() {
        // DF01 EF15 tag 40: {57:an:03 58:cn:03 59:an:28}, 52 bytes; the school's name is 北京 with padding.
        let school = format!("B1B1BEA9{}", "00".repeat(0x24));
        let whole = format!("4034 5703313200 5803201906 5928{school}");
        let field = decode(0xDF01, 0xEF15, V2, &whole);
        assert!(field.remarks.is_empty());
        let Value::Fields(children) = &field.value else {
            panic!("no template")
        };
        let shown: Vec<_> = children
            .iter()
            .map(|child| (child.tag.as_deref(), text(child)))
            .collect();
        assert_eq!(
            shown,
            [
                (Some("57"), Some("12")),
                (Some("58"), Some("201906")),
                (Some("59"), Some("北京"))
            ]
        );
        // never written; cut inside a child
        let empty = decode(0xDF01, 0xEF15, V2, &format!("4034{}", "00".repeat(0x34)));
        assert_eq!(empty.value, Value::Empty);
        let cut = decode(0xDF01, 0xEF15, V2, "4006 5703313200 58");
        assert_eq!(cut.remarks, [Remark::NotTlv, Remark::Short]);
    }

    #[test]
    fn a_cyclic_record_by_the_lengths_of_its_fields() {
        // DF04 EF08: sequence 2, type an1, terminal 6, date and time cn7, three amounts of 4
        let bytes = hex::decode(
            "0007 36 00A1B2C3D4E5 20260131094530 00000064 00000000 000000C8".replace(' ', ""),
        )
        .unwrap();
        let fields = || file(0xDF04, 0xEF08, V2).fields(V2);
        let whole = untagged(fields(), &bytes);
        let shown: Vec<_> = whole
            .iter()
            .map(|field| (field.id.as_ref(), text(field).unwrap()))
            .collect();
        assert_eq!(
            shown,
            [
                ("sequence", "0007"),
                ("type", "6"),
                ("terminal", "00A1B2C3D4E5"),
                ("date_time", "20260131094530"),
                ("account", "00000064"),
                ("self_payment", "00000000"),
                ("fund", "000000C8"),
            ]
        );
        let short = untagged(fields(), &bytes[..5]);
        assert_eq!(short.len(), 7);
        assert_eq!(short[2].remarks, [Remark::Short]);
        assert_eq!(short[6].value, Value::Empty);
        let long = untagged(fields(), &[&bytes[..], &[0xAA]].concat());
        assert_eq!(text(&long[7]), Some("AA"));
        assert_eq!(long[7].remarks, [Remark::Long]);
    }

    proptest! {
        #[test]
        fn no_record_panics(bytes in prop::collection::vec(any::<u8>(), 0..256), index in 0_usize..60) {
            for generation in Generation::ALL {
                let mut files = apdu_specs::applications::ssc::directories(generation)
                    .flat_map(|directory| directory.files(generation));
                if let Some(file) = files.nth(index) {
                    let _ = record(file, generation, 1, &bytes);
                    let _ = untagged(file.fields(generation), &bytes);
                }
            }
        }

        /// Every tag of every table with any value, so that templates are reached.
        #[test]
        fn no_value_of_a_known_tag_panics(value in prop::collection::vec(any::<u8>(), 0..254)) {
            for generation in Generation::ALL {
                for file in apdu_specs::applications::ssc::directories(generation).flat_map(|d| d.files(generation)) {
                    for (number, field) in file.records(generation) {
                        let header = [field.tag.unwrap_or(1), u8::try_from(value.len()).unwrap()];
                        let decoded = record(file, generation, number, &[&header, &value[..]].concat());
                        prop_assert_eq!(&decoded.id, field.id);
                    }
                }
            }
        }
    }
}
