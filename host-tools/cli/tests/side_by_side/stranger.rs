//! Another program on the same pcscd.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use ssc_harness::pcscd::PrivatePcscd;

/// A stranger: an ignored test of this file, on this pcscd's first reader. It ends when its standard input does.
pub struct Stranger {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Stranger {
    pub fn start(pcscd: &PrivatePcscd, test: &str) -> Self {
        let mut child = pcscd
            .client(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env("READER", &pcscd.readers()[0])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut this = Self { child, output };
        this.wait_for("READY");
        this
    }

    pub fn wait_for(&mut self, word: &str) {
        let mut line = String::new();
        while self.output.read_line(&mut line).unwrap() > 0 {
            if line.contains(word) {
                return;
            }
        }
        panic!("no {word:?} but {line}");
    }

    /// Ends it; what it said.
    pub fn end(mut self) -> String {
        drop(self.child.stdin.take());
        let said = self.output.lines().map_while(Result::ok);
        let said: Vec<String> = said.collect();
        assert!(self.child.wait().unwrap().success(), "{said:?}");
        said.join("\n")
    }
}
