//! What `ssc job` advises is typed as it stands, in a shell: each advice leads on, in the same register and with the same keys.

mod support;

use std::path::Path;
use std::process::{Command, Output};

use support::{clean, err, json, out, secret};

/// A folder with a space and a quotation mark in its names, and no `SSC_STORE`: an advice without `--store` goes elsewhere.
struct Bureau {
    folder: tempfile::TempDir,
}

const STORE: &str = "--store 'my books.db'";
const KEYS: &str = "--vault keys.vault --passphrase-file pass";

impl Bureau {
    fn new() -> Self {
        let bureau = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        secret(bureau.folder.path().join("pass"), "passphrase of a test\n");
        bureau.sh("ssc keys new keys.vault --passphrase-file pass", 0);
        bureau.sh("ssc profile new --generation 2.00 -o own.toml", 0);
        let profile = std::fs::read_to_string(bureau.folder.path().join("own.toml")).unwrap();
        std::fs::write(bureau.folder.path().join("own.toml"), profile).unwrap();
        bureau.sh("ssc batch sample --count 3 --seed 5 -o \"it's 1.csv\"", 0);
        bureau
    }

    /// What somebody types.
    fn sh(&self, line: &str, code: i32) -> Output {
        let folder = Path::new(env!("CARGO_BIN_EXE_ssc")).parent().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(self.folder.path());
        clean(&mut shell);
        shell.env_remove("SSC_STORE");
        shell.env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm");
        shell.env("XDG_DATA_HOME", self.folder.path().join("data"));
        let path = std::env::var("PATH").unwrap();
        shell.env("PATH", format!("{}:{path}", folder.display()));
        let output = shell.output().unwrap();
        let told = format!("{line}\n{}\n{}", out(&output), err(&output));
        assert_eq!(output.status.code(), Some(code), "{told}");
        output
    }
}

/// The commands that are advised, whole: those that are only spoken of have no name of a job.
fn advised(output: &Output, command: &str) -> Vec<String> {
    let told = format!("{}{}", out(output), err(output));
    let found = told.split('`').filter(|piece| piece.starts_with(command));
    found.map(str::to_owned).collect()
}

#[test]
fn a_job_with_own_keys_is_led_to_its_end_by_what_is_printed() {
    for lang in ["", " --lang zh"] {
        let bureau = Bureau::new();
        let create =
            format!("ssc job create \"it's 1.csv\" --profile own.toml {KEYS} {STORE}{lang}");
        let made = bureau.sh(&create, 0);
        let run = advised(&made, "ssc job run");
        assert_eq!(run.len(), 1, "{}", out(&made));
        // Real cards are made in readers, and there is none here: nothing is done.
        assert!(run[0].contains(" --heads all "), "{}", run[0]);
        bureau.sh(&run[0], 4);
        // Nobody's cards: refused before anything is done, unless that is what is asked for.
        let sim = run[0].replace(" --heads all", "");
        let lost = bureau.sh(&sim, 2);
        assert!(err(&lost).contains("--images DIR"), "{}", err(&lost));
        let status = bureau.sh(&format!("ssc job status {STORE} --json"), 0);
        assert_eq!(json(&status)["orders"]["validated"], 3);

        let run = format!("{sim} --images 'the cards'");
        let again = bureau.sh(&create, 2);
        let on = advised(&again, "ssc job run");
        assert!(on[0].ends_with(&format!("{STORE} {KEYS}")), "{on:?}");
        bureau.sh(&run, 0);
        assert_eq!(
            std::fs::read_dir(bureau.folder.path().join("the cards"))
                .unwrap()
                .count(),
            3
        );
        // Delivered: nothing leads to a second run of it, nor to taking it back.
        let again = bureau.sh(&create, 2);
        assert!(advised(&again, "ssc job run").is_empty(), "{}", err(&again));
        assert!(
            advised(&again, "ssc job close").is_empty(),
            "{}",
            err(&again)
        );
        let report = advised(&again, "ssc job report");
        bureau.sh(&report[0], 0);
        let status = bureau.sh(&format!("ssc job status {STORE}{lang}"), 0);
        let done = if lang.is_empty() {
            "(finished)"
        } else {
            "（完成）"
        };
        assert!(out(&status).contains(done), "{}", out(&status));
        bureau.sh(&advised(&status, "ssc job report")[0], 0);

        // A row that is delivered has a card, not a chip to be given up.
        let job = "\"it's 1\"";
        let given_up =
            format!("ssc job reissue {job} --line 3 --chip-destroyed {STORE} {KEYS}{lang}");
        let refused = bureau.sh(&given_up, 2);
        let instead = advised(&refused, "ssc job reissue");
        assert!(instead[0].contains("--why damaged"), "{instead:?}");
        let ordered = bureau.sh(&instead[0], 0);
        let next = advised(&ordered, "ssc job run")[0]
            .replace("--heads all", "--heads sim --images 'the cards'");
        bureau.sh(&next, 0);
        // The old job says so of its row; its words for programs stay.
        bureau.sh(
            &format!("ssc job report {job} --return-file again.csv {STORE}{lang}"),
            0,
        );
        let rows = std::fs::read_to_string(bureau.folder.path().join("again.csv")).unwrap();
        let row = rows.lines().find(|row| row.starts_with("3,")).unwrap();
        let word = if lang.is_empty() { "damaged" } else { "损坏" };
        assert!(
            row.contains(",delivered,") && row.contains(word) && row.contains("reissue-1"),
            "{row}"
        );
        let other = rows.lines().find(|row| row.starts_with("2,")).unwrap();
        assert!(other.ends_with(",delivered,"), "{other}");
        // No row of that number.
        let none = bureau.sh(
            &format!("ssc job reissue {job} --line 400 --why lost {STORE} {KEYS}{lang}"),
            2,
        );
        bureau.sh(&advised(&none, "ssc job report")[0], 0);
    }
}

