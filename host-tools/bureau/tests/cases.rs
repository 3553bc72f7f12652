//! Batches as they come (`test-vectors/batches/cases`): each finding with its line and rule, and no other; in any chosen language.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use ssc_bureau::batch::{Batch, BatchReader, Finding, ReadOptions};
use ssc_person::{Date, Rule, photo};
use ssc_words::{Bilingual, Lang};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/batches/cases")
}

fn open(name: &str) -> Batch {
    let options = ReadOptions {
        today: Date::new(2026, 1, 1).unwrap(),
        ..ReadOptions::default()
    };
    Batch::of(BatchReader::open(&folder().join(name), &options).unwrap()).unwrap()
}

/// What must be found in each file.
fn expected() -> BTreeMap<String, Vec<(usize, String)>> {
    let mut files: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for record in csv::Reader::from_path(folder().join("expected.csv"))
        .unwrap()
        .records()
    {
        let record = record.unwrap();
        let findings = files.entry(record[0].into()).or_default();
        if !record[2].is_empty() {
            findings.push((record[1].parse().unwrap(), record[2].into()));
        }
    }
    files
}

fn findings(batch: &Batch) -> Vec<&Finding> {
    batch.all_faults().chain(batch.warnings()).collect()
}

#[test]
fn each_case_is_what_the_table_says() {
    let files = expected();
    for (name, mut expected) in files.clone() {
        let batch = open(&name);
        let mut found: Vec<_> = findings(&batch)
            .iter()
            .map(|finding| (finding.line, finding.rule().id().to_owned()))
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
    // No file goes without its rows
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_batch = name.ends_with("csv") || name.ends_with("xlsx");
        assert!(
            !is_batch
                || ["expected.csv", "bomb.xlsx"].contains(&&*name)
                || files.contains_key(&name),
            "{name}"
        );
    }
}

#[test]
fn messages_name_what_to_write_and_nobody() {
    let say = |name: &str, line: usize, lang: Lang| -> String {
        let batch = open(name);
        let found = findings(&batch)
            .into_iter()
            .find(|finding| finding.line == line);
        found.unwrap().say(lang)
    };
    for (name, line, words) in [
        (
            "05c-cyrillic-x.csv",
            2,
            "U+0425 CYRILLIC CAPITAL LETTER HA, character 18",
        ),
        ("09d-pua.csv", 2, "write 䶮 U+4DAE"),
        ("09d-pua.csv", 3, "write 龴 U+9FB4"),
        ("10-dots.csv", 3, "write · U+00B7"),
        ("11b-tibetan-uyghur-script.csv", 2, "Tibetan"),
        (
            "14-fifteen-digit.csv",
            2,
            "write 19 before the seventh digit, and 7 at the end",
        ),
        ("17-ethnic-words.csv", 8, "did you mean 维吾尔族?"),
        ("45-mixed-encodings.csv", 3, "UTF-8 on line 3"),
        ("x-misread.csv", 2, "it reads \"李四\""),
        ("x-misread.csv", 3, "it reads \"王伟\""),
        ("x-wide-commas.csv", 1, "FULLWIDTH COMMA"),
        ("x-headings.csv", 1, "did you mean photo?"),
    ] {
        let english = say(name, line, Lang::En);
        assert!(english.contains(words), "{english}");
        let chinese = say(name, line, Lang::Zh);
        assert!(chinese.contains("行"), "{chinese}");
    }
    for name in expected().keys() {
        for finding in findings(&open(name)) {
            for text in [
                finding.say(Lang::En),
                finding.say(Lang::Zh),
                format!("{finding:?}"),
            ] {
                assert!(!text.contains("42010619900102991"), "{name}: {text}");
            }
        }
    }
}

