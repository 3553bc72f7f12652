//! `ssc audit`, as an operator and an auditor type it: a job made by a vault and run by a token with the same keys, then changed.

mod support;

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use ssc_database::{Database, Migrations, Store};
use ssc_harness::softhsm::{PIN, SoftHsm};
use support::{err, finish, json, out, ssc};

const PASSPHRASE: &str = "correct horse battery staple";

struct Bureau {
    folder: tempfile::TempDir,
    softhsm: SoftHsm,
}

impl Bureau {
    /// A vault, and a token with its keys.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
        softhsm.token("bureau").unwrap();
        let bureau = Self { folder, softhsm };
        bureau.ssc(&["keys", "new", &bureau.at("keys.vault")], 0);
        let load = ["hsm", "load", "--vault", &bureau.at("keys.vault")];
        bureau.ssc(
            &[&load[..], &bureau.token().each_ref().map(|word| &**word)].concat(),
            0,
        );
        bureau
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        support::text(&self.path(name))
    }

    fn token(&self) -> [String; 4] {
        let module = self.softhsm.module().to_str().unwrap().to_owned();
        [
            "--hsm".into(),
            module,
            "--token-label".into(),
            "bureau".into(),
        ]
    }

    fn ssc(&self, args: &[&str], code: i32) -> Output {
        let mut command = ssc(args);
        command.env("SSC_STORE", self.path("bureau.db"));
        command.env("SOFTHSM2_CONF", self.softhsm.configuration());
        command.env("SSC_HSM_PIN", PIN);
        command.env("SSC_PASSPHRASE", PASSPHRASE);
        command.current_dir(self.folder.path());
        finish(&mut command, code)
    }

    fn by_vault(&self, args: &[&str], code: i32) -> Output {
        self.ssc(&[args, &["--vault", "keys.vault"]].concat(), code)
    }

    fn by_token(&self, args: &[&str], code: i32) -> Output {
        let token = self.token();
        self.ssc(
            &[args, &token.each_ref().map(|word| &**word)].concat(),
            code,
        )
    }

    /// Somebody changes the store by hand.
    fn change(&self, statement: &str) {
        let nothing = Migrations {
            name: "probe",
            texts: &[],
        };
        let books = Database::open(&Store::file(self.path("bureau.db")), &nothing).unwrap();
        let changed = books.transaction(|books| books.execute(statement, &[]));
        assert_eq!(changed, Ok(1), "{statement}");
    }

    /// Three cards, made by a job of the vault on heads that have their keys from the token.
    fn job(&self) {
        let sample = ["batch", "sample", "--count", "3", "--seed", "5", "-o"];
        self.ssc(&[&sample[..], &["batch.csv"]].concat(), 0);
        let create = ["job", "create", "batch.csv", "--generation", "2.00"];
        self.by_vault(&[&create[..], &["--first-card-number", "1"]].concat(), 0);
        self.by_token(
            &["job", "run", "batch", "--heads", "sim:2", "--throw-away"],
            0,
        );
    }
}

fn finding(document: &Value, job: usize, at: usize) -> &Value {
    &document["jobs"][job]["findings"][at]
}