#[test]
fn all_rows_refused_by_the_register_lead_to_no_other_rows() {
    let bureau = Bureau::new();
    let create = |file: &str| format!("ssc job create {file} --generation 2.00 --store a.db");
    bureau.sh("ssc batch sample --count 150 --seed 9 -o b.csv", 0);
    let made = bureau.sh(&create("b.csv"), 0);
    // Demo cards are kept too.
    let run = advised(&made, "ssc job run");
    assert_eq!(
        run,
        ["ssc job run b --heads sim --images b-cards --store a.db"]
    );
    std::fs::copy(
        bureau.folder.path().join("b.csv"),
        bureau.folder.path().join("c.csv"),
    )
    .unwrap();
    let file = bureau.folder.path().join("c.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n")).unwrap();
    let refused = bureau.sh(&create("c.csv"), 3);
    let told = err(&refused);
    assert!(
        told.contains("50 more; all of them by rule or reason:\n  150 × "),
        "{told}"
    );
    assert!(!told.contains("--skip-invalid"), "{told}");
    assert!(told.contains("ssc job close 1 --store a.db"), "{told}");
}

#[test]
fn what_is_no_csv_is_not_named_as_something_else() {
    let bureau = Bureau::new();
    let refused = bureau.sh("ssc batch sample --count 1 --seed 1 -o a.xlsx", 2);
    assert!(err(&refused).contains(".csv"), "{}", err(&refused));
    assert!(!bureau.folder.path().join("a.xlsx").exists());
}

/// The refused rows of a batch in a folder below find their photos from the file above it.
#[test]
fn refused_rows_find_their_photos() {
    let bureau = Bureau::new();
    let at = |name: &str| bureau.folder.path().join(name);
    std::fs::create_dir(at("in")).unwrap();
    bureau.sh(
        "ssc batch sample --count 2 --seed 1 --photos -o in/b.csv",
        0,
    );
    let text = std::fs::read_to_string(at("in/b.csv")).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // A name that no card takes; the photo of the row is there.
    let name = lines[1].split(',').nth(1).unwrap().to_owned();
    lines[1] = lines[1].replace(&name, "?");
    std::fs::write(at("in/b.csv"), lines.join("\n")).unwrap();
    bureau.sh(
        "ssc job create in/b.csv --generation 2.00 --skip-invalid --refused r.csv --store a.db",
        0,
    );
    let refused = std::fs::read_to_string(at("r.csv")).unwrap();
    assert!(refused.contains("in/photos/"), "{refused}");
    let check = bureau.sh("ssc batch check r.csv", 3);
    assert!(out(&check).contains("1 fault,"), "{}", out(&check));
    // In a folder beside it they are not found, and that is said.
    std::fs::create_dir(at("out")).unwrap();
    bureau.sh("ssc job close b --store a.db", 0);
    let beside =
        "ssc job create in/b.csv --generation 2.00 --skip-invalid --refused out/r.csv --store b.db";
    assert!(err(&bureau.sh(beside, 0)).contains("move it there"));
}
