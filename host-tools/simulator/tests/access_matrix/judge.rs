//! What a card must answer, from the papers (`papers.rs`) and the rules of `ssc-facts.md`: a second, small evaluator beside the
//! card's own. Of the tables it takes the kind of a file alone.

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::files::{ElementaryFile, FileKind};
use apdu_specs::keys::KeyRole;

/// What a terminal has shown to the card: the PIN, and keys by their identifiers as conditions of the current
/// directory name them (with bit 80 the directory's own).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub pin: bool,
    pub keys: Vec<u8>,
}

impl Shown {
    /// Whether the condition is met.
    pub fn meets(&self, condition: Access) -> bool {
        let key = |identifier: u8| self.keys.contains(&identifier);
        match condition {
            Access::Never => false,
            Access::Free => true,
            Access::Pin => self.pin,
            Access::Key(one) => key(one),
            Access::PinAndKey(one) => key(one) && self.pin,
            Access::PinOrKey(one) => key(one) || self.pin,
        }
    }

    /// What is left of it in another directory: a DF's keys end with it.
    pub fn elsewhere(&self) -> Self {
        let environment = self.keys.iter().filter(|key| **key < 0x80);
        Self {
            pin: self.pin,
            keys: environment.copied().collect(),
        }
    }
}

/// One attempt to show a key or, without a role, the PIN.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    pub role: Option<KeyRole>,
    pub generation: Generation,
    /// Bytes of the challenge; the PIN takes none.
    pub challenge: u8,
    pub right: bool,
    pub left: u8,
    pub greatest: u8,
    pub contactless: bool,
}

impl Trial {
    /// The status word, and the tries that are left then.
    pub fn judge(&self) -> (u16, u8) {
        let usable = match self.role {
            None => true,
            Some(KeyRole::External | KeyRole::Unblock) => match self.challenge {
                8 => true,
                // 16 are SM4's; 4 serve nothing
                16 => self.generation == Generation::V3,
                _ => false,
            },
            Some(_) => false,
        };
        match (usable, self.left) {
            (false, left) => (0x6985, left),
            (true, 0) => (0x6983, 0),
            (true, 1) if self.contactless => (0x6985, 1),
            (true, _) if self.right => (0x9000, self.greatest),
            (true, left) => (0x63C0 | u16::from(left - 1), left - 1),
        }
    }
}

/// What an EF of the card holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Bytes(Vec<u8>),
    Records(Vec<Vec<u8>>),
}

/// A file of one card, as the judge sees it.
pub struct Case<'a> {
    pub file: &'static ElementaryFile,
    pub read: Access,
    pub write: Access,
    /// A record whose value is zeros until the condition is met.
    pub masked: Option<(usize, Access)>,
    /// Whether a linear EF takes a further record.
    pub room: bool,
    pub content: &'a Content,
    pub shown: &'a Shown,
}

/// An answer that is right: status words that may stand there, and the data.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    pub sw: &'static [u16],
    pub data: Vec<u8>,
}

const OK: &[u16] = &[0x9000];
const CLOSED: &[u16] = &[0x6982];
const KIND: &[u16] = &[0x6981];
/// Where both hold, no clause says which is told.
const CLOSED_OR_KIND: &[u16] = &[0x6982, 0x6981];

fn refused(sw: &'static [u16]) -> Verdict {
    Verdict {
        sw,
        data: Vec::new(),
    }
}

fn answered(data: Vec<u8>) -> Verdict {
    Verdict { sw: OK, data }
}

