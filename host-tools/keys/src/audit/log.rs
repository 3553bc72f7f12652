//! The file of an audit log.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use ssc_reader::whole_file::{self, Readers};
use time::OffsetDateTime;

use super::chain::{Head, line_after};
use super::{Audit, AuditError};

/// An audit log: a file that only grows, and its head file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLog {
    path: PathBuf,
}

impl AuditLog {
    /// The log in the file `path`, which need not be there yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The log of the vault in the file `vault`: the file beside it with `.audit` behind its name.
    #[must_use]
    pub fn of(vault: &Path) -> Self {
        Self::at(with(vault, ".audit"))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a log yet.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists() || self.head_path().exists()
    }

    /// Checks the whole log.
    ///
    /// # Errors
    /// [`AuditError::Read`]; what is wrong with the log stands in [`Audit::faults`].
    pub fn check(&self) -> Result<Audit, AuditError> {
        self.read().map_err(|source| AuditError::Read {
            path: self.path.clone(),
            source,
        })
    }

    /// Writes a line behind the others; `fields` is a JSON object. It is on the disk when this returns. Gives its number.
    ///
    /// # Errors
    /// [`AuditError::Write`]; [`AuditError::Broken`] if the log was changed.
    pub(super) fn append(&self, fields: &Value) -> Result<u64, AuditError> {
        let failed = |source| AuditError::Write {
            path: self.path.clone(),
            source,
        };
        let mut file = self.open().map_err(failed)?;
        // Two programs with one vault must not both follow the same line. Closing gives the lock back.
        file.lock().map_err(failed)?;
        let audit = self.read().map_err(failed)?;
        if let Some(fault) = audit.faults.first() {
            return Err(AuditError::Broken {
                path: self.path.clone(),
                fault: Box::new(fault.clone()),
            });
        }
        let (line, head) = line_after(audit.head(), &now(), fields);
        file.write_all(line.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        self.write_head(head).map_err(|source| AuditError::Write {
            path: self.head_path(),
            source,
        })?;
        Ok(head.line)
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(&self.path)
    }

    fn read(&self) -> std::io::Result<Audit> {
        let text = read_or_none(&self.path)?;
        let head = read_or_none(&self.head_path())?;
        if text.is_none() && head.is_none() {
            return Ok(Audit::default());
        }
        Ok(Audit::of(&text.unwrap_or_default(), head.as_deref()))
    }

    /// All or nothing: a torn head file would look like a broken log.
    fn write_head(&self, head: Head) -> std::io::Result<()> {
        let text = format!("{head}\n");
        whole_file::replace(&self.head_path(), Readers::Owner, text.as_bytes())
    }

    fn head_path(&self) -> PathBuf {
        with(&self.path, ".head")
    }
}

/// A file's text; bytes that are no text show as such, and fail the chain.
fn read_or_none(path: &Path) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// RFC 3339, in UTC.
fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (year, month, day) = now.to_calendar_date();
    let (hour, minute, second) = now.to_hms();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
