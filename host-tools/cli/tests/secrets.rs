//! Files with secrets, vaults that somebody else made, logs that vanished, and what a running `ssc` lets others see of it.

mod support;

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::{Order, clean, err, finish, json, secret, ssc};

const PASSPHRASE: &str = "passphrase of a test";

fn with(args: &[&str], code: i32) -> std::process::Output {
    finish(ssc(args).env("SSC_PASSPHRASE", PASSPHRASE), code)
}

fn mode(path: &str, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_with_a_secret_that_others_can_read_is_refused() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    with(&["keys", "new", &vault], 0);
    let file = order.path("secret");
    let check = |args: &[&str], right: i32, refused: i32| {
        for lax in [0o644, 0o640, 0o604, 0o660, 0o602] {
            mode(&file, lax);
            let said = err(&finish(&mut ssc(args), refused));
            assert!(
                said.contains("chmod 600") && said.contains(&file),
                "{args:?}: {said}"
            );
            let chinese = err(&finish(ssc(args).args(["--lang", "zh"]), refused));
            assert!(chinese.contains("chmod 600"), "{chinese}");
        }
        for strict in [0o600, 0o400] {
            mode(&file, strict);
            finish(&mut ssc(args), right);
        }
    };
    secret(&file, PASSPHRASE);
    check(&["keys", "show", &vault, "--passphrase-file", &file], 0, 6);
    mode(&file, 0o600);
    secret(&file, "123456\n");
    finish(
        &mut ssc(&[
            "issue",
            &order.path("batch.csv"),
            "--generation",
            "2.00",
            "--images",
            &order.path("cards"),
        ]),
        0,
    );
    let image = support::text(&order.images()[0]);
    check(
        &[
            "terminal",
            "verify-pin",
            "--pin-file",
            &file,
            "--image",
            &image,
        ],
        0,
        3,
    );
    mode(&file, 0o600);
    let module = "/usr/lib/softhsm/libsofthsm2.so";
    secret(&file, "no-such-pin");
    // no token here: a strict file comes as far as that
    check(
        &["hsm", "show", "--hsm", module, "--hsm-pin-file", &file],
        6,
        6,
    );
}

/// What comes through a pipe lies nowhere.
#[test]
fn a_pipe_is_no_file_that_others_can_read() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    with(&["keys", "new", &vault], 0);
    let mut command = ssc(&["keys", "show", &vault, "--passphrase-file", "/dev/stdin"]);
    finish(command.write_stdin(format!("{PASSPHRASE}\n")), 0);
}

/// Memory, passes and lanes are numbers in a file that anybody may have made: they are judged before a byte of memory is taken.
#[test]
fn a_hostile_vault_gets_no_memory() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    with(&["keys", "new", &vault], 0);
    let whole = std::fs::read(&vault).unwrap();
    for (at, value) in [(10, 64_u32 << 20), (10, 512 << 10), (14, 4096), (18, 4096)] {
        let mut hostile = whole.clone();
        hostile[at..at + 4].copy_from_slice(&value.to_be_bytes());
        secret(&vault, hostile);
        // with less address space than it asks for, and less time than so many passes take
        let began = Instant::now();
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "ulimit -v 400000; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_ssc"),
        ]);
        command.args(["keys", "show", &vault]);
        clean(&mut command);
        let refused = command.env("SSC_PASSPHRASE", PASSPHRASE).output().unwrap();
        assert_eq!(refused.status.code(), Some(6), "{}", err(&refused));
        assert!(err(&refused).contains("MiB of memory"), "{}", err(&refused));
        assert!(began.elapsed() < Duration::from_secs(20));
    }
    // and a file without end is not read to its end
    secret(&vault, &whole);
    std::fs::File::options()
        .write(true)
        .open(&vault)
        .unwrap()
        .set_len(64 << 30)
        .unwrap();
    let refused = with(&["keys", "show", &vault], 6);
    assert!(err(&refused).contains("more than"), "{}", err(&refused));
}

