//! `ssc batch check` on the sample batches, whose findings were written by hand; `ssc batch sample`.

mod support;

use std::collections::BTreeSet;

use support::{Order, batch, err, json, out, run};

#[test]
fn good_batches_are_good_in_both_encodings() {
    for (name, encoding) in [
        ("good-utf8.csv", "UTF-8 (BOM)"),
        ("good-gb18030.csv", "GB18030"),
    ] {
        let report = json(&run(&["batch", "check", &batch(name), "--json"], 0));
        assert_eq!(report["encoding"], encoding);
        assert_eq!(
            (&report["valid"], &report["refused"]),
            (&4.into(), &0.into())
        );
        assert_eq!(report["error"], serde_json::Value::Null);
        let text = out(&run(&["batch", "check", &batch(name)], 0));
        assert!(
            text.contains("4 rows, 4 valid, 0 refused; 0 faults"),
            "{text}"
        );
    }
}

/// All findings that the expectation has, and no fault besides. (Dates are judged as of today here, so the two lists may
/// differ in what depends on it; none of these does.)
#[test]
fn every_fault_is_found_with_line_column_and_rule() {
    let output = run(&["batch", "check", &batch("faults.csv"), "--json"], 3);
    let report = json(&output);
    let found: BTreeSet<(String, String, String)> = ["faults", "warnings"]
        .iter()
        .flat_map(|list| report[list].as_array().unwrap())
        .map(|finding| {
            let of = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            (finding["line"].to_string(), of("column"), of("rule"))
        })
        .collect();
    let expected = std::fs::read_to_string(batch("faults.expected.csv")).unwrap();
    let expected: BTreeSet<(String, String, String)> = expected
        .lines()
        .skip(1)
        .map(|row| {
            let mut fields = row.split(',').map(str::to_owned);
            let mut next = || fields.next().unwrap();
            (next(), next(), next())
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(report["error"]["exit_code"], 3);
    assert!(err(&output).contains("--skip-invalid"));
}

/// A name beyond 30 bytes is a fault where the cards are to be of 1.00; `ssc issue` refuses such a row before the first card.
#[test]
fn a_name_that_the_generation_has_no_room_for_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("batch.csv");
    let path = path.to_str().unwrap();
    run(
        &[
            "batch", "sample", "--count", "12", "--seed", "1", "-o", path,
        ],
        0,
    );
    run(&["batch", "check", path], 0);
    run(&["batch", "check", path, "--generation", "2.00"], 0);
    let check = ["batch", "check", path, "--generation", "1.00", "--json"];
    let faults = json(&run(&check, 3))["faults"].clone();
    assert_eq!(faults.as_array().unwrap().len(), 1);
    assert_eq!(faults[0]["rule"], "name-generation");
    assert_eq!(faults[0]["line"], 13);
    let issue = [
        "issue",
        path,
        "--generation",
        "1.00",
        "--first-card-number",
        "1",
    ];
    assert!(err(&run(&issue, 3)).contains("No job was made"));
    let report = json(&run(
        &[&issue[..], &["--skip-invalid", "--json"]].concat(),
        7,
    ));
    assert_eq!(
        (&report["issued"], &report["refused"]),
        (&11.into(), &1.into())
    );
    let message = report["error"]["message"].as_str().unwrap();
    assert!(message.contains("rows refused: 1"), "{message}");
}

#[test]
fn faults_are_told_in_chinese_and_no_number_whole() {
    let output = run(&["batch", "check", &batch("faults.csv"), "--lang", "zh"], 3);
    let text = out(&output);
    assert!(
        text.contains("第3行第1列（AAC002）：必填项为空 [required]"),
        "{text}"
    );
    let source = std::fs::read(batch("faults.csv")).unwrap();
    let source = String::from_utf8_lossy(&source);
    let numbers = source
        .split([',', '\n', '"'])
        .filter(|field| field.len() == 18 && field[..17].bytes().all(|byte| byte.is_ascii_digit()));
    let mut seen = 0;
    for number in numbers {
        seen += 1;
        assert!(
            !text.contains(number) && !err(&output).contains(number),
            "{number}"
        );
    }
    assert!(seen > 20, "the test looks at nothing");
}

#[test]
fn what_is_no_batch_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        support::text(&path)
    };
    let missing = support::text(&folder.path().join("missing.csv"));
    for (file, words) in [
        (missing, "cannot read the batch"),
        (path("empty.csv", b""), "empty"),
        (path("utf16.csv", b"\xFF\xFEA\0"), "heading line"),
        (
            path("picture.csv", &[0x89, b'P', b'N', b'G', 0, 1, 2, 0xFF]),
            "1 fault,",
        ),
        (path("words.csv", b"this is no table\nat all\n"), " fault"),
    ] {
        let output = run(&["batch", "check", &file, "--json"], 3);
        assert!(err(&output).contains(words), "{}", err(&output));
        assert_eq!(json(&output)["error"]["kind"], "input");
        let chinese = run(&["batch", "check", &file, "--lang", "zh"], 3);
        assert!(err(&chinese).starts_with("错误："), "{}", err(&chinese));
    }
}

#[test]
fn a_sample_is_the_same_for_the_same_seed_clean_and_never_written_over_a_file() {
    let stdout = |count, seed| {
        out(&run(
            &["batch", "sample", "--count", count, "--seed", seed],
            0,
        ))
    };
    assert_eq!(stdout("3", "9"), stdout("3", "9"));
    assert_ne!(stdout("3", "9"), stdout("3", "8"));
    assert!(stdout("30", "9").starts_with(&stdout("3", "9")));

    let order = Order::of("30");
    let batch = order.path("batch.csv");
    let report = json(&run(&["batch", "check", &batch, "--json"], 0));
    assert_eq!(report["valid"], 30);
    assert_eq!(report["warnings"], serde_json::json!([]));
    let again = run(
        &[
            "batch", "sample", "--count", "1", "--seed", "1", "-o", &batch,
        ],
        1,
    );
    assert!(err(&again).contains("exists already"));
    assert_eq!(order.numbers().len(), 30);
    run(&["batch", "sample", "--count", "9999999", "--seed", "1"], 2);
    run(
        &["batch", "sample", "--count", "1", "--seed", "1", "--json"],
        2,
    );
    run(
        &["batch", "sample", "--count", "1", "--seed", "1", "--photos"],
        2,
    );
}
