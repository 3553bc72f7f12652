//! The generations of the card: 1.00 (LB002-2000), 2.00 (2012) and 3.00 (third-generation card).

use core::fmt;

use crate::algorithm::KeyAlgorithm;

/// A generation of the card; its version stands in SSSE EF05 record 3 (C).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// 1.00, the card of LB002-2000.
    V1,
    /// 2.00, with finance application, name extension and photo.
    V2,
    /// 3.00, the third generation: contactless, SM4, a protected EF06.
    V3,
}

/// Content of A5 in the FCI of SSSE without an algorithm marker, as real 2.00 cards answer (C).
static FCI_UNMARKED: [u8; 3] = [0x88, 0x01, 0x1E];
/// The same with issuer data `9F0C 03 86 01 03`: SM4 (C; P for its place inside A5).
static FCI_SM4: [u8; 9] = [0x88, 0x01, 0x1E, 0x9F, 0x0C, 0x03, 0x86, 0x01, 0x03];

impl Generation {
    /// All of them, oldest first.
    pub const ALL: [Self; 3] = [Self::V1, Self::V2, Self::V3];

    /// The version as EF05 record 3 carries it: four ASCII bytes.
    pub const fn version(self) -> &'static str {
        match self {
            Self::V1 => "1.00",
            Self::V2 => "2.00",
            Self::V3 => "3.00",
        }
    }

    /// The generation of a version text such as `3.00`; `None` for any other text.
    pub fn from_version(version: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|generation| generation.version() == version)
    }

    /// The algorithm of all card keys: 3DES in 1.00 and 2.00, SM4 in 3.00.
    pub const fn key_algorithm(self) -> KeyAlgorithm {
        match self {
            Self::V1 | Self::V2 => KeyAlgorithm::TripleDes,
            Self::V3 => KeyAlgorithm::Sm4,
        }
    }

    /// What SELECT of SSSE answers inside A5 of its FCI: 3 bytes, in 3.00 9 bytes.
    pub const fn fci_proprietary(self) -> &'static [u8] {
        match self {
            Self::V1 | Self::V2 => &FCI_UNMARKED,
            Self::V3 => &FCI_SM4,
        }
    }

    /// Its place in a table with one column a generation: 0, 1 or 2.
    pub const fn index(self) -> usize {
        match self {
            Self::V1 => 0,
            Self::V2 => 1,
            Self::V3 => 2,
        }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version())
    }
}

/// A text is no version of a known generation: 1.00, 2.00 or 3.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownGeneration;

impl fmt::Display for UnknownGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown generation: use 1.00, 2.00 or 3.00")
    }
}

impl core::error::Error for UnknownGeneration {}

impl core::str::FromStr for Generation {
    type Err = UnknownGeneration;

    fn from_str(version: &str) -> Result<Self, Self::Err> {
        Self::from_version(version).ok_or(UnknownGeneration)
    }
}

/// The set of generations in which a row of a table holds, and in which of them that is only assumed (P).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generations {
    held: u8,
    assumed: u8,
}

impl Generations {
    /// 1.00, 2.00 and 3.00.
    pub const ALL: Self = Self::new(0b111, 0);
    /// All of them; for 3.00 nobody has seen it.
    pub const ALL_P3: Self = Self::new(0b111, 0b100);
    /// 1.00 only.
    pub const ONLY_V1: Self = Self::new(0b001, 0);
    /// 2.00 and 3.00.
    pub const FROM_V2: Self = Self::new(0b110, 0);
    /// 2.00 and 3.00; for 3.00 nobody has seen it.
    pub const FROM_V2_P3: Self = Self::new(0b110, 0b100);
    /// 3.00 only.
    pub const ONLY_V3: Self = Self::new(0b100, 0);

    const fn new(held: u8, assumed: u8) -> Self {
        Self { held, assumed }
    }

    /// Whether `generation` is in the set.
    pub const fn contains(self, generation: Generation) -> bool {
        self.held & (1 << generation.index()) != 0
    }

    /// Whether it is in the set by assumption.
    pub const fn assumes(self, generation: Generation) -> bool {
        self.assumed & (1 << generation.index()) != 0
    }
}
