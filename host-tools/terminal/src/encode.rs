//! Values into the bytes of a record: the opposite of [`crate::decode`].

use apdu_specs::applications::ssc;
use apdu_specs::coding::Coding;
use apdu_specs::files::{Field, Format};
use encoding_rs::GB18030;

/// Why a value does not fit its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFault {
    /// A character that the format does not have.
    Character,
    /// Longer than the field, or no whole number of bytes.
    Length {
        /// Bytes that the field has.
        most: u16,
    },
}

/// The value of `field` as its record carries it, padded to the field's length. An empty value is padding alone.
pub(crate) fn value(field: &Field, text: &str) -> Result<Vec<u8>, ValueFault> {
    let length = usize::from(field.length);
    let most = ValueFault::Length { most: field.length };
    // A template's value is given as its bytes.
    let (mut bytes, fill) = match field.format {
        _ if !field.children.is_empty() => (hexadecimal(text, field.length)?, 0x00),
        Format::An => (gb18030(text)?, 0x00),
        Format::Cn if field.coding == Coding::Institution => (institution(text)?, 0xFF),
        Format::Cn => (digits(text)?, 0xFF),
        Format::B => {
            let bytes = hexadecimal(text, field.length)?;
            if !bytes.is_empty() && bytes.len() != length {
                return Err(most);
            }
            (bytes, 0x00)
        }
    };
    if bytes.len() > length {
        return Err(most);
    }
    bytes.resize(length, fill);
    Ok(bytes)
}

/// Bytes written in hexadecimal, `most` of them at the most.
pub(crate) fn hexadecimal(text: &str, most: u16) -> Result<Vec<u8>, ValueFault> {
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(ValueFault::Character);
    }
    let bytes = hex::decode(text).map_err(|_| ValueFault::Length { most })?;
    if bytes.len() > usize::from(most) {
        return Err(ValueFault::Length { most });
    }
    Ok(bytes)
}

/// ASCII and two-byte characters, as names are (`decisions.md`); no control characters.
fn gb18030(text: &str) -> Result<Vec<u8>, ValueFault> {
    let mut bytes = Vec::new();
    for character in text.chars() {
        let mut utf8 = [0; 4];
        let (encoded, _, unmappable) = GB18030.encode(character.encode_utf8(&mut utf8));
        if unmappable || character.is_control() || encoded.len() > 2 {
            return Err(ValueFault::Character);
        }
        bytes.extend_from_slice(&encoded);
    }
    Ok(bytes)
}

/// Digits, or the number of an institution, whose last two bytes are none.
fn institution(text: &str) -> Result<Vec<u8>, ValueFault> {
    digits(text).or_else(|fault| {
        let bytes = hex::decode(text).map_err(|_| fault)?;
        let whole: &[u8; ssc::institution::LENGTH] =
            bytes.as_slice().try_into().map_err(|_| fault)?;
        ssc::institution::Institution::parse(whole)
            .map(|_| bytes.clone())
            .ok_or(fault)
    })
}

/// Packed BCD, an odd digit followed by F.
fn digits(text: &str) -> Result<Vec<u8>, ValueFault> {
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(ValueFault::Character);
    }
    let odd = if text.len() % 2 == 1 { "F" } else { "" };
    hex::decode(format!("{text}{odd}")).map_err(|_| ValueFault::Character)
}

#[cfg(test)]
mod tests {
    use super::{ValueFault, value};
    use apdu_specs::Generation::V2;
    use apdu_specs::applications::find_file;
    use apdu_specs::applications::ssc::names::SSSE_FID;
    use apdu_specs::files::Field;

    fn field(directory: u16, fid: u16, tag: u8) -> &'static Field {
        let file = find_file(directory, fid, V2).unwrap();
        file.find_field(tag, V2).unwrap()
    }

    fn encoded(directory: u16, fid: u16, tag: u8, text: &str) -> Result<String, ValueFault> {
        value(field(directory, fid, tag), text).map(hex::encode_upper)
    }

    #[test]
    fn each_format_with_its_padding() {
        // printf 张三 | iconv -t GB18030 | xxd -p
        let name = encoded(SSSE_FID, 0xEF06, 0x09, "张三").unwrap();
        assert_eq!(name, format!("D5C5C8FD{}", "00".repeat(26)));
        assert_eq!(
            encoded(SSSE_FID, 0xEF05, 0x05, "20260131").unwrap(),
            "20260131"
        );
        assert_eq!(encoded(SSSE_FID, 0xEF06, 0x0B, "1").unwrap(), "1F");
        assert_eq!(encoded(SSSE_FID, 0xEF06, 0x0B, "").unwrap(), "FF");
        assert_eq!(encoded(SSSE_FID, 0xEF06, 0x0A, "").unwrap(), "00");
        let code = "44030500D156000005334455668C1F2E";
        assert_eq!(encoded(SSSE_FID, 0xEF05, 0x01, code).unwrap(), code);
        // a template, as its bytes
        let school = format!("5703313200{}", "00".repeat(0x34 - 5));
        assert_eq!(encoded(0xDF01, 0xEF15, 0x40, "5703313200").unwrap(), school);
    }

    #[test]
    fn one_too_many_one_too_few_and_what_does_not_belong() {
        use ValueFault::{Character, Length};
        let name = |text: &str| encoded(SSSE_FID, 0xEF06, 0x09, text);
        assert!(name(&"名".repeat(15)).is_ok());
        assert_eq!(
            name(&format!("{}a", "名".repeat(15))),
            Err(Length { most: 30 })
        );
        for wrong in ["\u{3402}", "a\u{7}", "😀"] {
            assert_eq!(name(wrong), Err(Character), "{wrong}");
        }
        let date = |text: &str| encoded(SSSE_FID, 0xEF05, 0x05, text);
        assert_eq!(date("202601311"), Err(Length { most: 4 }));
        assert_eq!(date("2026-1-1"), Err(Character));
        assert_eq!(date("２０２６"), Err(Character));
        let code = |text: &str| encoded(SSSE_FID, 0xEF05, 0x01, text);
        for wrong in [&"00".repeat(15)[..], &"00".repeat(17), "123"] {
            assert_eq!(code(wrong), Err(Length { most: 16 }), "{wrong}");
        }
        assert_eq!(code("zz"), Err(Character));
    }
}
