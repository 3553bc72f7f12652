//! Profiles: each fault with its line and column, an example of each generation, and text that is read as it was written.

mod profile {
    mod written;
}

use apdu_specs::Generation;
use ssc_bureau::profile::{Profile, SerialError, example, serial_of};
use ssc_words::{Bilingual as _, Lang};

const GOOD: &str = "name = \"a\"\ngeneration = \"3.00\"\n";

/// Text, and of each fault: line, column, length, rule, a part of the English, a part of the Chinese.
type Expected = &'static [(
    usize,
    usize,
    usize,
    &'static str,
    &'static str,
    &'static str,
)];

const FAULTS: &[(&str, Expected)] = &[
    (
        "name = \"a\"\ngeneration = 3.00\n",
        &[(
            2,
            14,
            4,
            "wrong-type",
            "generation is a text",
            "generation 须为",
        )],
    ),
    (
        "name = \"a\"\n",
        &[(
            1,
            1,
            1,
            "missing",
            "generation is missing",
            "缺少 generation",
        )],
    ),
    (
        "name = \"a\"\ngeneration = \"3.0\"\n",
        &[(
            2,
            14,
            5,
            "not-one-of",
            "3.00 is probably meant",
            "可能是 3.00",
        )],
    ),
    (
        "name = \" a\"\ngeneration = \"3.00\"\n",
        &[(1, 8, 4, "name", "name has 1 to 64", "name 须为")],
    ),
    (
        "name = \"a\ngeneration = \"3.00\"\n",
        &[(1, 10, 1, "syntax", "no TOML", "TOML")],
    ),
    (
        "G\nregoin = \"440100\"\n",
        &[(
            3,
            1,
            6,
            "unknown-key",
            "region is probably meant",
            "可能是 region",
        )],
    ),
    (
        "G\nfoo = 1\n",
        &[(3, 1, 3, "unknown-key", "remove it", "请删除")],
    ),
    (
        "G\nregion = \"44010\"\n",
        &[(3, 10, 7, "value", "six digits", "六位")],
    ),
    (
        "G\nregion = \"999999\"\n",
        &[(3, 10, 8, "unknown-region", "999999 is no", "999999 不是")],
    ),
    ("G\ninstitution = \"12A\"\n", &[(3, 15, 5, "value", "", "")]),
    (
        "G\nvalid_years = 0\n",
        &[(3, 15, 1, "years", "1 to 50", "1 至 50")],
    ),
    (
        "G\nvalid_years = 51\n",
        &[(3, 15, 2, "years", "1 to 50", "1 至 50")],
    ),
    (
        "G\nvalid_years = \"10\"\n",
        &[(3, 15, 4, "wrong-type", "a number", "数字")],
    ),
    (
        "G\nissue_date = \"20261301\"\n",
        &[(3, 14, 10, "value", "", "")],
    ),
    (
        "G\nissue_date = 3\n",
        &[(3, 14, 1, "wrong-type", "today", "today")],
    ),
    (
        "G\ncategory = \"33\"\n",
        &[(3, 12, 4, "category", "one letter", "一个字母")],
    ),
    (
        "G\npin = \"ramdom\"\n",
        &[(
            3,
            7,
            8,
            "not-one-of",
            "random is probably meant",
            "可能是 random",
        )],
    ),
    (
        "G\nphoto = true\n",
        &[(3, 9, 4, "wrong-type", "a text", "文本")],
    ),
    (
        "G\nreplacement = \"same\"\n",
        &[(3, 15, 6, "not-one-of", "new, old", "new, old")],
    ),
    (
        "name = \"a\"\ngeneration = \"1.00\"\nphoto = \"demanded\"\n",
        &[(3, 9, 10, "no-room-for-photo", "1.00", "1.00")],
    ),
    (
        "name = \"a\"\ngeneration = \"2.00\"\napplications = [\"ssc\", \"certificates\"]\n",
        &[(3, 16, 23, "no-such-model", "2.00", "2.00")],
    ),
    (
        "G\napplications = [\"certificates\"]\n",
        &[(3, 16, 16, "no-such-model", "ssc must be there", "须有 ssc")],
    ),
    (
        "G\napplications = [\"ssc\", \"scc\"]\n",
        &[(
            3,
            24,
            5,
            "not-one-of",
            "ssc is probably meant",
            "可能是 ssc",
        )],
    ),
    // columns are characters, not bytes
    (
        "G\napplications = [\"社保卡\", \"x\"]\n",
        &[
            (3, 17, 5, "not-one-of", "ssc, certificates", "之一"),
            (3, 24, 3, "not-one-of", "ssc, certificates", "之一"),
        ],
    ),
    (
        "G\napplications = [\"ssc\", \"ssc\"]\n",
        &[(3, 24, 5, "twice", "twice", "重复")],
    ),
    (
        "G\napplications = \"ssc\"\n",
        &[(3, 16, 5, "wrong-type", "a list", "列表")],
    ),
    (
        "G\nrare = \"gkb\"\n",
        &[(3, 8, 5, "not-one-of", "gbk is probably meant", "可能是 gbk")],
    ),
    (
        "G\nrare = 3\n",
        &[(3, 8, 1, "wrong-type", "a word such as", "一个词")],
    ),
    (
        "G\nrare = [\"gbk\", \"张\"]\n",
        &[(3, 16, 3, "in-the-set", "gbk has", "已包含 张")],
    ),
    (
        "G\nrare = [\"gbk\", \"gb2312\"]\n",
        &[(3, 16, 8, "second-set", "name one set", "只写一个")],
    ),
    (
        "G\nrare = [\"gbk\", \"𠮷\", \"𠮷\"]\n",
        &[(3, 21, 3, "twice", "stands twice", "重复")],
    ),
    (
        "G\nrare = [\"gbk\", \"？\"]\n",
        &[(3, 16, 3, "value", "was lost", "丢失")],
    ),
    (
        "G\ncard_numbers = 3\n",
        &[(
            3,
            16,
            1,
            "wrong-type",
            "[[card_numbers]]",
            "[[card_numbers]]",
        )],
    ),
    (
        "G\n[[card_numbers]]\nfirst = \"A0000001\"\n",
        &[(3, 1, 16, "missing", "last is missing", "缺少 last")],
    ),
    (
        "G\n[[card_numbers]]\nfirst = \"a0000001\"\nlast = \"A0000009\"\n",
        &[(4, 9, 10, "card-number", "capital letter", "大写字母")],
    ),
    // D2143569X is the example of GB 11714: with another check character it is none
    (
        "G\n[[card_numbers]]\nfirst = \"D21435691\"\nlast = \"D9999999\"\n",
        &[(4, 9, 11, "card-number", "is X", "应为 X")],
    ),
    (
        "G\n[[card_numbers]]\nfirst = \"A0000009\"\nlast = \"A0000001\"\n",
        &[(5, 8, 10, "backwards", "exchange", "对调")],
    ),
    (
        "G\n[[card_numbers]]\nfirst = \"A0000001\"\nlast = \"A0000009\"\n[[card_numbers]]\nfirst = \"A0000009\"\nlast = \"B0000000\"\n",
        &[(8, 8, 10, "overlap", "shares numbers", "重叠")],
    ),
    (
        "G\n[[card_numbers]]\nfirst = \"A0000001\"\nlast = \"A0000009\"\nlats = 1\n",
        &[(
            6,
            1,
            4,
            "unknown-key",
            "last is probably meant",
            "可能是 last",
        )],
    ),
    // all of them, in the order of the file; a comment in Chinese before the place
    (
        "name = \"市\" # 名\nregoin = \"1\"\ngeneration = \"4.00\"\n配置 = 1\n",
        &[
            (2, 1, 6, "unknown-key", "region", "region"),
            (3, 14, 6, "not-one-of", "1.00, 2.00, 3.00", "之一"),
            (4, 1, 2, "syntax", "", ""),
        ],
    ),
];

