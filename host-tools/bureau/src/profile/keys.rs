//! The keys of a profile's file, in one table.

/// A key and what it says.
pub struct Key {
    /// As it stands in the file.
    pub name: &'static str,
    /// What it says.
    pub english: &'static str,
    /// 含义
    pub chinese: &'static str,
}

macro_rules! keys {
    ($(#[$doc:meta])* $all:ident: $($constant:ident = $name:literal, $english:literal, $chinese:literal;)+) => {
        $(pub const $constant: &str = $name;)+
        $(#[$doc])*
        pub const $all: &[Key] = &[$(Key { name: $name, english: $english, chinese: $chinese }),+];
    };
}

keys! {
    /// Keys of the file.
    KEYS:
    NAME = "name", "name of the profile, shown with its jobs", "配置名称，随作业显示";
    GENERATION = "generation", "generation of the cards: 1.00, 2.00 or 3.00", "卡的规范版本：1.00、2.00 或 3.00";
    APPLICATIONS = "applications", "applications of the cards: ssc, and on 3.00 certificates", "卡上的应用：ssc；3.00 版还可有 certificates";
    KIND = "kind", "kind of card: a person has one living card of a kind", "卡的种类：每人每种只有一张有效卡";
    REGION = "region", "region of cards whose row names none, six digits (GB/T 2260)", "批次未写明时的行政区划代码，六位（GB/T 2260）";
    INSTITUTION = "institution", "initialising institution of cards whose row names none; without it that of the region", "批次未写明时的初始化机构编号；缺省由行政区划得出";
    VALID_YEARS = "valid_years", "years that a card is valid, 1 to 50", "有效年数，1 至 50";
    ISSUE_DATE = "issue_date", "issue date: \"today\", the day when the job is made, or a day", "发卡日期：\"today\" 为建立作业之日，或指定日期";
    CATEGORY = "category", "category of cards whose row names none, one letter or digit", "批次未写明时的卡的类别，一个字母或数字";
    PIN = "pin", "first PINs: batch (each row brings one), random (six digits where the row has none) or demo (published, with demo keys only)", "初始 PIN：batch（每行自带）、random（未带者随机六位）或 demo（公开的，仅限演示密钥）";
    PHOTO = "photo", "photos: demanded, allowed or none", "照片：demanded 必需、allowed 可选或 none 不带";
    RARE = "rare", "rare characters in names: gb2312, gbk (without U+4DAE), two-byte (all that have two bytes in GB18030) or gb18030 (those of four bytes too); a list has single ones besides", "姓名中的生僻字：gb2312、gbk（不含䶮）、two-byte（GB18030 双字节字）或 gb18030（含四字节字）；另加个别字：[\"gbk\", \"䶮\"]";
    REPLACEMENT = "replacement", "number of a card that replaces another: new or old", "补换卡的卡号：new 新号或 old 原号";
    CARD_NUMBERS = "card_numbers", "ranges of card numbers, taken in this order", "卡号号段，依次取用";
}

/// Keys of a range of card numbers.
pub const RANGE_KEYS: &[Key] = &[
    Key {
        name: FIRST,
        english: "the first number: a letter or digit and seven digits, with or without the check character",
        chinese: "首个卡号：一个字母或数字加七位数字，校验码可省略",
    },
    Key {
        name: LAST,
        english: "the last number, which is in the range",
        chinese: "末个卡号，含在号段内",
    },
    Key {
        name: INSTITUTION,
        english: "whose range it is; without it of every institution that has none of its own",
        chinese: "号段所属机构；缺省为没有自己号段的各机构",
    },
];
pub const FIRST: &str = "first";
pub const LAST: &str = "last";

impl Key {
    /// The nearest of `keys` to a word that is none of them.
    pub fn nearest(word: &str, keys: &[Self]) -> Option<&'static str> {
        nearest(word, keys.iter().map(|key| key.name))
    }
}

/// The word that was probably meant: at most two letters other, or a third of its letters.
pub fn nearest(word: &str, of: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let near = |one: &'static str| (distance(&word.to_lowercase(), one), one);
    let (changes, found) = of.map(near).min()?;
    (changes <= 2.max(found.len() / 3) && changes < found.len()).then_some(found)
}

/// Characters to change, add or leave out between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, one) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let changed = corner + usize::from(one != *other);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_was_meant() {
        for (typed, meant) in [
            ("generaton", Some("generation")),
            ("valid_year", Some("valid_years")),
            ("Region", Some("region")),
            ("card_number", Some("card_numbers")),
            ("fotograph", None),
        ] {
            assert_eq!(Key::nearest(typed, KEYS), meant, "{typed}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
