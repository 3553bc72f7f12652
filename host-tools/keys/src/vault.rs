//! A vault: root keys in memory, and their file.

use std::collections::btree_map::Entry;
use std::fmt;
use std::path::Path;

use apdu_specs::applications::domain::keys::{INITIAL_VAULT_ID, ISD_VAULT_ID};
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16, diversify, kcv};
use zeroize::Zeroizing;

use crate::audit::{AuditError, AuditLog, Head, Trail, event, name_of};
use crate::memory::{Memory, Rememberer};
use crate::roots::{self, Contents, Roots};
use crate::sealed::{self, Cost, Refusal};
use crate::{KeyError, KeyService, RootKind, secret_file};

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

    /// Writes a vault that is in memory to a new file, readable by its owner alone.
    ///
    /// # Errors
    /// [`KeyError::PassphraseTooShort`], [`KeyError::Exists`], [`KeyError::Write`], [`KeyError::NoRandom`].
    pub fn write_new(&self, path: &Path, passphrase: &str) -> Result<(), KeyError> {
        secret_file::write(path, &self.to_bytes(passphrase)?, false)
    }

    /// The same for a vault whose making `trail` writes down: it remembers that from its first moment.
    ///
    /// # Errors
    /// As [`write_new`](Self::write_new).
    pub fn write_new_audited(
        &self,
        path: &Path,
        passphrase: &str,
        trail: &Trail,
    ) -> Result<(), KeyError> {
        let (file, rememberer) = self.sealed(passphrase, trail.opened())?;
        secret_file::write(path, &file, false)?;
        trail.remember(Memory {
            rememberer,
            path: path.into(),
        });
        Ok(())
    }

    /// Makes a vault of random roots and writes it to a new file, readable by its owner alone.
    ///
    /// # Errors
    /// [`KeyError::PassphraseTooShort`], [`KeyError::Exists`], [`KeyError::Write`], [`KeyError::NoRandom`].
    pub fn create<I, S>(path: &Path, passphrase: &str, ids: I) -> Result<Self, KeyError>
    where
        I: IntoIterator<Item = (S, u8, RootKind)>,
        S: Into<String>,
    {
        let vault = Self::generate(ids)?;
        vault.write_new(path, passphrase)?;
        Ok(vault)
    }

    /// Writes the vault in place of the file `path` (with another passphrase, perhaps), all or nothing.
    ///
    /// # Errors
    /// [`KeyError::PassphraseTooShort`], [`KeyError::Write`], [`KeyError::NoRandom`]; the file is then as it was.
    pub fn save(&self, path: &Path, passphrase: &str) -> Result<(), KeyError> {
        let trail = self.trail.as_ref();
        let remembered = self.remembered.as_ref().map(|(head, _)| *head);
        let head = trail.map(Trail::opened).or(remembered);
        let (file, rememberer) = self.sealed(passphrase, head.unwrap_or(Head::START))?;
        if path.exists() {
            secret_file::rewrite(path, &file).map_err(|source| KeyError::Write {
                path: path.into(),
                source,
            })?;
        } else {
            secret_file::write(path, &file, false)?;
        }
        if let Some(trail) = trail {
            trail.remember(Memory {
                rememberer,
                path: path.into(),
            });
        }
        Ok(())
    }

    /// Opens the vault in the file `path`.
    ///
    /// # Errors
    /// [`KeyError::Read`], [`KeyError::NotAVault`], [`KeyError::Version`], [`KeyError::WrongPassphrase`],
    /// [`KeyError::Damaged`]; [`KeyError::Permissions`] if other users have access, unless the keys are published anyway.
    pub fn open(path: &Path, passphrase: &str) -> Result<Self, KeyError> {
        let read = secret_file::Read::file(path, sealed::VAULT.most)?;
        let vault = Self::from_bytes(&read.bytes, passphrase, path)?;
        if !vault.demo {
            read.private(path)?;
        }
        Ok(vault)
    }

    /// Opens the vault in the file `path` for `command` (such as `issue`), and writes its use into `log`: a line now, and one
    /// when the [`Trail`] is closed or the vault and every clone of the trail are dropped. The use of published keys leaves no
    /// lines.
    ///
    /// # Errors
    /// As [`Vault::open`]; [`KeyError::Audit`] if the log cannot be written, or has not the line that the vault remembers as its last:
    /// then there are no keys.
    pub fn open_audited(
        path: &Path,
        passphrase: &str,
        log: AuditLog,
        command: &str,
    ) -> Result<Self, KeyError> {
        let mut vault = Self::open(path, passphrase).inspect_err(|error| {
            if matches!(error, KeyError::WrongPassphrase { .. }) {
                Trail::refused(&log, command, "vault", &name_of(path));
            }
        })?;
        if !vault.demo {
            let memory = vault.memory(path);
            let old = memory.is_none();
            let trail = Trail::begin(log, command, "vault", &name_of(path), memory)?;
            if old {
                vault.learn_to_remember(path, passphrase, &trail)?;
            }
            vault.trail = Some(trail);
        }
        Ok(vault)
    }

    /// Begins the audit log of the vault in the file `path` anew, where the one that it remembers is lost: the first line says what was
    /// lost, and the vault remembers that line.
    ///
    /// # Errors
    /// As [`Vault::open_audited`]; [`AuditError::NothingLost`].
    pub fn begin_log_anew(
        path: &Path,
        passphrase: &str,
        log: &AuditLog,
        command: &str,
    ) -> Result<(), KeyError> {
        let vault = Self::open(path, passphrase)?;
        let nothing = || AuditError::NothingLost {
            path: log.path().to_owned(),
        };
        let (Some(memory), Some((lost, _))) = (vault.memory(path), &vault.remembered) else {
            return Err(nothing().into());
        };
        let fields = event("new log", command, "vault", &name_of(path));
        Ok(log.begin_anew(fields, &memory, *lost)?)
    }

    /// What the vault in the file `path` says that it remembers of its audit log. Nothing vouches for it but who can write the file: to
    /// open the vault checks it. `None` where it remembers nothing.
    ///
    /// # Errors
    /// [`KeyError::Read`], [`KeyError::TooLarge`].
    pub fn peek_at_memory(path: &Path) -> Result<Option<Head>, KeyError> {
        let file = secret_file::Read::file(path, sealed::VAULT.most)?.bytes;
        Ok(sealed::peek(&sealed::VAULT, &file).filter(|head| head.line > 0))
    }

    fn memory(&self, path: &Path) -> Option<Memory> {
        let (_, rememberer) = self.remembered.as_ref()?;
        Some(Memory {
            rememberer: rememberer.clone(),
            path: path.into(),
        })
    }

    /// A vault of an older format is written once more, so that it remembers from this use on. Where it cannot be written it stays as
    /// it is, and opens all the same.
    fn learn_to_remember(
        &self,
        path: &Path,
        passphrase: &str,
        trail: &Trail,
    ) -> Result<(), KeyError> {
        let (file, rememberer) = self.sealed(passphrase, trail.opened())?;
        if secret_file::rewrite(path, &file).is_ok() {
            trail.remember(Memory {
                rememberer,
                path: path.into(),
            });
        }
        Ok(())
    }

    /// Where the use of this vault is written down; `None` for published keys, and for a vault that was not opened with a log.
    #[must_use]
    pub fn trail(&self) -> Option<&Trail> {
        self.trail.as_ref()
    }

    /// Opens a vault that is in memory; `name` is for messages.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn from_bytes(file: &[u8], passphrase: &str, name: &Path) -> Result<Self, KeyError> {
        let opened = sealed::open(&sealed::VAULT, file, passphrase);
        let sealed::Opened {
            contents: json,
            remembered,
        } = opened.map_err(|refusal| refusal.of(name))?;
        // The seal was whole, so only another program could have put something else in; its words may hold keys.
        let damaged = || Refusal::Damaged.of(name);
        let contents: Contents = serde_json::from_slice(&json).map_err(|_| damaged())?;
        let demo = contents.demo;
        let roots = contents.into_roots().ok_or_else(damaged)?;
        Ok(Self {
            demo,
            roots,
            trail: None,
            remembered,
        })
    }

    /// The vault as the bytes of a file.
    ///
    /// # Errors
    /// [`KeyError::PassphraseTooShort`], [`KeyError::NoRandom`].
    pub fn to_bytes(&self, passphrase: &str) -> Result<Vec<u8>, KeyError> {
        // Under another passphrase it remembers what it did.
        let remembered = self.remembered.as_ref().map(|(head, _)| *head);
        Ok(self
            .sealed(passphrase, remembered.unwrap_or(Head::START))?
            .0)
    }

    /// The file, with what it remembers, and what can change that.
    fn sealed(&self, passphrase: &str, head: Head) -> Result<(Vec<u8>, Rememberer), KeyError> {
        // The demo vault's passphrase is published, so neither its length nor its cost matters.
        if !self.demo {
            sealed::check_new_passphrase(passphrase)?;
        }
        let cost = if self.demo { Cost::DEMO } else { Cost::FULL };
        let mut salt_and_nonce = [0; 40];
        random(&mut salt_and_nonce)?;
        let json = Contents::new(self.demo, &self.roots).to_json(sealed::TAG);
        let sealed = sealed::seal(&sealed::VAULT, json, passphrase, cost, &salt_and_nonce)
            .expect("our own cost and a vault's size are within the ciphers' limits");
        let mut file = sealed.file;
        file.extend_from_slice(&sealed.rememberer.places(head)?);
        Ok((file, sealed.rememberer))
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

impl KeyService for Vault {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        let root = self.root(id, version, algorithm.into())?;
        self.used_for(card_factor);
        Ok(diversify::card_key(
            algorithm,
            root.as_bytes(),
            region,
            card_factor,
        ))
    }

    fn sam_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        levels: u8,
    ) -> Result<Key16, KeyError> {
        let root = self.root(id, version, algorithm.into())?;
        diversify::sam_key(algorithm, root.as_bytes(), region, levels).ok_or_else(|| {
            KeyError::Levels {
                id: id.to_owned(),
                levels,
            }
        })
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.scp03_keys(ISD_VAULT_ID, card_factor)
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.scp03_keys(INITIAL_VAULT_ID, card_factor)
    }

    fn is_demo(&self) -> bool {
        self.demo
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

pub(crate) fn random(bytes: &mut [u8]) -> Result<(), KeyError> {
    getrandom::fill(bytes).map_err(|error| KeyError::NoRandom {
        detail: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "passphrase of a test";

    /// A vault as the program of format 2 wrote it.
    fn old(path: &Path) {
        let vault = Vault::generate([("ISD/SCP03", 1, RootKind::Aes)]).unwrap();
        let json = Contents::new(false, &vault.roots).to_json(sealed::TAG);
        let sealed =
            sealed::seal(&sealed::OLD_VAULT, json, PASSPHRASE, Cost::DEMO, &[3; 40]).unwrap();
        secret_file::write(path, &sealed.file, false).unwrap();
    }

    #[test]
    fn a_vault_of_an_older_format_opens_and_learns_to_remember() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("old.vault"), folder.path().join("link"));
        old(&path);
        let before = Vault::open(&path, PASSPHRASE).unwrap();
        assert_eq!(Vault::peek_at_memory(&path).unwrap(), None);
        std::os::unix::fs::symlink("old.vault", &link).unwrap();
        let log = AuditLog::of(&path);
        let open = || Vault::open_audited(&link, PASSPHRASE, log.clone(), "show");
        let opened = open().unwrap();
        assert!(opened.trail().unwrap().is_remembered());
        assert!(opened.issuer_keys(&[1; 8]).unwrap() == before.issuer_keys(&[1; 8]).unwrap());
        opened.trail().unwrap().close(true).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&path).unwrap()[8..10], [0, 3]);
        assert_eq!(Vault::peek_at_memory(&path).unwrap().unwrap().line, 2);
        drop(open().unwrap());
        // its file is written in place from now on
        let whole = std::fs::read(&path).unwrap();
        drop(open().unwrap());
        let again = std::fs::read(&path).unwrap();
        assert_eq!(again[..again.len() - 176], whole[..whole.len() - 176]);
        std::fs::remove_file(log.path()).unwrap();
        std::fs::remove_file(format!("{}.head", log.path().display())).unwrap();
        let error = open().unwrap_err();
        assert!(
            matches!(
                error,
                KeyError::Audit(AuditError::Lost {
                    line: 6,
                    last: 0,
                    ..
                })
            ),
            "{error}"
        );
    }

    /// Saved under another passphrase, while it is used: it remembers that use, and its end.
    #[test]
    fn a_vault_that_is_saved_remembers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.vault");
        Vault::create(&path, PASSPHRASE, [("ISD/SCP03", 1, RootKind::Aes)]).unwrap();
        let log = AuditLog::of(&path);
        let vault = Vault::open_audited(&path, PASSPHRASE, log.clone(), "complete").unwrap();
        vault.save(&path, "another passphrase").unwrap();
        vault.trail().unwrap().close(true).unwrap();
        assert_eq!(Vault::peek_at_memory(&path).unwrap().unwrap().line, 2);
        Vault::open_audited(&path, "another passphrase", log, "show").unwrap();
    }
}
