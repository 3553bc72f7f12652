//! The header of sealed files: which kind and version, what the passphrase costs, salt, check and nonce; and why a file is refused.

use std::path::Path;

use crate::KeyError;

/// What a sealed file holds.
pub(crate) struct Format {
    /// By its first bytes.
    magic: &'static [u8; 8],
    /// The version that is written; all from 1 to this are read.
    pub(super) newest: u16,
    /// From which version on its files remember their audit log; 0 for none.
    remembers: u16,
    /// Longest file that is taken into memory.
    pub most: u64,
}

/// Root keys.
pub(crate) const VAULT: Format = Format {
    magic: b"SSCVAULT",
    newest: 3,
    remembers: 3,
    most: 1 << 20,
};
#[cfg(test)]
pub(crate) const OLD_VAULT: Format = Format { newest: 2, ..VAULT };
/// First PINs of cards.
pub(crate) const PINS: Format = Format {
    magic: b"SSC-PINS",
    newest: 1,
    remembers: 0,
    most: 1 << 28,
};
/// Bytes before the contents.
pub(crate) const HEADER: usize = 78;
pub(crate) const TAG: usize = 16;

/// A component of a key.
pub(crate) const COMPONENT: Format = Format {
    magic: b"SSC-PART",
    newest: 1,
    remembers: 0,
    most: 1 << 16,
};

impl Format {
    /// Whether the bytes of a file begin as such a file does.
    pub fn is_it(&self, file: &[u8]) -> bool {
        file.starts_with(self.magic)
    }

    pub(super) fn remembers(&self, version: u16) -> bool {
        self.remembers > 0 && version >= self.remembers
    }
}

/// What Argon2id may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Cost {
    /// RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes.
    pub const FULL: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };
    /// For a passphrase that is published anyway.
    pub const DEMO: Self = Self {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    /// Four times what we write, for a later version that writes more. Beyond it a file is hostile or damaged: to try a passphrase on
    /// it would only occupy the machine.
    const MOST: Self = Self {
        memory_kib: 256 * 1024,
        passes: 12,
        lanes: 16,
    };

    fn is_sane(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib
            && self.passes <= Self::MOST.passes
            && self.lanes <= Self::MOST.lanes
    }
}

/// Why a file does not open.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotAVault,
    Version(u16),
    WrongPassphrase,
    Damaged,
    Costly(Cost),
}

impl Refusal {
    /// The same as an error about the file `path`.
    pub(crate) fn of(self, path: &Path) -> KeyError {
        let path = path.to_owned();
        match self {
            Self::NotAVault => KeyError::NotAVault { path },
            Self::Version(version) => KeyError::Version { path, version },
            Self::WrongPassphrase => KeyError::WrongPassphrase { path },
            Self::Damaged => KeyError::Damaged { path },
            Self::Costly(cost) => KeyError::Costly {
                path,
                memory_mib: cost.memory_kib.div_ceil(1024),
                passes: cost.passes,
                lanes: cost.lanes,
                most_mib: Cost::MOST.memory_kib / 1024,
            },
        }
    }
}

/// The parts of a file's header.
pub(super) struct Header {
    pub version: u16,
    pub cost: Cost,
    pub salt: [u8; 16],
    pub check: [u8; 16],
    pub nonce: [u8; 24],
}

impl Header {
    pub fn write(&self, format: &Format) -> Vec<u8> {
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = self.cost;
        let numbers = [memory_kib, passes, lanes].map(u32::to_be_bytes);
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(format.magic);
        out.extend_from_slice(&self.version.to_be_bytes());
        out.extend_from_slice(numbers.as_flattened());
        out.extend_from_slice(&self.salt);
        out.extend_from_slice(&self.check);
        out.extend_from_slice(&self.nonce);
        out
    }

    /// The header, and the bytes after it.
    pub fn read<'f>(format: &Format, file: &'f [u8]) -> Result<(Self, &'f [u8]), Refusal> {
        let rest = file.strip_prefix(format.magic).ok_or(Refusal::NotAVault)?;
        let (version, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let version = u16::from_be_bytes(*version);
        if !(1..=format.newest).contains(&version) {
            return Err(Refusal::Version(version));
        }
        let (memory, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (passes, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (lanes, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (check, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let cost = Cost {
            memory_kib: u32::from_be_bytes(*memory),
            passes: u32::from_be_bytes(*passes),
            lanes: u32::from_be_bytes(*lanes),
        };
        let header = Self {
            version,
            cost,
            salt: *salt,
            check: *check,
            nonce: *nonce,
        };
        if !cost.is_sane() {
            return Err(Refusal::Costly(cost));
        }
        if rest.len() >= TAG {
            Ok((header, rest))
        } else {
            Err(Refusal::Damaged)
        }
    }
}
