//! Regions (行政区划), GB/T 2260: the codes in force and those withdrawn, with their names.
//!
//! A county's name stands behind its prefecture's and its province's: 430211 is 湖南省株洲市天元区.

use core::fmt;

/// Codes grouped by their first four digits; made by `make-regions.py` beside it.
const TABLE: &str = include_str!("regions.txt");

/// Provinces in English (ISO 3166-2:CN), by the first two digits.
static PROVINCES: &[(&str, &str)] = &[
    ("11", "Beijing"),
    ("12", "Tianjin"),
    ("13", "Hebei"),
    ("14", "Shanxi"),
    ("15", "Inner Mongolia"),
    ("21", "Liaoning"),
    ("22", "Jilin"),
    ("23", "Heilongjiang"),
    ("31", "Shanghai"),
    ("32", "Jiangsu"),
    ("33", "Zhejiang"),
    ("34", "Anhui"),
    ("35", "Fujian"),
    ("36", "Jiangxi"),
    ("37", "Shandong"),
    ("41", "Henan"),
    ("42", "Hubei"),
    ("43", "Hunan"),
    ("44", "Guangdong"),
    ("45", "Guangxi"),
    ("46", "Hainan"),
    ("50", "Chongqing"),
    ("51", "Sichuan"),
    ("52", "Guizhou"),
    ("53", "Yunnan"),
    ("54", "Tibet"),
    ("61", "Shaanxi"),
    ("62", "Gansu"),
    ("63", "Qinghai"),
    ("64", "Ningxia"),
    ("65", "Xinjiang"),
    ("71", "Taiwan"),
    ("81", "Hong Kong"),
    ("82", "Macao"),
];

/// Whether `code`, six digits, is a current or withdrawn one of a province, prefecture or county.
pub fn is_known(code: &str) -> bool {
    place(code).is_some()
}

/// The place that `code`, six digits, names; `None` where the code is not known.
pub fn place(code: &str) -> Option<Place> {
    let (prefecture, last) = code.split_at_checked(4)?;
    let own = name(prefecture, last)?;
    let &[first, second, ..] = code.as_bytes() else {
        return None;
    };
    let province = [first, second, b'0', b'0'];
    let province = core::str::from_utf8(&province).ok()?;
    let above = |digits| {
        name(digits, "00")
            .filter(|name| !is_no_place(name))
            .unwrap_or("")
    };
    // Headings such as "districts under the city" are no places.
    let (prefecture, county) = match (prefecture == province, last) {
        (true, "00") => ("", ""),
        (true, _) => ("", own),
        (false, "00") => (above(prefecture), ""),
        (false, _) => (above(prefecture), own),
    };
    let english = PROVINCES.iter().find(|row| province.starts_with(row.0));
    Some(Place {
        english: english.map_or("", |row| row.1),
        province: above(province),
        prefecture,
        county,
    })
}

/// Where a code is. Parts that it does not name, or whose names are not known, are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The province in English.
    pub english: &'static str,
    /// 省级
    pub province: &'static str,
    /// 地级
    pub prefecture: &'static str,
    /// 县级
    pub county: &'static str,
}

impl Place {
    /// In English: the province, then the Chinese names below it.
    pub fn in_english(&self) -> impl fmt::Display {
        let Self {
            english,
            prefecture,
            county,
            ..
        } = *self;
        let between = if prefecture.is_empty() && county.is_empty() {
            ""
        } else {
            " "
        };
        Joined([english, between, prefecture, county])
    }

    /// 中文全称
    pub fn in_chinese(&self) -> impl fmt::Display {
        Joined([self.province, "", self.prefecture, self.county])
    }
}

struct Joined([&'static str; 4]);

impl fmt::Display for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(part))
    }
}

/// Headings of the list that stand in a prefecture's place: "districts", "counties", "counties directly under the province".
fn is_no_place(name: &str) -> bool {
    matches!(name, "市辖区" | "县") || name.contains("直辖")
}

/// The name of a known code, empty where the sources have none. The lists of counties often leave the prefecture itself out.
fn name(prefix: &str, last: &str) -> Option<&'static str> {
    let entries = line(prefix)?;
    let found = entries
        .split(' ')
        .find_map(|entry| entry.strip_prefix(last).filter(|_| last.len() == 2));
    found.or((last == "00").then_some(""))
}

/// The entries behind four digits: the lines are sorted.
fn line(prefix: &str) -> Option<&'static str> {
    if prefix.len() != 4 || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut low, mut high) = (0, TABLE.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let bytes = TABLE.as_bytes();
        let start = bytes[..middle]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let rest = TABLE.get(start..)?;
        let found = rest.split('\n').next()?;
        match found.get(..4)?.cmp(prefix) {
            core::cmp::Ordering::Equal => return found.get(5..),
            core::cmp::Ordering::Less => low = start + found.len() + 1,
            core::cmp::Ordering::Greater => high = start,
        }
    }
    None
}
