//! Slips of an operator that once cost a register, a card or a person's data, as he types them.

mod support;

use std::path::PathBuf;

use support::{err, finish, json, out, run, ssc};

/// A bureau with a batch of three persons.
struct Bureau {
    folder: tempfile::TempDir,
}

impl Bureau {
    fn new() -> Self {
        let bureau = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        bureau.batch("batch.csv", "5");
        bureau
    }

    fn batch(&self, name: &str, seed: &str) {
        let file = self.file(name);
        run(
            &[
                "batch", "sample", "--count", "3", "--seed", seed, "-o", &file,
            ],
            0,
        );
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn command(&self, args: &[&str]) -> assert_cmd::Command {
        let mut command = ssc(args);
        command
            .env("SSC_STORE", self.path("bureau.db"))
            .env("XDG_STATE_HOME", self.path("state"));
        command
    }

    fn ssc(&self, args: &[&str], code: i32) -> std::process::Output {
        finish(&mut self.command(args), code)
    }

    fn create(&self, args: &[&str]) {
        let batch = self.file("batch.csv");
        let create = ["job", "create", &batch, "--generation", "1.00"];
        self.ssc(&[&create, args].concat(), 0);
    }
}

#[test]
fn no_output_replaces_what_is_not_its_own() {
    let bureau = Bureau::new();
    bureau.create(&[]);
    let (batch, pass, page) = (
        bureau.file("batch.csv"),
        bureau.file("pass"),
        bureau.file("report.html"),
    );
    std::fs::write(&pass, "a passphrase\n").unwrap();
    let pipe = bureau.file("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    bureau.ssc(&["job", "report", "batch", "--html", &page], 0);
    bureau.ssc(&["job", "report", "batch", "--html", &page], 0);
    let register = bureau.file("bureau.db");
    let age = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    for path in [&batch, &pass, &register, &pipe, &page] {
        let before = (path != &pipe && path != &register).then(|| std::fs::read(path).unwrap());
        if path != &page {
            bureau.ssc(&["job", "report", "batch", "--html", path], 1);
        }
        bureau.ssc(&["job", "report", "batch", "--return-file", path], 1);
        bureau.ssc(
            &["job", "pins", "batch", "--pin-recipient", age, "-o", path],
            1,
        );
        bureau.ssc(&["audit", "export", "batch", "-o", path], 1);
        bureau.ssc(
            &["batch", "sample", "--count", "1", "--seed", "9", "-o", path],
            1,
        );
        bureau.ssc(&["profile", "new", "--generation", "3.00", "-o", path], 1);
        if let Some(before) = before {
            assert_eq!(&std::fs::read(path).unwrap(), &before, "{path}");
        }
    }
    let list = json(&bureau.ssc(&["job", "list", "--json"], 0));
    assert_eq!(list["jobs"][0]["total"], 3);
}

#[test]
fn a_photo_of_somebody_is_not_replaced_by_a_drawn_one() {
    let bureau = Bureau::new();
    let file = bureau.file("new.csv");
    std::fs::create_dir(bureau.path("photos")).unwrap();
    std::fs::write(bureau.path("photos/0000001.jpg"), "a person").unwrap();
    let sample = [
        "batch", "sample", "--count", "2", "--seed", "9", "--photos", "-o", &file,
    ];
    run(&sample, 1);
    assert_eq!(
        std::fs::read_to_string(bureau.path("photos/0000001.jpg")).unwrap(),
        "a person"
    );
    std::fs::remove_file(bureau.path("photos/0000001.jpg")).unwrap();
    run(&sample, 0);
}

/// "1" once closed the job of this name, where the advice meant no. 1.
#[test]
fn a_number_is_a_number_and_a_name_a_name() {
    let bureau = Bureau::new();
    bureau.batch("20260503.csv", "6");
    let batch = bureau.file("20260503.csv");
    let create = ["job", "create", &batch, "--generation", "1.00"];
    for bad in ["1", "", "-x", "a\nb"] {
        let name = format!("--name={bad}");
        let refused = bureau.ssc(&[&create[..], &[&name]].concat(), 2);
        assert!(
            err(&refused).contains("cannot be named"),
            "{}",
            err(&refused)
        );
    }
    let made = bureau.ssc(&create, 0);
    assert!(
        out(&made).contains("`ssc job run batch-20260503`"),
        "{}",
        out(&made)
    );
    bureau.create(&["--name", "two words"]);
    let status = json(&bureau.ssc(&["job", "status", "2", "--json"], 0));
    assert_eq!(status["name"], "two words");
    assert_eq!(status["next"][0]["en"], "`ssc job run 'two words'` goes on");
}

#[test]
fn a_row_is_named_once() {
    let bureau = Bureau::new();
    bureau.create(&[]);
    let twice = [
        "job", "reissue", "batch", "--line", "2", "--line", "3", "--line", "2", "--why", "lost",
    ];
    let refused = bureau.ssc(&twice, 2);
    assert!(
        err(&refused).contains("--line 2 is given twice"),
        "{}",
        err(&refused)
    );
    assert!(!err(&refused).contains("of job"), "{}", err(&refused));
}
