//! The audit log: what a use of a vault leaves in it, and what is noticed when somebody has been at it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use card_crypto::Algorithm;
use proptest::prelude::*;
use serde_json::Value;
use ssc_keys::audit::{Audit, AuditError, AuditLog, FaultKind, Trail};
use ssc_keys::{KeyError, KeyService as _, Vault, demo, roots};
use ssc_words::{Bilingual, Lang};

const PASSPHRASE: &str = "correct horse 电池";
const REGION: &[u8; 6] = b"440305";

struct Rig {
    folder: tempfile::TempDir,
}

impl Rig {
    fn new() -> Self {
        let rig = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        Vault::create(&rig.vault(), PASSPHRASE, roots::all()).unwrap();
        rig
    }

    fn vault(&self) -> PathBuf {
        self.folder.path().join("test.vault")
    }

    fn log(&self) -> AuditLog {
        AuditLog::of(&self.vault())
    }

    fn open(&self, command: &str) -> Result<Vault, KeyError> {
        Vault::open_audited(&self.vault(), PASSPHRASE, self.log(), command)
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.log().path()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        let audit = self.log().check().unwrap();
        assert_eq!(audit.faults, []);
        let lines = audit.lines.iter().map(|line| serde_json::from_str(line));
        lines.map(Result::unwrap).collect()
    }
}

/// The text of a log with so many lines, and of its head file.
fn log_of(lines: u32) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::at(folder.path().join("log"));
    for number in 0..lines.div_ceil(2) {
        let trail = Trail::open(log.clone(), &format!("use {number}"), "a.vault".as_ref()).unwrap();
        if 2 * number + 1 < lines {
            trail.close(true).unwrap();
        } else {
            // As after a power cut: no closing line.
            std::mem::forget(trail);
        }
    }
    let read = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
    (read("log"), read("log.head"))
}

/// The same, made once: each line waits for the disk.
fn sample(lines: u32) -> (String, String) {
    static MADE: Mutex<BTreeMap<u32, (String, String)>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap();
    made.entry(lines).or_insert_with(|| log_of(lines)).clone()
}

#[test]
fn a_use_leaves_a_line_before_the_first_key_and_one_when_it_ends() {
    let rig = Rig::new();
    let vault = rig.open("issue").unwrap();
    assert_eq!(rig.lines().len(), 1, "before any key is given");
    for card in [[1; 8], [2; 8], [1; 8]] {
        for version in [1, 2] {
            vault
                .card_key("SSSE/RK", version, Algorithm::Sm4, REGION, &card)
                .unwrap();
        }
        vault.issuer_keys(&card).unwrap();
    }
    vault
        .sam_key("DF01/RK1", 3, Algorithm::TripleDes, REGION, 2)
        .unwrap();
    vault.trail().unwrap().note("generation", "3.00".into());
    vault.trail().unwrap().close(true).unwrap();
    vault.trail().unwrap().close(false).unwrap();
    drop(vault);

    let lines = rig.lines();
    assert_eq!(lines.len(), 2, "closed once");
    assert_eq!(lines[0]["event"], "open");
    assert_eq!(lines[0]["command"], "issue");
    assert_eq!(lines[0]["vault"], "test.vault");
    let closed = &lines[1];
    assert_eq!(
        (&closed["event"], &closed["result"]),
        (&"close".into(), &"done".into())
    );
    assert_eq!(
        (&closed["opened"], &closed["cards"]),
        (&1.into(), &2.into())
    );
    assert_eq!(closed["generation"], "3.00");
    let vault = Vault::open(&rig.vault(), PASSPHRASE).unwrap();
    let used = |id, version, kind| {
        let kcv = hex::encode_upper(vault.kcv(id, version, kind).unwrap());
        Value::from(format!("{id} {kind} {version} {kcv}"))
    };
    use ssc_keys::RootKind::{Aes, Sm4, TripleDes};
    assert_eq!(
        closed["keys"],
        Value::from(vec![
            used("DF01/RK1", 3, TripleDes),
            used("ISD/SCP03", 1, Aes),
            used("SSSE/RK", 1, Sm4),
            used("SSSE/RK", 2, Sm4),
        ])
    );
}

