//! Everything that was read of a card.

use std::fmt;

use serde::Serialize;

use crate::decode;
use crate::decoded::{DecodedField, Refusal};
use crate::words::Words;

/// A card's files, decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dump {
    /// ATR, hex digits.
    pub atr: String,
    /// Its historical bytes, hex digits.
    pub historical_bytes: String,
    /// Specification version: 1.00, 2.00 or 3.00.
    pub version: String,
    /// Algorithm of the card's keys: 3DES or SM4.
    pub algorithm: String,
    /// Its directories in the order of the table.
    pub directories: Vec<DirectoryDump>,
}

/// A directory and its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DirectoryDump {
    /// Label as file addresses of LD/T 33 have it, such as `SSSE`.
    pub label: &'static str,
    /// DF name or AID, hex digits.
    pub name: String,
    /// What it is for.
    #[serde(flatten)]
    pub words: Words,
    /// Why its files were not read, if the card refused to select it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// Its files in the order of the table.
    pub files: Vec<FileDump>,
}

/// An elementary file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileDump {
    /// File identifier, four hex digits.
    pub fid: String,
    /// What it holds.
    #[serde(flatten)]
    pub words: Words,
    /// Its read condition by the table.
    pub condition: Words,
    /// Why a key that the condition names was not presented, or was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Words>,
    /// Why it was not read, or not to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What was read.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

/// What an elementary file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Records with a tag each (linear variable).
    Records(Vec<DecodedField>),
    /// Records of fields without tags; of a cyclic file the newest first.
    Lists(Vec<Vec<DecodedField>>),
    /// Bytes without structure (transparent).
    Bytes(Bytes),
}

/// The content of a transparent file. In JSON its bytes are there only where they are few: photos go to files of their
/// own.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// How many were read.
    pub length: usize,
    /// How many there are before the 00 or FF that fills the rest.
    pub used: usize,
    /// Whether they begin as a JPEG image does.
    pub jpeg: bool,
    /// The used bytes in hexadecimal, where they are no more than 128.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// All that was read.
    #[serde(skip)]
    pub data: Vec<u8>,
}

impl Bytes {
    /// The most bytes that JSON and text show.
    const SHOWN: usize = 128;

    pub(crate) fn new(data: Vec<u8>) -> Self {
        let used = used(&data);
        Self {
            length: data.len(),
            used: used.len(),
            jpeg: used.starts_with(&[0xFF, 0xD8, 0xFF]),
            hex: (1..=Self::SHOWN)
                .contains(&used.len())
                .then(|| hex::encode_upper(used)),
            data,
        }
    }

    /// The bytes before the 00 or FF that fills the rest: a photo as it was written.
    #[must_use]
    pub fn used_bytes(&self) -> &[u8] {
        used(&self.data)
    }
}

fn used(data: &[u8]) -> &[u8] {
    match data.last() {
        Some(fill @ (0x00 | 0xFF)) => decode::without_fill(data, *fill),
        _ => data,
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} of {} used, not shown)", self.used, self.length)
    }
}
