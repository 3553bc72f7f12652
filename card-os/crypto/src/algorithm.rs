//! The algorithm of a card's symmetric keys, as the FCI of SSSE announces it.

use core::fmt;

use apdu_specs::algorithm::KeyAlgorithm;

/// The algorithm of a card's symmetric keys (LD/T 32: 对称算法).
///
/// Evidence **C**: marker in the FCI's issuer data, `9F0C 03 86 01 AA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Two-key triple DES, marker 01; session keys are single DES. Generations 1.00 and 2.00.
    TripleDes,
    /// SM4 (GM/T 0002, GB/T 32907), marker 03. Generation 3.00.
    Sm4,
}

/// A marker that names an algorithm this project does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsupportedAlgorithm {
    /// Marker 02: SSF33, a classified cipher. It is recognised and refused.
    Ssf33,
    /// A marker that no known card uses.
    Unknown(u8),
}

impl Algorithm {
    /// The algorithm named by the byte AA of `9F0C 03 86 01 AA`. (A card without the marker uses 3DES.)
    ///
    /// # Errors
    /// [`UnsupportedAlgorithm`] for SSF33 (02) and for unknown markers.
    pub const fn from_marker(marker: u8) -> Result<Self, UnsupportedAlgorithm> {
        match KeyAlgorithm::from_marker(marker) {
            Some(KeyAlgorithm::TripleDes) => Ok(Self::TripleDes),
            Some(KeyAlgorithm::Ssf33) => Err(UnsupportedAlgorithm::Ssf33),
            Some(KeyAlgorithm::Sm4) => Ok(Self::Sm4),
            None => Err(UnsupportedAlgorithm::Unknown(marker)),
        }
    }

    /// The byte AA of the marker: 01 or 03.
    #[must_use]
    pub const fn marker(self) -> u8 {
        match self {
            Self::TripleDes => KeyAlgorithm::TripleDes.marker(),
            Self::Sm4 => KeyAlgorithm::Sm4.marker(),
        }
    }

    /// Bytes in a cipher block: 8 or 16.
    #[must_use]
    pub const fn block_len(self) -> usize {
        match self {
            Self::TripleDes => 8,
            Self::Sm4 => 16,
        }
    }
}

impl TryFrom<KeyAlgorithm> for Algorithm {
    type Error = UnsupportedAlgorithm;

    fn try_from(algorithm: KeyAlgorithm) -> Result<Self, UnsupportedAlgorithm> {
        Self::from_marker(algorithm.marker())
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TripleDes => "3DES",
            Self::Sm4 => "SM4",
        })
    }
}

impl fmt::Display for UnsupportedAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ssf33 => f.write_str("the card uses SSF33 (marker 02), which is not public"),
            Self::Unknown(marker) => write!(f, "unknown algorithm marker {marker:02X}"),
        }
    }
}

impl core::error::Error for UnsupportedAlgorithm {}
