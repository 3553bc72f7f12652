//! Master keys of a PSAM: looked up by identifier, used as their `use` says. What they derive is one card's, and
//! of that only a session key stays, for the session.

use apdu_specs::Status;
use apdu_specs::applications::psam::{SamKeyType, SamUse};
use apdu_specs::keys::KEY_ENTRY_LENGTH;
use card_crypto::diversify::diversify_with;
use card_crypto::session::session_key_with;
use card_crypto::{Algorithm, Factor, Key16, SessionKey, constant_time_eq};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use super::Tries;
use crate::objects::Slot;
use crate::platform::Platform;
use crate::store::{ObjectId, Store, Transaction};
use apdu_specs::Interface;

/// Bytes of a factor of derivation.
const FACTOR: usize = 8;

/// A master key as it was loaded from the store.
pub struct StoredSamKey {
    kid: u8,
    role: SamUse,
    algorithm: Algorithm,
    greatest: u8,
    key: Key16,
}

impl StoredSamKey {
    /// Loads key `kid` of the PSAM directory `directory`.
    ///
    /// # Errors
    /// 9403 where there is none, 6581.
    pub fn load<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        kid: u8,
    ) -> Result<Self, Status> {
        let mut entry = [0; KEY_ENTRY_LENGTH];
        let length = store.read(directory.sam_key(kid), 0, &mut entry)?;
        let key = if length == entry.len() {
            decode(&entry).ok_or(Status::MEMORY_FAILURE)
        } else {
            Err(Status::KEY_INDEX_NOT_SUPPORTED)
        };
        entry.zeroize();
        key
    }

    /// Loads the debit key of `directory` with this version and algorithm marker.
    ///
    /// # Errors
    /// 9403 where there is none, 6581.
    pub fn debit<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        version: u8,
        marker: u8,
    ) -> Result<Self, Status> {
        let mut keys = directory.sam_keys();
        while let Some(id) = keys.present(store) {
            let mut header = [0; 4];
            store.read(id, 0, &mut header)?;
            let [role, kid, stored_marker, stored_version] = header;
            let debits =
                SamUse::from_byte(role).is_some_and(|role| role.kind == SamKeyType::Purchase);
            if debits && stored_version == version && stored_marker == marker {
                return Self::load(store, directory, kid);
            }
        }
        Err(Status::KEY_INDEX_NOT_SUPPORTED)
    }

    /// What it is for.
    pub const fn role(&self) -> SamUse {
        self.role
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its counter of tries in `directory`.
    pub const fn tries(&self, directory: Slot) -> SamTries {
        SamTries {
            tries: Tries {
                id: directory.sam_tries(self.kid),
                greatest: self.greatest,
            },
            former: directory.sam_tries_of_format_1(self.kid),
        }
    }

    /// Splits `data` into the factors of this key's levels, 8 bytes each, and what follows them.
    ///
    /// # Errors
    /// 6700 where there are fewer.
    pub fn split_factors<'d>(&self, data: &'d [u8]) -> Result<(&'d [u8], &'d [u8]), Status> {
        let length = FACTOR.saturating_mul(self.role.levels.into());
        data.split_at_checked(length).ok_or(Status::WRONG_LENGTH)
    }

    /// The session key that a card whose factors these are makes with `factor`: derived from the outermost level, the last in
    /// `factors`, inwards.
    ///
    /// # Errors
    /// 6700 where `factors` are not as many as the key has levels.
    pub fn session<P: Platform>(
        self,
        factors: &[u8],
        factor: &Factor,
    ) -> Result<SessionKey, Status> {
        let (factors, rest) = factors.as_chunks::<FACTOR>();
        if !rest.is_empty() || factors.len() != usize::from(self.role.levels) {
            return Err(Status::WRONG_LENGTH);
        }
        let mut key = self.key;
        for factor in factors.iter().rev() {
            key = diversify_with::<P::Ciphers>(self.algorithm, key.as_bytes(), factor);
        }
        Ok(session_key_with::<P::Ciphers>(
            self.algorithm,
            key.as_bytes(),
            factor,
        ))
    }
}