#[test]
fn every_fault_has_its_place_and_says_what_to_do_in_both_languages() {
    for (text, expected) in FAULTS {
        let text = text.replace("G\n", GOOD);
        let error = Profile::parse(&text).unwrap_err();
        let faults = error.faults();
        // What is no TOML is one fault: nothing else can be said then.
        let expected: Vec<_> = match expected.iter().find(|one| one.3 == "syntax") {
            Some(syntax) => vec![*syntax],
            None => expected.to_vec(),
        };
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line, fault.column, fault.length, fault.kind.id()))
            .collect();
        let places: Vec<_> = expected
            .iter()
            .map(|one| (one.0, one.1, one.2, one.3))
            .collect();
        assert_eq!(found, places, "{text}\n{faults:#?}");
        for (fault, (.., english, chinese)) in faults.iter().zip(&expected) {
            let [en, zh] = Lang::ALL.map(|lang| fault.kind.say(lang));
            assert!(
                en.contains(english) && (en.is_ascii() || !text.is_ascii()),
                "{en}"
            );
            assert!(zh.contains(chinese) && !zh.is_ascii(), "{zh}");
        }
    }
}

#[test]
fn the_place_is_marked_under_the_text() {
    let error =
        Profile::parse("name = \"广州\"\ngeneration = \"3.00\"\nkind = \"卡 \" \n").unwrap_err();
    let [line, marks] = error.faults()[0].shown();
    assert_eq!(line, "    kind = \"卡 \" ");
    assert_eq!(marks, "           ^^^^^");
}

