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

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::KeyError;
use crate::audit::Head;
use crate::memory::{self, Rememberer};

/// What a sealed file holds.
pub(crate) struct Format {
    /// By its first bytes.
    magic: &'static [u8; 8],
    /// The version that is written; all from 1 to this are read.
    newest: u16,
    /// From which version on its files remember their audit log; 0 for none.
    remembers: u16,
    /// Longest file that is taken into memory.
    pub most: u64,
}

/// Root keys.
pub(crate) const VAULT: Format = Format {
    magic: b"SSCVAULT",
    newest: 3,
    remembers: 3,
    most: 1 << 20,
};
#[cfg(test)]
pub(crate) const OLD_VAULT: Format = Format { newest: 2, ..VAULT };
/// First PINs of cards.
pub(crate) const PINS: Format = Format {
    magic: b"SSC-PINS",
    newest: 1,
    remembers: 0,
    most: 1 << 28,
};
/// Bytes before the contents.
pub(crate) const HEADER: usize = 78;
pub(crate) const TAG: usize = 16;

/// A component of a key.
pub(crate) const COMPONENT: Format = Format {
    magic: b"SSC-PART",
    newest: 1,
    remembers: 0,
    most: 1 << 16,
};

/// Characters that a new passphrase must have.
const LEAST_PASSPHRASE: usize = 8;

impl Format {
    /// Whether the bytes of a file begin as such a file does.
    pub fn is_it(&self, file: &[u8]) -> bool {
        file.starts_with(self.magic)
    }

    fn remembers(&self, version: u16) -> bool {
        self.remembers > 0 && version >= self.remembers
    }
}

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

/// What Argon2id may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes.
    pub const FULL: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };
    /// For a passphrase that is published anyway.
    pub const DEMO: Self = Self {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    /// Four times what we write, for a later version that writes more. Beyond it a file is hostile or damaged: to try a passphrase on
    /// it would only occupy the machine.
    const MOST: Self = Self {
        memory_kib: 256 * 1024,
        passes: 12,
        lanes: 16,
    };

    fn is_sane(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib
            && self.passes <= Self::MOST.passes
            && self.lanes <= Self::MOST.lanes
    }
}

/// Why a file does not open.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotAVault,
    Version(u16),
    WrongPassphrase,
    Damaged,
    Costly(Cost),
}

impl Refusal {
    /// The same as an error about the file `path`.
    pub(crate) fn of(self, path: &Path) -> KeyError {
        let path = path.to_owned();
        match self {
            Self::NotAVault => KeyError::NotAVault { path },
            Self::Version(version) => KeyError::Version { path, version },
            Self::WrongPassphrase => KeyError::WrongPassphrase { path },
            Self::Damaged => KeyError::Damaged { path },
            Self::Costly(cost) => KeyError::Costly {
                path,
                memory_mib: cost.memory_kib.div_ceil(1024),
                passes: cost.passes,
                lanes: cost.lanes,
                most_mib: Cost::MOST.memory_kib / 1024,
            },
        }
    }
}

/// The parts of a file's header.
struct Header {
    version: u16,
    cost: Cost,
    salt: [u8; 16],
    check: [u8; 16],
    nonce: [u8; 24],
}

impl Header {
    fn write(&self, format: &Format) -> Vec<u8> {
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = self.cost;
        let numbers = [memory_kib, passes, lanes].map(u32::to_be_bytes);
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(format.magic);
        out.extend_from_slice(&self.version.to_be_bytes());
        out.extend_from_slice(numbers.as_flattened());
        out.extend_from_slice(&self.salt);
        out.extend_from_slice(&self.check);
        out.extend_from_slice(&self.nonce);
        out
    }

