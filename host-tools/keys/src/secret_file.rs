//! Files that only their owner may have access to.

use std::path::Path;

use ssc_reader::whole_file::{self, Readers};
use zeroize::Zeroizing;

use crate::KeyError;

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

/// Reads a file, if nobody but its owner has access to it.
///
/// # Errors
/// [`KeyError::Read`], [`KeyError::Permissions`].
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    check_permissions(path)?;
    match std::fs::read(path) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(source) => Err(KeyError::Read {
            path: path.into(),
            source,
        }),
    }
}

#[cfg(unix)]
pub(crate) fn check_permissions(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path).map_err(|source| KeyError::Read {
        path: path.into(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeyError::Permissions {
            path: path.into(),
            mode,
        })
    }
}

#[cfg(not(unix))]
pub(crate) fn check_permissions(_: &Path) -> Result<(), KeyError> {
    Ok(())
}
