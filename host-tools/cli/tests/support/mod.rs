//! Runs `ssc` as a user would, without the environment of whoever runs the tests.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod pcsc;
pub mod pty;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};

use assert_cmd::Command;
use serde_json::Value;

/// `ssc` in English, without PC/SC, keys or PIN.
pub fn ssc(args: &[&str]) -> Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ssc"));
    clean(&mut command);
    command.env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm");
    command.args(args);
    command.into()
}

/// `ssc` of which no file may become longer than so many bytes, as on a disk that is full.
pub fn limited(bytes: u64) -> std::process::Command {
    // SIGXFSZ is ignored, so that a write fails.
    let script = format!("trap '' XFSZ; exec prlimit --fsize={bytes} \"$@\"");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_ssc")]);
    clean(&mut command);
    command
}

/// A register of its own: persons of one test have no cards of another's. What goes on with a job names its store.
pub fn fresh_store() -> PathBuf {
    static STORES: AtomicUsize = AtomicUsize::new(0);
    let number = STORES.fetch_add(1, Ordering::Relaxed);
    // Named by the test program, so that the next run takes the same files and they do not grow in number.
    let name = format!("store-{}-{number}.db", env!("CARGO_CRATE_NAME"));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    path
}

/// Sets each variable that matters to `ssc`.
pub fn clean(command: &mut std::process::Command) {
    for name in [
        "LC_ALL",
        "LC_MESSAGES",
        "SSC_AUDIT_LOG",
        "SSC_HSM_PIN",
        "SSC_PASSPHRASE",
        "SSC_PIN",
    ] {
        command.env_remove(name);
    }
    command.env("LANG", "C");
    command.env("SSC_STORE", fresh_store());
    // Where the audit logs of tokens go.
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
}

/// Runs it and checks the exit code.
pub fn run(args: &[&str], code: i32) -> Output {
    finish(&mut ssc(args), code)
}

pub fn finish(command: &mut Command, code: i32) -> Output {
    let output = command.output().unwrap();
    keep(command, &output);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{command:?}\n{}\n{}",
        out(&output),
        err(&output)
    );
    output
}

/// Keeps what was printed where `scripts/no-secrets` will look through it, unless secrets are what was asked for.
fn keep(command: &impl std::fmt::Debug, output: &Output) {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let asked = format!("{command:?}");
    let on_purpose = ["\"pins\"", "\"component\""];
    let Some(folder) = std::env::var_os("SSC_TEST_LOGS") else {
        return;
    };
    if on_purpose.iter().any(|word| asked.contains(word)) {
        return;
    }
    let name = format!(
        "ssc-{}-{}.log",
        std::process::id(),
        RUNS.fetch_add(1, Ordering::Relaxed)
    );
    let text = [&output.stdout[..], &output.stderr].concat();
    std::fs::write(Path::new(&folder).join(name), text).unwrap();
}

pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// stdout as exactly one JSON document.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", out(output)))
}

/// A file with a secret: its owner's alone, or `ssc` refuses it.
pub fn secret(path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::File::options();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    file.unwrap().write_all(text.as_ref()).unwrap();
}

/// A sample batch of the repository.
pub fn batch(name: &str) -> String {
    let path = test_vectors::vectors::directory()
        .join("batches")
        .join(name);
    text(&path)
}

pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A folder with a batch of synthetic persons in it.
pub struct Order {
    pub folder: tempfile::TempDir,
}

impl Order {
    pub fn of(count: &str) -> Self {
        let order = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        run(
            &[
                "batch",
                "sample",
                "--count",
                count,
                "--seed",
                "5",
                "-o",
                &order.path("batch.csv"),
            ],
            0,
        );
        order
    }

    pub fn path(&self, name: &str) -> String {
        text(&self.folder.path().join(name))
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The citizen numbers of the batch.
    pub fn numbers(&self) -> Vec<String> {
        column(&self.read("batch.csv"), 0)
    }

    /// The card images in the folder `cards`, in the order of their serials.
    pub fn images(&self) -> Vec<PathBuf> {
        let mut images: Vec<PathBuf> = std::fs::read_dir(self.folder.path().join("cards"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        images.sort();
        images
    }
}

/// A column of a CSV without quotes, without its heading.
pub fn column(csv: &str, index: usize) -> Vec<String> {
    csv.lines()
        .skip(1)
        .map(|row| row.split(',').nth(index).unwrap().to_owned())
        .collect()
}
