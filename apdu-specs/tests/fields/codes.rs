//! The paper's column of code tables, and the item and coding of the field.

use apdu_specs::Evidence;
use apdu_specs::coding::{CodeTable, Coding};
use apdu_specs::files::Field;

use super::Row;

/// What the paper's column of code tables says, and the field's item and coding.
pub fn compare(row: &Row, field: &Field) {
    let (place, text) = (row.place(), row.codes.as_str());
    let item_code = |word: &str| {
        let (letters, digits) = word.split_at_checked(3)?;
        let three = digits.get(..3)?;
        let is = letters.bytes().all(|b| b.is_ascii_uppercase())
            && three.bytes().all(|b| b.is_ascii_digit());
        is.then(|| format!("{letters}{three}"))
    };
    let named: Vec<String> = text
        .split([' ', '/', ';', ':'])
        .filter_map(item_code)
        .collect();
    let has: Vec<String> = field
        .item
        .iter()
        .flat_map(|item| [Some(item.code), item.also])
        .flatten()
        .map(str::to_owned)
        .collect();
    if !named.is_empty() {
        // the same item has its second code in the paper once
        assert!(named.iter().all(|code| has.contains(code)), "{place}");
    } else {
        assert!(has.is_empty(), "{place}: {has:?}");
    }
    if let Some(item) = field.item.filter(|_| !named.is_empty()) {
        // "AAC007 (P)"; a P behind its values is theirs
        if text.contains(&format!("{} (P)", item.code)) {
            assert_eq!(item.evidence, Evidence::P, "{place}: {}", item.code);
        }
    }

    let table = match field.coding {
        Coding::Code(table) => Some(table),
        _ => None,
    };
    let date = [Coding::Date, Coding::Month, Coding::DateTime];
    let written = match text.split([';', ' ']).next().unwrap() {
        "YYYYMMDD" => Some(Coding::Date),
        "YYYYMM" => Some(Coding::Month),
        "YYYYMMDDhhmmss" => Some(Coding::DateTime),
        _ => None,
    };
    match written {
        Some(coding) => assert_eq!(field.coding, coding, "{place}"),
        // The paper leaves the format of some dates of 1.00 out, their names say it.
        None => assert!(
            !date.contains(&field.coding)
                || ["日期", "有效期"]
                    .iter()
                    .any(|end| row.chinese.ends_with(end))
                || row.english.contains("date")
                || row.tag.ends_with("E4")
                || row.tag.ends_with("E5"),
            "{place}: a date"
        ),
    }
    let region = text.contains("GB/T 2260");
    let is_region = field.coding == Coding::Region;
    assert!(
        is_region == region || (is_region && row.chinese.contains("行政区划")),
        "{place}"
    );
    // "GB/T 4658; AAC011", "GB/T 8561 (P)", "GB/T 2261.3 (1 digit) P", "own or GB/T 4754"
    let standard = text.find("GB").map(|at| &text[at..]);
    match standard.filter(|_| !region) {
        None => {}
        Some(standard) => {
            let table = table.unwrap_or_else(|| panic!("{place}: no table for {standard}"));
            assert!(standard.starts_with(table.standard), "{place}: {standard}");
            let behind = &standard[table.standard.len()..];
            let end = behind.find([';', ':']).unwrap_or(behind.len());
            let assumed = behind[..end].ends_with('P') || behind[..end].contains("(P)");
            let marked = if assumed { Evidence::P } else { Evidence::C };
            assert_eq!(field.coding_evidence, marked, "{place}");
        }
    }
    if let Some(other) = text
        .strip_prefix("as ")
        .filter(|_| !row.format.eq("template"))
    {
        let table = table.unwrap_or_else(|| panic!("{place}"));
        let told = match other {
            "46" => "ALA040",
            "48" => "ALC060",
            "3A" => "GB/T 6565 / 国家职业分类",
            _ => panic!("{place}: as {other}"),
        };
        assert_eq!(table.standard, told, "{place}");
    }
    values(row, table);
}

/// Values that the column gives, such as `1 未婚 2 已婚`, and `01-10, 00 none`.
fn values(row: &Row, table: Option<&CodeTable>) {
    let given = match row.codes.rsplit_once(": ") {
        Some((_, values)) => values,
        None if row.codes.starts_with("1 ") => &row.codes,
        None => return,
    };
    let words: Vec<_> = given.split(' ').collect();
    if row.codes.starts_with("X:") || row.codes.starts_with("Jiangsu") || given.starts_with("JL ") {
        return;
    }
    let table = table.unwrap_or_else(|| panic!("{}: no table", row.place()));
    if given == "01-10, 00 none" {
        let codes: Vec<_> = table.codes.iter().map(|row| row.code).collect();
        let all: Vec<_> = (0..=10).map(|grade| format!("{grade:02}")).collect();
        assert_eq!(codes, all);
        assert_eq!(table.find("00").unwrap().english, "none");
        return;
    }
    for pair in words.chunks(2) {
        let [code, meaning] = pair else { continue };
        if code.bytes().all(|byte| byte.is_ascii_digit()) {
            let found = table.find(code).map(|row| row.chinese);
            assert_eq!(found, Some(*meaning), "{} {code}", row.place());
        }
    }
}
