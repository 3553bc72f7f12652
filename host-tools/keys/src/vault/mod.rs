//! A vault: root keys in memory. Its [file], and [what it gives](service).

#[cfg(all(test, target_os = "linux"))]
mod faults;
mod file;
mod service;

use std::collections::btree_map::Entry;
use std::fmt;

use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16, diversify, kcv};
use zeroize::Zeroizing;

use crate::audit::{Head, Trail};
use crate::memory::Rememberer;
use crate::random::random;
use crate::roots::{self, Roots};
use crate::{KeyError, RootKind};

/// Root keys, opened. They are wiped when it is dropped.
pub struct Vault {
    demo: bool,
    roots: Roots,
    /// Where its use is written down.
    trail: Option<Trail>,
    /// What its file remembers of the audit log, and what can change that.
    remembered: Option<(Head, Rememberer)>,
}

impl Vault {
    /// A vault of random roots, in memory only, by name, version and kind. [`roots::all`](crate::roots::all) names those that
    /// cards need.
    ///
    /// # Errors
    /// [`KeyError::NoRandom`].
    pub fn generate<I, S>(ids: I) -> Result<Self, KeyError>
    where
        I: IntoIterator<Item = (S, u8, RootKind)>,
        S: Into<String>,
    {
        let mut roots = Roots::new();
        for (id, version, kind) in ids {
            roots.insert((id.into(), kind, version), random_key()?);
        }
        Ok(Self::of(roots))
    }

    /// Adds a random root for each of [`roots::all`](crate::roots::all) that is missing, in memory only, and names them: a vault
    /// may be older than some of them. What it holds stays.
    ///
    /// # Errors
    /// [`KeyError::NoRandom`].
    pub fn complete(&mut self) -> Result<Vec<(&'static str, u8, RootKind)>, KeyError> {
        let mut added = Vec::new();
        for (id, version, kind) in roots::all() {
            if let Entry::Vacant(place) = self.roots.entry((id.to_owned(), kind, version)) {
                place.insert(random_key()?);
                added.push((id, version, kind));
            }
        }
        Ok(added)
    }

    pub(crate) const fn of(roots: Roots) -> Self {
        Self {
            demo: false,
            roots,
            trail: None,
            remembered: None,
        }
    }

    /// The vault that a ceremony's master makes, in memory only: every root of [`roots::all`](crate::roots::all), derived
    /// ([`diversify::root_key`]). The same master makes the same vault, so that a lost one can be made again.
    #[must_use]
    pub fn from_master(master: &Key16) -> Self {
        let root = |(id, version, kind): (&'static str, u8, RootKind)| {
            let key = diversify::root_key(master.as_bytes(), id, &kind.to_string(), version);
            ((id.to_owned(), kind, version), key)
        };
        Self::of(roots::all().map(root).collect())
    }

    /// Where the use of this vault is written down; `None` for published keys, and for a vault that was not opened with a log.
    #[must_use]
    pub fn trail(&self) -> Option<&Trail> {
        self.trail.as_ref()
    }

    pub(crate) fn demonstration(roots: Roots) -> Self {
        Self {
            demo: true,
            roots,
            trail: None,
            remembered: None,
        }
    }

    /// Names, versions and kinds of the roots; all versions of one stand together.
    pub fn roots(&self) -> impl Iterator<Item = (&str, u8, RootKind)> {
        self.roots
            .keys()
            .map(|(id, kind, version)| (id.as_str(), *version, *kind))
    }

    /// The key check value of a root, by which two vaults can be compared.
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`].
    pub fn kcv(&self, id: &str, version: u8, kind: RootKind) -> Result<[u8; 3], KeyError> {
        Ok(kcv_of(self.find(id, version, kind)?, kind))
    }

    /// A root that is to be used: that is written down.
    pub(crate) fn root(&self, id: &str, version: u8, kind: RootKind) -> Result<&Key16, KeyError> {
        let root = self.find(id, version, kind)?;
        if let Some(trail) = &self.trail {
            trail.used(id, version, kind, || Some(kcv_of(root, kind)));
        }
        Ok(root)
    }

    /// The SCP03 keys of one card from the root `id`.
    fn scp03_keys(&self, id: &str, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        let root = self.root(id, FIRST_KEY_VERSION, RootKind::Aes)?;
        self.used_for(card_factor);
        Ok(diversify::scp03_keys(root.as_bytes(), card_factor))
    }

    fn used_for(&self, card_factor: &[u8; 8]) {
        if let Some(trail) = &self.trail {
            trail.card(card_factor);
        }
    }

    fn find(&self, id: &str, version: u8, kind: RootKind) -> Result<&Key16, KeyError> {
        self.roots
            .get(&(id.to_owned(), kind, version))
            .ok_or_else(|| KeyError::MissingRoot {
                id: id.to_owned(),
                version,
                kind,
            })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("demo", &self.demo)
            .field("roots", &self.roots.len())
            .finish()
    }
}

fn kcv_of(root: &Key16, kind: RootKind) -> [u8; 3] {
    let key = root.as_bytes();
    match kind {
        RootKind::TripleDes => kcv::kcv(Algorithm::TripleDes, key),
        RootKind::Sm4 => kcv::kcv(Algorithm::Sm4, key),
        RootKind::Aes => kcv::aes_kcv(key),
    }
}

fn random_key() -> Result<Key16, KeyError> {
    let mut bytes = Zeroizing::new([0; 16]);
    random(&mut *bytes)?;
    Ok(Key16::new(*bytes))
}
