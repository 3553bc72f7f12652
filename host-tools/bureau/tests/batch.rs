//! The sample batches of `test-vectors/batches`, made and judged outside this project (see the README there).

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use apdu_specs::Generation;
use ssc_bureau::batch::{
    Batch, BatchError, Encoding, Finding, ReadOptions, Rule, read, read_bytes,
};
use ssc_bureau::card_model::CardModel;
use ssc_person::{Date, Sex};
use ssc_words::{Bilingual, Lang};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/batches")
}

fn options() -> ReadOptions {
    ReadOptions {
        today: Date::new(2026, 1, 1).unwrap(),
        photos: None,
        folder: Some(vectors()),
        model: None,
        ..ReadOptions::default()
    }
}

fn open(name: &str) -> Batch {
    read_bytes(&fs::read(vectors().join(name)).unwrap(), &options()).unwrap()
}

/// Line, column, rule, value.
type Row = (usize, String, String, String);

fn found(findings: impl IntoIterator<Item = Finding>) -> Vec<Row> {
    let mut rows: Vec<Row> = findings
        .into_iter()
        .map(|f| {
            let column = f.column.as_ref().map_or("", |place| &place.name);
            (f.line, column.into(), f.rule().id().into(), f.value.clone())
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn both_good_batches_hold_the_same_people() {
    let (utf8, gb) = (open("good-utf8.csv"), open("good-gb18030.csv"));
    assert_eq!(utf8.encoding, Encoding::Utf8WithBom);
    assert_eq!(gb.encoding, Encoding::Gb18030);
    for batch in [&utf8, &gb] {
        let faults: Vec<_> = batch.all_faults().map(Finding::to_string).collect();
        assert!(batch.is_clean(), "{faults:#?}");
        // The second photo is the first one, stored as a progressive JPEG
        let warnings = found(batch.warnings().cloned());
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!((warnings[0].0, &*warnings[0].2), (3, "photo-shared"));
        let lines: Vec<_> = batch.requests().map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
    }
    let people: Vec<_> = utf8.requests().map(|(_, person)| person).collect();
    assert!(
        gb.requests()
            .map(|(_, person)| person)
            .eq(people.iter().copied())
    );

    let [first, second, third, fourth] = people[..] else {
        panic!()
    };
    assert_eq!(first.holder.name.as_str(), "张三");
    assert_eq!(first.holder.sex(), Sex::Male);
    assert_eq!(first.holder.birth_date(), Date::new(1990, 3, 7).unwrap());
    assert_eq!(first.holder.ethnic_group.bcd(), 0x01);
    assert_eq!(first.holder.birthplace.bcd(), [0x11, 0x01, 0x05]);
    assert_eq!(first.region.unwrap().bcd(), [0x11, 0x00, 0x00]);
    assert_eq!(first.valid_to, Date::new(2035, 6, 1));
    assert_eq!(*first.pin.as_ref().unwrap().bcd(), [0x12, 0x34, 0x56]);
    assert_eq!(first.category, Some(b'1'));
    assert!(
        first
            .holder
            .photo
            .as_ref()
            .unwrap()
            .starts_with(&[0xFF, 0xD8])
    );

    assert_eq!(second.holder.sex(), Sex::Female);
    assert_eq!(second.holder.birthplace.as_str(), "440106");
    assert!(second.pin.is_none() && second.category.is_none());
    // a progressive JPEG, by a path as Windows writes it
    assert!(second.holder.photo.as_ref().unwrap().len() <= 4096);

    assert!(third.holder.name.needs_extension());
    assert_eq!(third.holder.ethnic_group.code(), 5);
    assert_eq!(fourth.holder.name.head()[..9], *b"Anna Wang");
    assert!(fourth.region.is_none());
}

#[test]
fn every_fault_is_found_and_nothing_else() {
    let batch = open("faults.csv");
    assert_eq!(batch.encoding, Encoding::Utf8);
    let mut expected: Vec<Row> = csv::Reader::from_path(vectors().join("faults.expected.csv"))
        .unwrap()
        .records()
        .map(|record| {
            let record = record.unwrap();
            (
                record[0].parse().unwrap(),
                record[1].into(),
                record[2].into(),
                record[3].into(),
            )
        })
        .collect();
    expected.sort();
    let all = batch.all_faults().chain(batch.warnings()).cloned();
    assert_eq!(found(all), expected);

    // a warning does not refuse, a fault does, and rows around it stand
    let standing: HashSet<usize> = batch.requests().map(|(line, _)| line).collect();
    for line in [2, 9, 27, 29, 30, 49, 50, 51, 52, 58, 60] {
        assert!(standing.contains(&line), "{line}");
    }
    assert_eq!(standing.len(), 11);
    assert_eq!(batch.refused().count() + 11, batch.rows.len());
}

/// A name beyond 30 bytes is a fault of its row where the cards are to be of 1.00, and none where that is not known or they are not.
#[test]
fn a_name_beyond_the_generation_is_a_fault() {
    let bytes = fs::read(vectors().join("good-utf8.csv")).unwrap();
    for (model, faults) in [
        (None, 0),
        (Some(CardModel::plain(Generation::V1)), 1),
        (Some(CardModel::plain(Generation::V2)), 0),
        (Some(CardModel::full(Generation::V3)), 0),
    ] {
        let options = ReadOptions { model, ..options() };
        let batch = read_bytes(&bytes, &options).unwrap();
        let found: Vec<_> = batch.all_faults().map(Finding::rule).collect();
        assert_eq!(found, vec![Rule::NameGeneration; faults], "{model:?}");
        assert_eq!(batch.requests().count(), batch.rows.len() - faults);
    }
}

#[test]
fn faults_of_the_header_refuse_the_batch() {
    let batch = open("header-faults.csv");
    let fault =
        |column: &str, rule: &str, value: &str| (1, column.into(), rule.into(), value.into());
    assert_eq!(
        found(batch.faults.iter().cloned()),
        [
            fault("AAC005", "column-missing", ""),
            fault("number", "column-duplicate", "number"),
        ]
    );
    assert_eq!(
        found(batch.file_warnings.iter().cloned()),
        [fault("photos", "column-unknown", "photos")]
    );
    assert!(!batch.is_clean());
    assert_eq!(batch.requests().count(), 0);
}

#[test]
fn messages_say_where_and_what_and_hide_who() {
    let batch = open("faults.csv");
    let say = |line, lang| {
        batch
            .all_faults()
            .find(|f| f.line == line)
            .unwrap()
            .say(lang)
    };
    assert_eq!(
        say(12, Lang::En),
        "line 12, column 2 (AAC003), \"张㐂𠮷\": this character has four bytes in GB18030; \
         use the form agreed with the cardholder, or a profile with rare = \"gb18030\" if terminals can show it (㐂 U+3402, character 2) [name-four-byte]"
    );
    assert_eq!(
        say(35, Lang::Zh),
        "第35行第13列（pin）“***”：个人密码须为4至16位数字（3个字符） [pin-form]"
    );
    let json = serde_json::to_string(&batch.all_faults().find(|f| f.line == 10).unwrap()).unwrap();
    assert_eq!(
        json,
        r#"{"line":10,"column_index":1,"column":"AAC002","value":"110105************","severity":"fault","rule":"number-duplicate","message":"this number stands on more than one row; keep one (also on line 11)","message_zh":"该社会保障号码出现在多行；请只保留一行（另见第11行）"}"#
    );

    // no report, in any form, shows a number or a PIN of the file
    let text =
        String::from_utf8_lossy(&fs::read(vectors().join("faults.csv")).unwrap()).into_owned();
    let reports: String = batch
        .all_faults()
        .chain(batch.warnings())
        .map(|f| {
            format!(
                "{f} {} {f:?} {}",
                f.say(Lang::Zh),
                serde_json::to_string(f).unwrap()
            )
        })
        .chain([format!("{batch:?}")])
        .collect();
    let mut checked = 0;
    for field in text.lines().skip(1).flat_map(|line| line.split(',')) {
        if field.len() >= 17 && field.bytes().take(17).all(|b| b.is_ascii_digit()) {
            assert!(!reports.contains(field), "{field}");
            checked += 1;
        }
    }
    assert!(checked > 40);
    assert!(!reports.contains("secret") && !reports.contains("123456\""));
}

#[test]
fn refused_rows_can_be_corrected_and_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("refused.csv");
    let batch = open("faults.csv");
    let count = batch.write_refused(&path, Lang::Zh).unwrap();
    assert_eq!(count, batch.refused().count());
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with('\u{FEFF}'));
    assert!(text.contains("性别与社会保障号码第17位不符"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // an existing file is never overwritten
    assert!(matches!(
        batch.write_refused(&path, Lang::En),
        Err(BatchError::WriteRefused { .. })
    ));

    // it reads as a batch with the same faults, since nobody has corrected anything; its reason column is known
    let again = read_bytes(text.as_bytes(), &options()).unwrap();
    assert!(again.faults.is_empty());
    let rules = |batch: &Batch| -> Vec<String> {
        let mut rules: Vec<_> = batch
            .all_faults()
            .map(|f| f.rule().id().to_owned())
            .collect();
        rules.sort();
        rules
    };
    // what a CSV writer mends: the open quotation mark, the short row filled up, the damaged bytes replaced
    let (mut before, after) = (rules(&batch), rules(&again));
    before.retain(|id| !["quote-open", "encoding"].contains(&id.as_str()));
    let mut kept = after.clone();
    kept.retain(|id| !["quote-open", "encoding"].contains(&id.as_str()));
    for id in before {
        assert!(kept.contains(&id), "{id}");
    }
    let second = folder.path().join("refused-2.csv");
    again.write_refused(&second, Lang::En).unwrap();
    let header = fs::read_to_string(&second).unwrap();
    assert_eq!(header.lines().next().unwrap().matches("reason").count(), 1);
}

#[test]
fn no_batch_at_all() {
    let read = |bytes: &[u8]| read_bytes(bytes, &options());
    assert!(matches!(read(b""), Err(BatchError::Empty)));
    assert!(matches!(
        read(b"\xEF\xBB\xBF\r\n , \n"),
        Err(BatchError::Empty)
    ));
    let missing = ssc_bureau::batch::read(Path::new("no/such.csv"), None).unwrap_err();
    assert!(missing.to_string().contains("no/such.csv"));
    assert!(missing.say(Lang::Zh).contains("no/such.csv"));
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("batch");
    fs::create_dir(&inside).unwrap();
    let photo = vectors().join("photos/good.jpg");
    fs::copy(&photo, folder.path().join("outside.jpg")).unwrap();
    fs::copy(&photo, inside.join("inside.jpg")).unwrap();
    std::os::unix::fs::symlink("../outside.jpg", inside.join("link.jpg")).unwrap();
    std::os::unix::fs::symlink("inside.jpg", inside.join("near.jpg")).unwrap();

    let good = fs::read_to_string(vectors().join("good-utf8.csv")).unwrap();
    for (name, ok) in [("link.jpg", false), ("near.jpg", true)] {
        let csv = good
            .replace("photos/good.jpg", name)
            .replace("photos\\progressive.jpg", "");
        let path = inside.join("batch.csv");
        fs::write(&path, csv).unwrap();
        let batch = read(&path, None).unwrap();
        let rules: Vec<_> = batch.all_faults().map(Finding::rule).collect();
        assert_eq!(rules, if ok { vec![] } else { vec![Rule::PhotoPath] });
    }
}

/// A cell that begins like a formula is one to a spreadsheet: in the file of refused rows it is text, and reading it gives the value
/// again.
#[test]
fn refused_rows_hold_no_formula_and_nothing_is_lost() {
    let csv = "AAC002,AAC003,AAC004,AAC005,AAC006,reason,note\n\
        +110101199003071234,=1+1,=cmd|' /C calc'!A0,-1,@SUM(A1),\"=HYPERLINK(\"\"x\"\")\",＝1\n\
        '=1,''@x,'tis,＋1,\"a=\rb\",,\"=a\rb\"\n";
    let batch = read_bytes(csv.as_bytes(), &options()).unwrap();
    assert_eq!(batch.refused().count(), 2);
    let folder = tempfile::tempdir().unwrap();
    let write = |batch: &Batch, name: &str| {
        let path = folder.path().join(name);
        batch.write_refused(&path, Lang::En).unwrap();
        fs::read(&path).unwrap()
    };
    let first = write(&batch, "1.csv");
    // Another program's reader of CSV sees the cells as a spreadsheet does.
    let cells: Vec<String> = csv::Reader::from_reader(&first[..])
        .records()
        .flat_map(|record| {
            let record = record.unwrap();
            record.iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(cells.len(), 14, "{cells:?}");
    for cell in &cells {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋']),
            "{cell}"
        );
    }
    assert!(cells.contains(&"'=1+1".to_owned()), "{cells:?}");
    let again = read_bytes(&first, &options()).unwrap();
    let shown = |batch: &Batch| -> Vec<String> {
        let faults = batch.all_faults();
        faults
            .map(|fault| format!("{} {}", fault.value, fault.rule().id()))
            .collect()
    };
    assert_eq!(shown(&batch), shown(&again));
    assert!(
        shown(&again)
            .iter()
            .any(|fault| fault.starts_with("=cmd|' /C calc'!A0 "))
    );
    // Nothing grows from file to file either.
    assert_eq!(write(&again, "2.csv"), first);
}
