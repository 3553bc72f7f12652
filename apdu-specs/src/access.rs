//! Access conditions of files and records, and their coding in the FCP (tag 86, P).
//!
//! Shape: read rule (2 bytes) ‖ write rule (2 bytes) ‖ record rules (4 bytes each). A rule is
//! `mode key`, where `key` is a key identifier (with bit 80 a key of the file's own directory,
//! without it one of the SSSE), 00 where the mode names no key; bit 40 of the mode of
//! a read or write rule demands secure messaging. A record rule is `record kind rule`: it overrides the EF's read rule for one record.

/// Who may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Free,
    /// After VERIFY.
    Pin,
    /// After EXTERNAL AUTHENTICATE with this key.
    Key(u8),
    /// After VERIFY or EXTERNAL AUTHENTICATE.
    PinOrKey(u8),
    /// After VERIFY and EXTERNAL AUTHENTICATE.
    PinAndKey(u8),
    /// No one from outside; the card itself may (transaction logs).
    Never,
}

impl Access {
    /// Bytes of a coded rule.
    pub const LENGTH: usize = 2;

    /// The rule as `mode key`.
    pub const fn encode(self) -> [u8; Self::LENGTH] {
        match self {
            Self::Free => [0x00, 0x00],
            Self::Pin => [0x01, 0x00],
            Self::Key(key) => [0x02, key],
            Self::PinOrKey(key) => [0x03, key],
            Self::PinAndKey(key) => [0x04, key],
            Self::Never => [0xFF, 0x00],
        }
    }

    /// The rule coded by `mode key`; `None` for an unknown mode or a key where there is none.
    pub const fn decode(code: [u8; Self::LENGTH]) -> Option<Self> {
        match code {
            [0x00, 0x00] => Some(Self::Free),
            [0x01, 0x00] => Some(Self::Pin),
            [0x02, key] => Some(Self::Key(key)),
            [0x03, key] => Some(Self::PinOrKey(key)),
            [0x04, key] => Some(Self::PinAndKey(key)),
            [0xFF, 0x00] => Some(Self::Never),
            _ => None,
        }
    }
}

/// A condition of a file, and whether it holds for secure messages only (P).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Who may do it.
    pub access: Access,
    /// Whether the command must be a secure message; a plain one is refused whoever has been shown.
    pub secured: bool,
}

impl Rule {
    /// Bit of the mode byte: with secure messaging only.
    pub const SECURED: u8 = 0x40;

    /// No one from outside.
    pub const NEVER: Self = Self {
        access: Access::Never,
        secured: false,
    };

    /// The rule as `mode key`.
    pub const fn encode(self) -> [u8; Access::LENGTH] {
        let [mode, key] = self.access.encode();
        // FF has the bit already: never is never.
        if self.secured {
            [mode | Self::SECURED, key]
        } else {
            [mode, key]
        }
    }

    /// The rule coded by `mode key`; `None` as in [`Access::decode`].
    pub const fn decode(code: [u8; Access::LENGTH]) -> Option<Self> {
        let [mode, key] = code;
        let secured = mode != 0xFF && mode & Self::SECURED != 0;
        let mode = if secured { mode & !Self::SECURED } else { mode };
        match Access::decode([mode, key]) {
            Some(access) => Some(Self { access, secured }),
            None => None,
        }
    }
}

/// What a record rule does where its condition is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordGuard {
    /// The record is refused (6982), whatever the EF's own rule says.
    Refused,
    /// The record answers 9000 and its value is zero bytes (EF05 record 7 in 3.00).
    Masked,
}

/// A rule for reading one record that stands above its EF's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRule {
    /// Record number, from 1.
    pub record: u8,
    /// What happens where the condition is not met.
    pub guard: RecordGuard,
    /// The condition.
    pub read: Access,
}

impl RecordRule {
    /// Bytes of a coded record rule.
    pub const LENGTH: usize = 4;

    /// The rule as `record guard mode key`.
    pub const fn encode(self) -> [u8; Self::LENGTH] {
        let guard = match self.guard {
            RecordGuard::Refused => 0x00,
            RecordGuard::Masked => 0x01,
        };
        let [mode, key] = self.read.encode();
        [self.record, guard, mode, key]
    }

    /// The rule coded by four bytes.
    pub const fn decode(code: [u8; Self::LENGTH]) -> Option<Self> {
        let [record, guard, mode, key] = code;
        let guard = match guard {
            0x00 => RecordGuard::Refused,
            0x01 => RecordGuard::Masked,
            _ => return None,
        };
        match Access::decode([mode, key]) {
            Some(read) if record != 0 => Some(Self {
                record,
                guard,
                read,
            }),
            _ => None,
        }
    }
}
