//! The security domain's own keys (GlobalPlatform Amendment D).

use apdu_specs::Status;
use card_crypto::Key16;
use card_crypto::scp03::KeySet;
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::objects::DOMAIN_KEYS;
use crate::store::Store;

/// The key set of the security domain with its version.
pub struct DomainKeys {
    /// Key version number.
    pub version: u8,
    /// ENC, MAC, DEK.
    pub set: KeySet,
}

impl DomainKeys {
    const LENGTH: usize = 1 + 3 * 16;

    /// Loads it.
    ///
    /// # Errors
    /// 6581.
    pub fn load<F: NorFlash>(store: &mut Store<F>) -> Result<Self, Status> {
        let mut bytes = [0; Self::LENGTH];
        let length = store.read(DOMAIN_KEYS, 0, &mut bytes)?;
        let loaded = (length == bytes.len()).then(|| decode(&bytes)).flatten();
        bytes.zeroize();
        loaded.ok_or(Status::MEMORY_FAILURE)
    }
}

fn decode(bytes: &[u8; DomainKeys::LENGTH]) -> Option<DomainKeys> {
    let (&[version], keys) = bytes.split_first_chunk::<1>()?;
    let (&[enc, mac, dek], _) = keys.as_chunks::<16>().0.split_first_chunk()?;
    Some(DomainKeys {
        version,
        set: KeySet {
            enc: Key16::new(enc),
            mac: Key16::new(mac),
            dek: Key16::new(dek),
        },
    })
}
