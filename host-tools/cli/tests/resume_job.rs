//! A job goes on: after a pause, and after somebody has changed the profile that it was made with.

mod support;

use std::path::PathBuf;
use std::process::Output;

use support::{err, finish, json, out, run, ssc};

/// A bureau with a profile and a batch of three persons.
struct Bureau {
    folder: tempfile::TempDir,
}

impl Bureau {
    fn new() -> Self {
        let bureau = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let profile = bureau.file("city.toml");
        run(
            &["profile", "new", "--generation", "1.00", "-o", &profile],
            0,
        );
        let batch = bureau.file("batch.csv");
        run(
            &[
                "batch", "sample", "--count", "3", "--seed", "5", "-o", &batch,
            ],
            0,
        );
        bureau
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// In the bureau's folder, as an operator who types relative paths.
    fn ssc(&self, args: &[&str], code: i32) -> Output {
        let mut command = ssc(args);
        command
            .env("SSC_STORE", self.path("bureau.db"))
            .current_dir(self.folder.path());
        finish(&mut command, code)
    }

    fn create(&self) {
        let create = ["job", "create", "batch.csv", "--profile", "city.toml"];
        self.ssc(&create, 0);
    }

    fn profile(&self) -> String {
        std::fs::read_to_string(self.path("city.toml")).unwrap()
    }

    fn write_profile(&self, text: &str) {
        std::fs::write(self.path("city.toml"), text).unwrap();
    }

    fn state(&self) -> String {
        let status = json(&self.ssc(&["job", "status", "batch", "--json"], 0));
        let delivered = status["orders"]["delivered"].as_u64().unwrap_or_default();
        format!("{} {delivered}", status["state"].as_str().unwrap())
    }
}

#[test]
fn a_changed_profile_is_refused_until_somebody_says_that_the_job_goes_on_as_decided() {
    let bureau = Bureau::new();
    bureau.create();
    let changed = bureau
        .profile()
        .replace("valid_years = 10", "valid_years = 8");
    bureau.write_profile(&changed);
    let issue = ["issue", "batch.csv", "--profile", "city.toml", "--resume"];
    // From another folder too: the job has the absolute path.
    for args in [
        &["job", "run", "batch"][..],
        &["job", "resume", "batch", "--heads", "sim"],
        &issue,
    ] {
        let said = err(&bureau.ssc(args, 3));
        for part in [
            "valid_years was 10 and is 8",
            "--as-decided",
            "ssc job close batch",
            "ssc job create",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert_eq!(bureau.state(), "ready 0", "{args:?}");
    }
    let told = json(&bureau.ssc(&["job", "run", "batch", "--json"], 3));
    assert_eq!(told["changed"][0]["key"], "valid_years");
    assert_eq!(told["changed"][0]["was"], "10");
    let go_on = ["job", "run", "batch", "--as-decided", "--images", "cards"];
    let went = bureau.ssc(&go_on, 0);
    assert!(err(&went).contains("valid_years was 10 and is 8"));
    assert_eq!(bureau.state(), "ready 3");
    let image = std::fs::read_dir(bureau.path("cards")).unwrap().next();
    let image = image.unwrap().unwrap().path();
    let read = bureau.ssc(&["read", "--image", image.to_str().unwrap(), "--json"], 0);
    let card = json(&read);
    let year = |key: &str| card[key].as_str().unwrap()[..4].parse::<u32>().unwrap();
    assert_eq!(year("valid_to") - year("issue_date"), 10, "{card}");
}

#[test]
fn comments_spaces_and_order_change_nothing_and_a_file_that_is_gone_is_only_noted() {
    let bureau = Bureau::new();
    bureau.create();
    let text = bureau.profile();
    let spaced = text.replace(" = ", "   =  ");
    bureau.write_profile(&format!("# looked at on Monday\n\n{spaced}"));
    let ran = bureau.ssc(&["job", "run", "batch"], 0);
    assert!(!err(&ran).contains("changed"), "{}", err(&ran));

    let other = bureau.file("other.csv");
    run(
        &[
            "batch", "sample", "--count", "2", "--seed", "9", "-o", &other,
        ],
        0,
    );
    let create = ["job", "create", "other.csv", "--profile", "city.toml"];
    bureau.ssc(&create, 0);
    // Half a change is one too.
    bureau.write_profile(&text.replace("valid_years = 10", "valid_years = "));
    let said = err(&bureau.ssc(&["job", "run", "other"], 3));
    assert!(said.contains("--as-decided"), "{said}");
    std::fs::remove_file(bureau.path("city.toml")).unwrap();
    let ran = bureau.ssc(&["job", "run", "other"], 0);
    assert!(err(&ran).contains("cannot be read"), "{}", err(&ran));
}

#[test]
fn resume_with_heads_ends_the_pause_and_makes_the_cards() {
    let bureau = Bureau::new();
    bureau.create();
    bureau.ssc(&["job", "pause", "batch"], 0);
    bureau.ssc(&["job", "run", "batch"], 2);
    let resume = ["job", "resume", "batch"];
    let with = |more: &[&'static str]| [&resume[..], more].concat();
    // What is wrong leaves the pause as it is.
    bureau.ssc(&with(&["--images", "cards"]), 2);
    bureau.ssc(&with(&["--vault", "none.vault"]), 2);
    bureau.ssc(&with(&["--heads", "no such reader"]), 4);
    assert_eq!(bureau.state(), "paused 0");
    let made = out(&bureau.ssc(&with(&["--heads", "sim:2"]), 0));
    assert!(made.contains("3 of 3 delivered"), "{made}");
    assert_eq!(bureau.state(), "ready 3");
}

#[test]
fn resume_alone_ends_the_pause_only() {
    let bureau = Bureau::new();
    bureau.create();
    bureau.ssc(&["job", "pause", "batch"], 0);
    let said = out(&bureau.ssc(&["job", "resume", "batch"], 0));
    assert!(said.contains("ssc job run batch"), "{said}");
    assert_eq!(bureau.state(), "ready 0");
}
