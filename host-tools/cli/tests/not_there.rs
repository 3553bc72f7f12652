//! What is no APDU, no card and no reader, and a reader of the output who has gone: `ssc` says so, or ends quietly.

mod support;

use serde_json::Value;
use support::{Order, err, finish, json, out, run, ssc};

#[test]
fn bad_apdus_are_refused_before_anything_is_sent() {
    for (apdu, code) in [
        ("00A4zz", 3),
        ("00A", 3),
        ("00", 3),
        ("", 3),
        ("00A4040003AABB", 3),
    ] {
        let output = run(&["apdu", "--reader", "sim", apdu, "--json"], code);
        assert_eq!(json(&output)["error"]["kind"], "input", "{apdu}");
    }
    // Sent as they are: it is the card that says so.
    let raw = run(
        &[
            "apdu",
            "--reader",
            "sim",
            "--raw",
            "00A4040003AABB",
            "--json",
        ],
        5,
    );
    assert_eq!(json(&raw)["exchanges"][0]["sw"], "6700");
    // What has no header goes to no reader, whole or in pieces, first or last.
    for short in [&["00"][..], &["00A404"], &["00", "A4"], &["00840000", "04"]] {
        let args = [&["apdu", "--reader", "sim", "--raw", "--json"], short].concat();
        let output = run(&args, 3);
        let report = json(&output);
        let said = report["error"]["message"].as_str().unwrap();
        assert!(said.contains("nothing was sent"), "{said}");
        assert_eq!(report["exchanges"], Value::Null);
    }
}

#[test]
fn what_is_no_card_is_told() {
    let order = Order::of("1");
    let other = order.path("batch.csv");
    let no_image = run(&["read", "--image", &other, "--json"], 3);
    assert!(
        err(&no_image).contains("no card image"),
        "{}",
        err(&no_image)
    );
    run(&["read", "--image", "/nonexistent/card"], 3);
    let blank = run(&["read", "--reader", "sim"], 5);
    assert!(
        err(&blank).contains("not a personalized"),
        "{}",
        err(&blank)
    );
    let no_service = run(&["read", "--json"], 4);
    assert_eq!(json(&no_service)["error"]["kind"], "reader");
    assert!(err(&no_service).contains("pcscd"), "{}", err(&no_service));
    assert!(err(&run(&["read", "--lang", "zh"], 4)).contains("PC/SC 服务没有响应"));
    run(&["sim", "--port", "1"], 4);
}

#[test]
fn readers_has_the_simulator_where_there_is_no_service() {
    let report = json(&run(&["readers", "--json"], 0));
    assert_eq!(report["readers"][0]["name"], "sim");
    assert_eq!(report["pcsc_error"]["kind"], "reader");
    assert!(out(&run(&["readers", "--lang", "zh"], 0)).contains("本进程内的空白卡"));
}

/// Catches: a pcscd that refuses this user, and is quicker to hang up than the library to ask, taken for one that is not there.
#[test]
fn a_service_that_hangs_up_refuses_this_user() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("pcscd.comm");
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    for command in [&["readers"][..], &["read"]] {
        let mut command = ssc(command);
        command.env("PCSCLITE_CSOCK_NAME", &socket);
        let refused = finish(&mut command, 4);
        assert!(err(&refused).contains("polkit"), "{}", err(&refused));
        assert!(!err(&refused).contains("start it"), "{}", err(&refused));
    }
}

/// A card of other keys is not called genuine because nobody reads the words, nor a faulty batch valid.
#[test]
fn a_closed_stdout_does_not_change_the_exit_code() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let batch = folder.path().join("batch.csv");
    std::fs::write(&batch, "number,name\n1,2\n").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ssc"))
        .args(["batch", "check", "--lang", "en"])
        .arg(&batch)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
}

/// `| head` is no error, and no panic.
#[test]
fn a_reader_of_the_pipe_that_has_seen_enough_ends_it_quietly() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_ssc"))
        .args(["batch", "sample", "--count", "20000", "--seed", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(output.stderr.is_empty(), "{}", err(&output));
}