/// Dropped without a word, as by an error on the way: the log says that the work was not done.
#[test]
fn a_use_that_ends_early_is_written_as_failed_and_a_wrong_passphrase_too() {
    let rig = Rig::new();
    drop(rig.open("read").unwrap());
    let wrong = Vault::open_audited(&rig.vault(), "wrong passphrase", rig.log(), "read");
    assert!(matches!(wrong, Err(KeyError::WrongPassphrase { .. })));
    let lines = rig.lines();
    assert_eq!(lines[1]["result"], "failed");
    assert_eq!(lines[1]["keys"], Value::Array(vec![]));
    assert_eq!(
        (lines[2]["event"].as_str(), lines[2]["command"].as_str()),
        (Some("refused"), Some("read"))
    );
    assert_eq!(lines.len(), 3);
}

/// All keys of this vault are known to the test: none of them, and no passphrase, may stand in a log.
#[test]
fn no_key_stands_in_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.vault");
    let master = card_crypto::Key16::new([9; 16]);
    let vault = Vault::from_master(&master);
    vault.write_new(&path, PASSPHRASE).unwrap();
    let vault = Vault::open_audited(&path, PASSPHRASE, AuditLog::of(&path), "issue").unwrap();
    let mut secrets = vec![hex::encode(master.as_bytes())];
    for (id, version, kind) in roots::all() {
        let root =
            card_crypto::diversify::root_key(master.as_bytes(), id, &kind.to_string(), version);
        secrets.push(hex::encode(root.as_bytes()));
        let algorithm = match kind {
            ssc_keys::RootKind::TripleDes => Algorithm::TripleDes,
            ssc_keys::RootKind::Sm4 => Algorithm::Sm4,
            ssc_keys::RootKind::Aes => continue,
        };
        let key = vault
            .card_key(id, version, algorithm, REGION, &[3; 8])
            .unwrap();
        secrets.push(hex::encode(key.as_bytes()));
    }
    vault.trail().unwrap().close(true).unwrap();
    let log = std::fs::read_to_string(AuditLog::of(&path).path())
        .unwrap()
        .to_lowercase();
    assert!(log.contains("ssse/rk sm4 3"));
    for secret in secrets {
        assert!(!log.contains(&secret) && !log.contains(&secret[..12]));
    }
    assert!(!log.contains("horse"));
}

#[test]
fn a_log_that_cannot_be_written_refuses_the_vault_unless_its_keys_are_published() {
    let rig = Rig::new();
    std::fs::create_dir(rig.log().path()).unwrap();
    let error = rig.open("issue").unwrap_err();
    assert!(
        matches!(error, KeyError::Audit(AuditError::Write { .. })),
        "{error}"
    );
    assert!(error.say(Lang::Zh).contains("审计日志"));
    let elsewhere = AuditLog::at(rig.folder.path().join("none/at/all"));
    let refused = Vault::open_audited(&rig.vault(), PASSPHRASE, elsewhere, "issue");
    assert!(matches!(
        refused,
        Err(KeyError::Audit(AuditError::Write { .. }))
    ));
    let path = test_vectors::vectors::directory().join("keys/demo.vault");
    let nowhere = AuditLog::at("/nonexistent/log");
    let demo = Vault::open_audited(&path, demo::PASSPHRASE, nowhere, "issue").unwrap();
    assert!(demo.trail().is_none());
}

#[test]
fn a_broken_log_refuses_the_vault_and_stays_as_it_is() {
    let rig = Rig::new();
    for _ in 0..3 {
        rig.open("issue")
            .unwrap()
            .trail()
            .unwrap()
            .close(true)
            .unwrap();
    }
    let changed = rig.text().replacen("\"cards\":0", "\"cards\":5", 1);
    std::fs::write(rig.log().path(), &changed).unwrap();
    let error = rig.open("issue").unwrap_err();
    let KeyError::Audit(AuditError::Broken { fault, .. }) = &error else {
        panic!("{error}");
    };
    assert_eq!((fault.at, fault.kind), (2, FaultKind::Changed));
    assert!(error.to_string().contains("line 2 was changed"), "{error}");
    assert!(error.say(Lang::Zh).contains("第 2 行被改动"));
    assert_eq!(rig.text(), changed);
    // The whole log taken away is missed too.
    std::fs::remove_file(rig.log().path()).unwrap();
    let error = rig.open("issue").unwrap_err();
    assert!(
        error.to_string().contains("1 to 6 were taken off the end"),
        "{error}"
    );
}

