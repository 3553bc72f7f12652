//! A token as a keeper of master keys for whoever issues cards: a session a head, so that nobody waits for another's answer.
//!
//! The key of a city stays in each session as an object: with it, a card's key is one call of the token.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use apdu_specs::applications::domain::keys::{INITIAL_VAULT_ID, ISD_VAULT_ID};
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::diversify::scp03_keys_of;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use cryptoki::object::ObjectHandle;
use zeroize::Zeroizing;

use super::{CardKeyName, Hsm, HsmError};
use crate::{KeyError, KeyService, RootKind, Vault, data_key};

/// Keys of cities that a session keeps: some fifty for each region of a job.
const MOST_CITIES: usize = 4_096;

/// The master keys of a token. SM4, which tokens do not have, comes from a vault, if one is given.
pub struct HsmKeys {
    sessions: Mutex<Sessions>,
    returned: Condvar,
    sm4: Option<Vault>,
    demo: bool,
}

struct Sessions {
    free: Vec<Session>,
    /// All that are open, in use or not.
    open: usize,
}

/// A session and the objects that it knows.
struct Session {
    hsm: Hsm,
    cities: BTreeMap<(String, u8, [u8; 6]), ObjectHandle>,
    roots: BTreeMap<&'static str, ObjectHandle>,
}

impl HsmKeys {
    /// The keys of this token, which is logged in to.
    #[must_use]
    pub fn new(hsm: Hsm) -> Self {
        Self {
            demo: hsm.is_demo(),
            sessions: Mutex::new(Sessions {
                free: vec![Session::new(hsm)],
                open: 1,
            }),
            returned: Condvar::new(),
            sm4: None,
        }
    }

    /// With the SM4 roots of `vault`.
    ///
    /// # Errors
    /// [`HsmError::Mixed`] where the keys of one are published and those of the other are not.
    pub fn with_sm4_of(self, vault: Vault) -> Result<Self, HsmError> {
        if vault.is_demo() != self.demo {
            let token = self
                .sessions()
                .free
                .first()
                .map(|one| one.hsm.label.clone());
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
    fn with<T>(
        &self,
        compute: impl FnOnce(&mut Session) -> Result<T, HsmError>,
    ) -> Result<T, KeyError> {
        let mut session = self.take()?;
        let result = compute(&mut session);
        self.sessions().free.push(session);
        self.returned.notify_one();
        Ok(result?)
    }

    fn take(&self) -> Result<Session, HsmError> {
        let mut sessions = self.sessions();
        loop {
            if let Some(session) = sessions.free.pop() {
                // The last one makes the next, so that one always stays.
                if sessions.free.is_empty()
                    && let Ok(another) = session.hsm.another()
                {
                    sessions.free.push(Session::new(another));
                    sessions.open += 1;
                }
                return Ok(session);
            }
            let waited = self.returned.wait(sessions);
            sessions = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn scp03(&self, id: &'static str, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.with(|session| {
            let root = session.root(id)?;
            session.count(id, card_factor);
            let hsm = &session.hsm;
            scp03_keys_of(card_factor, |message| hsm.cmac(root, message))
        })
    }
}

impl Session {
    fn new(hsm: Hsm) -> Self {
        Self {
            hsm,
            cities: BTreeMap::new(),
            roots: BTreeMap::new(),
        }
    }

    fn root(&mut self, id: &'static str) -> Result<ObjectHandle, HsmError> {
        if let Some(root) = self.roots.get(id) {
            return Ok(*root);
        }
        let root = self.hsm.root(id, FIRST_KEY_VERSION, RootKind::Aes)?;
        self.roots.insert(id, root);
        Ok(root)
    }

    fn count(&self, id: &str, card_factor: &[u8; 8]) {
        self.hsm.used_for(&CardKeyName {
            id,
            version: FIRST_KEY_VERSION,
            region: [0; 6],
            card_factor: *card_factor,
        });
    }

    fn card_key(&mut self, of: &CardKeyName<'_>) -> Result<Key16, HsmError> {
        self.hsm.used_for(of);
        let name = (of.id.to_owned(), of.version, of.region);
        let giver = match self.cities.get(&name) {
            Some(giver) => *giver,
            None => {
                if self.cities.len() >= MOST_CITIES {
                    for (_, key) in std::mem::take(&mut self.cities) {
                        // It goes with the session at the latest.
                        let _ = self.hsm.session.destroy_object(key);
                    }
                }
                let giver = self.hsm.giver(of)?;
                self.cities.insert(name, giver);
                giver
            }
        };
        self.hsm.given(giver, &of.card_factor)
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
        match (algorithm, &self.sm4) {
            (Algorithm::Sm4, Some(vault)) => {
                vault.card_key(id, version, algorithm, region, card_factor)
            }
            (Algorithm::Sm4, None) => self.with(|session| {
                Err(HsmError::NoSm4 {
                    token: session.hsm.label.clone(),
                })
            }),
            (Algorithm::TripleDes, _) => self.with(|session| {
                session.card_key(&CardKeyName {
                    id,
                    version,
                    region: *region,
                    card_factor: *card_factor,
                })
            }),
        }
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
        self.with(|session| {
            let root = session.root(ISD_VAULT_ID)?;
            let [first, second] = data_key::messages(nonce);
            let halves = [
                session.hsm.cmac(root, &first)?,
                session.hsm.cmac(root, &second)?,
            ];
            Ok(data_key::joined(halves))
        })
    }

    fn is_demo(&self) -> bool {
        self.demo
    }
}
