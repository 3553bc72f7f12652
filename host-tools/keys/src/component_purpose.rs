//! What components are for, and how many there are at the most.

use std::fmt;

/// Most components of a key.
pub const MOST: u8 = 16;

/// What the key is for that a component belongs to. Components for one are refused for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The master of a ceremony, from which every root is derived.
    Master,
    /// The key under which roots are exported (密钥传输密钥, KEK).
    Kek,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Master => "MASTER",
            Self::Kek => "KEK",
        })
    }
}