#[test]
fn an_example_of_each_generation_is_a_profile() {
    for generation in Generation::ALL {
        let text = example(generation);
        let profile = Profile::parse(&text).unwrap();
        assert_eq!(profile.generation(), generation);
        assert_eq!(profile.card_numbers[0].count(), 99_999);
        // the line that is commented out is right too
        let own = Profile::parse(&text.replace("#institution", "institution")).unwrap();
        assert_eq!(own.card_numbers[0].institution, own.institution);
    }
}

#[test]
fn ends_of_ranges_with_and_without_check_character() {
    // D2143569X: GB 11714's own example
    assert_eq!(serial_of("D2143569"), Ok(132_143_569));
    assert_eq!(serial_of("D2143569X"), Ok(132_143_569));
    assert_eq!(serial_of("D21435690"), Err(SerialError::Check('X')));
    for bad in [
        "",
        "D214356",
        "DD143569",
        "d2143569",
        "D2143569XX",
        "Ｄ2143569",
    ] {
        assert_eq!(serial_of(bad), Err(SerialError::Form), "{bad}");
    }
}

#[test]
fn a_changed_profile_is_said_by_its_keys() {
    let kept = Profile::parse(GOOD).unwrap().to_toml();
    let commented = format!("# another comment\n{GOOD}");
    let same = Profile::parse(&commented).unwrap();
    assert_eq!(same.changed_since("j", &kept).unwrap(), Ok(()));
    let other = format!(
        "{GOOD}valid_years = 8\nregion = \"440100\"\n[[card_numbers]]\nfirst = \"A0000001\"\nlast = \"A0000002\"\n"
    );
    let other = Profile::parse(&other).unwrap();
    let changed = other.changed_since("j", &kept).unwrap().unwrap_err();
    let keys: Vec<_> = changed.keys.iter().map(|(key, ..)| *key).collect();
    assert_eq!(keys, ["valid_years", "region", "card_numbers"]);
    let said = changed.say(Lang::En);
    assert!(
        said.contains("valid_years was 10 and is 8")
            && said.contains("add --as-decided")
            && said.contains("`ssc job close j`"),
        "{said}"
    );
}
