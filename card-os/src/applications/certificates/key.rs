//! Keys of the certificate environment (ACSE): its PIN, its administrator and EAK, all SM4, each with its own tries.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{ADMINISTRATOR_KEY, EXTERNAL_KEY, PIN_KEY};
use apdu_specs::keys::{KEY_ENTRY_LENGTH, KeyRole};
use card_crypto::certificate::{
    NEW_KEY, enciphered_challenge_with, maintenance_session_with, seal_mac_with, unprotect,
    unseal_key,
};
use card_crypto::session::message_mac_with;
use card_crypto::{Algorithm, Key16, SessionKey, constant_time_eq};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::bytes::copy;
use crate::credential::Tries;
use crate::credential::key::StoredKey;
use crate::credential::key_store::{Placing, write};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::session::Challenge;
use crate::store::{Store, Transaction};
use apdu_specs::Interface;

/// The role that a key of the environment must have.
///
/// # Errors
/// 6A88 for any other identifier.
fn role_of(kid: u8) -> Result<KeyRole, Status> {
    match kid {
        EXTERNAL_KEY => Ok(KeyRole::External),
        ADMINISTRATOR_KEY => Ok(KeyRole::Administrator),
        PIN_KEY => Ok(KeyRole::CertificatePin),
        _ => Err(Status::REFERENCED_DATA_NOT_FOUND),
    }
}

impl StoredKey {
    /// Loads key `kid` of the certificate environment from `directory`.
    ///
    /// # Errors
    /// 6A88 where there is none, or it has another role or algorithm; 6581.
    pub fn load_certificate<F: NorFlash>(
        store: &mut Store<F>,
        directory: Slot,
        kid: u8,
    ) -> Result<Self, Status> {
        let key = Self::load(store, directory, kid)?;
        if key.role() == role_of(kid)? && key.algorithm() == Algorithm::Sm4 {
            Ok(key)
        } else {
            Err(Status::REFERENCED_DATA_NOT_FOUND)
        }
    }

    /// Compares `given` with the challenge enciphered under every version of this key; one try is spent before.
    ///
    /// # Errors
    /// 6985 for a challenge that does not serve, and for the last try over the air; 63Cx, then 6983; 6581 where the counter could
    /// not be written.
    pub fn verify_challenge<P: Platform>(
        &self,
        store: &mut Store<P::Flash>,
        over: Interface,
        challenge: &Challenge,
        given: &[u8; 16],
    ) -> Result<(), Status> {
        let factor = self.factor(challenge.as_slice())?;
        let left = self.tries.spend(store, over)?;
        let mut equal = false;
        for held in &self.versions {
            let mut expected = enciphered_challenge_with::<P::Ciphers>(&held.key, &factor);
            equal |= constant_time_eq(&expected, given);
            expected.zeroize();
        }
        if !equal {
            return Err(Tries::failed(left));
        }
        self.tries.restore(store)
    }

    /// Checks the MAC over `header` and `data` under every version, then deciphers `data` in place with the version
    /// whose MAC matched; one try is spent before.
    ///
    /// # Errors
    /// As [`Self::verify_challenge`], but 6988 for a wrong MAC; 6700 unless the data are whole blocks.
    pub fn open_change<P: Platform>(
        &self,
        store: &mut Store<P::Flash>,
        over: Interface,
        challenge: &Challenge,
        header: &[u8; 5],
        data: &mut [u8],
        mac: &[u8; 4],
    ) -> Result<(), Status> {
        let factor = self.factor(challenge.as_slice())?;
        self.tries.spend(store, over)?;
        let mut found: Option<SessionKey> = None;
        for held in &self.versions {
            let session = maintenance_session_with::<P::Ciphers>(&held.key, &factor);
            if constant_time_eq(
                &message_mac_with::<P::Ciphers>(&session, &[header, data]),
                mac,
            ) {
                found = Some(session);
            }
        }
        let session = found.ok_or(Status::MAC_INCORRECT)?;
        self.tries.restore(store)?;
        unprotect::<P::Ciphers>(&session, data).map_err(|_| Status::WRONG_LENGTH)
    }

    /// Checks the MAC of WRITE KEY over `header` and `data` under every version, then opens the key in `data` with the version
    /// whose MAC matched; one try is spent before.
    ///
    /// # Errors
    /// As [`Self::open_change`], and 6A80 for what is no key.
    pub fn open_key<P: Platform>(
        &self,
        store: &mut Store<P::Flash>,
        over: Interface,
        challenge: &Challenge,
        header: &[u8; 5],
        data: &[u8; NEW_KEY],
        mac: &[u8; 4],
    ) -> Result<Key16, Status> {
        let factor = self.factor(challenge.as_slice())?;
        self.tries.spend(store, over)?;
        let mut found = None;
        for held in &self.versions {
            if constant_time_eq(
                &seal_mac_with::<P::Ciphers>(&held.key, &factor, header, data),
                mac,
            ) {
                found = Some(held);
            }
        }
        let authority = found.ok_or(Status::MAC_INCORRECT)?;
        self.tries.restore(store)?;
        unseal_key::<P::Ciphers>(&authority.key, data).ok_or(Status::WRONG_DATA)
    }

    /// Puts another key in the place of this one of `directory`, with all its tries.
    ///
    /// # Errors
    /// 6A84, 6581.
    pub fn replace_certificate<P: Platform>(
        &self,
        tx: &mut Transaction<'_, P::Flash>,
        directory: Slot,
        new: &Key16,
    ) -> Result<(), Status> {
        let mut entry = [0; KEY_ENTRY_LENGTH];
        let header = [
            self.role().byte(),
            self.kid(),
            self.algorithm().marker(),
            self.newest(),
            self.tries.greatest,
        ];
        let kcv = card_crypto::kcv::kcv_with::<P::Ciphers>(self.algorithm(), new.as_bytes());
        let written = copy(&mut entry, 0, &header)
            .and_then(|()| copy(&mut entry, header.len(), new.as_bytes()))
            .and_then(|()| copy(&mut entry, KEY_ENTRY_LENGTH.saturating_sub(kcv.len()), &kcv))
            .and_then(|()| store_certificate_entry::<P>(tx, directory, self.kid(), &entry));
        entry.zeroize();
        written
    }
}

/// Writes `entry` as key `kid` of `directory`, in the place of all versions that are there.
///
/// # Errors
/// 6A80 where the entry is not one for this key, 6A84, 6581.
fn store_certificate_entry<P: Platform>(
    tx: &mut Transaction<'_, P::Flash>,
    directory: Slot,
    kid: u8,
    entry: &[u8; KEY_ENTRY_LENGTH],
) -> Result<(), Status> {
    let expected = [role_of(kid)?.byte(), kid, Algorithm::Sm4.marker()];
    if !entry.starts_with(&expected) {
        return Err(Status::WRONG_DATA);
    }
    tx.delete(directory.key(kid))?;
    write::<P>(tx, directory, entry, Placing::Store)
}
