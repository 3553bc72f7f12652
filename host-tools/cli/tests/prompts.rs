//! Questions without echo on a pseudo-terminal: whatever ends `ssc` there, the terminal shows again what is typed.

mod support;

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::termios::{LocalModes, tcgetattr};
use support::pty::Pty;
use support::{run, text};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// `ssc` with a terminal of its own.
struct Terminal {
    master: File,
    slave: File,
    child: Child,
    shown: String,
    _folder: tempfile::TempDir,
}

impl Terminal {
    /// Asks for the passphrase of a vault.
    fn start(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = text(&folder.path().join("keys.vault"));
        let make = |args: &[&str]| {
            let mut command = support::ssc(args);
            command.env("SSC_PASSPHRASE", "passphrase of a test");
            support::finish(&mut command, 0);
        };
        make(&["keys", "new", &vault]);
        let pty = Pty::open();
        let mut command = pty.ssc(&[args, &[vault.as_str()]].concat());
        Self {
            child: command.spawn().unwrap(),
            slave: File::from(pty.slave()),
            master: pty.master,
            shown: String::new(),
            _folder: folder,
        }
    }

    fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.slave).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    fn wait_until(&self, echoes: bool) {
        let began = Instant::now();
        while self.echoes() != echoes {
            assert!(began.elapsed() < PATIENCE, "the echo stays {}", !echoes);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Reads until the terminal shows `words`.
    fn see(&mut self, words: &str) {
        let mut room = [0; 512];
        while !self.shown.contains(words) {
            let length = self.master.read(&mut room).unwrap();
            assert!(length > 0, "{}", self.shown);
            self.shown
                .push_str(&String::from_utf8_lossy(&room[..length]));
        }
    }

    fn type_in(&mut self, keys: &[u8]) {
        self.master.write_all(keys).unwrap();
    }

    fn end(mut self) -> (Option<i32>, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        self.wait_until(true);
        (status.code(), std::mem::take(&mut self.shown))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn control_c_at_a_question_leaves_the_terminal_with_its_echo() {
    for keys in [b"\x03", b"\x1C"] {
        let mut terminal = Terminal::start(&["keys", "show"]);
        assert!(terminal.echoes());
        terminal.see("Passphrase of ");
        terminal.wait_until(false);
        terminal.type_in(b"half a passphr");
        terminal.type_in(keys);
        let (code, shown) = terminal.end();
        assert_ne!(code, Some(0));
        assert!(!shown.contains("half"), "{shown}");
    }
}

#[test]
fn an_end_from_outside_too() {
    for signal in ["TERM", "HUP", "INT"] {
        let mut terminal = Terminal::start(&["keys", "show"]);
        terminal.see("Passphrase of ");
        terminal.wait_until(false);
        // setsid's child is the leader of the session, and alone in it.
        let id = terminal.child.id().to_string();
        let done = Command::new("sh")
            .args([
                "-c",
                "kill -s $1 $(ps -o pid= --ppid $2 || echo $2)",
                "sh",
                signal,
                &id,
            ])
            .status()
            .unwrap();
        assert!(done.success());
        terminal.end();
    }
}

#[test]
fn an_answer_is_taken_and_not_shown() {
    let mut terminal = Terminal::start(&["keys", "show"]);
    terminal.see("Passphrase of ");
    terminal.wait_until(false);
    terminal.type_in("passphrase of a tesx\x7Ft\n".as_bytes());
    terminal.see("SSSE/RK");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("passphrase of a"), "{shown}");
}

/// The end of the input is no empty passphrase.
#[test]
fn a_closed_terminal_is_no_answer() {
    let mut terminal = Terminal::start(&["keys", "show"]);
    terminal.see("Passphrase of ");
    terminal.wait_until(false);
    terminal.type_in(b"\x04");
    terminal.see("no passphrase");
    assert_eq!(terminal.end().0, Some(2));
    // and without a terminal there is no question
    run(&["help"], 0);
}