    /// The header, and the bytes after it.
    fn read<'f>(format: &Format, file: &'f [u8]) -> Result<(Self, &'f [u8]), Refusal> {
        let rest = file.strip_prefix(format.magic).ok_or(Refusal::NotAVault)?;
        let (version, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let version = u16::from_be_bytes(*version);
        if !(1..=format.newest).contains(&version) {
            return Err(Refusal::Version(version));
        }
        let (memory, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (passes, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (lanes, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (check, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        let cost = Cost {
            memory_kib: u32::from_be_bytes(*memory),
            passes: u32::from_be_bytes(*passes),
            lanes: u32::from_be_bytes(*lanes),
        };
        let header = Self {
            version,
            cost,
            salt: *salt,
            check: *check,
            nonce: *nonce,
        };
        if !cost.is_sane() {
            return Err(Refusal::Costly(cost));
        }
        if rest.len() >= TAG {
            Ok((header, rest))
        } else {
            Err(Refusal::Damaged)
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        sealed(&PINS).file
    }

    fn sealed(format: &Format) -> Sealed {
        let contents = Zeroizing::new(b"synthetic contents".to_vec());
        seal(format, contents, "passphrase", Cost::DEMO, &[7; 40]).unwrap()
    }

    fn open(format: &Format, file: &[u8], passphrase: &str) -> Result<Vec<u8>, Refusal> {
        super::open(format, file, passphrase).map(|opened| opened.contents.to_vec())
    }

    #[test]
    fn what_was_sealed_opens() {
        assert_eq!(
            open(&PINS, &file(), "passphrase").unwrap(),
            b"synthetic contents"
        );
    }

    /// A vault that opens with a near passphrase, or whose contents stand in the file, would be none.
    #[test]
    fn only_the_passphrase_opens_it() {
        for wrong in ["", "Passphrase", "passphrase ", "passphras"] {
            assert_eq!(
                open(&PINS, &file(), wrong),
                Err(Refusal::WrongPassphrase),
                "{wrong:?}"
            );
        }
        assert!(!file().windows(9).any(|part| part == b"synthetic"));
    }

    /// Every bit counts: a flipped one must never open, whatever it belongs to.
    #[test]
    fn every_flipped_bit_is_noticed() {
        let whole = file();
        for at in 0..whole.len() {
            for bit in [0x01, 0x80] {
                let mut changed = whole.clone();
                changed[at] ^= bit;
                let refusal =
                    open(&PINS, &changed, "passphrase").expect_err("opens though changed");
                match at {
                    0..8 => assert_eq!(refusal, Refusal::NotAVault),
                    8..10 => assert!(matches!(refusal, Refusal::Version(_))),
                    // The cost: another key, or more than any vault asks for.
                    10..22 => assert_ne!(refusal, Refusal::NotAVault),
                    22..54 => assert_eq!(refusal, Refusal::WrongPassphrase),
                    _ => assert_eq!(refusal, Refusal::Damaged),
                }
            }
        }
    }

    /// Cut anywhere, a file is refused without a panic; with something appended, too.
    #[test]
    fn every_length_but_the_right_one_is_refused() {
        let whole = file();
        for len in 0..whole.len() {
            let refusal = open(&PINS, &whole[..len], "passphrase").expect_err("opens though cut");
            let expected = if len < 8 {
                Refusal::NotAVault
            } else {
                Refusal::Damaged
            };
            assert_eq!(refusal, expected, "{len}");
        }
        let longer = [whole, vec![0]].concat();
        assert_eq!(open(&PINS, &longer, "passphrase"), Err(Refusal::Damaged));
    }

    /// A file must not make us take 4 TiB of memory, nor a gigabyte, nor an hour.
    #[test]
    fn a_senseless_cost_is_refused_at_once() {
        let with = |at: usize, value: u32| {
            let mut changed = file();
            changed[at..at + 4].copy_from_slice(&value.to_be_bytes());
            open(&PINS, &changed, "passphrase")
        };
        for (at, most) in [(10, 256 * 1024), (14, 12), (18, 16)] {
            for value in [most + 1, 0x7FFF_FFFF, u32::MAX] {
                let refusal = with(at, value).unwrap_err();
                assert!(
                    matches!(refusal, Refusal::Costly(_)),
                    "{at} {value}: {refusal:?}"
                );
            }
        }
        // one pass more is within the bound, and another key
        assert_eq!(with(14, 2), Err(Refusal::WrongPassphrase));
    }

    /// What is remembered can be neither made up nor brought from another vault; a write that was cut off leaves the place before it.
    #[test]
    fn a_vault_remembers_what_its_passphrase_wrote() {
        let Sealed { file, rememberer } = sealed(&VAULT);
        let head = |line: u64| Head {
            line,
            hash: [u8::try_from(line).unwrap(); 32],
        };
        let whole = |places: &[u8]| [&file[..], places].concat();
        let remembered = |file: &[u8]| {
            let opened = super::open(&VAULT, file, "passphrase").map_err(|refusal| {
                assert_eq!(refusal, Refusal::Damaged);
            });
            opened.ok().map(|opened| opened.remembered.unwrap().0)
        };
        let places = rememberer.places(head(4)).unwrap();
        assert_eq!(remembered(&whole(&places)), Some(head(4)));
        assert_eq!(peek(&VAULT, &whole(&places)), Some(head(4)));
        let (old, new) = (places, rememberer.places(head(5)).unwrap());
        let half = places.len() / 2;
        let mixed = [&old[..half], &new[half..]].concat();
        assert_eq!(remembered(&whole(&mixed)), Some(head(5)));
        for at in 0..half {
            let mut torn = mixed.clone();
            torn[half + at] ^= 1;
            assert_eq!(remembered(&whole(&torn)), Some(head(4)), "{at}");
            torn[at] ^= 1;
            assert_eq!(remembered(&whole(&torn)), None, "{at}");
        }
        let contents = Zeroizing::new(b"synthetic contents".to_vec());
        let other = seal(&VAULT, contents, "passphrase", Cost::DEMO, &[8; 40]).unwrap();
        let stranger = other.rememberer.places(head(9)).unwrap();
        assert_eq!(remembered(&whole(&stranger)), None);
        for length in [0, 1, half, places.len() - 1] {
            assert_eq!(remembered(&whole(&places[..length])), None, "{length}");
        }
    }
}
