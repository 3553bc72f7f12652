//! `ssc profile`, `ssc job create --profile` and `ssc job reissue`, as an operator types them, with cards of `ssc job run`.

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use ssc_bureau::register::{CardStatus, Register, SystemClock};
use ssc_database::Store;
use support::{err, finish, json, out, run, ssc};

const HEADINGS: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,pin\n";
const ZHANG: &str = "110105199003079978,张三,1,01,19900307,110105,135790\n";
/// The same person under another name, as the register would have it after a change of name.
const ZHANG_NOW: &str = "110105199003079978,张叁,1,01,19900307,110105,135790\n";
const NUMBER: &str = "110105199003079978";
const KIND: &str = "social security card";

struct Bureau {
    folder: tempfile::TempDir,
}

impl Bureau {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn ssc(&self, args: &[&str], code: i32) -> std::process::Output {
        let mut command = ssc(args);
        command.env("SSC_STORE", self.path("bureau.db"));
        finish(&mut command, code)
    }

    fn profile(&self, generation: &str) -> String {
        let name = self.file(&format!("v{generation}.toml"));
        run(
            &["profile", "new", "--generation", generation, "-o", &name],
            0,
        );
        name
    }

    /// A job of one person whose card lies in the image that is returned.
    fn card(&self, job: &str, row: &str, profile: &str) -> String {
        let batch = self.file(&format!("{job}.csv"));
        std::fs::write(&batch, format!("{HEADINGS}{row}")).unwrap();
        self.ssc(&["job", "create", &batch, "--profile", profile], 0);
        self.made(job)
    }

    fn made(&self, job: &str) -> String {
        let images = self.file(&format!("{job}-cards"));
        self.ssc(
            &["job", "run", job, "--heads", "sim:1", "--images", &images],
            0,
        );
        let mut images = std::fs::read_dir(images).unwrap();
        let image = images.next().unwrap().unwrap().path();
        assert!(images.next().is_none());
        image.to_str().unwrap().to_owned()
    }

    fn register(&self) -> Register {
        Register::open(&Store::file(self.path("bureau.db")), Arc::new(SystemClock)).unwrap()
    }
}

