//! The format of sealed files: what is around the encrypted contents of a vault, a PIN file or a component of a key.
//!
//! | offset | length | what |
//! |---|---|---|
//! | 0 | 8 | `SSCVAULT`, `SSC-PINS` or `SSC-PART` |
//! | 8 | 2 | format version: 1; for vaults 2 with versions of keys, 3 with what they remember |
//! | 10 | 12 | Argon2id: memory in KiB, passes, lanes, each 4 bytes |
//! | 22 | 16 | salt |
//! | 38 | 16 | passphrase check |
//! | 54 | 24 | nonce |
//! | 78 | … | the contents under XChaCha20-Poly1305, with everything before as associated data |
//! | | 176 | vaults of format 3: what they remember of their audit log ([`crate::memory`]) |
//!
//! Numbers are big-endian. Argon2id (RFC 9106) makes 48 bytes of passphrase and salt: 32 for the cipher, 16 for the check, by
//! which a wrong passphrase is told from a damaged file.

pub(crate) mod header;
#[cfg(test)]
mod tests;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::KeyError;
use crate::audit::Head;
use crate::memory::{self, Rememberer};
use header::Header;

#[cfg(test)]
pub(crate) use header::OLD_VAULT;
pub(crate) use header::{COMPONENT, Cost, Format, PINS, Refusal, TAG, VAULT};

/// Characters that a new passphrase must have.
const LEAST_PASSPHRASE: usize = 8;

/// Refuses a passphrase that is too short to protect anything.
///
/// # Errors
/// [`KeyError::PassphraseTooShort`].
pub fn check_new_passphrase(passphrase: &str) -> Result<(), KeyError> {
    if passphrase.chars().count() < LEAST_PASSPHRASE {
        return Err(KeyError::PassphraseTooShort {
            least: LEAST_PASSPHRASE,
        });
    }
    Ok(())
}

/// What a passphrase becomes.
struct Derived(Zeroizing<[u8; 48]>);

impl Derived {
    fn new(passphrase: &str, salt: &[u8; 16], cost: Cost) -> Result<Self, Refusal> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(48))
            .map_err(|_| Refusal::Damaged)?;
        let mut out = Zeroizing::new([0; 48]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, &mut *out)
            .map_err(|_| Refusal::Damaged)?;
        Ok(Self(out))
    }

    fn key(&self) -> &[u8] {
        let (key, _) = self.0.split_at(32);
        key
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new_from_slice(self.key()).expect("32 bytes are this cipher's key")
    }

    fn check(&self) -> &[u8] {
        let (_, check) = self.0.split_at(32);
        check
    }
}

/// A file that was sealed.
pub(crate) struct Sealed {
    /// The file, without what it remembers.
    pub file: Vec<u8>,
    /// What can go behind it.
    pub rememberer: Rememberer,
}

/// Seals `contents`, which should have room for [`TAG`] more bytes, with 40 random bytes as salt and nonce.
pub(crate) fn seal(
    format: &Format,
    mut contents: Zeroizing<Vec<u8>>,
    passphrase: &str,
    cost: Cost,
    random: &[u8; 40],
) -> Result<Sealed, Refusal> {
    let mut header = Header {
        version: format.newest,
        cost,
        salt: [0; 16],
        check: [0; 16],
        nonce: [0; 24],
    };
    let (salt, nonce) = random.split_at(16);
    header.salt.copy_from_slice(salt);
    header.nonce.copy_from_slice(nonce);
    let derived = Derived::new(passphrase, &header.salt, cost)?;
    header.check.copy_from_slice(derived.check());
    let mut file = header.write(format);
    let rememberer = Rememberer::new(derived.key(), &file);
    derived
        .cipher()
        .encrypt_in_place(&XNonce::from(header.nonce), &file, &mut *contents)
        .map_err(|_| Refusal::Damaged)?;
    file.extend_from_slice(&contents);
    Ok(Sealed { file, rememberer })
}

/// A file that was opened.
pub(crate) struct Opened {
    /// What was sealed.
    pub contents: Zeroizing<Vec<u8>>,
    /// What the file remembers, and what can check and change it.
    pub remembered: Option<(Head, Rememberer)>,
}

/// The contents of a file, if the passphrase is right and nothing was changed.
pub(crate) fn open(format: &Format, file: &[u8], passphrase: &str) -> Result<Opened, Refusal> {
    let (header, sealed) = Header::read(format, file)?;
    let (sealed, places) = if format.remembers(header.version) {
        let contents = sealed.len().checked_sub(memory::LENGTH);
        let (sealed, places) = sealed.split_at(contents.ok_or(Refusal::Damaged)?);
        (sealed, Some(places))
    } else {
        (sealed, None)
    };
    let derived = Derived::new(passphrase, &header.salt, header.cost)?;
    if !bool::from(derived.check().ct_eq(&header.check)) {
        return Err(Refusal::WrongPassphrase);
    }
    let mut contents = Zeroizing::new(sealed.to_vec());
    let said = header.write(format);
    derived
        .cipher()
        .decrypt_in_place(&XNonce::from(header.nonce), &said, &mut *contents)
        .map_err(|_| Refusal::Damaged)?;
    let remembered = match places {
        None => None,
        Some(places) => {
            let rememberer = Rememberer::new(derived.key(), &said);
            let head = rememberer.newest(places).ok_or(Refusal::Damaged)?;
            Some((head, rememberer))
        }
    };
    Ok(Opened {
        contents,
        remembered,
    })
}

/// What a file remembers as anybody can read it, unchecked. `None` for one that remembers nothing.
pub(crate) fn peek(format: &Format, file: &[u8]) -> Option<Head> {
    let (header, sealed) = Header::read(format, file).ok()?;
    let contents = sealed.len().checked_sub(memory::LENGTH)?;
    format
        .remembers(header.version)
        .then(|| memory::peek(sealed.split_at(contents).1))?
}
