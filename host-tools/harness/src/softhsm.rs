//! SoftHSM with tokens of one's own for a test.
//!
//! The module reads `SOFTHSM2_CONF` from the environment of its process, which safe Rust cannot set for itself: give it to the programs
//! under test with [`SoftHsm::client`].

use std::path::{Path, PathBuf};
use std::process::Command;

/// PIN of the tokens' users. Published: for tests alone.
pub const PIN: &str = "test-pin-2468";

/// Why there is no SoftHSM for this test.
#[derive(Debug, thiserror::Error)]
pub enum SoftHsmError {
    /// The module is not installed.
    #[error(
        "SoftHSM's module is not installed; scripts/install installs it (apt-get install softhsm2)"
    )]
    Missing,
    /// A file cannot be written, or the tool cannot be run.
    #[error("SoftHSM cannot be set up: {0}")]
    Io(#[from] std::io::Error),
    /// The tool refused.
    #[error("softhsm2-util made no token: {0}")]
    Refused(String),
}

/// Tokens in a folder.
#[derive(Debug)]
pub struct SoftHsm {
    module: PathBuf,
    configuration: PathBuf,
}

impl SoftHsm {
    /// Keeps its tokens in `folder`, which the caller has made and removes.
    ///
    /// # Errors
    /// SoftHSM is not installed; the message says what to do.
    pub fn new(folder: &Path) -> Result<Self, SoftHsmError> {
        let places = [
            "lib/softhsm",
            "lib/x86_64-linux-gnu/softhsm",
            "lib/aarch64-linux-gnu/softhsm",
            "lib64/softhsm",
            "lib64/pkcs11",
        ];
        let module = places
            .iter()
            .map(|place| Path::new("/usr").join(place).join("libsofthsm2.so"))
            .find(|module| module.is_file())
            .ok_or(SoftHsmError::Missing)?;
        let tokens = folder.join("tokens");
        std::fs::create_dir_all(&tokens)?;
        let configuration = folder.join("softhsm2.conf");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        std::fs::write(&configuration, text)?;
        Ok(Self {
            module,
            configuration,
        })
    }

    /// The PKCS#11 module's file.
    #[must_use]
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The file that `SOFTHSM2_CONF` must name.
    #[must_use]
    pub fn configuration(&self) -> &Path {
        &self.configuration
    }

    /// Makes `command` one that sees these tokens.
    pub fn client<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("SOFTHSM2_CONF", &self.configuration)
    }

    /// Makes a token with this label and [`PIN`].
    ///
    /// # Errors
    /// The tool refuses.
    pub fn token(&self, label: &str) -> Result<(), SoftHsmError> {
        let mut command = Command::new("softhsm2-util");
        command
            .args(["--init-token", "--free", "--label", label])
            .args(["--so-pin", "test-officer-1357", "--pin", PIN]);
        let done = self.client(&mut command).output()?;
        if done.status.success() {
            Ok(())
        } else {
            let said = String::from_utf8_lossy(&done.stderr).trim().to_string();
            Err(SoftHsmError::Refused(said))
        }
    }
}
