//! Where on a card something is: for errors, and for what writes.

use std::fmt;

/// Where on a card: a directory, a file of it, a record of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory's label, such as `SSSE`.
    pub directory: &'static str,
    /// The EF's identifier, if it is about one.
    pub file: Option<u16>,
    /// What is read there, by its tag, if it is about one record.
    pub tag: Option<u8>,
}

impl Place {
    pub(crate) const fn directory(directory: &'static str) -> Self {
        Self {
            directory,
            file: None,
            tag: None,
        }
    }

    pub(crate) const fn file(directory: &'static str, file: u16) -> Self {
        Self {
            directory,
            file: Some(file),
            tag: None,
        }
    }

    pub(crate) const fn tag(self, tag: u8) -> Self {
        Self {
            tag: Some(tag),
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.directory)?;
        if let Some(file) = self.file {
            write!(f, " {file:04X}")?;
        }
        if let Some(tag) = self.tag {
            write!(f, " tag {tag:02X}")?;
        }
        Ok(())
    }
}
