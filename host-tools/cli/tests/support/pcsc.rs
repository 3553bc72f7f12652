//! `ssc` beside a pcscd of the test's own, and simulated cards in its readers.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;
use ssc_harness::pcscd::PrivatePcscd;

use super::{clean, err, json, keep, out};

/// `ssc` with this pcscd.
pub fn ssc(pcscd: &PrivatePcscd, args: &[&str]) -> Command {
    let mut command = pcscd.client(env!("CARGO_BIN_EXE_ssc"));
    clean(&mut command);
    command.args(args);
    command
}

/// Runs it there and checks the exit code.
pub fn run(pcscd: &PrivatePcscd, args: &[&str], code: i32) -> Output {
    run_with(pcscd, args, &[], code)
}

/// The same with secrets in the environment.
pub fn run_with(
    pcscd: &PrivatePcscd,
    args: &[&str],
    secrets: &[(&str, &str)],
    code: i32,
) -> Output {
    let mut command = ssc(pcscd, args);
    let output = command.envs(secrets.iter().copied()).output().unwrap();
    keep(&command, &output);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{args:?}\n{}\n{}",
        out(&output),
        err(&output)
    );
    output
}

/// A running `ssc sim --json`, ended with the test.
pub struct Sim {
    pub child: Child,
    events: Lines<BufReader<ChildStdout>>,
}

impl Sim {
    pub fn start(pcscd: &PrivatePcscd, reader: usize, args: &[&str]) -> Self {
        let port = pcscd.ports()[reader].to_string();
        let mut child = ssc(pcscd, &["sim", "--json", "--port", &port])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, events }
    }

    /// The next event; `Null` at the end.
    pub fn event(&mut self) -> Value {
        self.events.next().map_or(Value::Null, |line| {
            serde_json::from_str(&line.unwrap()).unwrap()
        })
    }

    /// Takes the card out by force, as pulling it does.
    pub fn pull(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until PC/SC sees the card, and returns the reader's entry in `ssc readers`.
pub fn card_in(pcscd: &PrivatePcscd, reader: usize) -> Value {
    for _ in 0..100 {
        let report = json(&run(pcscd, &["readers", "--json"], 0));
        // "sim" stands first.
        let found = report["readers"].as_array().unwrap().iter().skip(1);
        let mut found = found.filter(|entry| entry["name"] == pcscd.readers()[reader].as_str());
        match found.next() {
            Some(entry) if entry["state"] == "card" => return entry.clone(),
            _ => std::thread::sleep(std::time::Duration::from_millis(100)),
        }
    }
    panic!("no card in {} after ten seconds", pcscd.readers()[reader]);
}
