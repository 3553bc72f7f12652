//! The file of an audit log.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use ssc_files::user_folder;
use ssc_files::whole_file::{self, Readers};

use super::chain::{CLOCK, Head, Torn, line_after};
use super::{Audit, AuditError, clock};
use crate::memory::{Held, Memory};

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

    /// The log of a token of a host security module, which is in no folder of ours: `ssc/LABEL-SERIAL.audit` in the user's folder for
    /// such things (XDG_STATE_HOME, else `.local/state` in HOME). Characters that are not plain stand as `%XX`.
    ///
    /// # Errors
    /// [`AuditError::NoPlace`] where the environment has neither.
    pub fn of_token(label: &str, serial: &str) -> Result<Self, AuditError> {
        let folder = user_folder::state().ok_or_else(|| AuditError::NoPlace {
            token: label.to_owned(),
        })?;
        let name = format!("{}-{}.audit", plain(label.trim()), plain(serial.trim()));
        Ok(Self::at(folder.join(name)))
    }

    /// Makes the folder of the log, for its user alone, if it is not there.
    pub(crate) fn make_folder(&self) -> Result<(), AuditError> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => {
                builder.create(folder).map_err(|source| AuditError::Write {
                    path: folder.to_owned(),
                    source,
                })
            }
            _ => Ok(()),
        }
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

    /// Writes a line behind the others; `fields` is a JSON object. It is on the disk when this returns, and the vault, if its `memory`
    /// is given, remembers it.
    ///
    /// # Errors
    /// [`AuditError::Write`]; [`AuditError::Broken`] if the log was changed, [`AuditError::Lost`] if it has not the line that the vault
    /// remembers.
    pub(super) fn append(
        &self,
        fields: &Value,
        memory: Option<&Memory>,
    ) -> Result<Appended, AuditError> {
        self.append_if(fields, memory, |audit, remembered| {
            self.has(audit, memory, remembered)
        })
    }

    /// The same for the line of a use that begins: a wrong clock begins none. (One that goes wrong later must not keep its end out.)
    ///
    /// # Errors
    /// As [`append`](Self::append); [`AuditError::ClockBeforeBuild`], [`AuditError::ClockBack`].
    pub(super) fn append_opening(
        &self,
        fields: &Value,
        memory: Option<&Memory>,
    ) -> Result<Appended, AuditError> {
        self.append_if(fields, memory, |audit, remembered| {
            self.has(audit, memory, remembered)?;
            if clock::is_before_build() {
                return Err(AuditError::ClockBeforeBuild);
            }
            self.check_clock(audit, memory)
        })
    }

    /// The same for the line of a vault that did not open: what it remembers is not known then, so nothing is cut.
    pub(super) fn append_refused(&self, fields: &Value) -> Result<Appended, AuditError> {
        self.append_if(fields, None, |audit, _| match audit.torn {
            Some(Torn::Part { .. }) => Err(AuditError::Write {
                path: self.path.clone(),
                source: std::io::Error::other("its last line was cut short"),
            }),
            _ => Ok(()),
        })
    }

    /// Notes that the clock was ahead when lines were written, and is right now: from here on times are compared with this line's.
    ///
    /// # Errors
    /// As [`append`](Self::append); [`AuditError::ClockBeforeBuild`]; [`AuditError::ClockFits`] where no line is later than now.
    pub(crate) fn note_clock(
        &self,
        mut fields: Map<String, Value>,
        memory: Option<&Memory>,
    ) -> Result<(), AuditError> {
        let latest = self.check()?.latest;
        fields.insert("after".into(), latest.into());
        self.append_if(&Value::Object(fields), memory, |audit, remembered| {
            self.has(audit, memory, remembered)?;
            if clock::is_before_build() {
                return Err(AuditError::ClockBeforeBuild);
            }
            match self.check_clock(audit, memory) {
                Ok(()) => Err(AuditError::ClockFits {
                    path: self.path.clone(),
                }),
                Err(_) => Ok(()),
            }
        })
        .map(drop)
    }

    /// The same for a token's log, or one that is not beside its vault: nothing remembers it here.
    ///
    /// # Errors
    /// [`AuditError`]: the clock fits or is older than this program, or the log is broken or cannot be written.
    pub fn note_clock_of_token(&self, command: &str) -> Result<(), AuditError> {
        let name = super::name_of(&self.path);
        self.note_clock(super::event(CLOCK, command, "log", &name), None)
    }

    fn check_clock(&self, audit: &Audit, memory: Option<&Memory>) -> Result<(), AuditError> {
        match &audit.latest {
            Some(latest) if clock::is_behind(latest) => Err(AuditError::ClockBack {
                path: self.path.clone(),
                vault: memory.map(|memory| memory.path.clone()),
                latest: latest.clone(),
                now: clock::now(),
            }),
            _ => Ok(()),
        }
    }

    fn has(
        &self,
        audit: &Audit,
        memory: Option<&Memory>,
        remembered: Head,
    ) -> Result<(), AuditError> {
        if audit.has_line(remembered) {
            Ok(())
        } else {
            Err(self.lost(memory, remembered, audit.head()))
        }
    }

    /// Writes the first line of a log in place of one that was lost, or that line behind those of other vaults.
    ///
    /// # Errors
    /// As [`append`](Self::append); [`AuditError::NothingLost`].
    pub(crate) fn begin_anew(
        &self,
        mut fields: Map<String, Value>,
        memory: &Memory,
        lost: Head,
    ) -> Result<(), AuditError> {
        let hash = hex::encode(lost.hash);
        fields.insert("lost".into(), json!({ "line": lost.line, "hash": hash }));
        self.append_if(&Value::Object(fields), Some(memory), |audit, remembered| {
            if audit.has_line(remembered) {
                return Err(AuditError::NothingLost {
                    path: self.path.clone(),
                });
            }
            if clock::is_before_build() {
                return Err(AuditError::ClockBeforeBuild);
            }
            Ok(())
        })
        .map(drop)
    }

    fn lost(&self, memory: Option<&Memory>, remembered: Head, last: Head) -> AuditError {
        AuditError::Lost {
            path: self.path.clone(),
            vault: memory.map(|memory| memory.path.clone()).unwrap_or_default(),
            line: remembered.line,
            hash: hex::encode_upper(remembered.hash),
            last: last.line,
        }
    }

    fn append_if(
        &self,
        fields: &Value,
        memory: Option<&Memory>,
        judge: impl Fn(&Audit, Head) -> Result<(), AuditError>,
    ) -> Result<Appended, AuditError> {
        let failed = |source| AuditError::Write {
            path: self.path.clone(),
            source,
        };
        let of_vault = |source| AuditError::Write {
            path: memory.map(|memory| memory.path.clone()).unwrap_or_default(),
            source,
        };
        let hold = || memory.map_or(Ok(None), Memory::hold).map_err(of_vault);
        let remembered = |held: &Option<Held<'_>>| held.as_ref().map_or(Head::START, |it| it.head);
        if !self.exists() {
            // Before an empty log is made.
            judge(&Audit::default(), remembered(&hold()?))?;
        }
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
        let mut held = hold()?;
        judge(&audit, remembered(&held))?;
        // Now nobody knows of a last line that was cut short: no line below, not the head file, not the vault.
        self.mend(&mut file, &audit)?;
        let mut fields = fields.clone();
        if let Some(Torn::Part { bytes }) = audit.torn {
            fields["torn"] = json!(bytes);
        }
        let (line, head) = line_after(audit.head(), &clock::now(), &fields);
        let before = file.metadata().map_err(failed)?.len();
        let written = file
            .write_all(line.as_bytes())
            .and_then(|()| file.sync_all());
        if let Err(source) = written {
            // Taken back, as nobody was told of it. Where even that fails, the next use mends it.
            let _ = file.set_len(before).and_then(|()| file.sync_all());
            return Err(failed(source));
        }
        // From here on the line stays, whatever fails: the head file may name it already.
        self.note_head(head)?;
        // Last: the log may be ahead of what the vault remembers, never behind.
        let remembered = match &mut held {
            Some(held) => held.remember(head).map_err(of_vault)?,
            None => false,
        };
        Ok(Appended { head, remembered })
    }

    /// Makes the log whole where a write was cut short, and lets the head file name its last line. Each step may fail or be cut short
    /// itself: the next use begins again.
    fn mend(&self, file: &mut File, audit: &Audit) -> Result<(), AuditError> {
        let mended = match audit.torn {
            Some(Torn::Part { .. }) => file.set_len(audit.whole).and_then(|()| file.sync_all()),
            Some(Torn::Break) => file.write_all(b"\n").and_then(|()| file.sync_all()),
            None => Ok(()),
        };
        mended.map_err(|source| AuditError::Write {
            path: self.path.clone(),
            source,
        })?;
        let last = audit.head();
        if last.line == 0 || audit.noted == Some(last) {
            return Ok(());
        }
        // Another line would leave the head file two behind. Nobody knows whether this one is on the disk.
        file.sync_all().map_err(|source| AuditError::Write {
            path: self.path.clone(),
            source,
        })?;
        self.note_head(last)
    }

    fn open(&self) -> std::io::Result<File> {
        regular(&self.path)?;
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
        let log = read_or_none(&self.path)?;
        let head = read_or_none(&self.head_path())?;
        if log.is_none() && head.is_none() {
            return Ok(Audit::default());
        }
        let head = head.map(|head| String::from_utf8_lossy(&head).into_owned());
        Ok(Audit::of(log.unwrap_or_default(), head.as_deref()))
    }

    /// All or nothing: a torn head file would look like a broken log.
    fn note_head(&self, head: Head) -> Result<(), AuditError> {
        let (path, text) = (self.head_path(), format!("{head}\n"));
        whole_file::replace(&path, Readers::Owner, text.as_bytes())
            .map_err(|source| AuditError::Write { path, source })
    }

    fn head_path(&self) -> PathBuf {
        with(&self.path, ".head")
    }
}

/// A line that was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Appended {
    pub head: Head,
    /// Whether the vault remembers it.
    pub remembered: bool,
}

/// A pipe in the place of a log would be waited for, and some devices never end.
fn regular(path: &Path) -> std::io::Result<()> {
    match std::fs::metadata(path) {
        Ok(what) if !what.is_file() => Err(std::io::Error::other("this is no regular file")),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn read_or_none(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    match regular(path)
        .and_then(|()| File::open(path))
        .and_then(|mut file| file.read_to_end(&mut bytes))
    {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A name that is one in every file system, and no two are the same.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