#[test]
fn a_job_is_proved_by_vault_token_or_noted_key_and_a_change_is_told_by_its_row() {
    let bureau = Bureau::new();
    bureau.job();
    // Vault and token have one key, at every run.
    let key = out(&bureau.by_vault(&["audit", "key"], 0))
        .trim()
        .to_owned();
    assert_eq!(key.len(), 64);
    for _ in 0..2 {
        assert_eq!(out(&bureau.by_token(&["audit", "key"], 0)).trim(), key);
    }
    let pem = out(&bureau.by_vault(&["audit", "key", "--pem"], 0));
    std::fs::write(bureau.path("log.pem"), pem).unwrap();
    let whole = |output: &Output| {
        let document = json(output);
        assert_eq!(document["whole"], true, "{document:#}");
        assert_eq!(document["public_key"], key.as_str());
        let job = &document["jobs"][0];
        // When it was made, and when it had run.
        assert_eq!(
            (&job["signatures"], &job["unsigned"]),
            (&2.into(), &0.into())
        );
        document
    };
    let verify = ["audit", "verify", "batch", "--json"];
    assert_eq!(
        whole(&bureau.by_vault(&verify, 0))["jobs"][0]["opened"],
        true
    );
    whole(&bureau.by_token(&verify, 0));
    for noted in [&key, "log.pem"] {
        let by_key = [&verify[..], &["--public-key", noted]].concat();
        assert_eq!(whole(&bureau.ssc(&by_key, 0))["jobs"][0]["opened"], false);
    }
    whole(&bureau.by_vault(&["audit", "verify", "--all", "--json"], 0));
    let said = out(&bureau.by_vault(&["audit", "verify", "batch"], 0));
    assert!(said.starts_with("batch: whole; "), "{said}");
    // A run says at its beginning what its end will sign unseen.
    bureau.change("DELETE FROM signatures WHERE job = 1 AND number = 2");
    let run = ["job", "run", "batch", "--heads", "sim:1", "--throw-away"];
    let said = err(&bureau.by_vault(&run, 0));
    assert!(said.contains("entries of heads are not signed"), "{said}");
    let said = err(&bureau.by_vault(&run, 0));
    assert!(!said.contains("not signed"), "{said}");
    // So does whatever else runs a job.
    for number in [3, 2] {
        bureau.change(&format!(
            "DELETE FROM signatures WHERE job = 1 AND number = {number}"
        ));
    }
    let resume = ["job", "resume", "batch", "--heads", "sim:1", "--throw-away"];
    let said = err(&bureau.by_vault(&resume, 0));
    assert!(said.contains("entries of heads are not signed"), "{said}");

    // The end that the report shows is the one that is asked for.
    let report = ["job", "report", "batch", "--html", "batch.html", "--json"];
    let report = json(&bureau.ssc(&report, 0));
    let end = report["end"].as_str().unwrap().to_owned();
    assert_eq!(report["signed_by"], key.as_str());
    assert!(
        std::fs::read_to_string(bureau.path("batch.html"))
            .unwrap()
            .contains(&end)
    );
    let asked = |end: &str, code| {
        let words = [&verify[..3], &["--end", end]].concat();
        bureau.by_vault(&words, code)
    };
    asked(&end, 0);
    let longer = end.replacen(':', "0:", 1);
    assert!(err(&asked(&longer, 6)).contains("cut off"));
    assert!(err(&asked("7:00", 2)).contains("64 hexadecimal digits"));

    // Other keys prove nothing.
    bureau.ssc(&["keys", "new", "other.vault"], 0);
    let by_other = [
        "audit",
        "verify",
        "batch",
        "--json",
        "--vault",
        "other.vault",
    ];
    let document = json(&bureau.ssc(&by_other, 6));
    assert_eq!(document["error"]["exit_code"], 6);
    assert_eq!(finding(&document, 0, 0)["fault"], "other_key");

    // Somebody gives a card to another person, whom no entry names: what was sealed does.
    let number = "UPDATE orders SET number = '110105199003079978' WHERE line = 3";
    bureau.change(number);
    let document = json(&bureau.by_vault(&verify, 6));
    let told = document["jobs"][0]["findings"].as_array().unwrap();
    assert!(
        told.iter()
            .any(|one| one["fault"] == "order_changed" && one["row"] == 3),
        "{document:#}"
    );
    bureau.change("UPDATE orders SET name_masked = '张*' WHERE line = 4");
    let document = json(&bureau.by_vault(&verify, 6));
    let told = document["jobs"][0]["findings"].as_array().unwrap();
    assert!(
        told.iter()
            .any(|one| one["row"] == 4 && one["fault"] == "order_changed"),
        "{document:#}"
    );
    // And makes a card anew.
    bureau.change("UPDATE orders SET state = 'to_be_remade' WHERE line = 2");
    for (lang, place) in [
        ("en", "batch: row 2: the order's state"),
        ("zh", "batch：第 2 行：任务的状态"),
    ] {
        let said = err(&bureau.by_vault(&["audit", "verify", "batch", "--lang", lang], 6));
        assert!(said.contains(place), "{said}");
    }
}

