//! Card keys (LD/T 32.4): looked up by directory and identifier, used for their role only.
//!
//! A key has up to three versions, so that a fleet of terminals can be rotated while it works: whatever a terminal shows may
//! be of any of them, unless it says which. All of them are computed, and one counter of tries stands for all.

use apdu_specs::Status;
use apdu_specs::keys::KeyRole;
use card_crypto::session::{
    cryptogram_with, factor_from_challenge, message_mac_with, session_key_with,
};
use card_crypto::{Algorithm, Factor, Key16, SessionKey, constant_time_eq};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use super::Tries;
use super::key_store::{KEY_OBJECT_LENGTH, KEY_VERSIONS, KeyEntry};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::store::Store;
use apdu_specs::Interface;

/// One version of a key.
pub struct Version {
    number: u8,
    /// The key.
    pub key: Key16,
}

/// A card key as it was loaded from the store, in all its versions.
pub struct StoredKey {
    kid: u8,
    role: KeyRole,
    algorithm: Algorithm,
    /// In the order in which they came: the newest is the last.
    pub versions: heapless::Vec<Version, KEY_VERSIONS>,
    /// One counter for all of them.
    pub tries: Tries,
}

impl StoredKey {
    /// Loads key `kid` of `directory`.
    ///
    /// # Errors
    /// 6A88 where there is none, 6581.
    pub fn load<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        kid: u8,
    ) -> Result<Self, Status> {
        let mut stored = [0; KEY_OBJECT_LENGTH];
        let length = store.read(directory.key(kid), 0, &mut stored)?;
        let loaded = match stored.get(..length) {
            None | Some([]) => Err(Status::REFERENCED_DATA_NOT_FOUND),
            Some(entries) => decode(entries, directory).ok_or(Status::MEMORY_FAILURE),
        };
        stored.zeroize();
        loaded.and_then(|key| {
            if key.kid == kid {
                Ok(key)
            } else {
                Err(Status::REFERENCED_DATA_NOT_FOUND)
            }
        })
    }

    /// Loads the key of `directory` with this role: IRK, STK, BK, PUK and LK are the only ones of theirs.
    ///
    /// # Errors
    /// 6A88 where there is none, 6581.
    #[inline(never)]
    pub fn of_role<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        role: KeyRole,
    ) -> Result<Self, Status> {
        let mut keys = directory.keys();
        while let Some(id) = keys.present(store) {
            let mut header = [0; 2];
            store.read(id, 0, &mut header)?;
            let [stored, kid] = header;
            if stored == role.byte() {
                return Self::load(store, directory, kid);
            }
        }
        Err(Status::REFERENCED_DATA_NOT_FOUND)
    }

    /// Its identifier.
    pub const fn kid(&self) -> u8 {
        self.kid
    }

    /// What the key may be used for.
    pub const fn role(&self) -> KeyRole {
        self.role
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The version that the end of a command names, if it names one.
    ///
    /// # Errors
    /// 6A88 for a version that the card does not hold, 6700 for more than one byte.
    pub fn named_version(&self, named: &[u8]) -> Result<Option<u8>, Status> {
        match *named {
            [] => Ok(None),
            [number] if self.versions.iter().any(|held| held.number == number) => Ok(Some(number)),
            [_] => Err(Status::REFERENCED_DATA_NOT_FOUND),
            _ => Err(Status::WRONG_LENGTH),
        }
    }

    /// The number of the newest version.
    pub fn newest(&self) -> u8 {
        self.versions.last().map_or(0, |held| held.number)
    }

    /// The session key of `factor` under version `number`.
    ///
    /// # Errors
    /// 6A88 for a version that the card does not hold.
    pub fn session<P: Platform>(&self, number: u8, factor: &Factor) -> Result<SessionKey, Status> {
        self.versions
            .iter()
            .find(|held| held.number == number)
            .map(|held| session_key_with::<P::Ciphers>(self.algorithm, held.key.as_bytes(), factor))
            .ok_or(Status::REFERENCED_DATA_NOT_FOUND)
    }

    /// The factor that `challenge` makes with this key's algorithm.
    ///
    /// # Errors
    /// 6985 for 4 bytes, which are too few to serve, and for 16 with 3DES.
    pub fn factor(&self, challenge: &[u8]) -> Result<Factor, Status> {
        factor_from_challenge(self.algorithm, challenge)
            .map_err(|_| Status::CONDITIONS_NOT_SATISFIED)
    }

    /// Compares `mac` with the MAC over the concatenation of `parts` under every version; one try is spent before. Gives the
    /// session key of the version whose MAC it was.
    ///
    /// # Errors
    /// 6988, then 6983; 6985 for the last try over the air; 6581 where the counter could not be written.
    pub fn check_mac<P: Platform>(
        &self,
        store: &mut Store<P::Flash>,
        over: Interface,
        factor: &Factor,
        parts: &[&[u8]],
        mac: &[u8; 4],
    ) -> Result<SessionKey, Status> {
        self.tries.spend(store, over)?;
        self.matching::<P>(None, factor, |session| {
            constant_time_eq(&message_mac_with::<P::Ciphers>(session, parts), mac)
        })
        .ok_or(Status::MAC_INCORRECT)
        .and_then(|version| {
            self.tries.restore(store)?;
            self.session::<P>(version, factor)
        })
    }

    /// Compares `given` with the cryptogram over `source` under version `wanted`, or under every one; one try is spent
    /// before.
    ///
    /// # Errors
    /// 63Cx, then 6983; 6985 for the last try over the air; 6581 where the counter could not be written.
    pub fn authenticate<P: Platform>(
        &self,
        store: &mut Store<P::Flash>,
        over: Interface,
        wanted: Option<u8>,
        factor: &Factor,
        source: &[u8; 8],
        given: &[u8; 8],
    ) -> Result<(), Status> {
        let left = self.tries.spend(store, over)?;
        self.matching::<P>(wanted, factor, |session| {
            let mut expected = cryptogram_with::<P::Ciphers>(session, source);
            let equal = constant_time_eq(&expected, given);
            expected.zeroize();
            equal
        })
        .ok_or(Tries::failed(left))
        .and_then(|_| self.tries.restore(store))
    }

    /// The version whose session key `fits`. Every one is tried, whichever fits: what takes how long tells nothing.
    fn matching<P: Platform>(
        &self,
        wanted: Option<u8>,
        factor: &Factor,
        fits: impl Fn(&SessionKey) -> bool,
    ) -> Option<u8> {
        let mut found = None;
        for held in &self.versions {
            if wanted.is_none_or(|number| number == held.number)
                && fits(&session_key_with::<P::Ciphers>(
                    self.algorithm,
                    held.key.as_bytes(),
                    factor,
                ))
            {
                found = Some(held.number);
            }
        }
        found
    }
}

/// All versions in an object, whose identifier, role and algorithm are those of the newest.
fn decode(stored: &[u8], directory: Slot) -> Option<StoredKey> {
    let mut entries = KeyEntry::of_object(stored)?;
    let newest = KeyEntry::parse(entries.clone().next_back()?)?;
    let mut versions = heapless::Vec::new();
    entries.try_for_each(|entry| {
        let entry = KeyEntry::parse(entry)?;
        let version = Version {
            number: entry.version,
            key: Key16::new(*entry.key),
        };
        versions.push(version).ok()
    })?;
    Some(StoredKey {
        kid: newest.kid,
        role: newest.role,
        algorithm: newest.algorithm,
        versions,
        tries: Tries {
            id: directory.key_tries(newest.kid),
            greatest: newest.tries,
        },
    })
}
