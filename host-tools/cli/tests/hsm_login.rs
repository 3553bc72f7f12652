//! Login to a token: a PIN from an agent, and what a wrong PIN costs and what it does not.

mod support;

use std::path::{Path, PathBuf};

use ssc_harness::softhsm::{PIN, SoftHsm};
use support::{err, finish, json, out, ssc, text};

struct Bureau {
    folder: tempfile::TempDir,
    softhsm: SoftHsm,
}

impl Bureau {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
        softhsm.token("trial").unwrap();
        let bureau = Self { folder, softhsm };
        bureau.with_pin(PIN, &["hsm", "load"], &[], 0);
        bureau
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `ssc WORDS --hsm … MORE`, with `pin` in the environment unless it is empty.
    fn with_pin(
        &self,
        pin: &str,
        words: &[&str],
        more: &[&str],
        code: i32,
    ) -> std::process::Output {
        let module = text(self.softhsm.module());
        let token = ["--hsm", &module, "--token-label", "trial"];
        let mut command = ssc(&[words, &token, more].concat());
        command.env("SOFTHSM2_CONF", self.softhsm.configuration());
        command.env("SSC_STORE", self.at("bureau.db"));
        command.env("SSC_AUDIT_LOG", self.at("token.audit"));
        command.env("SSC_PASSPHRASE", "of some vault");
        command.env_remove("SSC_HSM_PIN");
        if !pin.is_empty() {
            command.env("SSC_HSM_PIN", pin);
        }
        finish(&mut command, code)
    }

    /// `ssc WORDS` on the same register, without the token.
    fn alone(&self, words: &[&str]) -> std::process::Output {
        let mut command = ssc(words);
        finish(command.env("SSC_STORE", self.at("bureau.db")), 0)
    }

    fn agent(&self, name: &str, script: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.at(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        text(&path)
    }
}

fn holds(folder: &Path, secret: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holds(&path, secret));
        } else if String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(secret) {
            found.push(path);
        }
    }
    found
}

#[test]
fn an_agent_gives_the_pin_and_no_shell_is_between() {
    let bureau = Bureau::new();
    let show = |command: &str, code| {
        bureau.with_pin("", &["hsm", "show"], &["--hsm-pin-command", command], code)
    };
    // A blank in its path and one in an argument; it is given none of our secrets.
    let agent = bureau.agent(
        "my agent",
        &format!("[ \"$1\" = 'the token' ] && [ -z \"$SSC_PASSPHRASE\" ] && echo {PIN} && echo 'a second line'"),
    );
    let done = show(&format!("'{agent}' 'the token'"), 0);
    assert!(out(&done).contains("SSSE/RK"), "{}", out(&done));
    let failed = show(&format!("'{agent}' 'another one'"), 2);
    for words in ["--hsm-pin-command", "failed", "no PIN was tried"] {
        assert!(err(&failed).contains(words), "{}", err(&failed));
    }
    let chinese = ["--hsm-pin-command", "false", "--lang", "zh"];
    let failed = bureau.with_pin("", &["hsm", "show"], &chinese, 2);
    assert!(err(&failed).contains("未尝试任何 PIN"), "{}", err(&failed));
    for (command, words) in [
        ("true", "printed no PIN"),
        ("yes", "more than a PIN"),
        ("/nowhere/agent", "cannot be run"),
        ("'half a quote", "check its quotes"),
        ("", "check its quotes"),
    ] {
        let failed = show(command, 2);
        assert!(err(&failed).contains(words), "{command}: {}", err(&failed));
    }
    // Nothing was tried so far: the token has counted no failure.
    assert!(!err(&show(&format!("'{agent}' 'the token'"), 0)).contains("wrong PIN"));
    let marker = bureau.at("marker");
    let words = format!("echo 1111; touch {}", marker.display());
    let wrong = show(&words, 6);
    assert!(err(&wrong).contains("the PIN is wrong"), "{}", err(&wrong));
    assert!(!marker.exists(), "a shell has read the command");
    // Its own file and nothing else has the PIN.
    assert_eq!(holds(bureau.folder.path(), PIN), [PathBuf::from(agent)]);
    let both = ["--hsm-pin-command", "true", "--hsm-pin-file", "pin"];
    bureau.with_pin("", &["hsm", "show"], &both, 2);
}

