//! Card keys (LD/T 32.4): looked up by directory and identifier, used for their role only.

use apdu_specs::Status;
use apdu_specs::keys::{KEY_ENTRY_LENGTH, KeyRole};
use card_crypto::session::{cryptogram, factor_from_challenge, secure_messaging_mac, session_key};
use card_crypto::{Algorithm, Factor, Key16, SessionKey, constant_time_eq};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use super::Tries;
use crate::objects::Slot;
use crate::store::{ObjectId, Store, Transaction};

/// Bytes of a key in the store: an entry of DGI 8F01.
pub const KEY_OBJECT_LENGTH: usize = KEY_ENTRY_LENGTH;

/// A card key as it was loaded from the store.
pub struct CardKey {
    kid: u8,
    role: KeyRole,
    algorithm: Algorithm,
    version: u8,
    key: Key16,
    tries: Tries,
}

impl CardKey {
    /// Loads key `kid` of `directory`.
    ///
    /// # Errors
    /// 6A88 where there is none, 6581.
    pub fn load<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        kid: u8,
    ) -> Result<Self, Status> {
        let mut entry = [0; KEY_OBJECT_LENGTH];
        let length = store.read(directory.key(kid), 0, &mut entry)?;
        let loaded = if length == entry.len() {
            decode(&entry).ok_or(Status::MEMORY_FAILURE)
        } else {
            Err(Status::REFERENCED_DATA_NOT_FOUND)
        };
        entry.zeroize();
        let (stored, role, algorithm, version, greatest, key) = loaded?;
        if stored != kid {
            return Err(Status::REFERENCED_DATA_NOT_FOUND);
        }
        Ok(Self {
            kid,
            role,
            algorithm,
            version,
            key,
            tries: Tries {
                id: directory.key_tries(kid),
                greatest,
            },
        })
    }

    /// Loads the key of `directory` with this role: IRK, STK, BK and PUK are the only ones of theirs.
    ///
    /// # Errors
    /// 6A88 where there is none, 6581.
    #[inline(never)]
    pub fn of_role<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        role: KeyRole,
    ) -> Result<Self, Status> {
        let (first, last) = directory.keys();
        let mut next = store.first_from(first);
        while let Some(id) = next.filter(|id| *id <= last) {
            let mut header = [0; 2];
            store.read(id, 0, &mut header)?;
            let [stored, kid] = header;
            if stored == role.byte() {
                return Self::load(store, directory, kid);
            }
            next = store.first_from(ObjectId(id.0.saturating_add(1)));
        }
        Err(Status::REFERENCED_DATA_NOT_FOUND)
    }

    /// Its identifier.
    pub const fn kid(&self) -> u8 {
        self.kid
    }

    /// The session key of `factor`.
    pub fn session(&self, factor: &Factor) -> SessionKey {
        session_key(self.algorithm, self.key.as_bytes(), factor)
    }

    /// The factor that `challenge` makes with this key's algorithm.
    ///
    /// # Errors
    /// 6985 for 16 bytes with 3DES.
    pub fn factor(&self, challenge: &[u8]) -> Result<Factor, Status> {
        factor_from_challenge(self.algorithm, challenge)
            .map_err(|_| Status::CONDITIONS_NOT_SATISFIED)
    }

    /// Compares `mac` with the MAC of a maintenance command; one try is spent before.
    ///
    /// # Errors
    /// 6988, then 6983; 6581 where the counter could not be written.
    pub fn check_mac<F: NorFlash>(
        &self,
        store: &mut Store<F>,
        factor: &Factor,
        header: &[u8; 5],
        data: &[u8],
        mac: &[u8; 4],
    ) -> Result<(), Status> {
        self.tries.spend(store)?;
        let expected = secure_messaging_mac(&self.session(factor), header, data);
        if !constant_time_eq(&expected, mac) {
            return Err(Status::MAC_INCORRECT);
        }
        self.tries.restore(store)
    }

    /// What the key may be used for.
    pub const fn role(&self) -> KeyRole {
        self.role
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its version.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// The cryptogram over `source` under the session key of `factor`, 8 bytes.
    pub fn cryptogram(&self, factor: &Factor, source: &[u8; 8]) -> [u8; 8] {
        cryptogram(&self.session(factor), source)
    }

    /// Compares `given` with the cryptogram over `source`; one try is spent before.
    ///
    /// # Errors
    /// 63Cx, then 6983; 6581 where the counter could not be written.
    pub fn authenticate<F: NorFlash>(
        &self,
        store: &mut Store<F>,
        factor: &Factor,
        source: &[u8; 8],
        given: &[u8; 8],
    ) -> Result<(), Status> {
        let left = self.tries.spend(store)?;
        let mut expected = self.cryptogram(factor, source);
        let equal = constant_time_eq(&expected, given);
        expected.zeroize();
        if !equal {
            return Err(Tries::failed(left));
        }
        self.tries.restore(store)
    }
}

type Decoded = (u8, KeyRole, Algorithm, u8, u8, Key16);

fn decode(entry: &[u8; KEY_ENTRY_LENGTH]) -> Option<Decoded> {
    let (&[role, kid, algorithm, version, tries], rest) = entry.split_first_chunk()?;
    let (key, _kcv) = rest.split_first_chunk::<16>()?;
    Some((
        kid,
        KeyRole::from_byte(role)?,
        Algorithm::from_marker(algorithm).ok()?,
        version,
        tries,
        Key16::new(*key),
    ))
}

/// Writes one entry of DGI 8F01 as a key of `directory`.
///
/// # Errors
/// 6A80 where the entry is not one, its identifier does not fit five bits beside the local bit, it
/// allows no try, or its KCV does not match (a garbled key would block the card in the field); 6A81 for
/// SSF33; 6A84, 6581.
pub fn store_entry<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    directory: Slot,
    entry: &[u8; KEY_ENTRY_LENGTH],
) -> Result<(), Status> {
    let (&[_, _, marker], _) = entry.split_first_chunk().ok_or(Status::WRONG_DATA)?;
    if marker == apdu_specs::algorithm::KeyAlgorithm::Ssf33.marker() {
        return Err(Status::FUNCTION_NOT_SUPPORTED);
    }
    let (kid, _, algorithm, _, tries, key) = decode(entry).ok_or(Status::WRONG_DATA)?;
    let kcv = entry.last_chunk::<3>().ok_or(Status::WRONG_DATA)?;
    let right = card_crypto::kcv::kcv(algorithm, key.as_bytes());
    if kid & 0x60 != 0 || tries == 0 || !constant_time_eq(kcv, &right) {
        return Err(Status::WRONG_DATA);
    }
    tx.put(directory.key(kid), &[entry])?;
    let tries = directory.key_tries(kid);
    if tx.contains(tries) {
        tx.delete(tries)?;
    }
    Ok(())
}

/// What a digest of a directory's keys covers of one key: the entry without the key itself, 8 bytes.
///
/// # Errors
/// 6581.
pub fn public_part<F: NorFlash>(store: &mut Store<F>, id: ObjectId) -> Result<[u8; 8], Status> {
    let mut part = [0; 8];
    let (header, kcv) = part
        .split_first_chunk_mut::<5>()
        .ok_or(Status::INTERNAL_ERROR)?;
    let length = store.read(id, 0, header)?;
    let check = store.read(id, 5 + 16, kcv)?;
    if length.saturating_add(check) == part.len() {
        Ok(part)
    } else {
        Err(Status::MEMORY_FAILURE)
    }
}
