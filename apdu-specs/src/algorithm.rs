//! Algorithm markers of card keys.

/// The algorithm of a card key, by the marker that the FCI carries in `9F0C 03 86 01 AA` (C).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyAlgorithm {
    /// Two-key 3DES, marker 01; also where the marker is absent.
    TripleDes = 0x01,
    /// SSF33, marker 02: classified, recognised and refused.
    Ssf33 = 0x02,
    /// SM4 (GB/T 32907), marker 03.
    Sm4 = 0x03,
}

impl KeyAlgorithm {
    /// The algorithm of `marker`.
    pub const fn from_marker(marker: u8) -> Option<Self> {
        match marker {
            0x01 => Some(Self::TripleDes),
            0x02 => Some(Self::Ssf33),
            0x03 => Some(Self::Sm4),
            _ => None,
        }
    }

    /// The marker byte.
    pub const fn marker(self) -> u8 {
        self as u8
    }
}
