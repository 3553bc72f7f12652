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
        out(&made).contains("`ssc job run batch-20260503 "),
        "{}",
        out(&made)
    );
    bureau.create(&["--name", "two words"]);
    let status = json(&bureau.ssc(&["job", "status", "2", "--json"], 0));
    assert_eq!(status["name"], "two words");
    let next = status["next"][0]["en"].as_str().unwrap();
    assert!(next.contains("`ssc job run 'two words'"), "{next}");
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

const TYPOS: [&str; 5] = [
    "postgres:/ann:s3cret@db/b",
    "postgre://ann:s3cret@db/b",
    "postgres//ann:s3cret@db/b",
    "file:s3cret.db",
    ":memory:",
];

/// A slip in --store was a new, empty register, under a name that showed the password.
#[test]
fn a_mistyped_store_makes_nothing() {
    let bureau = Bureau::new();
    bureau.create(&[]);
    let batch = bureau.file("batch.csv");
    let folder = bureau.folder.path();
    let here = || std::fs::read_dir(folder).unwrap().count();
    let before = here();
    for store in TYPOS {
        for command in [
            vec!["job", "create", &batch, "--generation", "1.00"],
            vec!["job", "run", "batch"],
            vec!["job", "list"],
        ] {
            let mut ssc = bureau.command(&command);
            ssc.current_dir(folder).args(["--store", store]);
            let refused = finish(&mut ssc, 2);
            assert!(!err(&refused).contains("s3cret"), "{}", err(&refused));
        }
    }
    for command in [
        vec!["job", "run", "batch"],
        vec!["job", "list"],
        vec!["job", "pause", "batch"],
        vec!["job", "close", "batch"],
        vec!["job", "reissue", "batch", "--line", "2", "--why", "lost"],
        vec!["issue", &batch, "--generation", "1.00", "--resume"],
    ] {
        let mut ssc = bureau.command(&command);
        ssc.current_dir(folder).args(["--store", "bureua.db"]);
        let refused = finish(&mut ssc, 3);
        let whole = folder.join("bureua.db");
        assert!(
            err(&refused).contains(whole.to_str().unwrap()),
            "{}",
            err(&refused)
        );
        assert!(
            err(&refused).contains("`ssc job create`"),
            "{}",
            err(&refused)
        );
    }
    assert_eq!(here(), before);
}

/// With --vault forgotten, demo cards came into the register of real ones.
#[test]
fn a_forgotten_vault_puts_no_demo_card_among_real_ones() {
    let bureau = Bureau::new();
    let vault = bureau.file("keys.vault");
    let with_vault = |args: &[&str], code| {
        let mut ssc = bureau.command(args);
        ssc.env("SSC_PASSPHRASE", "passphrase of a test");
        finish(&mut ssc, code)
    };
    with_vault(&["keys", "new", &vault], 0);
    let batch = bureau.file("batch.csv");
    let create = ["job", "create", &batch, "--generation", "1.00"];
    with_vault(&[&create[..], &["--vault", &vault]].concat(), 0);
    bureau.batch("more.csv", "6");
    let more = bureau.file("more.csv");
    for command in [
        vec!["job", "create", &more, "--generation", "1.00"],
        vec!["issue", &more, "--generation", "1.00"],
        vec!["job", "run", "batch"],
    ] {
        let refused = bureau.ssc(&command, 6);
        assert!(
            err(&refused).contains("for real cards"),
            "{}",
            err(&refused)
        );
    }
    let list = json(&bureau.ssc(&["job", "list", "--json"], 0));
    assert_eq!(list["jobs"].as_array().unwrap().len(), 1);
}

/// The register as it was before the cards were made, as somebody puts it back from a backup.
fn restored(bureau: &Bureau, run: &[&str]) {
    let (store, copy) = (bureau.path("bureau.db"), bureau.path("copy.db"));
    std::fs::copy(&store, &copy).unwrap();
    bureau.ssc(run, 0);
    std::fs::remove_file(bureau.path("bureau.db-wal")).ok();
    std::fs::remove_file(bureau.path("bureau.db-shm")).ok();
    std::fs::copy(&copy, &store).unwrap();
}

#[test]
fn a_register_from_a_backup_makes_no_card_a_second_time() {
    let bureau = Bureau::new();
    bureau.create(&[]);
    let cards = bureau.file("cards");
    let make = ["job", "run", "batch", "--heads", "sim:2"];
    let with_images = [&make[..], &["--images", &cards]].concat();
    restored(&bureau, &with_images);
    // This machine has seen more of it.
    for (lang, word) in [("en", "is older than"), ("zh", "使用的旧")] {
        let refused = bureau.ssc(&[&make[..], &["--lang", lang]].concat(), 3);
        assert!(err(&refused).contains(word), "{}", err(&refused));
        assert!(
            err(&refused).contains("--older-register"),
            "{}",
            err(&refused)
        );
    }
    bureau.batch("more.csv", "6");
    let more = bureau.file("more.csv");
    for command in [
        vec!["job", "create", &more, "--generation", "1.00"],
        vec!["job", "close", "batch"],
        vec!["job", "reissue", "batch", "--line", "2", "--why", "lost"],
    ] {
        bureau.ssc(&command, 3);
    }
    // Whoever looks is told.
    let looked = bureau.ssc(&["job", "status", "batch"], 0);
    assert!(err(&looked).contains("is older than"), "{}", err(&looked));
    // Another machine has seen nothing of it, but the cards lie in their folder.
    let elsewhere = bureau.file("elsewhere");
    let mut other = bureau.command(&with_images);
    let refused = finish(other.env("XDG_STATE_HOME", &elsewhere), 3);
    assert!(
        err(&refused).contains("is a finished card"),
        "{}",
        err(&refused)
    );
    let count = std::fs::read_dir(&cards).unwrap().count();
    assert_eq!(count, 3);
    // The way on is noted.
    bureau.ssc(&["job", "pause", "batch", "--older-register"], 0);
    bureau.ssc(&["job", "resume", "batch"], 0);
    let log = bureau.file("log");
    bureau.ssc(&["audit", "export", "batch", "-o", &log], 0);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("older_register"), "{log}");
}

#[test]
fn a_return_file_knows_more_than_a_register_from_a_backup() {
    let bureau = Bureau::new();
    let batch = bureau.file("batch.csv");
    bureau.create(&[]);
    let issue = ["issue", &batch, "--generation", "1.00", "--resume"];
    restored(&bureau, &issue);
    let file = bureau.path("batch.return.csv");
    let before = std::fs::read(&file).unwrap();
    let mut other = bureau.command(&issue);
    let elsewhere = bureau.file("elsewhere");
    let refused = finish(other.env("XDG_STATE_HOME", &elsewhere), 1);
    assert!(
        err(&refused).contains("older than the file"),
        "{}",
        err(&refused)
    );
    assert_eq!(std::fs::read(&file).unwrap(), before);
}
