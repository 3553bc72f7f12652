//! A pseudo-terminal, and `ssc` on it.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::clean;

/// Both ends of a pseudo-terminal.
pub struct Pty {
    /// What the person at the terminal has.
    pub master: File,
    name: String,
}

impl Pty {
    pub fn open() -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        Self {
            master: File::from(master),
            name,
        }
    }

    /// The end that a program has.
    pub fn slave(&self) -> OwnedFd {
        let mut options = File::options();
        options.read(true).write(true);
        // not to become the test's own terminal
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, 0o400);
        options.open(&self.name).unwrap().into()
    }

    /// `ssc` with this terminal as its own.
    pub fn ssc(&self, args: &[&str]) -> Command {
        // util-linux's setsid makes the terminal that of the new session, which safe Rust cannot.
        let mut command = Command::new("setsid");
        command
            .args(["--ctty", "--wait", env!("CARGO_BIN_EXE_ssc")])
            .args(args)
            .stdin(Stdio::from(self.slave()))
            .stdout(Stdio::from(self.slave()))
            .stderr(Stdio::from(self.slave()));
        clean(&mut command);
        command
    }
}
