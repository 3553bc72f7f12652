//! Codes in words, items that go on in a second record, dates that are years: what `read --all` makes of a card's values.

mod common;

use common::DES;
use common::little_card::{LittleCard, Lock};
use ssc_terminal::{Content, DecodedField, Dialogue, Dump, Remark};
use ssc_words::Lang;

const SSSE: u16 = 0;

/// A card of this version with the institution and dates that one real card's wire log shows.
fn card(version: &str) -> LittleCard {
    let version: String = version.bytes().map(|byte| format!("{byte:02X}")).collect();
    LittleCard::new(DES).records(
        SSSE,
        0xEF05,
        Lock::Free,
        &[
            "0110 430200 D156000005 33445566 8C1F2E3D",
            "0201 33",
            &format!("0304 {version}"),
            "040C 91560000 02 430200 4301 00D5",
            "0504 32303132",
            "0604 32303232",
            "0709 583030303030303139",
        ],
    )
}

fn read(mut card: LittleCard) -> Dump {
    let mut session = Dialogue::open(&mut card, None).unwrap();
    session.read_all(Some(&"123456".parse().unwrap())).unwrap()
}

fn records<'d>(dump: &'d Dump, label: &str, fid: &str) -> &'d [DecodedField] {
    let directory = dump.directories.iter().find(|one| one.label == label);
    let mut files = directory.unwrap().files.iter();
    let file = files.find(|file| file.fid == fid).unwrap();
    let Some(Content::Records(records)) = &file.content else {
        panic!("no records: {file:?}")
    };
    records
}

#[test]
fn an_institution_and_a_year_in_the_place_of_a_date() {
    let dump = read(card("2.00"));
    let issuer = records(&dump, "SSSE", "EF05");
    let [.., institution, issued, valid_to, _] = issuer else {
        panic!("seven records")
    };
    assert_eq!(institution.value.as_str(), Some("9156000002430200430100D5"));
    assert!(institution.remarks.is_empty());
    let words = institution.meaning.as_ref().unwrap();
    assert_eq!(
        words.chinese,
        "发卡城市湖南省株洲市，初始化地点湖南省长沙市，00D5"
    );
    for (date, year) in [(issued, "2012"), (valid_to, "2022")] {
        assert_eq!(date.value.as_str(), Some(year));
        assert_eq!(date.remarks, [Remark::AsciiYear]);
    }
    // and iReadCardBas does not fail on it
    let mut card = card("2.00").records(
        SSSE,
        0xEF06,
        Lock::Free,
        &["0812 313131313131313938313031303131313130"],
    );
    let mut session = Dialogue::open(&mut card, None).unwrap();
    let basic = session.read_card_basic(&Default::default()).unwrap();
    assert_eq!((&*basic.issue_date, &*basic.valid_to), ("2012", "2022"));
    assert_eq!(basic.meanings()["region"].english, "Hunan 株洲市");
}

/// A character of two bytes may lie across two records: 62 is even, but the text begins with one ASCII character.
#[test]
fn items_of_1_00_are_shown_whole() {
    let text = format!("A{}", "湖南省株洲市天元区".repeat(4));
    let bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
    assert_eq!(bytes.len(), 73);
    let hexadecimal = |part: &[u8], length: usize| {
        let mut part = part.to_vec();
        part.resize(length, 0);
        hex::encode(part)
    };
    let (first, rest) = bytes.split_at(62);
    let long = [&b"x"[..], &[0xCF, 0xE6].repeat(62)].concat();
    let dump = read(
        card("1.00")
            .records(
                0xDF01,
                0xEF05,
                Lock::Pin,
                &[
                    "2001 32",
                    &format!("213E {}", hexadecimal(first, 62)),
                    &format!("2212 {}", hexadecimal(rest, 18)),
                ],
            )
            .records(
                0xDF03,
                0xEF06,
                Lock::Pin,
                &[
                    &format!("683E {}", hexadecimal(&long[..62], 62)),
                    &format!("693E {}", hexadecimal(&long[62..124], 62)),
                    &format!("6A10 {}", hexadecimal(&long[124..], 16)),
                ],
            ),
    );
    let household = records(&dump, "DF01", "EF05");
    assert_eq!(
        household[0].meaning.as_ref().unwrap().english,
        "agricultural"
    );
    assert_eq!(household[1].value.as_str(), Some(&*text));
    assert!(household[1].remarks.is_empty());
    assert_eq!(household[2].remarks, [Remark::Joined]);
    let conclusion = records(&dump, "DF03", "EF06");
    let whole = format!("x{}", "湘".repeat(62));
    assert_eq!(conclusion[0].value.as_str(), Some(&*whole));
    assert_eq!(conclusion[1].remarks, [Remark::Joined]);
    assert_eq!(conclusion[2].remarks, [Remark::Joined]);
    let shown = dump.to_text(Lang::Zh);
    assert!(shown.contains("20 户口类别: 2（农业）"), "{shown}");
}

#[test]
fn codes_in_words_and_unknown_ones_as_they_are() {
    let insurance =
        "1803333130 1903430200 1A0420150701 1B04FFFFFFFF 1C0400012345 1D03303132 1E0420260131";
    let dump = read(
        card("2.00")
            .records(0xDF01, 0xEF08, Lock::Pin, &["2B01 33"])
            .records(0xDF01, 0xEF05, Lock::Pin, &["2002 3939", "0E03 999999"])
            .records(0xDF03, 0xEF06, Lock::Pin, &["4602 3034"])
            .records(0xDF03, 0xEF19, Lock::Pin, &[&format!("7927 {insurance}")]),
    );
    let text = dump.to_text(Lang::En);
    for line in [
        "2B marital status: 3 (widowed)\n",
        "20 household registration category: 99\n",
        "0E household registration region: 999999\n",
        "46 grade of disability: 04 (grade 4)\n",
        "18 insurance: 310 (medical)\n",
        "19 region: 430200 (Hunan 株洲市)\n",
        "1A paid from: 20150701\n",
        "1C account balance: 00012345 (123.45 yuan)\n",
    ] {
        assert!(text.contains(line), "{line}\nin\n{text}");
    }
    let json = serde_json::to_value(&dump).unwrap();
    let marriage = &json["directories"][1]["files"][3]["records"][0];
    assert_eq!(marriage["value"], "3");
    assert_eq!(marriage["meaning"]["chinese"], "丧偶");
    let household = &json["directories"][1]["files"][0]["records"][0];
    assert_eq!(household["meaning"], serde_json::Value::Null);
}
