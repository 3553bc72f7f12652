//! What this machine has seen of a register, kept outside of it: an older copy, put back from a backup, does not know the cards given since,
//! and would make them a second time.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ssc_bureau::register::{Extent, Register, RegisterError};
use ssc_files::user_folder;
use ssc_files::whole_file::{self, Readers};

/// The file of one register, in the user's folder for such things (`XDG_STATE_HOME`, else `~/.local/state`).
pub struct Seen {
    path: PathBuf,
}

/// What the file says.
#[derive(Serialize, Deserialize)]
struct Noted {
    /// The register's address, for people.
    store: String,
    entries: i64,
    job: i64,
    seq: i64,
    at: i64,
    hash: String,
}

impl Seen {
    /// Of the register with this word; none where the environment names no folder.
    pub fn of(id: &str) -> Option<Self> {
        let name: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
        let path = user_folder::state()?
            .join("registers")
            .join(format!("{name}.json"));
        Some(Self { path })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was seen; none where nothing was. A file that cannot be read says nothing.
    fn noted(&self) -> Option<Extent> {
        let text = std::fs::read(&self.path).ok()?;
        let noted: Noted = serde_json::from_slice(&text).ok()?;
        Some(Extent {
            entries: noted.entries,
            job: noted.job,
            seq: noted.seq,
            at: noted.at,
            hash: hex::decode(noted.hash).ok()?,
        })
    }

    /// What was seen of the register, if it has not come so far: then it is an older copy.
    ///
    /// # Errors
    /// The register cannot be read.
    pub fn newer_than(&self, register: &Register) -> Result<Option<Extent>, RegisterError> {
        match self.noted() {
            Some(seen) if !register.has_come_to(&seen)? => Ok(Some(seen)),
            _ => Ok(None),
        }
    }

    /// Notes how far the register has come. What another program has seen of it meanwhile stays, unless `anew` says that it counts no more.
    ///
    /// # Errors
    /// The register cannot be read, or the file not be written.
    pub fn keep(&self, register: &Register, anew: bool) -> Result<(), std::io::Error> {
        let extent = register.extent().map_err(std::io::Error::other)?;
        let noted = self.noted();
        let is_further = |noted: &Extent| noted.entries >= extent.entries;
        if noted.as_ref() == Some(&extent) || (!anew && noted.as_ref().is_some_and(is_further)) {
            return Ok(());
        }
        let noted = Noted {
            store: register.store().to_owned(),
            entries: extent.entries,
            job: extent.job,
            seq: extent.seq,
            at: extent.at,
            hash: hex::encode(&extent.hash),
        };
        if let Some(folder) = self.path.parent() {
            let mut made = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut made, 0o700);
            made.recursive(true).create(folder)?;
        }
        whole_file::replace(
            &self.path,
            Readers::Owner,
            &serde_json::to_vec_pretty(&noted)?,
        )
    }
}
