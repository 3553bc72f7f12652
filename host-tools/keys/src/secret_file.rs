//! Files that only their owner may have access to.

use std::io::Write as _;
use std::path::Path;

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
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // On Unix a temporary file has mode 0600 from its first moment.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    let renamed = if replace {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    renamed.map_err(|problem| match problem.error.kind() {
        std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.into() },
        _ => failed(problem.error),
    })?;
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
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
