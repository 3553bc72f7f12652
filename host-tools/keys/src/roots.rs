//! Root keys: which there are, and how a vault holds them.

use std::collections::BTreeMap;
use std::fmt;

use apdu_specs::key_table::{self, ISD_VAULT_ID};
use card_crypto::{Algorithm, Key16};
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

/// What a root key is used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RootKind {
    /// Card keys with two-key 3DES.
    #[serde(rename = "3DES")]
    TripleDes,
    /// Card keys with SM4.
    #[serde(rename = "SM4")]
    Sm4,
    /// The issuer's SCP03 keys, AES-128.
    #[serde(rename = "AES")]
    Aes,
}

impl From<Algorithm> for RootKind {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::TripleDes => Self::TripleDes,
            Algorithm::Sm4 => Self::Sm4,
        }
    }
}

impl fmt::Display for RootKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TripleDes => "3DES",
            Self::Sm4 => "SM4",
            Self::Aes => "AES",
        })
    }
}

/// Every root that a complete vault holds: each key of the specification's table with 3DES and with SM4, and the
/// issuer's SCP03 root.
pub fn all() -> impl Iterator<Item = (&'static str, RootKind)> {
    let directories = [
        key_table::SSSE,
        key_table::DF01,
        key_table::DF02,
        key_table::DF03,
        key_table::DF04,
        key_table::DF07,
    ];
    directories
        .into_iter()
        .flatten()
        .flat_map(|key| [RootKind::TripleDes, RootKind::Sm4].map(|kind| (key.vault_id, kind)))
        .chain([(ISD_VAULT_ID, RootKind::Aes)])
}

/// Root keys by name and kind.
pub(crate) type Roots = BTreeMap<(String, RootKind), Key16>;

/// What is encrypted in a vault, as JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Whether the keys are published.
    pub demo: bool,
    roots: Vec<Root>,
}

#[derive(Serialize, Deserialize)]
struct Root {
    id: String,
    kind: RootKind,
    key: HexKey,
}

/// A key as 32 hex digits, of which no copy stays behind.
struct HexKey(Key16);

impl Contents {
    pub fn new(demo: bool, roots: &Roots) -> Self {
        let root = |((id, kind), key): (&(String, RootKind), &Key16)| Root {
            id: id.clone(),
            kind: *kind,
            key: HexKey(key.clone()),
        };
        Self {
            demo,
            roots: roots.iter().map(root).collect(),
        }
    }

    /// The roots; `None` if one is there twice, which no vault of ours has.
    pub fn into_roots(self) -> Option<Roots> {
        let mut roots = Roots::new();
        for Root { id, kind, key } in self.roots {
            if roots.insert((id, kind), key.0).is_some() {
                return None;
            }
        }
        Some(roots)
    }

    /// The JSON. It is large enough from the start, so that no part of it is left behind by growing.
    pub fn to_json(&self, spare: usize) -> Zeroizing<Vec<u8>> {
        let ids: usize = self.roots.iter().map(|root| root.id.len()).sum();
        let capacity = 64 + self.roots.len() * 96 + 2 * ids + spare;
        let mut json = Zeroizing::new(Vec::with_capacity(capacity));
        // Plain structs, numbers and strings always have a JSON form, and a Vec takes all of it.
        serde_json::to_writer(&mut *json, self).expect("a vault's contents have a JSON form");
        json
    }
}

impl Serialize for HexKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = Zeroizing::new([0; 32]);
        hex::encode_to_slice(self.0.as_bytes(), &mut *digits).map_err(serde::ser::Error::custom)?;
        let text = std::str::from_utf8(&*digits).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(text)
    }
}

impl<'de> Deserialize<'de> for HexKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = HexKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("32 hex digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<HexKey, E> {
                let mut key = Zeroizing::new([0; 16]);
                // The text is a key: it must not get into the error.
                hex::decode_to_slice(text, &mut *key).map_err(|_| E::custom("not a key"))?;
                Ok(HexKey(Key16::new(*key)))
            }
        }
        deserializer
            .deserialize_str(Digits)
            .map_err(D::Error::custom)
    }
}
