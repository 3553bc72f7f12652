//! A file of a job could not be written.

use std::path::Path;

use crate::order_error::OrderError;

/// The file at `path` could not be written.
pub(crate) fn file_error(path: &Path, source: std::io::Error) -> OrderError {
    OrderError::File {
        path: path.to_owned(),
        source,
    }
}
