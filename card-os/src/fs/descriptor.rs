//! What the card keeps of each file beside its contents.

use apdu_specs::access::{Access, RecordRule, Rule};
use apdu_specs::files::descriptor;
use apdu_specs::{Application, Status};

use crate::objects::Slot;

/// The kind of a file, by its file descriptor byte (ISO 7816-4 table 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory: MF, DDF or ADF.
    Directory {
        /// Whose commands it knows beside the file commands.
        application: Application,
    },
    /// A transparent EF of `size` bytes.
    Transparent {
        /// Bytes.
        size: u16,
    },
    /// Records of one length.
    LinearFixed {
        /// Bytes of each record.
        record: u8,
        /// How many there may be.
        records: u8,
    },
    /// One simple TLV a record.
    LinearVariable {
        /// Greatest bytes of a record, tag and length with it.
        record: u8,
        /// How many there may be.
        records: u8,
        /// Bytes that all records may take together.
        size: u16,
    },
    /// A ring of records of one length.
    Cyclic {
        /// Bytes of each record.
        record: u8,
        /// How many there are at the most.
        records: u8,
    },
}

impl Kind {
    /// Bytes of the largest transparent EF: READ BINARY reaches them with the 15 bits of its offset, and
    /// they are 256 chunks in the store.
    const LARGEST: u16 = 0x8000;

    /// File descriptor byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Directory { .. } => descriptor::DIRECTORY,
            Self::Transparent { .. } => descriptor::TRANSPARENT,
            Self::LinearFixed { .. } => descriptor::LINEAR_FIXED,
            Self::LinearVariable { .. } => descriptor::LINEAR_VARIABLE,
            Self::Cyclic { .. } => descriptor::CYCLIC,
        }
    }

    /// The kind of descriptor byte `byte` with these sizes; `None` where they do not go together.
    pub const fn new(byte: u8, record: u8, records: u8, size: u16) -> Option<Self> {
        match byte {
            descriptor::DIRECTORY => match Application::of_directory(record) {
                Some(application) => Some(Self::Directory { application }),
                None => None,
            },
            descriptor::TRANSPARENT if size > 0 && size <= Self::LARGEST => {
                Some(Self::Transparent { size })
            }
            descriptor::LINEAR_FIXED if record > 0 && records > 0 && records < 0xFF => {
                Some(Self::LinearFixed { record, records })
            }
            descriptor::LINEAR_VARIABLE
                if record > 0 && records > 0 && records < 0xFF && size > 0 =>
            {
                Some(Self::LinearVariable {
                    record,
                    records,
                    size,
                })
            }
            descriptor::CYCLIC if record > 0 && records > 0 && records < 0xFF => {
                Some(Self::Cyclic { record, records })
            }
            _ => None,
        }
    }

    /// Record length, records and size, as [`Self::new`] takes them.
    pub const fn sizes(self) -> (u8, u8, u16) {
        match self {
            Self::Directory { application } => match application.directory_byte() {
                Some(byte) => (byte, 0, 0),
                None => (0, 0, 0),
            },
            Self::Transparent { size } => (0, 0, size),
            Self::LinearFixed { record, records } | Self::Cyclic { record, records } => {
                (record, records, 0)
            }
            Self::LinearVariable {
                record,
                records,
                size,
            } => (record, records, size),
        }
    }
}

/// The life cycle of a file (ISO 7816-4, 7.4.10): whether an EF's contents are complete, whether a directory's
/// application is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Its data grouping is under way: nothing may be read.
    Initialisation,
    /// In use.
    Activated,
    /// A directory whose application is blocked until APPLICATION UNBLOCK.
    Deactivated,
    /// A directory whose application is blocked for good.
    Terminated,
}

impl FileState {
    const fn byte(self) -> u8 {
        match self {
            Self::Initialisation => 0x03,
            Self::Activated => 0x05,
            Self::Deactivated => 0x04,
            Self::Terminated => 0x0C,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x03 => Some(Self::Initialisation),
            0x05 => Some(Self::Activated),
            0x04 => Some(Self::Deactivated),
            0x0C => Some(Self::Terminated),
            _ => None,
        }
    }

    /// Refuses a directory whose application is blocked.
    ///
    /// # Errors
    /// 6A81, or 9303 where it is blocked for good.
    pub const fn not_blocked(self) -> Result<(), Status> {
        match self {
            Self::Initialisation | Self::Activated => Ok(()),
            Self::Deactivated => Err(Status::FUNCTION_NOT_SUPPORTED),
            Self::Terminated => Err(Status::PERMANENTLY_BLOCKED),
        }
    }
}

/// DF name or AID, 1 to 16 bytes; empty for an EF and the MF.
pub type Name = heapless::Vec<u8, 16>;

/// A file's descriptor.
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// File identifier.
    pub fid: u16,
    /// The directory that holds it; the MF's own is the MF.
    pub parent: Slot,
    /// Kind and sizes.
    pub kind: Kind,
    /// State.
    pub state: FileState,
    /// Read condition of an EF.
    pub read: Rule,
    /// Write condition of an EF.
    pub write: Rule,
    /// Rules of single records, at most four.
    pub rules: heapless::Vec<RecordRule, 4>,
    /// DF name or AID.
    pub name: Name,
    /// What SELECT answers inside A5.
    pub proprietary: heapless::Vec<u8, 16>,
}

