//! A component typed in at a terminal.

use std::path::Path;
use std::process::Command;

use super::ceremony::*;
use crate::support::*;

/// Components that are typed in: without echo, a slip can be mended, and the third one ends it.
#[test]
fn a_component_is_typed_in_at_a_terminal() {
    let it = Ceremony::new();
    it.run("keys component --need 2 --plain x1 x2", 0);
    let line = it.order.read("x2");
    let words: Vec<&str> = line.split_whitespace().collect();
    let typed = words[2..].join(" ");
    // One digit of the component's value is another.
    let digit = if words[5].starts_with('0') { "1" } else { "0" };
    let slipped = typed.replace(words[5], &format!("{digit}{}", &words[5][1..]));
    let talk = |vault: &str, answers: &[&str]| {
        let args = [
            "keys",
            "ceremony",
            vault,
            "--component",
            "x1",
            "--enter",
            "1",
        ];
        terminal(it.order.folder.path(), &args, answers)
    };
    let (said, code) = talk("one.vault", &[&slipped, &typed]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("there is a slip in one of them"), "{said}");
    assert!(
        said.contains("typed in 1: component 2, check value"),
        "{said}"
    );
    assert!(
        !said.contains(words[5]) && !said.contains(&words[5][8..24]),
        "no echo"
    );
    let (said, code) = talk("two.vault", &[&slipped, &slipped, &slipped]);
    assert_eq!(code, 6, "{said}");
    assert!(!it.names().contains(&"two.vault".to_owned()));
}

/// Runs `ssc` on a pseudo-terminal of python's, and answers each question.
fn terminal(folder: &Path, args: &[&str], answers: &[&str]) -> (String, i32) {
    const PROGRAM: &str = "
import os, pty, sys, termios, time
ssc, count = sys.argv[1], int(sys.argv[2])
answers, args = sys.argv[3:3 + count], sys.argv[3 + count:]
pid, line = pty.fork()
if pid == 0:
    os.execv(ssc, [ssc] + args)
said = b''
while True:
    try:
        part = os.read(line, 4096)
    except OSError:
        break
    if not part:
        break
    said += part
    if answers and said.endswith(b': '):
        # The question comes before the echo goes.
        while termios.tcgetattr(line)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(line, answers.pop(0).encode() + b'\\n')
        said += b'\\n'
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";
    let mut command = Command::new("python3");
    clean(&mut command);
    let output = command
        .current_dir(folder)
        .env("SSC_PASSPHRASE", PASSPHRASE)
        .args(["-c", PROGRAM, env!("CARGO_BIN_EXE_ssc")])
        .arg(answers.len().to_string())
        .args(answers)
        .args(args)
        .output()
        .expect("python3 runs");
    (out(&output), output.status.code().unwrap())
}
