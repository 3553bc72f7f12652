//! A token as a keeper of master keys for whoever issues cards: a session a caller, so that nobody waits for another's answer.
//!
//! The key of a city stays in the token as an object of a session, which all sessions of a program see (PKCS#11 2.40, Base
//! Specification, 2.6): with it, a card's key is one call of the token. Sessions stay open as long as the keeper lives.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use apdu_specs::applications::domain::keys::{INITIAL_VAULT_ID, ISD_VAULT_ID};
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::diversify::scp03_keys_of;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use cryptoki::object::ObjectHandle;
use zeroize::Zeroizing;

use super::{CardKeyName, Hsm, HsmError};
use crate::service::NO_CHIP;
use crate::{KeyError, KeyService, RootKind, Vault, data_key};

/// Keys of cities that are kept: some fifty for each region of a job.
const MOST_CITIES: usize = 4_096;

/// A root's name, kind and version, a region.
type City = (String, RootKind, u8, [u8; 6]);

/// The master keys of a token. SM4 comes from it where a configuration names its maker's mechanisms, else from a vault, if one is given.
pub struct HsmKeys {
    sessions: Mutex<Sessions>,
    returned: Condvar,
    objects: Mutex<Objects>,
    sm4: Option<Vault>,
    /// Whether the token has SM4 by its maker's mechanisms.
    own_sm4: bool,
    demo: bool,
}

struct Sessions {
    free: Vec<Hsm>,
    /// All that are open, in use or not.
    open: usize,
}

/// The objects that are known.
#[derive(Default)]
struct Objects {
    cities: BTreeMap<City, Arc<ObjectHandle>>,
    /// Keys of cities that made room for others; destroyed when nobody computes with them.
    retired: Vec<Arc<ObjectHandle>>,
    roots: BTreeMap<&'static str, ObjectHandle>,
}

impl HsmKeys {
    /// The keys of this token, which is logged in to.
    #[must_use]
    pub fn new(hsm: Hsm) -> Self {
        Self {
            demo: hsm.is_demo(),
            own_sm4: hsm.sm4.is_some(),
            sessions: Mutex::new(Sessions {
                free: vec![hsm],
                open: 1,
            }),
            returned: Condvar::new(),
            objects: Mutex::default(),
            sm4: None,
        }
    }

    /// With the SM4 roots of `vault`.
    ///
    /// # Errors
    /// [`HsmError::Mixed`] where the keys of one are published and those of the other are not.
    pub fn with_sm4_of(self, vault: Vault) -> Result<Self, HsmError> {
        if vault.is_demo() != self.demo {
            let token = self.sessions().free.first().map(|one| one.label.clone());
            return Err(HsmError::Mixed {
                token: token.unwrap_or_default(),
            });
        }
        Ok(Self {
            sm4: Some(vault),
            ..self
        })
    }

    /// Sessions that were opened so far: as many as ever computed at the same time.
    #[must_use]
    pub fn open_sessions(&self) -> usize {
        self.sessions().open
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes with a session that nobody else has: a free one, a new one, or, where the token has no more, the next that is free.
    fn with<T>(&self, compute: impl FnOnce(&Hsm) -> Result<T, HsmError>) -> Result<T, KeyError> {
        let session = self.take()?;
        let result = compute(&session);
        self.sessions().free.push(session);
        self.returned.notify_one();
        Ok(result?)
    }

    fn take(&self) -> Result<Hsm, HsmError> {
        let mut sessions = self.sessions();
        loop {
            if let Some(session) = sessions.free.pop() {
                // The last one makes the next, so that one always stays.
                if sessions.free.is_empty()
                    && let Ok(another) = session.another()
                {
                    sessions.free.push(another);
                    sessions.open += 1;
                }
                return Ok(session);
            }
            let waited = self.returned.wait(sessions);
            sessions = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The vault, where the token does not have the algorithm.
    fn vault_for(&self, algorithm: Algorithm) -> Option<&Vault> {
        let vault = self.sm4.as_ref()?;
        (algorithm == Algorithm::Sm4 && !self.own_sm4).then_some(vault)
    }

    fn scp03(&self, id: &'static str, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.with(|hsm| {
            let root = self.root(hsm, id)?;
            hsm.used_for(&CardKeyName {
                id,
                version: FIRST_KEY_VERSION,
                region: [0; 6],
                card_factor: *card_factor,
            });
            scp03_keys_of(card_factor, |message| hsm.cmac(root, message))
        })
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn root(&self, hsm: &Hsm, id: &'static str) -> Result<ObjectHandle, HsmError> {
        if let Some(root) = self.objects().roots.get(id) {
            return Ok(*root);
        }
        let root = hsm.root(id, FIRST_KEY_VERSION, RootKind::Aes)?;
        self.objects().roots.insert(id, root);
        Ok(root)
    }

    /// The key of a city, derived once for all sessions.
    fn city(
        &self,
        hsm: &Hsm,
        kind: RootKind,
        of: &CardKeyName<'_>,
    ) -> Result<Arc<ObjectHandle>, HsmError> {
        let name: City = (of.id.to_owned(), kind, of.version, of.region);
        if let Some(city) = self.objects().cities.get(&name) {
            return Ok(Arc::clone(city));
        }
        let city = Arc::new(hsm.giver(kind, of)?);
        let mut objects = self.objects();
        if objects.cities.len() >= MOST_CITIES {
            let cities = std::mem::take(&mut objects.cities);
            objects.retired.extend(cities.into_values());
        }
        // Where two have made the same one at the same time, the other's goes.
        if let Some(twin) = objects.cities.insert(name, Arc::clone(&city)) {
            objects.retired.push(twin);
        }
        objects.retired.retain(|retired| {
            let used = Arc::strong_count(retired) > 1;
            if !used {
                // It goes with its session at the latest.
                let _ = hsm.session.destroy_object(**retired);
            }
            used
        });
        Ok(city)
    }
}

impl KeyService for HsmKeys {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        if let Some(vault) = self.vault_for(algorithm) {
            return vault.card_key(id, version, algorithm, region, card_factor);
        }
        let kind = RootKind::from(algorithm);
        self.with(|hsm| {
            let of = CardKeyName {
                id,
                version,
                region: *region,
                card_factor: *card_factor,
            };
            hsm.key_type(kind)?;
            hsm.used_for(&of);
            hsm.given(kind, *self.city(hsm, kind, &of)?, card_factor)
        })
    }

    fn prepare(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
    ) -> Result<(), KeyError> {
        if self.vault_for(algorithm).is_some() {
            return Ok(());
        }
        self.with(|hsm| {
            let of = CardKeyName {
                id,
                version,
                region: *region,
                card_factor: NO_CHIP,
            };
            self.city(hsm, algorithm.into(), &of).map(drop)
        })
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.scp03(ISD_VAULT_ID, card_factor)
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.scp03(INITIAL_VAULT_ID, card_factor)
    }

    fn key_over_data(
        &self,
        nonce: &[u8; data_key::NONCE],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.with(|hsm| {
            let root = self.root(hsm, ISD_VAULT_ID)?;
            let [first, second] = data_key::messages(nonce);
            let halves = [hsm.cmac(root, &first)?, hsm.cmac(root, &second)?];
            Ok(data_key::joined(halves))
        })
    }

    fn is_demo(&self) -> bool {
        self.demo
    }
}
