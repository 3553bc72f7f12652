//! Card keys in the store: entries of DGI 8F01, one behind the other, one for each version, the newest last.

use apdu_specs::Status;
use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::keys::{KEY_ENTRY_LENGTH, KEY_VERSIONS_HELD, KeyRole};
use card_crypto::kcv::kcv_with;
use card_crypto::{Algorithm, constant_time_eq};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::bytes::copy;
use crate::objects::Slot;
use crate::platform::Platform;
use crate::store::{ObjectId, Store, Transaction};

/// Versions that the card holds of one key.
pub const KEY_VERSIONS: usize = KEY_VERSIONS_HELD;
/// Greatest bytes of a key in the store.
pub const KEY_OBJECT_LENGTH: usize = KEY_VERSIONS * KEY_ENTRY_LENGTH;
/// Greatest number of a version, as PUT KEY can name it (GlobalPlatform 11.8.2.1).
const LAST_VERSION: u8 = 0x7F;

/// An entry of DGI 8F01, read.
pub struct KeyEntry<'e> {
    /// What the key is for.
    pub role: KeyRole,
    /// Its identifier.
    pub kid: u8,
    /// Its algorithm.
    pub algorithm: Algorithm,
    /// Its version.
    pub version: u8,
    /// Tries before it is blocked.
    pub tries: u8,
    /// The key.
    pub key: &'e [u8; 16],
    /// Its check value.
    pub kcv: &'e [u8; 3],
}

impl<'e> KeyEntry<'e> {
    /// The entry in 24 bytes; `None` where they are not one.
    pub fn parse(entry: &'e [u8; KEY_ENTRY_LENGTH]) -> Option<Self> {
        let (&[role, kid, algorithm, version, tries], rest) = entry.split_first_chunk()?;
        let (key, rest) = rest.split_first_chunk::<16>()?;
        Some(Self {
            role: KeyRole::from_byte(role)?,
            kid,
            algorithm: Algorithm::from_marker(algorithm).ok()?,
            version,
            tries,
            key,
            kcv: rest.first_chunk()?,
        })
    }

    /// The entry in 24 bytes that came from outside.
    ///
    /// # Errors
    /// 6A80 where they are not one, the identifier does not fit five bits beside the local bit, the version is not one of 01
    /// to 7F, no try is allowed, or the KCV does not match (a garbled key would block the card in the field); 6A81 for
    /// SSF33.
    fn judge<P: Platform>(entry: &'e [u8; KEY_ENTRY_LENGTH]) -> Result<Self, Status> {
        let [_, _, marker, ..] = *entry;
        if marker == KeyAlgorithm::Ssf33.marker() {
            return Err(Status::FUNCTION_NOT_SUPPORTED);
        }
        let read = Self::parse(entry).ok_or(Status::WRONG_DATA)?;
        let right = kcv_with::<P::Ciphers>(read.algorithm, read.key);
        let sound = read.kid & 0x60 == 0
            && (1..=LAST_VERSION).contains(&read.version)
            && read.tries > 0
            && constant_time_eq(read.kcv, &right);
        if sound {
            Ok(read)
        } else {
            Err(Status::WRONG_DATA)
        }
    }

    /// Whether this is another version of the key of `other`.
    fn goes_with(&self, other: &KeyEntry<'_>) -> bool {
        self.role == other.role && self.kid == other.kid && self.algorithm == other.algorithm
    }

    /// The entries in an object; `None` where it does not hold whole ones.
    pub fn of_object(stored: &'e [u8]) -> Option<core::slice::Iter<'e, [u8; KEY_ENTRY_LENGTH]>> {
        let (entries, rest) = stored.as_chunks::<KEY_ENTRY_LENGTH>();
        (rest.is_empty() && !entries.is_empty() && entries.len() <= KEY_VERSIONS)
            .then(|| entries.iter())
    }
}

/// How an entry takes its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Placing {
    /// Personalization: a new key, a further version of one, or the same version anew.
    Store,
    /// Rotation: a further version of a key that is there.
    Add,
    /// Rotation: in the place of this version.
    Replace(u8),
}

