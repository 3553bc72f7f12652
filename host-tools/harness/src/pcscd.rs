//! A pcscd of one's own for a test: `scripts/private-pcscd` as a guard that ends it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Why there is no pcscd for this test.
#[derive(Debug, thiserror::Error)]
pub enum PcscdError {
    /// The script cannot be run: Python 3 is missing.
    #[error("{script} cannot be run ({source}); it needs Python 3: apt-get install python3")]
    Script {
        /// The script.
        script: String,
        /// Why.
        source: std::io::Error,
    },
    /// The script ended without readers.
    #[error("no pcscd: {0}")]
    Refused(String),
    /// The script printed something else than it promises.
    #[error("scripts/private-pcscd did not print {0}: the harness and the script do not fit")]
    Missing(&'static str),
}

/// A running pcscd with vpcd readers. Dropping it ends it, and nothing but empty lock files stays behind.
///
/// The PC/SC library reads `PCSCLITE_CSOCK_NAME` from the environment of its process, which safe Rust cannot set for
/// itself: give it to the programs under test with [`client`](PrivatePcscd::client).
#[derive(Debug)]
pub struct PrivatePcscd {
    script: Child,
    socket: PathBuf,
    ports: Vec<u16>,
    readers: Vec<String>,
}

impl PrivatePcscd {
    /// Starts one with `readers` readers, 1 to 8, and waits until PC/SC clients see them.
    ///
    /// # Errors
    /// pcscd, vsmartcard-vpcd or Python 3 is missing; the message says what to install.
    pub fn start(readers: u8) -> Result<Self, PcscdError> {
        Self::start_named(readers, "Head")
    }

    /// The same with readers called `name` and a number.
    ///
    /// # Errors
    /// As [`start`](PrivatePcscd::start).
    pub fn start_named(readers: u8, name: &str) -> Result<Self, PcscdError> {
        Self::start_with(readers, &["--name", name])
    }

    /// The same, started again by the next client after [`end_by_itself`](PrivatePcscd::end_by_itself), as a system's is by its
    /// socket.
    ///
    /// # Errors
    /// As there.
    pub fn start_on_demand(readers: u8) -> Result<Self, PcscdError> {
        Self::start_with(readers, &["--on-demand"])
    }

    fn start_with(readers: u8, options: &[&str]) -> Result<Self, PcscdError> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/private-pcscd");
        let mut child = Command::new(&script)
            .args(["--readers", &readers.to_string()])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| PcscdError::Script {
                script: script.display().to_string(),
                source,
            })?;
        let mut lines = Vec::new();
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if line == "READY=1" {
                    break;
                }
                lines.push(line);
            }
        }
        let mut started = Self {
            script: child,
            socket: PathBuf::new(),
            ports: Vec::new(),
            readers: Vec::new(),
        };
        if lines.is_empty() {
            return Err(PcscdError::Refused(started.complaint()));
        }
        let value = |name: &'static str| {
            let found = lines.iter().find_map(|line| line.strip_prefix(name));
            found
                .and_then(|rest| rest.strip_prefix('='))
                .map(|quoted| quoted.trim_matches('\''))
                .ok_or(PcscdError::Missing(name))
        };
        started.socket = value("PCSCLITE_CSOCK_NAME")?.into();
        started.readers = value("PRIVATE_PCSCD_READERS")?
            .split(';')
            .map(Into::into)
            .collect();
        started.ports = value("PRIVATE_PCSCD_PORTS")?
            .split(' ')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| PcscdError::Missing("PRIVATE_PCSCD_PORTS"))?;
        Ok(started)
    }

    /// What `PCSCLITE_CSOCK_NAME` is to be.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The TCP port where a vpcd card for each reader connects, in the order of [`readers`](PrivatePcscd::readers).
    #[must_use]
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// The PC/SC names of the readers.
    #[must_use]
    pub fn readers(&self) -> &[String] {
        &self.readers
    }

    /// A command whose PC/SC is this one.
    #[must_use]
    pub fn client(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("PCSCLITE_CSOCK_NAME", &self.socket);
        command
    }

    /// Ends pcscd as it ends itself when nobody has used it for a while, and returns when it has. The next client starts it again.
    ///
    /// # Panics
    /// It does not end, or was not started with [`start_on_demand`](PrivatePcscd::start_on_demand).
    pub fn end_by_itself(&self) {
        let script = self.script.id().to_string();
        let sent = Command::new("kill").args(["-USR1", &script]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {script}");
        let port = self.ports.first().copied().unwrap_or_default();
        for _ in 0..500 {
            if !listens(port) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("pcscd has not ended in ten seconds");
    }

    /// Ends pcscd under the clients' hands: what they then say is the test.
    pub fn stop(&mut self) {
        // The script ends pcscd and cleans up when its input closes.
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }

    fn complaint(&mut self) -> String {
        let mut words = String::new();
        if let Some(mut stderr) = self.script.stderr.take() {
            let _ = stderr.read_to_string(&mut words);
        }
        words
    }
}

/// Whether somebody listens on this TCP port, without connecting: vpcd would take that for a card.
fn listens(port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let place = format!(":{port:04X}");
    table.lines().any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next().is_some_and(|local| local.ends_with(&place)) && fields.nth(1) == Some("0A")
    })
}

impl Drop for PrivatePcscd {
    fn drop(&mut self) {
        self.stop();
    }
}
