//! The chain of hashes through the lines of an audit log.

use sha2::{Digest as _, Sha256};
use ssc_words::clean;

/// A SHA-256 hash.
pub(super) type Hash = [u8; 32];

/// Bytes of `,"hash":"…"}` at the end of a line, and of `"previous":"…"` before it.
const HASH_PART: usize = 75;
const PREVIOUS_PART: usize = 77;

/// Number and hash of a log's last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The line's number, from 1; 0 in a log without lines.
    pub line: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Where a new log begins.
    pub(crate) const START: Self = Self {
        line: 0,
        hash: [0; 32],
    };

    /// As the head file has it: `12 6A0F…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (line, hash) = text.trim_end().split_once(' ')?;
        Some(Self {
            line: line.parse().ok()?,
            hash: hash_from(hash)?,
        })
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.line, hex::encode(self.hash))
    }
}

/// What is wrong at a line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line in the file, from 1; one more than there are for what is missing at the end.
    pub at: usize,
    /// What is wrong.
    pub kind: FaultKind,
    /// The line as it stands; empty where there is none.
    pub text: String,
}

/// Ways in which a log can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Not a line of a log, or cut short.
    NotALine,
    /// The line was changed: its hash is not that of its content.
    Changed,
    /// Lines were taken out before this one.
    Missing {
        /// The first number that is missing.
        from: u64,
        /// The last one.
        to: u64,
    },
    /// The line does not follow the one above: one of them was put in another's place.
    OutOfPlace,
    /// Lines were taken off the end: the head file knows of them.
    EndMissing {
        /// The first number that is missing.
        from: u64,
        /// The last one.
        to: u64,
    },
    /// The head file is missing, or names another last line.
    Head,
}

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Its lines, as they stand.
    pub lines: Vec<String>,
    /// What is wrong with them, from the top.
    pub faults: Vec<Fault>,
    /// Number and hash of the last line that says one.
    head: Option<Head>,
    /// The hash of each line that says one.
    hashes: Vec<Head>,
}

impl Audit {
    /// Checks the text of a log and of its head file.
    #[must_use]
    pub fn of(text: &str, head_file: Option<&str>) -> Self {
        let mut audit = Self::default();
        let mut above = Head::START;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let line = line.strip_suffix('\n');
            let shown = line.unwrap_or(text.rsplit('\n').next().unwrap_or_default());
            let mut fault = |kind| {
                audit.faults.push(Fault {
                    at: index + 1,
                    kind,
                    text: shown.to_owned(),
                });
            };
            audit.lines.push(shown.to_owned());
            // A line that was not ended was not written whole.
            let Some(parts) = line.and_then(Parts::of) else {
                fault(FaultKind::NotALine);
                continue;
            };
            if parts.computed != parts.head.hash {
                fault(FaultKind::Changed);
            } else if parts.previous != above.hash {
                let expected = above.line + 1;
                fault(if parts.head.line > expected {
                    FaultKind::Missing {
                        from: expected,
                        to: parts.head.line - 1,
                    }
                } else {
                    FaultKind::OutOfPlace
                });
            } else if parts.head.line != above.line + 1 {
                fault(FaultKind::OutOfPlace);
            }
            above = parts.head;
            audit.hashes.push(above);
        }
        audit.head = (above.line > 0).then_some(above);
        audit.check_end(above, head_file);
        audit
    }

    /// The last line against the head file, which is written after it: a power cut between leaves it one line behind.
    fn check_end(&mut self, last: Head, head_file: Option<&str>) {
        let noted = match head_file {
            Some(text) => Head::parse(text),
            None if last.line <= 1 => Some(Head::START),
            None => None,
        };
        let kind = match noted {
            Some(noted) if noted.line > last.line => Some(FaultKind::EndMissing {
                from: last.line + 1,
                to: noted.line,
            }),
            Some(noted) if noted.line + 1 >= last.line && self.has(noted.hash) => None,
            _ => Some(FaultKind::Head),
        };
        // After another fault the end says nothing new.
        if let Some(kind) = kind
            && (self.faults.is_empty() || matches!(kind, FaultKind::EndMissing { .. }))
        {
            self.faults.push(Fault {
                at: self.lines.len() + 1,
                kind,
                text: String::new(),
            });
        }
    }

    /// Number and hash of the last line; of none, 0 and zeros.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head.unwrap_or(Head::START)
    }

    /// Whether this line is there, with this hash. (Line 0 always: a log without lines.)
    #[must_use]
    pub fn has_line(&self, head: Head) -> bool {
        head.line == 0 || self.hashes.contains(&head)
    }

    /// Whether a line has this hash: one that was noted elsewhere. (The hash of a log without lines always.)
    #[must_use]
    pub fn has(&self, hash: Hash) -> bool {
        hash == Head::START.hash || self.hashes.iter().any(|head| head.hash == hash)
    }
}

/// What a line says of itself.
struct Parts {
    head: Head,
    previous: Hash,
    computed: Hash,
}

impl Parts {
    fn of(line: &str) -> Option<Self> {
        let (signed, tail) = line.split_at_checked(line.len().checked_sub(HASH_PART)?)?;
        let hash = tail.strip_prefix(",\"hash\":\"")?.strip_suffix("\"}")?;
        let (_, tail) = signed.split_at_checked(signed.len().checked_sub(PREVIOUS_PART)?)?;
        let previous = tail.strip_prefix("\"previous\":\"")?.strip_suffix('"')?;
        let json: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(Self {
            head: Head {
                line: json.get("line")?.as_u64()?,
                hash: hash_from(hash)?,
            },
            previous: hash_from(previous)?,
            computed: Sha256::digest(signed).into(),
        })
    }
}

/// The line that follows `above`: `fields` is what it says, a JSON object. Gives its text with a line break, and its head.
pub(super) fn line_after(above: Head, time: &str, fields: &serde_json::Value) -> (String, Head) {
    let line = above.line + 1;
    // A name that would turn the text around is an escape in the file too, for whoever looks at it with another program.
    let fields = clean::json(&fields.to_string()).into_owned();
    let inner = fields
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let fields = inner.unwrap_or(&fields);
    let previous = hex::encode(above.hash);
    let signed =
        format!("{{\"line\":{line},\"time\":\"{time}\",{fields},\"previous\":\"{previous}\"");
    let hash: Hash = Sha256::digest(&signed).into();
    let text = format!("{signed},\"hash\":\"{}\"}}\n", hex::encode(hash));
    (text, Head { line, hash })
}

fn hash_from(digits: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// openssl made the hashes of these lines: we write the same lines, and find them whole.
    #[test]
    fn the_chain_is_openssls() -> Result<(), test_vectors::VectorError> {
        let (mut whole, mut above) = (String::new(), Head::START);
        for case in test_vectors::cases("generated/audit-log")? {
            let day = above.line + 1;
            let (line, head) = line_after(
                above,
                &format!("2026-01-0{day}T08:00:00Z"),
                &json!({ "command": "issue", "event": "open" }),
            );
            assert_eq!(line.trim_end().as_bytes(), case.bytes("text")?);
            assert_eq!(head.hash, case.array("hash")?);
            whole.push_str(&line);
            above = head;
        }
        let audit = Audit::of(&whole, Some(&above.to_string()));
        assert_eq!((audit.faults.as_slice(), audit.head()), (&[][..], above));
        assert_eq!(above.line, 4);
        Ok(())
    }
}
