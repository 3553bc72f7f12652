//! The known answers in `known-answers/`: lines of `name = hex`, cases separated by blank lines, `#` for comments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A known-answer file that cannot be read, or does not hold what a test asks of it.
#[derive(Debug, Error)]
pub enum VectorError {
    /// The file is not there or not readable.
    #[error("known answers: cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is neither a comment, nor blank, nor `name = hex`.
    #[error("known answers: {file}, line {line}: not `name = hex digits`")]
    Malformed {
        /// The file, without folder and extension.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// A name stands twice in one case.
    #[error("known answers: {file}, line {line}: `{name}` is there already")]
    Repeated {
        /// The file, without folder and extension.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// The file holds no case at all, so that a test over it would prove nothing.
    #[error("known answers: {0} holds no case")]
    Empty(String),
    /// A case lacks a field.
    #[error("known answers: {origin} has no `{name}`")]
    Missing {
        /// Which case.
        origin: String,
        /// The field.
        name: String,
    },
    /// A field has another length than the test expects.
    #[error("known answers: {origin}: `{name}` has {found} bytes, not {expected}")]
    Length {
        /// Which case.
        origin: String,
        /// The field.
        name: String,
        /// Bytes there.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
}

/// One case: named byte strings.
#[derive(Clone, Debug)]
pub struct Case {
    origin: String,
    fields: BTreeMap<String, Vec<u8>>,
}

impl Case {
    /// Where the case stands, for messages: file and line.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The field `name`, if the case has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.fields.get(name).map(Vec::as_slice)
    }

    /// The field `name`.
    ///
    /// # Errors
    /// [`VectorError::Missing`].
    pub fn bytes(&self, name: &str) -> Result<&[u8], VectorError> {
        self.get(name).ok_or_else(|| VectorError::Missing {
            origin: self.origin.clone(),
            name: name.to_owned(),
        })
    }

    /// The field `name`, of exactly `N` bytes.
    ///
    /// # Errors
    /// [`VectorError::Missing`], [`VectorError::Length`].
    pub fn array<const N: usize>(&self, name: &str) -> Result<[u8; N], VectorError> {
        let bytes = self.bytes(name)?;
        bytes.try_into().map_err(|_| VectorError::Length {
            origin: self.origin.clone(),
            name: name.to_owned(),
            found: bytes.len(),
            expected: N,
        })
    }
}

/// The folder of the crate `test-vectors`.
#[must_use]
pub fn directory() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cases of `known-answers/NAME.txt`, for instance `cases("published/sm4")`.
///
/// # Errors
/// [`VectorError`], never an empty list.
///
/// ```
/// let cases = test_vectors::cases("published/sm4")?;
/// let key: [u8; 16] = cases[0].array("key")?;
/// # let _ = key;
/// # Ok::<(), test_vectors::VectorError>(())
/// ```
pub fn cases(name: &str) -> Result<Vec<Case>, VectorError> {
    let path = directory()
        .join("known-answers")
        .join(name)
        .with_extension("txt");
    let text = std::fs::read_to_string(&path)
        .map_err(|source| VectorError::Unreadable { path, source })?;
    parse(name, &text)
}

/// The cases in `text`; `file` is for messages.
fn parse(file: &str, text: &str) -> Result<Vec<Case>, VectorError> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        let malformed = || VectorError::Malformed {
            file: file.to_owned(),
            line: number,
        };
        let (field, value) = line.split_once('=').ok_or_else(malformed)?;
        let field = field.trim();
        let value = hex::decode(value.trim()).map_err(|_| malformed())?;
        if field.is_empty() {
            return Err(malformed());
        }
        if !open {
            cases.push(Case {
                origin: format!("{file}, line {number}"),
                fields: BTreeMap::new(),
            });
            open = true;
        }
        if let Some(case) = cases.last_mut()
            && case.fields.insert(field.to_owned(), value).is_some()
        {
            return Err(VectorError::Repeated {
                file: file.to_owned(),
                line: number,
                name: field.to_owned(),
            });
        }
    }
    if cases.is_empty() {
        return Err(VectorError::Empty(file.to_owned()));
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_separated_by_blank_lines_and_comments_are_skipped() {
        let text = "# head\n\n# one\nkey = 0102\nmac =\n\n\nkey = FF\n";
        let cases = parse("x", text).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].origin(), "x, line 4");
        assert_eq!(cases[0].bytes("mac").unwrap(), b"");
        assert_eq!(cases[1].array::<1>("key").unwrap(), [0xFF]);
    }

    /// A file that says nothing, or says it wrongly, must not pass as "all cases agree".
    #[test]
    fn a_broken_file_is_an_error_with_its_line() {
        assert!(matches!(
            parse("x", "# nothing\n"),
            Err(VectorError::Empty(_))
        ));
        assert!(matches!(
            parse("x", "a = 00\nb = 0\n"),
            Err(VectorError::Malformed { line: 2, .. })
        ));
        assert!(matches!(
            parse("x", "= 00\n"),
            Err(VectorError::Malformed { line: 1, .. })
        ));
        assert!(matches!(
            parse("x", "a = 00\na = 00\n"),
            Err(VectorError::Repeated { line: 2, .. })
        ));
        let case = &parse("x", "a = 00\n").unwrap()[0];
        assert!(matches!(case.bytes("b"), Err(VectorError::Missing { .. })));
        assert!(matches!(
            case.array::<2>("a"),
            Err(VectorError::Length {
                found: 1,
                expected: 2,
                ..
            })
        ));
    }

    /// The generated answers are what openssl says today, and openssl confirms the published ones.
    #[test]
    fn the_oracle_agrees() {
        let script = directory().join("known-answers/make-oracle.sh");
        let done = std::process::Command::new(script)
            .arg("--check")
            .output()
            .expect("make-oracle.sh needs sh");
        assert!(
            done.status.success(),
            "make-oracle.sh --check (needs openssl 3 with its legacy provider, and python3): {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}