/// The vault remembers the last line of its log: a log that vanishes, with all that stands beside it, is missed at the next use.
#[test]
fn a_log_that_vanished_is_missed() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    let show = ["keys", "show", &vault];
    let log = format!("{vault}.audit");
    let remove = || {
        for name in [log.clone(), format!("{log}.head")] {
            std::fs::remove_file(name).unwrap();
        }
    };
    with(&["keys", "new", &vault], 0);
    // straight after it was made, and later
    for used in [false, true] {
        if used {
            with(&show, 0);
            with(&show, 0);
        }
        let keep = [
            std::fs::read(&log).unwrap(),
            std::fs::read(format!("{log}.head")).unwrap(),
        ];
        let count = std::fs::read_to_string(&log).unwrap().lines().count();
        remove();
        let said = err(&with(&show, 6));
        assert!(said.contains("the audit log has vanished"), "{said}");
        assert!(
            said.contains(&format!("its line {count} ")) && said.contains("--new-log"),
            "{said}"
        );
        assert!(!Path::new(&log).exists(), "nothing is begun by itself");
        assert!(
            err(&finish(
                ssc(&show)
                    .env("SSC_PASSPHRASE", PASSPHRASE)
                    .args(["--lang", "zh"]),
                6
            ))
            .contains("审计日志已消失")
        );
        // whoever checks the log alone sees it too, without the passphrase
        let said = err(&finish(&mut ssc(&["keys", "audit", &vault]), 6));
        assert!(said.contains(&format!("line {count} ")), "{said}");
        std::fs::write(&log, &keep[0]).unwrap();
        std::fs::write(format!("{log}.head"), &keep[1]).unwrap();
        with(&show, 0);
    }
    // an older copy of log and head
    let old = [
        std::fs::read(&log).unwrap(),
        std::fs::read(format!("{log}.head")).unwrap(),
    ];
    with(&show, 0);
    std::fs::write(&log, &old[0]).unwrap();
    std::fs::write(format!("{log}.head"), &old[1]).unwrap();
    let said = err(&with(&show, 6));
    assert!(said.contains("or it was cut"), "{said}");

    // it goes on with a new log when somebody says so, and the log says so too
    remove();
    with(&["keys", "audit", &vault, "--new-log"], 0);
    let first = std::fs::read_to_string(&log).unwrap();
    let first: serde_json::Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(first["event"], "new log");
    assert_eq!(first["lost"]["line"], 12, "{first}");
    with(&show, 0);
    let refused = with(&["keys", "audit", &vault, "--new-log"], 6);
    assert!(err(&refused).contains("no need"), "{}", err(&refused));
    finish(&mut ssc(&["keys", "audit", &vault]), 0);
}

/// Two at once: each line follows another, and the vault remembers the last of all.
#[test]
fn uses_at_the_same_time_are_remembered() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    with(&["keys", "new", &vault], 0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2 {
                    with(&["keys", "show", &vault], 0);
                }
            });
        }
    });
    let audit = json(&finish(&mut ssc(&["keys", "audit", &vault, "--json"]), 0));
    assert_eq!(audit["lines"].as_array().unwrap().len(), 18);
    with(&["keys", "show", &vault], 0);
}

/// A vault on a medium that is read only is used all the same; it says that it does not remember.
#[test]
fn a_vault_that_cannot_be_written_is_used_and_says_so() {
    let order = Order::of("1");
    let vault = order.path("keys.vault");
    with(&["keys", "new", &vault], 0);
    let before = std::fs::read(&vault).unwrap();
    let Some(mut command) = as_nobody(order.folder.path()) else {
        eprintln!("left out: not root, or no setpriv");
        return;
    };
    mode(&vault, 0o400);
    let used = command
        .args(["keys", "show", &vault])
        .env("SSC_PASSPHRASE", PASSPHRASE)
        .output()
        .unwrap();
    assert_eq!(used.status.code(), Some(0), "{}", err(&used));
    assert!(
        err(&used).contains("does not remember this use"),
        "{}",
        err(&used)
    );
    assert_eq!(std::fs::read(&vault).unwrap(), before);
    // who uses it is nobody, though its memory is root's to look into
    let log = std::fs::read_to_string(format!("{vault}.audit")).unwrap();
    assert!(
        log.lines().last().unwrap().contains("\"user\":\"65534")
            || log.contains("\"user\":\"65534"),
        "{log}"
    );
}

/// `ssc` as a user who is not root, where the tests run as root. What is in `folder` becomes that user's.
fn as_nobody(folder: &Path) -> Option<Command> {
    if std::fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    // Where everybody can reach it.
    let program: PathBuf = folder.join("ssc-under-test");
    std::fs::copy(env!("CARGO_BIN_EXE_ssc"), &program).unwrap();
    mode(program.to_str().unwrap(), 0o755);
    let nobody = Some(65534);
    std::os::unix::fs::chown(folder, nobody, nobody).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        std::os::unix::fs::chown(entry.unwrap().path(), nobody, nobody).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command.arg(program);
    clean(&mut command);
    Some(command)
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// No keys in a core dump: neither in a file (the limit) nor through a pipe (the process is not dumpable, so that what /proc has of it
/// belongs to root).
#[test]
fn a_running_ssc_cannot_be_dumped() {
    let folder = tempfile::tempdir().unwrap();
    let other = as_nobody(folder.path());
    let has_other = other.is_some();
    let mut command = other.unwrap_or_else(|| Command::new(env!("CARGO_BIN_EXE_ssc")));
    let child = command
        // waits for APDUs
        .args(["apdu", "--reader", "sim", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let child = Running(child);
    let process = PathBuf::from(format!("/proc/{}", child.0.id()));
    let limits = || std::fs::read_to_string(process.join("limits")).unwrap();
    let core = |limits: &str| -> Vec<String> {
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        line.unwrap()
            .split_whitespace()
            .skip(4)
            .take(2)
            .map(str::to_owned)
            .collect()
    };
    let began = Instant::now();
    while core(&limits()) != ["0", "0"] {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", limits());
        std::thread::sleep(Duration::from_millis(20));
    }
    if has_other {
        let status = std::fs::read_to_string(process.join("status")).unwrap();
        assert!(status.contains("Uid:\t65534"), "{status}");
        while std::fs::metadata(process.join("mem")).unwrap().uid() != 0 {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "what /proc has of it is its own"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
