//! Files that only their owner may have access to.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ssc_files::whole_file::{self, Readers, WholeFile};
use zeroize::Zeroizing;

use crate::KeyError;

/// Longest file with a passphrase or a PIN.
const LINE: usize = 4096;

/// Writes a file of mode 0600: a file beside `path`, written to the disk, then renamed. A power cut leaves what was there
/// before, or the whole file.
///
/// # Errors
/// [`KeyError::Exists`] unless it may `replace` a file; [`KeyError::Write`].
pub fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), KeyError> {
    let failed = |source| KeyError::Write {
        path: path.into(),
        source,
    };
    let written = if replace {
        whole_file::replace(path, Readers::Owner, bytes)
    } else {
        whole_file::create(path, Readers::Owner, bytes)
    };
    written.map_err(|problem| match problem.kind() {
        std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.into() },
        _ => failed(problem),
    })
}

/// Writes a file anew where it stands: a link stays one, and its owner keeps it.
///
/// # Errors
/// It cannot be written, or not for its owner; it is then as it was.
pub(crate) fn rewrite(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let path = std::fs::canonicalize(path)?;
    let mut whole = WholeFile::begin(&path, Readers::Owner)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let (old, new) = (std::fs::metadata(&path)?, whole.file().metadata()?);
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            std::os::unix::fs::fchown(whole.file(), Some(old.uid()), Some(old.gid()))?;
        }
        // Who took the right to write from it does not want it written.
        if old.permissions().readonly() {
            return Err(std::io::ErrorKind::PermissionDenied.into());
        }
    }
    std::io::Write::write_all(&mut whole, bytes)?;
    whole.replace().map(drop)
}

/// A file that was opened and read, but not yet judged.
pub(crate) struct Read {
    file: File,
    /// All of it.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Read {
    /// Reads a file of `most` bytes at the most: what somebody else made may be endless.
    ///
    /// # Errors
    /// [`KeyError::Read`], [`KeyError::TooLarge`].
    pub fn file(path: &Path, most: u64) -> Result<Self, KeyError> {
        let failed = |source| KeyError::Read {
            path: path.into(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len().min(most);
        let length = usize::try_from(length).unwrap_or_default();
        // With room for all from the start: a secret must not be left behind where a vector grew.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length.max(LINE) + 1));
        (&file)
            .take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
            return Err(KeyError::TooLarge {
                path: path.into(),
                most,
            });
        }
        Ok(Self { file, bytes })
    }

    /// Refuses a file to which others than its owner have access. It is the opened file that is judged, whatever has its name by now.
    ///
    /// # Errors
    /// [`KeyError::Permissions`].
    pub fn private(self, path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        check_permissions(&self.file, path)?;
        Ok(self.bytes)
    }
}

/// Reads a file of `most` bytes at the most, if nobody but its owner has access to it.
///
/// # Errors
/// [`KeyError::Read`], [`KeyError::TooLarge`], [`KeyError::Permissions`].
pub fn read(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    Read::file(path, most)?.private(path)
}

/// The first line of a file with a passphrase or a PIN, to which nobody but its owner has access.
///
/// # Errors
/// As [`read`]; what is not UTF-8 is [`KeyError::Read`].
pub fn first_line(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let bytes = read(path, LINE as u64)?;
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next();
    let line = line.unwrap_or_default();
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(line) => Ok(Zeroizing::new(line.to_owned())),
        Err(error) => Err(KeyError::Read {
            path: path.into(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, error.to_string()),
        }),
    }
}

#[cfg(unix)]
fn check_permissions(file: &File, path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|source| KeyError::Read {
        path: path.into(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe or a terminal is no place where a secret lies.
    if mode & 0o077 == 0 || !metadata.is_file() {
        Ok(())
    } else {
        Err(KeyError::Permissions {
            path: path.into(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn check_permissions(_: &File, _: &Path) -> Result<(), KeyError> {
    Ok(())
}