#[test]
fn what_comes_after_a_run_is_signed_by_close_or_by_sign_and_a_changed_log_is_not() {
    let bureau = Bureau::new();
    bureau.job();
    // Without keys it is closed, and says what is left to do.
    let closed = bureau.ssc(&["job", "close", "batch"], 0);
    assert!(
        err(&closed).contains("ssc audit sign batch"),
        "{}",
        err(&closed)
    );
    let verify = ["audit", "verify", "batch", "--json"];
    assert_eq!(json(&bureau.by_vault(&verify, 0))["jobs"][0]["unsigned"], 1);
    bureau.by_token(&["audit", "sign", "batch"], 0);
    assert_eq!(json(&bureau.by_vault(&verify, 0))["jobs"][0]["unsigned"], 0);
    let again = bureau.by_vault(&["audit", "sign", "batch", "--json"], 0);
    assert_eq!(json(&again)["signature"], Value::Null);

    // A job that is closed with its keys, and not with others.
    let sample = [
        "batch", "sample", "--count", "2", "--seed", "6", "-o", "more.csv",
    ];
    bureau.ssc(&sample, 0);
    let create = ["job", "create", "more.csv", "--generation", "2.00"];
    bureau.by_vault(&[&create[..], &["--first-card-number", "100"]].concat(), 0);
    bureau.ssc(&["keys", "new", "other.vault"], 0);
    bureau.ssc(&["job", "close", "more", "--vault", "other.vault"], 6);
    let refused = bureau.ssc(&["audit", "sign", "more", "--vault", "other.vault"], 6);
    assert!(err(&refused).contains("made with other keys"));
    let status = json(&bureau.ssc(&["job", "status", "more", "--json"], 0));
    assert_eq!(status["state"], "ready");
    let closed = json(&bureau.by_vault(&["job", "close", "more", "--json"], 0));
    assert_eq!(closed["signed"], true);
    let all = json(&bureau.by_vault(&["audit", "verify", "--all", "--json"], 0));
    assert_eq!(all["jobs"][1]["unsigned"], 0);
    // Another vault's jobs are not looked at with these keys, and that is no alarm.
    let by_other = ["audit", "verify", "--all", "--vault", "other.vault"];
    let output = bureau.ssc(&by_other, 6);
    let told = [out(&output), err(&output)].concat();
    assert!(
        told.contains("more: signed by another key: not looked at")
            && told.contains("nothing else is wrong")
            && !told.contains("NOT WHOLE"),
        "{told}"
    );

    bureau.change("UPDATE entries SET note = note || ' ' WHERE job = 2 AND seq = 2");
    bureau.change("DELETE FROM signatures WHERE job = 2 AND number = 2");
    bureau.change("DELETE FROM signatures WHERE job = 2 AND number = 1");
    let refused = err(&bureau.by_vault(&["audit", "sign", "more"], 3));
    assert!(refused.contains("entry 2"), "{refused}");
    // Nobody signs unseen what has no signature at all, though its chain fits.
    bureau.change("UPDATE entries SET note = rtrim(note) WHERE job = 2 AND seq = 2");
    let refused = err(&bureau.by_vault(&["audit", "sign", "more"], 3));
    assert!(
        refused.contains("has no signature") && !refused.contains("entry 2"),
        "{refused}"
    );
    let signed = json(&bureau.by_vault(&["audit", "sign", "more", "--as-it-is", "--json"], 0));
    assert_eq!(signed["signature"], 1);
    // Entries of heads that no signature is over are told before they are signed.
    bureau.change("DELETE FROM signatures WHERE job = 1 AND number = 3");
    bureau.change("DELETE FROM signatures WHERE job = 1 AND number = 2");
    let said = err(&bureau.by_vault(&["audit", "sign", "batch"], 0));
    assert!(said.contains("entries of heads had no signature"), "{said}");
    // Nor what the books have otherwise than the log.
    bureau.change("UPDATE orders SET state = 'to_be_remade' WHERE job = 1 AND line = 2");
    let refused = err(&bureau.by_vault(&["audit", "sign", "batch"], 3));
    assert!(refused.contains("the order's state"), "{refused}");

    // A log is not written over a file.
    let export = ["audit", "export", "batch", "-o", "log.jsonl"];
    bureau.ssc(&export, 0);
    let lines = std::fs::read_to_string(bureau.path("log.jsonl")).unwrap();
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
    assert!(err(&bureau.ssc(&export, 1)).contains("is there already"));
}