/// What stands is what was meant, not what was written around it.
#[test]
fn what_is_taken_is_taken_right() {
    for name in [
        "03-leading-apostrophe.csv",
        "03b-excel-formula-text.csv",
        "05-fullwidth-digits.csv",
        "07b-utf16le-nobom.csv",
        "08b-semicolon.csv",
        "08d-sep-line.csv",
        "22-extra-columns.csv",
        "22b-chinese-headings.csv",
        "x-utf16be-mark.csv",
        "x-gb18030.csv",
        "x-tabs.csv",
        "x-pipes.csv",
        "x-headings.csv",
    ] {
        let batch = open(name);
        let (_, request) = batch.requests().next().expect(name);
        assert_eq!(
            request.holder.number.as_str(),
            "420106199001029917",
            "{name}"
        );
        assert_eq!(request.holder.name.as_str(), "张三", "{name}");
        assert_eq!(
            request.holder.birth_date(),
            Date::new(1990, 1, 2).unwrap(),
            "{name}"
        );
        assert_eq!(request.holder.ethnic_group.code(), 1, "{name}");
    }
    let foreign = open("13b-foreigner-social-number.csv");
    let (_, smith) = foreign.requests().next().unwrap();
    assert_eq!(smith.holder.number.as_str(), "USA110000123456789");
    assert_eq!(smith.holder.birthplace.as_str(), "110000");
    let quotes = open("x-quotes.csv");
    assert_eq!(
        quotes.requests().map(|(line, _)| line).collect::<Vec<_>>(),
        [3]
    );
}

/// Whatever way a picture is stored, it stands upright on the card, in its colours.
#[test]
fn photos_stand_upright() {
    let card = |name: &str| {
        let bytes = std::fs::read(folder().join("photos").join(name)).unwrap();
        let jpeg = photo::to_card(&bytes).unwrap();
        assert!(jpeg.len() <= photo::CARD_LENGTH, "{name}");
        image::load_from_memory(&jpeg).unwrap()
    };
    let small = |picture: &image::DynamicImage| {
        picture
            .resize_exact(12, 15, FilterType::Triangle)
            .into_rgb8()
    };
    let right = card("ok.jpg");
    for name in [
        "exif3.jpg",
        "exif6.jpg",
        "cmyk.jpg",
        "progressive.jpg",
        "png.png",
        "png-named.jpg",
        "bmp-named.jpg",
        "upper.JPG",
    ] {
        let picture = card(name);
        assert!(picture.width() < picture.height(), "{name}");
        let pairs = small(&picture)
            .into_raw()
            .into_iter()
            .zip(small(&right).into_raw());
        let apart: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>() / (12 * 15 * 3);
        assert!(apart < 20, "{name}: {apart} steps of 256 apart");
    }
}

/// Seventy megabytes of texts in a few kilobytes are refused, as are workbooks that are none.
#[test]
fn workbooks_that_are_not_read() {
    let said = |bytes: &[u8]| match BatchReader::of_bytes(bytes, &ReadOptions::default()) {
        Err(error) => format!("{} {}", error.say(Lang::En), error.say(Lang::Zh)),
        Ok(_) => panic!("it was read"),
    };
    let bomb = said(&std::fs::read(folder().join("bomb.xlsx")).unwrap());
    assert!(bomb.contains("more than 64 MB"), "{bomb}");
    assert!(said(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).contains("before 2007"));
    let good = std::fs::read(folder().join("x-workbook.xlsx")).unwrap();
    assert!(said(&good[..good.len() / 2]).contains("cannot be read"));
    assert!(said(b"PK\x03\x04").contains("cannot be read"));
}

/// A folder of photos by number: each row has one, and who has none is refused.
#[test]
fn photos_by_number() {
    let csv = "AAC002,AAC003,AAC004,AAC005,AAC006\n42010619900102901X,张三,1,01,19900102\n420106199001029036,李四,1,01,19900102\n";
    let options = ReadOptions {
        photos: Some(folder().join("photos")),
        ..ReadOptions::default()
    };
    let batch = Batch::of(BatchReader::of_bytes(csv.as_bytes(), &options).unwrap()).unwrap();
    let (line, request) = batch.requests().next().unwrap();
    assert!(line == 2 && request.holder.photo.is_some());
    let faults: Vec<_> = batch
        .all_faults()
        .map(|fault| (fault.line, fault.rule()))
        .collect();
    assert_eq!(faults, [(3, Rule::PhotoMissing)]);
}