/// What a search needs of each file: less than its descriptor, which is long to read.
#[derive(Clone, Copy)]
pub struct Head {
    /// File identifier.
    pub fid: u16,
    /// The directory that holds it.
    pub parent: Slot,
    /// Kind and sizes.
    pub kind: Kind,
    /// State.
    pub state: FileState,
}

impl Head {
    /// Bytes of a descriptor in the store that are it.
    pub const LENGTH: usize = 9;

    /// The head in `bytes`; `None` where they are not one.
    pub fn decode(bytes: &[u8; Self::LENGTH]) -> Option<Self> {
        let &[
            fid_high,
            fid_low,
            parent,
            kind,
            state,
            record,
            records,
            size_high,
            size_low,
        ] = bytes;
        Some(Self {
            fid: u16::from_be_bytes([fid_high, fid_low]),
            parent: Slot::new(parent)?,
            kind: Kind::new(
                kind,
                record,
                records,
                u16::from_be_bytes([size_high, size_low]),
            )?,
            state: FileState::from_byte(state)?,
        })
    }

    /// Whether this is a directory.
    pub const fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory { .. })
    }
}

/// A descriptor in the store: fid 2, parent 1, descriptor byte 1, state 1, record 1, records 1,
/// size 2, read 2, write 2; then counted rules, name and proprietary data.
pub type Encoded = heapless::Vec<u8, { Descriptor::MAX_LENGTH }>;

impl Descriptor {
    const FIXED: usize = Head::LENGTH + 4;
    /// Greatest bytes of an encoded descriptor.
    pub const MAX_LENGTH: usize = Self::FIXED + 1 + 4 * RecordRule::LENGTH + 1 + 16 + 1 + 16;

    /// The master file's descriptor.
    pub const fn mf() -> Self {
        Self {
            fid: apdu_specs::files::MF,
            parent: Slot::MF,
            kind: Kind::Directory {
                application: Application::Ssc,
            },
            state: FileState::Activated,
            read: Rule::NEVER,
            write: Rule::NEVER,
            rules: heapless::Vec::new(),
            name: heapless::Vec::new(),
            proprietary: heapless::Vec::new(),
        }
    }

    /// The bytes that go into the store; `None` cannot happen for a descriptor that was decoded.
    pub fn encode(&self) -> Option<Encoded> {
        let [fid_high, fid_low] = self.fid.to_be_bytes();
        let (record, records, size) = self.kind.sizes();
        let [size_high, size_low] = size.to_be_bytes();
        let [read, read_key] = self.read.encode();
        let [write, write_key] = self.write.encode();
        let mut bytes = Encoded::new();
        bytes
            .extend_from_slice(&[
                fid_high,
                fid_low,
                self.parent.number(),
                self.kind.byte(),
                self.state.byte(),
                record,
                records,
                size_high,
                size_low,
                read,
                read_key,
                write,
                write_key,
            ])
            .ok()?;
        bytes.push(u8::try_from(self.rules.len()).ok()?).ok()?;
        for rule in &self.rules {
            bytes.extend_from_slice(&rule.encode()).ok()?;
        }
        for part in [&self.name, &self.proprietary] {
            bytes.push(u8::try_from(part.len()).ok()?).ok()?;
            bytes.extend_from_slice(part).ok()?;
        }
        Some(bytes)
    }

    /// The descriptor in `bytes`; `None` where they are not one.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk()?;
        let head = Head::decode(head)?;
        let (&[read, read_key, write, write_key], mut rest) = rest.split_first_chunk()?;
        let (&count, after) = rest.split_first()?;
        rest = after;
        let mut rules = heapless::Vec::new();
        for _ in 0..count {
            let (rule, after) = rest.split_first_chunk::<{ RecordRule::LENGTH }>()?;
            rules.push(RecordRule::decode(*rule)?).ok()?;
            rest = after;
        }
        let (name, rest) = counted(rest)?;
        let (proprietary, rest) = counted(rest)?;
        if !rest.is_empty() {
            return None;
        }
        Some(Self {
            fid: head.fid,
            parent: head.parent,
            kind: head.kind,
            state: head.state,
            read: Rule::decode([read, read_key])?,
            write: Rule::decode([write, write_key])?,
            rules,
            name,
            proprietary,
        })
    }

    /// Whether this is a directory.
    pub fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory { .. })
    }

    /// Whether the EF, or a record of it, is read by no one.
    pub fn hides_something(&self) -> bool {
        self.read.access == Access::Never
            || self.rules.iter().any(|rule| rule.read == Access::Never)
    }
}

/// A length byte and as many bytes, and what follows them.
fn counted(bytes: &[u8]) -> Option<(Name, &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    let (value, rest) = rest.split_at_checked(usize::from(length))?;
    Some((Name::from_slice(value).ok()?, rest))
}
