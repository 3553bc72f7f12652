//! What a use leaves behind whose file operations fail, or that is killed at one of them: the next use goes on, and no line is lost.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::Vault;
use crate::audit::{AuditError, AuditLog, Head, Torn};
use crate::roots::Contents;
use crate::sealed::{self, Cost};
use crate::{KeyError, RootKind, secret_file};

const PASSPHRASE: &str = "passphrase of a test";
const VAULT: &str = "SSC_FAULT_VAULT";

/// A vault of one's own that opens quickly, and the library that lets its file operations fail.
struct Rig {
    folder: tempfile::TempDir,
    library: PathBuf,
}

impl Rig {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("faults.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vault/faults.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&library, &source])
            .status();
        assert!(made.unwrap().success());
        let rig = Self { folder, library };
        std::fs::create_dir(rig.books()).unwrap();
        let vault = Vault::generate([("ISD/SCP03", 1, RootKind::Aes)]).unwrap();
        let json = Contents::new(false, &vault.roots).to_json(sealed::TAG);
        let sealed = sealed::seal(&sealed::VAULT, json, PASSPHRASE, Cost::DEMO, &[3; 40]).unwrap();
        let mut file = sealed.file;
        file.extend_from_slice(&sealed.rememberer.places(Head::START).unwrap());
        secret_file::write(&rig.vault(), &file, false).unwrap();
        rig
    }

    fn books(&self) -> PathBuf {
        self.folder.path().join("books")
    }

    fn vault(&self) -> PathBuf {
        self.books().join("a.vault")
    }

    fn log(&self) -> AuditLog {
        AuditLog::of(&self.vault())
    }

    fn head(&self) -> PathBuf {
        self.books().join("a.vault.audit.head")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.log().path()).unwrap_or_default()
    }

    fn use_it(&self) -> Result<(), KeyError> {
        use_it(&self.vault())
    }

    /// Vault, log and head file, to be put back.
    fn files(&self) -> [(PathBuf, Option<Vec<u8>>); 3] {
        [self.vault(), self.log().path().to_owned(), self.head()].map(|path| {
            let bytes = std::fs::read(&path).ok();
            (path, bytes)
        })
    }

    fn put_back(&self, files: &[(PathBuf, Option<Vec<u8>>)]) {
        for (path, bytes) in files {
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => drop(std::fs::remove_file(path)),
            }
        }
    }

    /// A use in a program of its own.
    fn other_program(&self, settings: &[(&str, &str)]) -> Output {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "vault::faults::one_use",
                "--nocapture",
            ])
            .env("LD_PRELOAD", &self.library)
            .env("SSC_FAULT_FOLDER", self.books())
            .env(VAULT, self.vault())
            .envs(settings.iter().copied())
            .output()
            .unwrap()
    }
}

fn use_it(vault: &Path) -> Result<(), KeyError> {
    let opened = Vault::open_audited(vault, PASSPHRASE, AuditLog::of(vault), "show")?;
    opened.trail().unwrap().close(true)?;
    Ok(())
}

/// Not a test by itself: a use that is disturbed.
#[test]
#[ignore = "is run by the tests below, with file operations that fail"]
fn one_use() {
    let Some(vault) = std::env::var_os(VAULT) else {
        return;
    };
    match use_it(vault.as_ref()) {
        Ok(()) => println!("used"),
        Err(error) => println!("refused: {error}"),
    }
}

/// The last whole line, taken off by somebody.
fn without_last_line(text: &str) -> &str {
    let end = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
    &text[..end]
}

#[test]
fn whatever_file_operation_of_a_use_fails_the_next_use_goes_on_and_no_line_is_lost() {
    let rig = Rig::new();
    let hit = rig.folder.path().join("hit");
    let hit_name = hit.to_str().unwrap().to_owned();
    for uses in [0, 1] {
        for _ in 0..uses {
            rig.use_it().unwrap();
        }
        let before = rig.files();
        for kind in ["e", "k", "a", "h", "H"] {
            let mut faults = 0;
            for at in 1.. {
                rig.put_back(&before);
                // Once, and once more on what the first left.
                for times in [1, 2] {
                    let _ = std::fs::remove_file(&hit);
                    let at = at.to_string();
                    let output = rig.other_program(&[
                        ("SSC_FAULT_AT", &at),
                        ("SSC_FAULT_KIND", kind),
                        ("SSC_FAULT_HIT", &hit_name),
                    ]);
                    if times == 1 && !hit.exists() {
                        break;
                    }
                    faults += 1;
                    let left = rig.files();
                    let text = rig.text();
                    let place = format!("{uses} uses, {kind} at {at}, {times}: {output:?}\n{text}");
                    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
                    rig.use_it()
                        .unwrap_or_else(|error| panic!("{place}: {error}"));
                    let now = rig.text();
                    assert!(now.starts_with(whole), "{place}");
                    let audit = rig.log().check().unwrap();
                    assert_eq!(
                        (audit.faults.as_slice(), audit.torn),
                        (&[][..], None),
                        "{place}"
                    );
                    // What somebody took off is missed as before.
                    std::fs::write(rig.log().path(), without_last_line(&now)).unwrap();
                    assert!(rig.use_it().is_err(), "{place}");
                    rig.put_back(&left);
                }
                if !hit.exists() {
                    break;
                }
            }
            assert!(faults > 20, "{kind}: {faults}");
        }
        rig.put_back(&before);
    }
}