impl Case<'_> {
    fn readable(&self) -> bool {
        self.shown.meets(self.read)
    }

    fn writable(&self) -> bool {
        self.shown.meets(self.write)
    }

    pub fn records(&self) -> &[Vec<u8>] {
        match self.content {
            Content::Records(records) => records,
            Content::Bytes(_) => &[],
        }
    }

    /// A refusal for want of the condition, or of the right kind of file.
    fn closed(&self, open: bool, kind_fits: bool) -> Option<Verdict> {
        match (open, kind_fits) {
            (true, true) => None,
            (true, false) => Some(refused(KIND)),
            (false, true) => Some(refused(CLOSED)),
            (false, false) => Some(refused(CLOSED_OR_KIND)),
        }
    }

    /// READ RECORD by number.
    pub fn read_number(&self, number: usize) -> Verdict {
        let records = matches!(self.content, Content::Records(_));
        let (mut open, mut masked) = (self.readable(), false);
        if let Some((_, until)) = self.masked.filter(|(record, _)| *record == number) {
            let met = self.shown.meets(until);
            (open, masked) = (open || met, !met);
        }
        if let Some(verdict) = self.closed(open, records) {
            return verdict;
        }
        match number.checked_sub(1).and_then(|at| self.records().get(at)) {
            None => refused(&[0x6A83]),
            Some(record) if masked => {
                let mut zeros = vec![0; record.len()];
                zeros[..2].copy_from_slice(&record[..2]);
                answered(zeros)
            }
            Some(record) => answered(record.clone()),
        }
    }

    /// READ RECORD by tag: the first record with it.
    pub fn read_tag(&self, tag: u8) -> Verdict {
        let tagged = self.file.kind == FileKind::LinearVariable;
        match self.number_of(tag) {
            Some(number) if tagged => self.read_number(number),
            _ => self
                .closed(self.readable(), tagged)
                .unwrap_or_else(|| refused(&[0x6A83])),
        }
    }

    fn number_of(&self, tag: u8) -> Option<usize> {
        let at = self.records().iter().position(|record| record[0] == tag);
        at.map(|at| at + 1)
    }

    /// READ RECORD, all from `first` on that fit whole into 256 bytes.
    pub fn read_all(&self, first: usize) -> Verdict {
        let mut verdict = self.read_number(first);
        for number in first + 1..=self.records().len() {
            let next = self.read_number(number);
            if verdict.sw != OK || next.sw != OK || verdict.data.len() + next.data.len() > 256 {
                break;
            }
            verdict.data.extend(next.data);
        }
        verdict
    }

    /// READ BINARY of as much as there is from `offset` on.
    pub fn read_binary(&self, offset: usize) -> Verdict {
        let Content::Bytes(bytes) = self.content else {
            return self
                .closed(self.readable(), false)
                .unwrap_or_else(|| refused(KIND));
        };
        if let Some(verdict) = self.closed(self.readable(), true) {
            return verdict;
        }
        match bytes.get(offset..) {
            None | Some([]) => refused(&[0x6B00]),
            Some(rest) => answered(rest[..rest.len().min(256)].to_vec()),
        }
    }

    /// UPDATE RECORD of a record that is there, or on a cyclic EF the one that appends.
    pub fn update(&self) -> Verdict {
        let records = matches!(self.content, Content::Records(_));
        self.closed(self.writable(), records)
            .unwrap_or_else(|| answered(Vec::new()))
    }

    /// UPDATE RECORD by a number or tag that is not there.
    pub fn update_missing(&self) -> Verdict {
        let records = matches!(self.content, Content::Records(_));
        let missing: &[u16] = match self.file.kind {
            // A cyclic EF knows no number but 01, and no tag.
            FileKind::Cyclic { .. } => &[0x6A86],
            _ => &[0x6A83],
        };
        self.closed(self.writable(), records)
            .unwrap_or_else(|| refused(missing))
    }

    /// APPEND RECORD.
    pub fn append(&self) -> Verdict {
        let records = matches!(self.content, Content::Records(_));
        let full = match self.file.kind {
            FileKind::Cyclic { .. } => false,
            _ => !self.room,
        };
        self.closed(self.writable(), records).unwrap_or_else(|| {
            if full {
                refused(&[0x6A84])
            } else {
                answered(Vec::new())
            }
        })
    }

    /// UPDATE BINARY within the file.
    pub fn update_binary(&self) -> Verdict {
        let bytes = matches!(self.content, Content::Bytes(_));
        self.closed(self.writable(), bytes)
            .unwrap_or_else(|| answered(Vec::new()))
    }
}
