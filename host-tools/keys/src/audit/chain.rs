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

/// How the write of a log's last line was cut short: by a full disk, a kill or a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Torn {
    /// It was not written whole, and neither the head file nor a line below names it: nobody was told that it was written.
    Part {
        /// Bytes that are there.
        bytes: u64,
    },
    /// It is whole, but for its line break.
    Break,
}

/// The event that says that the clock was ahead until then.
pub(crate) const CLOCK: &str = "clock";

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Its lines, as they stand.
    pub lines: Vec<String>,
    /// What is wrong with them, from the top.
    pub faults: Vec<Fault>,
    /// The write of the last line was cut short. That is no fault: the next use mends it.
    pub torn: Option<Torn>,
    /// The latest time that a line has, since the last one that says that the clock was wrong.
    pub(super) latest: Option<String>,
    /// Bytes of the whole lines in the file.
    pub(super) whole: u64,
    /// What the head file says.
    pub(super) noted: Option<Head>,
    /// Number and hash of the last line that says one.
    head: Option<Head>,
    /// The hash of each line that says one.
    hashes: Vec<Head>,
}

impl Audit {
    /// Checks the bytes of a log, and the text of its head file.
    #[must_use]
    pub fn of(bytes: impl AsRef<[u8]>, head_file: Option<&str>) -> Self {
        let bytes = bytes.as_ref();
        let mut audit = Self {
            noted: head_file.and_then(Head::parse),
            ..Self::default()
        };
        let mut above = Head::START;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ended = line.strip_suffix(b"\n");
            let text = String::from_utf8_lossy(ended.unwrap_or(line));
            let parts = Parts::of(&text);
            if ended.is_none() {
                let whole = parts
                    .as_ref()
                    .is_some_and(|parts| parts.fault(above).is_none());
                if whole {
                    audit.torn = Some(Torn::Break);
                } else if audit.faults.is_empty() && end_fault(&audit, above, head_file).is_none() {
                    let bytes = line.len() as u64;
                    audit.torn = Some(Torn::Part { bytes });
                    break;
                }
            }
            audit.whole += line.len() as u64;
            audit.lines.push(text.clone().into_owned());
            let fault = match &parts {
                Some(parts) if ended.is_some() || audit.torn.is_some() => parts.fault(above),
                _ => Some(FaultKind::NotALine),
            };
            if let Some(kind) = fault {
                audit.faults.push(Fault {
                    at: audit.lines.len(),
                    kind,
                    text: text.into_owned(),
                });
            }
            let Some(parts) = parts.filter(|_| fault != Some(FaultKind::NotALine)) else {
                continue;
            };
            above = parts.head;
            audit.hashes.push(above);
            audit.latest = match audit.latest.take() {
                Some(latest) if !parts.new_clock && latest > parts.time => Some(latest),
                _ => Some(parts.time),
            };
        }
        audit.head = (above.line > 0).then_some(above);
        audit.check_end(above, head_file);
        audit
    }

    /// What the end says, behind the other faults.
    fn check_end(&mut self, last: Head, head_file: Option<&str>) {
        // After another fault the end says nothing new.
        if let Some(kind) = end_fault(self, last, head_file)
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

/// The last line against the head file, which is written after it: a power cut between leaves it one line behind.
fn end_fault(audit: &Audit, last: Head, head_file: Option<&str>) -> Option<FaultKind> {
    let noted = match head_file {
        Some(_) => audit.noted,
        None if last.line <= 1 => Some(Head::START),
        None => None,
    };
    match noted {
        Some(noted) if noted.line > last.line => Some(FaultKind::EndMissing {
            from: last.line + 1,
            to: noted.line,
        }),
        Some(noted) if noted.line + 1 >= last.line && audit.has(noted.hash) => None,
        _ => Some(FaultKind::Head),
    }
}

/// What a line says of itself.
struct Parts {
    head: Head,
    previous: Hash,
    computed: Hash,
    time: String,
    new_clock: bool,
}

impl Parts {
    /// What is wrong with it, below the line `above`.
    fn fault(&self, above: Head) -> Option<FaultKind> {
        let expected = above.line + 1;
        if self.computed != self.head.hash {
            Some(FaultKind::Changed)
        } else if self.previous != above.hash && self.head.line > expected {
            Some(FaultKind::Missing {
                from: expected,
                to: self.head.line - 1,
            })
        } else if self.previous != above.hash || self.head.line != expected {
            Some(FaultKind::OutOfPlace)
        } else {
            None
        }
    }

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
            time: json.get("time")?.as_str()?.to_owned(),
            new_clock: json.get("event").is_some_and(|event| event == CLOCK),
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
