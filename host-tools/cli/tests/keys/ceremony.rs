//! A folder with the passphrases of three holders, in which commands run.

use std::process::Output;

use serde_json::Value;

use crate::support::{Order, finish, json, secret, ssc};

pub const PASSPHRASE: &str = "passphrase of the vault";

/// A folder with passphrases of three holders, in which commands run.
pub struct Ceremony {
    pub order: Order,
}

impl Ceremony {
    pub fn new() -> Self {
        let order = Order::of("2");
        for holder in ["1", "2", "3"] {
            let line = format!("passphrase of holder {holder}\n");
            secret(order.path(&format!("p{holder}")), line);
        }
        Self { order }
    }

    pub fn run(&self, line: &str, code: i32) -> Output {
        finish(&mut self.command(line), code)
    }

    pub fn command(&self, line: &str) -> assert_cmd::Command {
        let mut command = ssc(&line.split(' ').collect::<Vec<_>>());
        command
            .current_dir(self.order.folder.path())
            .env("SSC_PASSPHRASE", PASSPHRASE);
        command
    }

    /// Three sealed components of a master, a vault from two of them.
    pub fn held() -> Self {
        let it = Self::new();
        it.run(
            &format!("keys component --need 2 c1 c2 c3 {}", sealed("123")),
            0,
        );
        it.run(
            &format!(
                "keys ceremony keys.vault --component c1 --component c3 {}",
                sealed("13")
            ),
            0,
        );
        it
    }

    /// Two plain components of a KEK.
    pub fn kek(&self) {
        self.run("keys component --for kek --need 2 --plain k1 k2", 0);
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.order.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub fn roots(&self, vault: &str) -> Value {
        json(&self.run(&format!("keys show {vault} --json"), 0))["roots"].clone()
    }

    pub fn log(&self) -> Vec<Value> {
        let text = self.order.read("keys.vault.audit");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

pub fn sealed(holders: &str) -> String {
    let files: Vec<String> = holders
        .chars()
        .map(|holder| format!("--component-passphrase-file p{holder}"))
        .collect();
    files.join(" ")
}
