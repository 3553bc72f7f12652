//! The key sets of a card's security domain, one at a time: published ones, a chip's own initial ones, the issuer's.
//!
//! Whoever knows a set reads all that a channel opened with it carries, the next set too. A listener at the line knows the
//! published ones. So a chip for real use comes with initial keys of its own ([`chip`](crate::chip)), and published ones are
//! taken only with a vault whose keys are published too, or over a line where nobody can listen.

use apdu_specs::applications::domain::coding::key_field::{
    AES, CHECK_LENGTH, FIELD_LENGTH, KEY_LENGTH,
};
use apdu_specs::applications::domain::keys::INITIAL_KEY_VERSION;
use card_crypto::block::aes_cbc_encrypt;
use card_crypto::kcv::aes_kcv;
use card_crypto::scp03::KeySet;
use ssc_keys::KeyService;
use ssc_reader::commands::domain;
use zeroize::Zeroizing;

use crate::card_error::CardError;
use crate::channel::{HostChannel, HostHandshake};

/// What is known of the line between this program and the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Somebody may listen.
    #[default]
    Open,
    /// Nobody can, says whoever is responsible for the room.
    Trusted,
}

/// The keys that a chip came with.
///
/// # Errors
/// [`CardError::PublishedKeys`]; [`CardError::WrongDomainKeys`] for a set that is neither published nor the vault's;
/// [`CardError::Keys`] from a vault without initial keys.
pub(crate) fn of_chip(
    handshake: &HostHandshake<'_>,
    card_factor: &[u8; 8],
    keys: &dyn KeyService,
    line: Line,
) -> Result<KeySet, CardError> {
    let version = handshake.version();
    if version == INITIAL_KEY_VERSION {
        return Ok(keys.initial_keys(card_factor)?);
    }
    let published = KeySet::transport();
    if !handshake.is_of(&published) {
        return Err(CardError::WrongDomainKeys { version });
    }
    if line == Line::Open && !keys.is_demo() {
        return Err(CardError::PublishedKeys { version });
    }
    Ok(published)
}

/// PUT KEY with all three keys, in the form of Amendment D: `88 11 10` key `03` kcv. No older set stays beside the new one.
///
/// # Errors
/// [`CardError::Malformed`] where the card answers other check values.
pub(crate) fn replace(
    channel: &mut HostChannel<'_>,
    old_version: u8,
    old: &KeySet,
    version: u8,
    new: &KeySet,
) -> Result<(), CardError> {
    let mut data = Zeroizing::new(vec![version]);
    let mut expected = vec![version];
    for key in [&new.enc, &new.mac, &new.dek] {
        let mut cipher = *key.as_bytes();
        aes_cbc_encrypt(old.dek.as_bytes(), &[0; 16], &mut cipher)
            .map_err(|_| CardError::Internal("key length"))?;
        let kcv = aes_kcv(key.as_bytes());
        data.extend([AES, FIELD_LENGTH, KEY_LENGTH]);
        data.extend(cipher);
        data.push(CHECK_LENGTH);
        data.extend(kcv);
        expected.extend(kcv);
    }
    let put = domain::put_domain_keys(old_version, &data);
    if channel.send(&put)?.ok()? == expected {
        Ok(())
    } else {
        Err(CardError::Malformed("PUT KEY"))
    }
}
