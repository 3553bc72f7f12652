//! Root keys: which there are, and how a vault holds them.

use apdu_specs::applications::certificates;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use apdu_specs::applications::domain::keys::{INITIAL_VAULT_ID, ISD_VAULT_ID};
use apdu_specs::applications::psam::DEBIT_KEY;
use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::keys::{FIRST_KEY_VERSION, LAST_KEY_VERSION};
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
    /// The security domain's SCP03 keys, AES-128.
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

impl RootKind {
    /// The versions that a root can have: 1 to 3 for card keys; those of SCP03 keys have one.
    #[must_use]
    pub const fn versions(self) -> RangeInclusive<u8> {
        match self {
            Self::TripleDes | Self::Sm4 => FIRST_KEY_VERSION..=LAST_KEY_VERSION,
            Self::Aes => FIRST_KEY_VERSION..=FIRST_KEY_VERSION,
        }
    }
}

/// Every root that a complete vault holds, by name, version and kind: each key of the specification's table with 3DES and
/// with SM4 in three versions, and the two of SCP03 keys.
pub fn all() -> impl Iterator<Item = (&'static str, u8, RootKind)> {
    names().flat_map(|(id, kind)| kind.versions().map(move |version| (id, version, kind)))
}

/// Name and kind of every root that a complete vault holds: the keys of cards, the purse's debit key that a PSAM holds, those
/// of the certificate environment (SM4 alone), the issuer's SCP03 keys and a chip's initial ones.
pub fn names() -> impl Iterator<Item = (&'static str, RootKind)> {
    DIRECTORIES
        .iter()
        .flat_map(|directory| directory.keys)
        .map(|key| key.vault_id)
        .chain([DEBIT_KEY.vault_id])
        .flat_map(|id| [RootKind::TripleDes, RootKind::Sm4].map(|kind| (id, kind)))
        .chain(
            certificates::keys::PKI
                .iter()
                .map(|key| (key.vault_id, RootKind::Sm4)),
        )
        .chain([ISD_VAULT_ID, INITIAL_VAULT_ID].map(|id| (id, RootKind::Aes)))
}

/// Keys that came into the table after the first vaults were made.
const LATER: [&str; 5] = ["DF05/", "DF06/", "DF07/RK2", "DF07/RK3", "DF07/UK"];
/// Of DF01, in which there were keys before, these.
const LATER_OF_DF01: [&str; 5] = ["UK7", "UK8", "UK9", "UKA", "UKB"];

/// Whether vaults may be older than this root: they serve whoever does not ask for it.
#[must_use]
pub fn is_later(id: &str) -> bool {
    let of_df01 = id.strip_prefix("DF01/");
    id == INITIAL_VAULT_ID
        || LATER.iter().any(|prefix| id.starts_with(prefix))
        || of_df01.is_some_and(|name| LATER_OF_DF01.contains(&name))
}

/// Root keys by name, kind and version.
pub(crate) type Roots = BTreeMap<(String, RootKind, u8), Key16>;

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
    /// Format 1 knew no versions: its roots are the first.
    #[serde(default = "first")]
    version: u8,
    key: HexKey,
}

const fn first() -> u8 {
    FIRST_KEY_VERSION
}

/// A key as 32 hex digits, of which no copy stays behind.
struct HexKey(Key16);

impl Contents {
    pub fn new(demo: bool, roots: &Roots) -> Self {
        let root = |((id, kind, version), key): (&(String, RootKind, u8), &Key16)| Root {
            id: id.clone(),
            kind: *kind,
            version: *version,
            key: HexKey(key.clone()),
        };
        Self {
            demo,
            roots: roots.iter().map(root).collect(),
        }
    }

    /// The roots; `None` if one is there twice, or has a version that there cannot be, which no vault of ours has.
    pub fn into_roots(self) -> Option<Roots> {
        let mut roots = Roots::new();
        for root in self.roots {
            let known = root.kind.versions().contains(&root.version);
            let name = (root.id, root.kind, root.version);
            if !known || roots.insert(name, root.key.0).is_some() {
                return None;
            }
        }
        Some(roots)
    }

    /// The JSON. It is large enough from the start, so that no part of it is left behind by growing.
    pub fn to_json(&self, spare: usize) -> Zeroizing<Vec<u8>> {
        let ids: usize = self.roots.iter().map(|root| root.id.len()).sum();
        let capacity = 64 + self.roots.len() * 112 + 2 * ids + spare;
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
