//! A vault's file: made, written, opened, and what it remembers of its audit log.

use std::path::Path;

use super::Vault;
use crate::audit::{AuditError, AuditLog, CLOCK, Head, Trail, event, name_of};
use crate::memory::{Memory, Rememberer};
use crate::random::random;
use crate::roots::Contents;
use crate::sealed::{self, Cost, Refusal};
use crate::{KeyError, RootKind, secret_file};

impl Vault {
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

    /// Notes in `log`, that of the vault in the file `path`, that the clock was ahead before and is right now, so that the vault can be
    /// used again.
    ///
    /// # Errors
    /// As [`Vault::open_audited`]; [`AuditError::ClockFits`].
    pub fn note_clock(
        path: &Path,
        passphrase: &str,
        log: &AuditLog,
        command: &str,
    ) -> Result<(), KeyError> {
        let vault = Self::open(path, passphrase)?;
        let fields = event(CLOCK, command, "vault", &name_of(path));
        Ok(log.note_clock(fields, vault.memory(path).as_ref())?)
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyService as _;

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
