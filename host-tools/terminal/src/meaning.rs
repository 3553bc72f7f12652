//! Coded values in words, by the code tables of the specification. A code that no table has stays as it is.

use apdu_specs::applications::ssc::institution::Institution;
use apdu_specs::coding::Coding;
use apdu_specs::regions;

use crate::decoded::Value;
use crate::words::Words;

/// Fen in a yuan.
const FEN: u64 = 100;

/// What `value` means; `None` where it is no code, or an unknown one.
pub(crate) fn of(coding: Coding, value: &Value) -> Option<Words> {
    let text = value.as_str()?;
    match coding {
        Coding::Plain | Coding::Date | Coding::Month | Coding::DateTime => None,
        Coding::Amount => amount(value),
        Coding::Region => region(text),
        Coding::Institution => institution(text),
        Coding::Code(table) => {
            let row = table.find(text.trim())?;
            Some(Words::new(row.english, row.chinese))
        }
    }
}

/// The place of a region's code.
pub(crate) fn region(code: &str) -> Option<Words> {
    let place = regions::place(code)?;
    let words = Words::new(
        place.in_english().to_string(),
        place.in_chinese().to_string(),
    );
    // A few codes are known, and no source has their names.
    (!words.chinese.is_empty()).then_some(words)
}

/// Fen as yuan: digits of a `cn` amount, or the bytes of a binary one.
fn amount(value: &Value) -> Option<Words> {
    let fen = match value {
        Value::Digits(digits) => digits.parse().ok()?,
        Value::Hex(digits) => u64::from_str_radix(digits, 16).ok()?,
        Value::Empty | Value::Text(_) | Value::Fields(_) => return None,
    };
    let yuan = format!("{}.{:02}", fen / FEN, fen % FEN);
    Some(Words::new(format!("{yuan} yuan"), format!("{yuan} 元")))
}

/// The parts of an initialising institution's number.
fn institution(digits: &str) -> Option<Words> {
    let bytes = <[u8; _]>::try_from(hex::decode(digits).ok()?).ok()?;
    let parts = Institution::parse(&bytes)?;
    let [issued, place, number] =
        [&parts.region[..], &parts.place, &parts.number].map(hex::encode_upper);
    // The place is the first four digits of its code.
    let named = |code: &str| {
        region(&format!("{code:0<6}"))
            .unwrap_or_else(|| Words::new(code.to_owned(), code.to_owned()))
    };
    let (region, place) = (named(&issued), named(&place));
    Some(Words::new(
        format!(
            "issued for {}, initialised in {}, {number}",
            region.english, place.english
        ),
        format!(
            "发卡城市{}，初始化地点{}，{number}",
            region.chinese, place.chinese
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::decoded::Value::{Digits, Hex, Text};
    use apdu_specs::coding::{
        AMOUNT, DATE, DISABILITY, ETHNIC_GROUP, HOUSEHOLD, INSTITUTION, INSURANCE, MARITAL_STATUS,
        REGION, SEX,
    };

    /// Expected values from `docs/ssc-fields.md`, sections 5 and 6, and GB/T 2260.
    #[test]
    fn codes_in_both_languages() {
        for (coding, value, english, chinese) in [
            (SEX, Text("2".into()), "female", "女"),
            (MARITAL_STATUS, Text("3".into()), "widowed", "丧偶"),
            (HOUSEHOLD, Text("20".into()), "agricultural", "农业"),
            (INSURANCE, Text("310".into()), "medical", "医疗"),
            (DISABILITY, Text("04".into()), "grade 4", "四级"),
            (ETHNIC_GROUP, Digits("05".into()), "Uygur", "维吾尔族"),
            (
                REGION,
                Digits("430200".into()),
                "Hunan 株洲市",
                "湖南省株洲市",
            ),
            (
                REGION,
                Digits("430211".into()),
                "Hunan 株洲市天元区",
                "湖南省株洲市天元区",
            ),
            (
                REGION,
                Digits("110105".into()),
                "Beijing 朝阳区",
                "北京市朝阳区",
            ),
            (REGION, Digits("440000".into()), "Guangdong", "广东省"),
            // withdrawn in 2010
            (
                REGION,
                Digits("110103".into()),
                "Beijing 崇文区",
                "北京市崇文区",
            ),
            (AMOUNT, Digits("00001234".into()), "12.34 yuan", "12.34 元"),
            (AMOUNT, Hex("000000C8".into()), "2.00 yuan", "2.00 元"),
            (
                INSTITUTION,
                Hex("9156000002430200430100D5".into()),
                "issued for Hunan 株洲市, initialised in Hunan 长沙市, 00D5",
                "发卡城市湖南省株洲市，初始化地点湖南省长沙市，00D5",
            ),
        ] {
            let words = of(coding, &value).unwrap_or_else(|| panic!("{english}"));
            assert_eq!((&*words.english, &*words.chinese), (english, chinese));
        }
    }

    #[test]
    fn what_no_table_has_stays_a_code() {
        for (coding, value) in [
            (SEX, Text("7".into())),
            (ETHNIC_GROUP, Digits("57".into())),
            (REGION, Digits("999999".into())),
            (REGION, Digits("43020".into())),
            (INSTITUTION, Digits("123456789012".into())),
            (AMOUNT, Hex("FF".repeat(9))),
            (DATE, Digits("20260131".into())),
        ] {
            assert_eq!(of(coding, &value), None, "{value:?}");
        }
    }
}
