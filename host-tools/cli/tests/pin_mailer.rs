//! `ssc job pins`: the PINs of a job for a letter shop, opened by the `age` program, which nobody here wrote.

mod support;

use std::process::Command;

use support::{err, finish, ssc, text};

const PASSPHRASE: &str = "synthetic passphrase";

#[test]
fn the_letter_shop_opens_the_pins_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text(&folder.path().join(name));
    let run = |args: &[&str], code| {
        let mut command = ssc(args);
        command.env("SSC_PASSPHRASE", PASSPHRASE);
        command.env("SSC_STORE", at("bureau.db"));
        command.current_dir(folder.path());
        finish(&mut command, code)
    };
    let age = |program: &str, args: &[&str]| {
        let done = Command::new(program).args(args).output();
        done.expect("age; scripts/install installs it (apt-get install age)")
    };
    for name in ["shop.key", "other.key"] {
        assert!(age("age-keygen", &["-o", &at(name)]).status.success());
    }
    let public = age("age-keygen", &["-y", &at("shop.key")]).stdout;
    let public = String::from_utf8(public).unwrap().trim().to_owned();
    let (vault, batch) = (at("keys.vault"), at("batch.csv"));
    run(&["keys", "new", &vault], 0);
    run(
        &[
            "batch", "sample", "--count", "5", "--seed", "7", "-o", &batch,
        ],
        0,
    );
    let create = [
        "job",
        "create",
        &batch,
        "--generation",
        "3.00",
        "--first-card-number",
        "1",
    ];
    run(&[&create[..], &["--vault", &vault]].concat(), 0);
    let file = at("pins.age");
    let pins = ["job", "pins", "batch", "-o", &file, "--vault", &vault];
    let bad = run(
        &[&pins[..], &["--pin-recipient", "age1nonsense"]].concat(),
        3,
    );
    assert!(err(&bad).contains("no public key of age"), "{}", err(&bad));
    assert!(!folder.path().join("pins.age").exists());
    run(&[&pins[..], &["--pin-recipient", &public]].concat(), 0);
    // A second time nothing is written over.
    run(&[&pins[..], &["--pin-recipient", &public]].concat(), 1);

    let opened = age("age", &["--decrypt", "-i", &at("shop.key"), &file]);
    assert!(opened.status.success());
    let opened = String::from_utf8(opened.stdout).unwrap();
    let rows: Vec<Vec<&str>> = opened
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(rows[0], ["line", "number", "name", "card_number", "pin"]);
    assert_eq!(rows.len(), 6);
    let batch = std::fs::read_to_string(&batch).unwrap();
    for row in &rows[1..] {
        assert!(batch.contains(row[1]) && batch.contains(row[2]), "{row:?}");
        assert!(row[4].len() == 6 && row[4].bytes().all(|digit| digit.is_ascii_digit()));
    }
    assert!(
        !age("age", &["--decrypt", "-i", &at("other.key"), &file])
            .status
            .success()
    );
    // Neither this file nor any other of the run has a person's row in clear beside the PIN.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for row in &rows[1..] {
            let clear = format!("{},{}", row[3], row[4]);
            assert!(
                !bytes
                    .windows(clear.len())
                    .any(|part| part == clear.as_bytes())
            );
        }
    }
}