/// The counter of a debit key: wrong MAC2s, one after the other.
#[derive(Clone, Copy)]
pub struct SamTries {
    tries: Tries,
    /// Its name on a card of the store's format 1.
    former: ObjectId,
}

impl SamTries {
    /// Gives the counter of an older card its name of today, as it stands. In one transaction: were the two ever apart, the key
    /// would have all its tries again.
    ///
    /// # Errors
    /// 6581.
    fn take_over<F: NorFlash>(self, store: &mut Store<F>) -> Result<(), Status> {
        let mut left = [0];
        if store.read(self.former, 0, &mut left)? == 0 {
            return Ok(());
        }
        store.transaction(|tx| {
            tx.put(self.tries.id, &[&left])?;
            tx.delete(self.former).map_err(Status::from)
        })
    }

    /// Refuses a key that has no tries left.
    ///
    /// # Errors
    /// 6983, 6581.
    pub fn some_left<F: NorFlash>(self, store: &mut Store<F>) -> Result<(), Status> {
        self.take_over(store)?;
        match self.tries.left(store)? {
            0 => Err(Status::BLOCKED),
            _ => Ok(()),
        }
    }

    /// Compares `given` with the MAC2 that is expected; one try is spent before.
    ///
    /// # Errors
    /// 9302, then 6983; 6581 where the counter could not be written.
    pub fn check<F: NorFlash>(
        self,
        store: &mut Store<F>,
        over: Interface,
        expected: &[u8; 4],
        given: &[u8; 4],
    ) -> Result<(), Status> {
        self.take_over(store)?;
        self.tries.spend(store, over)?;
        if !constant_time_eq(expected, given) {
            return Err(Status::MAC_INVALID);
        }
        self.tries.restore(store)
    }
}

fn decode(entry: &[u8; KEY_ENTRY_LENGTH]) -> Option<StoredSamKey> {
    let (&[role, kid, algorithm, _version, greatest], rest) = entry.split_first_chunk()?;
    let (key, _kcv) = rest.split_first_chunk::<16>()?;
    Some(StoredSamKey {
        kid,
        role: SamUse::from_byte(role)?,
        algorithm: Algorithm::from_marker(algorithm).ok()?,
        greatest,
        key: Key16::new(*key),
    })
}

/// Writes one entry of DGI 8F01 as a key of the PSAM directory `directory`.
///
/// # Errors
/// 6A80 where the entry is not one, it allows no try, or its KCV does not match; 6A81 for SSF33; 6A84, 6581.
pub fn store_entry<P: Platform>(
    tx: &mut Transaction<'_, P::Flash>,
    directory: Slot,
    entry: &[u8; KEY_ENTRY_LENGTH],
) -> Result<(), Status> {
    let (&[_, _, marker], _) = entry.split_first_chunk().ok_or(Status::WRONG_DATA)?;
    if marker == apdu_specs::algorithm::KeyAlgorithm::Ssf33.marker() {
        return Err(Status::FUNCTION_NOT_SUPPORTED);
    }
    let key = decode(entry).ok_or(Status::WRONG_DATA)?;
    let kcv = entry.last_chunk::<3>().ok_or(Status::WRONG_DATA)?;
    let right = card_crypto::kcv::kcv_with::<P::Ciphers>(key.algorithm, key.key.as_bytes());
    if key.greatest == 0 || !constant_time_eq(kcv, &right) {
        return Err(Status::WRONG_DATA);
    }
    tx.put(directory.sam_key(key.kid), &[entry])?;
    tx.delete(directory.sam_tries_of_format_1(key.kid))?;
    tx.delete(directory.sam_tries(key.kid))?;
    Ok(())
}
