use encoding_rs::GB18030;
use ssc_words::Lang;

use super::*;
use crate::order_error::OrderError;

fn row(line: u64, fate: Fate, reason: &str) -> ReturnRow {
    ReturnRow {
        line,
        number: format!("11010119900307{line:04}"),
        card_number: format!("A{line:08}"),
        fate,
        reason: Reason::new(reason, "原因|一\n二"),
        chip: Some(Chip {
            identification_code: format!("1100{line:04}"),
            atr: format!("3B00{line:04}"),
        }),
    }
}

fn rows() -> Vec<ReturnRow> {
    let fates = Fate::ALL.iter().enumerate();
    fates
        .map(|(index, fate)| row(index as u64 + 2, *fate, "=why, \"so\"\nforged"))
        .collect()
}

fn given(rows: &[ReturnRow]) -> impl Iterator<Item = Result<ReturnRow, OrderError>> + use<> {
    let rows: Vec<_> = rows.iter().cloned().map(Ok).collect();
    rows.into_iter()
}

/// Every row once, with its reason; only a card that is this person's is named. Expected by hand.
#[test]
fn csv_has_every_row_and_names_no_spoiled_chip() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let tally = write(&path, Form::Csv, Lang::En, given(&rows())).unwrap();
    assert_eq!((tally.total(), tally.of(Fate::Rejected)), (5, 1));
    let text = std::fs::read_to_string(&path).unwrap();
    let why = "\"'=why, \"\"so\"\"\u{FFFD}forged\"";
    let expected = [
        "\u{FEFF}line,AAC002,AAZ500,AAZ501,AAZ507,result,reason".to_owned(),
        format!("2,110101199003070002,A00000002,11000002,3B000002,delivered,{why}"),
        format!("3,110101199003070003,A00000003,,,rejected,{why}"),
        format!("4,110101199003070004,A00000004,,,to_be_remade,{why}"),
        format!("5,110101199003070005,A00000005,11000005,3B000005,unfinished,{why}"),
        format!("6,110101199003070006,A00000006,,,not_reached,{why}"),
    ];
    assert_eq!(text, expected.join("\n") + "\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn pipe_form_is_gb18030_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    write(&path, Form::Pipe, Lang::Zh, given(&rows())).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let (text, _, lost) = GB18030.decode(&bytes);
    assert!(!lost);
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 6);
    assert!(lines.iter().all(|line| line.matches('|').count() == 6));
    assert!(lines[0].starts_with("行号|社会保障号码|"), "{}", lines[0]);
    assert_eq!(
        lines[2],
        "3|110101199003070003|A00000003|||已拒绝|原因｜一\u{FFFD}二"
    );
}

/// An older state of the same job is replaced; whatever else has the name stays.
#[test]
fn only_this_jobs_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for form in Form::ALL {
        let path = folder.path().join(form.name());
        let older: Vec<_> = (2..5).map(|line| row(line, Fate::NotReached, "")).collect();
        write(&path, form, Lang::En, given(&older)).unwrap();
        write(&path, form, Lang::Zh, given(&rows())).unwrap();
        let kept = std::fs::read(&path).unwrap();
        let mut other = rows();
        other[1].card_number = "B00000001".into();
        // Fewer rows than it has, another row, another form.
        let mut fewer = rows();
        fewer.pop();
        for wrong in [other, fewer] {
            let refused = write(&path, form, Lang::En, given(&wrong));
            assert!(matches!(refused, Err(OrderError::OtherReturnFile { .. })));
        }
        let form = if form == Form::Csv {
            Form::Pipe
        } else {
            Form::Csv
        };
        let refused = write(&path, form, Lang::En, given(&rows()));
        assert!(matches!(refused, Err(OrderError::OtherReturnFile { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), kept);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// What goes wrong in the middle leaves no half of a file.
#[test]
fn a_register_that_fails_leaves_no_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let broken = given(&rows()).chain([Err(OrderError::OtherReturnFile { path: path.clone() })]);
    assert!(matches!(
        write(&path, Form::Csv, Lang::En, broken),
        Err(OrderError::OtherReturnFile { .. })
    ));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