/// Two programs with one vault: each line follows another, none is lost.
#[test]
fn uses_at_the_same_time_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::at(folder.path().join("log"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let trail = Trail::open(log.clone(), "issue", "a.vault".as_ref()).unwrap();
                    trail.close(true).unwrap();
                }
            });
        }
    });
    let audit = log.check().unwrap();
    assert_eq!((audit.faults.len(), audit.lines.len()), (0, 40));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(log.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// A power cut between the line and the head file leaves the head one behind: that is no fault, two are.
#[test]
fn the_head_file_may_be_one_line_behind() {
    let (text, head) = sample(6);
    assert_eq!(Audit::of(&text, Some(&head)).faults, []);
    let kind = |head: Option<&str>| {
        Audit::of(&text, head)
            .faults
            .first()
            .map(|fault| fault.kind)
    };
    let hash_of = |line: usize| {
        let line = text.lines().nth(line - 1).unwrap();
        format!(
            "{} {}",
            serde_json::from_str::<Value>(line).unwrap()["line"],
            &line[line.len() - 66..line.len() - 2]
        )
    };
    assert_eq!(kind(Some(&hash_of(6))), None);
    assert_eq!(kind(Some(&hash_of(5))), None);
    assert_eq!(kind(Some(&hash_of(4))), Some(FaultKind::Head));
    assert_eq!(kind(None), Some(FaultKind::Head));
    assert_eq!(kind(Some("rubbish")), Some(FaultKind::Head));
    assert_eq!(
        kind(Some(&format!("6 {}", "ab".repeat(32)))),
        Some(FaultKind::Head),
        "another log's head"
    );
    let (one, _) = sample(1);
    assert_eq!(Audit::of(&one, None).faults, [], "the very first line");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any line taken out, wherever it stood, is missed, and the place is named.
    #[test]
    fn a_line_taken_out_is_missed((count, at) in (1_u32..9).prop_flat_map(|count| (Just(count), 0..count))) {
        let (text, head) = sample(count);
        let kept: String = text
            .split_inclusive('\n')
            .enumerate()
            .filter(|(index, _)| u32::try_from(*index).unwrap() != at)
            .map(|(_, line)| line)
            .collect();
        let number = u64::from(at) + 1;
        let expected = if at + 1 == count {
            FaultKind::EndMissing { from: number, to: number }
        } else {
            FaultKind::Missing { from: number, to: number }
        };
        let faults = Audit::of(&kept, Some(&head)).faults;
        prop_assert_eq!(faults.len(), 1);
        prop_assert_eq!((faults[0].at, faults[0].kind), (usize::try_from(number).unwrap(), expected));
    }

    /// Any changed byte of any line is found at its line, and the line is shown.
    #[test]
    fn a_changed_line_is_found(count in 1_u32..6, place in any::<prop::sample::Index>(), mask in 1_u8..0x80) {
        let (text, head) = sample(count);
        let at = place.index(text.len());
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= mask;
        prop_assume!(std::str::from_utf8(&bytes).is_ok());
        let changed = String::from_utf8(bytes).unwrap();
        let audit = Audit::of(&changed, Some(&head));
        let line = text[..at].matches('\n').count() + 1;
        prop_assume!(audit.lines.get(line - 1).is_none_or(|now| {
            // A hex digit in another letter case says the same.
            !now.eq_ignore_ascii_case(text.lines().nth(line - 1).unwrap())
        }));
        let first = &audit.faults[0];
        prop_assert!(first.at == line || first.at == line + 1, "{} {:?}", line, audit.faults);
        prop_assert!(first.at > audit.lines.len() || first.text == audit.lines[first.at - 1]);
    }

    /// Two lines in each other's places.
    #[test]
    fn lines_out_of_place_are_found((a, b) in (0_usize..5).prop_flat_map(|a| (Just(a), a + 1..6))) {
        let (text, head) = sample(6);
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.swap(a, b);
        let faults = Audit::of(lines.concat(), Some(&head)).faults;
        prop_assert_eq!(faults[0].at, a + 1);
    }
}
