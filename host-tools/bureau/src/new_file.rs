//! A new file of an order: the return file and the sealed PINs begin so.

use std::path::Path;

use ssc_files::growing::GrowingFile;
use ssc_files::whole_file::Readers;

use crate::order_error::OrderError;

/// A new file that only its owner reads, with its first bytes; what is written to it stands behind them.
///
/// # Errors
/// [`OrderError::FileExists`], [`OrderError::File`].
pub(crate) fn create_new(path: &Path, start: &[u8]) -> Result<GrowingFile, OrderError> {
    GrowingFile::create(path, Readers::Owner, start).map_err(|source| {
        if source.kind() == std::io::ErrorKind::AlreadyExists {
            OrderError::FileExists {
                path: path.to_owned(),
            }
        } else {
            file_error(path, source)
        }
    })
}

/// The file at `path` could not be written.
pub(crate) fn file_error(path: &Path, source: std::io::Error) -> OrderError {
    OrderError::File {
        path: path.to_owned(),
        source,
    }
}