#[test]
fn a_profile_is_made_and_checked_and_never_overwritten() {
    let bureau = Bureau::new();
    for generation in ["1.00", "2.00", "3.00"] {
        let file = bureau.profile(generation);
        let report = json(&run(&["profile", "check", &file, "--json"], 0));
        assert_eq!(report["card_model"], generation);
        assert_eq!(report["card_numbers"][0]["numbers"], 99_999);
        let before = std::fs::read(&file).unwrap();
        let again = run(&["profile", "new", "--generation", "3.00", "-o", &file], 1);
        assert!(err(&again).contains("choose a new file"));
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
    let faulty = bureau.file("faulty.toml");
    std::fs::write(
        &faulty,
        "name = \"a\"\ngeneraton = \"3.00\"\nregion = \"999999\"\n",
    )
    .unwrap();
    let output = run(&["profile", "check", &faulty], 3);
    let text = out(&output);
    assert!(
        text.contains(&format!(
            "{faulty}:2:1: there is no key generaton; generation is probably meant"
        )),
        "{text}"
    );
    assert!(
        text.contains("    region = \"999999\"\n             ^^^^^^^^\n"),
        "{text}"
    );
    let report = json(&run(&["profile", "check", &faulty, "--json"], 3));
    let places: Vec<_> = report["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (
                fault["line"].as_u64(),
                fault["column"].as_u64(),
                fault["rule"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (Some(1), Some(1), Some("missing")),
            (Some(2), Some(1), Some("unknown-key")),
            (Some(3), Some(10), Some("unknown-region")),
        ]
    );
    // and no job is made with it
    let batch = bureau.file("batch.csv");
    std::fs::write(&batch, format!("{HEADINGS}{ZHANG}")).unwrap();
    let output = bureau.ssc(
        &[
            "job",
            "create",
            &batch,
            "--profile",
            &faulty,
            "--lang",
            "zh",
        ],
        3,
    );
    assert!(err(&output).contains("第 2 行第 1 列"), "{}", err(&output));
    assert!(bureau.register().jobs().unwrap().is_empty());
}

#[test]
fn a_lost_card_is_replaced_and_a_second_replacement_refused() {
    let bureau = Bureau::new();
    let profile = bureau.profile("3.00");
    bureau.card("first", ZHANG, &profile);
    let lost = [
        "job", "reissue", "first", "--line", "2", "--why", "lost", "--reason", "in a bus",
    ];
    let report = json(&bureau.ssc(&[&lost[..], &["--json"]].concat(), 0));
    assert_eq!(report["name"], "first-reissue-1");
    assert_eq!(
        (&report["status"], &report["why"]),
        (&"lost".into(), &"lost".into())
    );
    let order = &report["orders"][0];
    assert_ne!(order["card_number"], order["replaces"]);
    assert!(report["differences"].as_array().unwrap().is_empty());
    let again = bureau.ssc(&lost, 3);
    assert!(err(&again).contains("first-reissue-1"), "{}", err(&again));

    let image = bureau.made("first-reissue-1");
    let card = json(&run(&["read", "--image", &image, "--json"], 0));
    assert_eq!(card["card_number"], order["card_number"]);
    let register = bureau.register();
    let first = register.find("first").unwrap().unwrap().id;
    let events = register.card_events(first, 2).unwrap();
    assert_eq!(events[0].status, CardStatus::Lost);
    assert_eq!(events[0].reason.as_deref(), Some("in a bus"));
    let living = register.citizen(NUMBER, KIND).unwrap().unwrap();
    assert_eq!((living.status, living.row), (CardStatus::Living, 2));
    assert_ne!(living.job, first);
}

/// 2.00 → 3.00 with the data of the old card, which is read; a card with another name than the register's is shown first.
#[test]
fn the_old_card_is_read_and_its_differences_shown_before_anything_is_made() {
    let bureau = Bureau::new();
    let (v2, v3) = (bureau.profile("2.00"), bureau.profile("3.00"));
    let image = bureau.card("first", ZHANG, &v2);
    // Another bureau's card of the same person and number says another name: the planted difference.
    let other = Bureau::new();
    let planted = other.card("first", ZHANG_NOW, &v2);
    let reissue = [
        "job",
        "reissue",
        "first",
        "--line",
        "2",
        "--why",
        "new-generation",
        "--from-card",
    ];
    let with = |more: &[&str], code| bureau.ssc(&[&reissue[..], more].concat(), code);
    let jobs = || bureau.register().jobs().unwrap().len();

    let same_profile = with(&["--image", &image], 3);
    assert!(
        err(&same_profile).contains("--profile"),
        "{}",
        err(&same_profile)
    );
    let differs = with(&["--profile", &v3, "--image", &planted], 3);
    let said = err(&differs);
    assert!(said.contains("name: register 张三, card 张叁"), "{said}");
    assert!(said.contains("--take card"), "{said}");
    assert!(!said.contains(NUMBER), "{said}");
    let differs = json(&with(&["--profile", &v3, "--image", &planted, "--json"], 3));
    assert_eq!(differs["differences"].as_array().unwrap().len(), 1);
    assert_eq!(differs["differences"][0]["field"], "name");
    assert_eq!(jobs(), 1);

    let made = json(&with(
        &[
            "--profile",
            &v3,
            "--image",
            &planted,
            "--take",
            "card",
            "--json",
        ],
        0,
    ));
    assert_eq!(made["status"], "replaced");
    let new = bureau.made("first-reissue-1");
    let card = json(&run(&["read", "--image", &new, "--json"], 0));
    assert_eq!(
        (&card["name"], &card["version"]),
        (&"张叁".into(), &"3.00".into())
    );
    assert_eq!(card["number"], NUMBER);
}
