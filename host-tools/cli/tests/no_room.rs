//! A file system without room: a use of a vault that could not be written down is refused in words, and the vault goes on as soon
//! as there is room. All keys are synthetic.

mod support;

use support::{err, finish, secret, ssc};

#[test]
fn a_line_that_found_no_room_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (vault, passphrase) = (path("k.vault"), path("passphrase"));
    secret(&passphrase, "passphrase of the vault\n");
    let with = ["--passphrase-file", &passphrase];
    finish(&mut ssc(&[&["keys", "new", &vault][..], &with].concat()), 0);
    let show = [&["keys", "show", &vault][..], &with].concat();
    finish(&mut ssc(&show), 0);
    // The limit falls before, into and behind the next line of the log.
    for room in [0, 1, 60, 2000] {
        let log = std::fs::metadata(path("k.vault.audit")).unwrap().len();
        let output = std::process::Command::new("prlimit")
            .arg(format!("--fsize={}", log + room))
            .arg(env!("CARGO_BIN_EXE_ssc"))
            .args(&show)
            .args(["--lang", "en"])
            .env_remove("SSC_AUDIT_LOG")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(6), "{room}: {}", err(&output));
        assert!(
            err(&output).contains("cannot be written"),
            "{}",
            err(&output)
        );
        finish(&mut ssc(&show), 0);
    }
}

/// A pipe or a device in the place of the log is refused, and neither waited for nor read without end.
#[test]
fn a_log_is_a_regular_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (vault, passphrase) = (path("k.vault"), path("passphrase"));
    secret(&passphrase, "passphrase of the vault\n");
    let with = ["--passphrase-file", &passphrase];
    finish(&mut ssc(&[&["keys", "new", &vault][..], &with].concat()), 0);
    let show = [&["keys", "show", &vault][..], &with].concat();
    let log = path("k.vault.audit");
    let _ = std::fs::remove_file(&log);
    let made = std::process::Command::new("mkfifo").arg(&log).status();
    assert!(made.unwrap().success());
    let output = finish(&mut ssc(&show), 6);
    assert!(err(&output).contains("no regular file"), "{}", err(&output));
    std::fs::remove_file(&log).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &log).unwrap();
    let output = finish(&mut ssc(&show), 6);
    assert!(err(&output).contains("no regular file"), "{}", err(&output));
}