/// Writes one entry of DGI 8F01 as the newest version of a key of `directory`, and gives the key all its tries back.
///
/// # Errors
/// 6A80 where the entry is not one (see the module), does not go with the versions that are there, or its version is
/// there already; 6A81 for SSF33, and for a further version of what has one; 6A88 where what is to be rotated is not there; 6A84 for a fourth version or no room; 6581.
#[inline(never)]
pub fn write<P: Platform>(
    tx: &mut Transaction<'_, P::Flash>,
    directory: Slot,
    entry: &[u8; KEY_ENTRY_LENGTH],
    placing: Placing,
) -> Result<(), Status> {
    let new = KeyEntry::judge::<P>(entry)?;
    let mut stored = [0; KEY_OBJECT_LENGTH];
    let length = tx.read(directory.key(new.kid), 0, &mut stored)?;
    let result = stored
        .get(..length)
        .ok_or(Status::MEMORY_FAILURE)
        .and_then(|old| place(tx, directory, old, &new, entry, placing));
    stored.zeroize();
    result?;
    let tries = directory.key_tries(new.kid);
    if tx.contains(tries) {
        tx.delete(tries)?;
    }
    Ok(())
}

fn place<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    directory: Slot,
    old: &[u8],
    new: &KeyEntry<'_>,
    entry: &[u8; KEY_ENTRY_LENGTH],
    placing: Placing,
) -> Result<(), Status> {
    let id = directory.key(new.kid);
    if old.is_empty() {
        return match placing {
            Placing::Store => tx.put(id, &[entry]).map_err(Status::from),
            Placing::Add | Placing::Replace(_) => Err(Status::REFERENCED_DATA_NOT_FOUND),
        };
    }
    let goes = match placing {
        Placing::Store => Some(new.version),
        Placing::Add => None,
        Placing::Replace(version) => Some(version),
    };
    let mut kept: heapless::Vec<&[u8], KEY_VERSIONS> = heapless::Vec::new();
    let mut gone = false;
    for stored in KeyEntry::of_object(old).ok_or(Status::MEMORY_FAILURE)? {
        let held = KeyEntry::parse(stored).ok_or(Status::MEMORY_FAILURE)?;
        if held.kid != new.kid && placing != Placing::Store {
            return Err(Status::REFERENCED_DATA_NOT_FOUND);
        }
        if goes == Some(held.version) {
            gone = true;
            // The last of its key may become another; among others it must stay theirs.
            if placing == Placing::Store {
                continue;
            }
        }
        if !new.goes_with(&held) {
            return Err(Status::WRONG_DATA);
        }
        if goes == Some(held.version) {
            continue;
        }
        if held.version == new.version {
            return Err(Status::WRONG_DATA);
        }
        kept.push(stored).map_err(|_| Status::NOT_ENOUGH_MEMORY)?;
    }
    if !new.role.has_versions() && (placing != Placing::Store || !kept.is_empty()) {
        return Err(Status::FUNCTION_NOT_SUPPORTED);
    }
    if matches!(placing, Placing::Replace(_)) && !gone {
        return Err(Status::REFERENCED_DATA_NOT_FOUND);
    }
    kept.push(entry).map_err(|_| Status::NOT_ENOUGH_MEMORY)?;
    tx.put(id, &kept).map_err(Status::from)
}

/// What may be known of each version of the key in object `id`: its entry without the key itself, 8 bytes, the newest
/// last.
///
/// # Errors
/// 6581, and whatever `take` answers.
pub fn public_parts<F: NorFlash>(
    store: &mut Store<F>,
    id: ObjectId,
    mut take: impl FnMut(&[u8; 8]) -> Result<(), Status>,
) -> Result<(), Status> {
    let mut offset: usize = 0;
    let length = store.len(id)?.unwrap_or(0);
    while offset < length {
        let mut header = [0; 5];
        let mut kcv = [0; 3];
        let read = store
            .read(id, offset, &mut header)?
            .saturating_add(store.read(id, offset.saturating_add(5 + 16), &mut kcv)?);
        let mut part = [0; 8];
        copy(&mut part, 0, &header)?;
        copy(&mut part, 5, &kcv)?;
        if read != part.len() {
            return Err(Status::MEMORY_FAILURE);
        }
        take(&part)?;
        offset = offset.saturating_add(KEY_ENTRY_LENGTH);
    }
    Ok(())
}