/// The token's own word is told, the job stays what it was, and the right PIN goes on. SoftHSM sets `CKF_USER_PIN_COUNT_LOW` and neither
/// of the other two flags, so what happens at the last try is not played here; `ssc-keys` has a test of the choice and the words.
#[test]
fn a_wrong_pin_is_tried_once_and_nothing_is_lost() {
    let bureau = Bureau::new();
    let batch = text(&bureau.at("batch.csv"));
    let sample = ["batch", "sample", "--count", "2", "--seed", "7", "-o"];
    finish(&mut ssc(&[&sample[..], &[&batch]].concat()), 0);
    let create = ["job", "create", &batch, "--generation", "2.00"];
    bureau.with_pin(PIN, &create, &["--first-card-number", "1"], 0);
    let status = || json(&bureau.alone(&["job", "status", "batch", "--json"]));
    let before = status();
    let run = ["job", "run", "batch", "--heads", "sim:2", "--throw-away"];
    let wrong = bureau.with_pin("wrong-pin-1111", &run, &[], 6);
    for words in [
        "was tried once",
        "CKF_USER_PIN_COUNT_LOW",
        "check it before",
    ] {
        assert!(err(&wrong).contains(words), "{}", err(&wrong));
    }
    assert!(!err(&wrong).contains("1111"));
    assert_eq!(status(), before);
    let log = std::fs::read_to_string(bureau.at("token.audit")).unwrap();
    assert_eq!(log.matches("\"refused\"").count(), 1, "{log}");
    let done = bureau.with_pin(PIN, &run, &[], 0);
    assert!(err(&done).contains("has had a wrong PIN"), "{}", err(&done));
    assert_ne!(status(), before);
    // A right one brings the tries back.
    let again = bureau.with_pin(PIN, &["hsm", "show"], &[], 0);
    assert!(!err(&again).contains("wrong PIN"), "{}", err(&again));
}

/// What a configuration may say, and what is said where it does not fit. SoftHSM has no SM4, so the numbers of its AES are tried: they are
/// another cipher's, and no card is made with them.
#[test]
fn a_configuration_names_sm4_or_is_refused() {
    let bureau = Bureau::new();
    let config = text(&bureau.at("hsm.toml"));
    let show = |contents: &str, code| {
        std::fs::write(&config, contents).unwrap();
        err(&bureau.with_pin(PIN, &["hsm", "show"], &["--hsm-config", &config], code))
    };
    show("", 0);
    for (contents, words) in [
        (
            "[sm4]\nkey_type = 0x1F\necb = 0x1081\nderive = 0x1104\n",
            "is not SM4 there",
        ),
        (
            "[sm4]\nkey_type = 0x80000101\necb = 0x80000102\nderive = 0x80000103\n",
            "0x80000102",
        ),
        ("[sm4]\nkey_type = 0x80000101\n", "missing field `ecb`"),
        ("[sm4]\nkey_typ = 1\n", "unknown field `key_typ`"),
        ("[sm4\n", "line 1"),
    ] {
        let said = show(contents, 6);
        assert!(said.contains(words) && said.contains("hsm"), "{said}");
    }
    let nowhere = ["--hsm-config", "/nowhere.toml", "--lang", "zh"];
    let said = bureau.with_pin(PIN, &["hsm", "show"], &nowhere, 6);
    assert!(err(&said).contains("不是加密机的配置"), "{}", err(&said));
    // Without the section the vault has SM4, and without a vault a job of 3.00 is refused with both ways out.
    show("", 0);
    let batch = text(&bureau.at("batch.csv"));
    let sample = ["batch", "sample", "--count", "1", "--seed", "7", "-o"];
    finish(&mut ssc(&[&sample[..], &[&batch]].concat()), 0);
    let create = ["job", "create", &batch, "--generation", "3.00"];
    let number = ["--first-card-number", "1"];
    let more = [&number[..], &["--hsm-config", &config]].concat();
    let refused = bureau.with_pin(PIN, &create, &more, 6);
    for words in ["--vault", "--hsm-config"] {
        assert!(err(&refused).contains(words), "{}", err(&refused));
    }
}