#[test]
fn a_line_that_was_cut_short_at_any_byte_is_mended_unless_somebody_knows_it_whole() {
    let rig = Rig::new();
    rig.use_it().unwrap();
    let before = rig.files();
    let whole = rig.text();
    rig.use_it().unwrap();
    let after = rig.files();
    let grown = rig.text();
    let line = grown[whole.len()..].find('\n').unwrap() + 1;
    for bytes in (1..line).step_by(7).chain(line - 3..line) {
        let torn = &grown[..whole.len() + bytes];
        rig.put_back(&before);
        std::fs::write(rig.log().path(), torn).unwrap();
        let said = rig.log().check().unwrap();
        assert_eq!(said.faults, []);
        let kept = bytes == line - 1;
        let expected = if kept {
            Torn::Break
        } else {
            Torn::Part {
                bytes: bytes as u64,
            }
        };
        assert_eq!(said.torn, Some(expected));
        rig.use_it().unwrap();
        let now = rig.text();
        assert!(now.starts_with(if kept {
            &grown[..whole.len() + line]
        } else {
            &*whole
        }));
        assert_eq!(now.contains(&format!("\"torn\":{bytes},")), !kept, "{now}");
        // The head file knows the line whole, or the vault does.
        for knows in [2, 0] {
            rig.put_back(&before);
            rig.put_back(&after[knows..=knows]);
            std::fs::write(rig.log().path(), torn).unwrap();
            let refused = rig.use_it();
            assert!(kept && knows == 0 || refused.is_err(), "{bytes} {knows}");
            assert!(refused.is_ok() || rig.text() == torn, "{bytes} {knows}");
        }
    }
    // Bytes that are no text count as they are.
    rig.put_back(&before);
    let torn = [whole.as_bytes(), &[0xFF, 0, 0xE5]].concat();
    std::fs::write(rig.log().path(), torn).unwrap();
    rig.use_it().unwrap();
    assert!(rig.text().starts_with(&*whole) && rig.text().contains("\"torn\":3,"));
    // A wrong passphrase does not tell what the vault remembers: it cuts nothing.
    rig.put_back(&before);
    std::fs::write(rig.log().path(), &grown[..whole.len() + 9]).unwrap();
    let wrong = Vault::open_audited(&rig.vault(), "wrong passphrase", rig.log(), "show");
    assert!(matches!(wrong, Err(KeyError::WrongPassphrase { .. })));
    assert_eq!(rig.text(), grown[..whole.len() + 9]);
}

#[test]
fn a_wrong_clock_begins_no_use_and_one_that_was_ahead_is_noted() {
    let rig = Rig::new();
    let clock = |seconds: &str| {
        let output = rig.other_program(&[("SSC_FAULT_CLOCK", seconds)]);
        String::from_utf8(output.stdout).unwrap()
    };
    let said = clock("-900000000");
    assert!(said.contains("older than this program"), "{said}");
    assert!(!rig.log().exists());
    let note = || Vault::note_clock(&rig.vault(), PASSPHRASE, &rig.log(), "keys audit");
    let fits = |result| matches!(result, Err(KeyError::Audit(AuditError::ClockFits { .. })));
    rig.use_it().unwrap();
    assert!(fits(note()));
    // Ahead for one use.
    assert!(clock("86400").contains("used"));
    let ahead = rig.text();
    let error = rig.use_it().unwrap_err();
    assert!(
        matches!(error, KeyError::Audit(AuditError::ClockBack { .. })),
        "{error}"
    );
    let advice = format!("ssc keys audit {} --clock-was-wrong", rig.vault().display());
    assert!(error.to_string().contains(&advice), "{error}");
    assert_eq!(rig.text(), ahead);
    note().unwrap();
    rig.use_it().unwrap();
    assert!(fits(note()));
    assert!(
        clock("-3600").contains("refused"),
        "behind the last line again"
    );
    assert!(clock("-2").contains("used"), "a little is taken");
    let audit = rig.log().check().unwrap();
    assert_eq!(audit.faults, []);
    assert!(audit.lines[4].contains("\"event\":\"clock\"") && audit.lines[4].contains("\"after\""));
}
