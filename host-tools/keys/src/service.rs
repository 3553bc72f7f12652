//! What the host asks of whoever keeps the master keys.

use apdu_specs::applications::domain::keys::INITIAL_VAULT_ID;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use ssc_words::Lang;
use zeroize::Zeroizing;

use crate::{KeyError, RootKind, data_key};

/// The card factor of no chip: check values over keys are made from it, and an audit log counts no card for it. A real
/// factor begins with the card maker's code, which is not zero.
pub const NO_CHIP: [u8; 8] = [0; 8];

/// A keeper of master keys: a [`Vault`](crate::Vault), or an HSM.
///
/// What it gives are keys of one card; only a SAM is given more ([`sam_key`](Self::sam_key)).
pub trait KeyService: Send + Sync {
    /// The key `id` (such as `SSSE/RK`) of one card: version `version` (1 to 3) of the root, diversified by province, city
    /// and card.
    ///
    /// `region` is the card's region, six ASCII digits; `card_factor` the last 8 historical bytes.
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`] where there is no such root.
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError>;

    /// What a SAM that diversifies by `levels` levels (1 to 3) holds of version `version` of the root `id`: the root itself
    /// for 3, the key of the province of `region` for 2, that of the city for 1
    /// ([`diversify::sam_key`](card_crypto::diversify::sam_key)).
    ///
    /// # Errors
    /// [`KeyError::NotExportable`] from a keeper that gives no such keys, which is what this does unless it is
    /// overridden; [`KeyError::MissingRoot`], [`KeyError::Levels`].
    fn sam_key(
        &self,
        id: &str,
        _version: u8,
        _algorithm: Algorithm,
        _region: &[u8; 6],
        _levels: u8,
    ) -> Result<Key16, KeyError> {
        Err(KeyError::NotExportable { id: id.to_owned() })
    }

    /// The issuer's SCP03 keys of one card (key version 31 hex).
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`] where there is no root for them.
    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError>;

    /// The SCP03 keys that one chip carries from a trusted room until it is issued (key version 32 hex).
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`] where there is no root for them, which is what this says unless it is overridden: vaults
    /// are older than these keys.
    fn initial_keys(&self, _card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        Err(KeyError::MissingRoot {
            id: INITIAL_VAULT_ID.to_owned(),
            version: FIRST_KEY_VERSION,
            kind: RootKind::Aes,
        })
    }

    /// The key over the data key that was made with this nonce ([`DataKey`](crate::DataKey)).
    ///
    /// # Errors
    /// [`KeyError::NoDataKeys`] from a keeper that wraps none, which is what this says unless it is overridden;
    /// [`KeyError::MissingRoot`].
    fn key_over_data(
        &self,
        _nonce: &[u8; data_key::NONCE],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        Err(KeyError::NoDataKeys)
    }

    /// Makes ready what the keys `id` of this region's cards come from, for a card that is still to come.
    ///
    /// # Errors
    /// As [`card_key`](Self::card_key); from a keeper that has nothing to make ready none.
    fn prepare(
        &self,
        _id: &str,
        _version: u8,
        _algorithm: Algorithm,
        _region: &[u8; 6],
    ) -> Result<(), KeyError> {
        Ok(())
    }

    /// Whether answers come from a device, so that it pays to ask for several at once and ahead ([`Ahead`](crate::ahead::Ahead)).
    fn is_remote(&self) -> bool {
        false
    }

    /// Whether these keys are published, so that cards made with them protect nothing.
    fn is_demo(&self) -> bool;

    /// What a command must print before it uses these keys: `None` unless they are published.
    fn announcement(&self, lang: Lang) -> Option<&'static str> {
        self.is_demo().then(|| announcement_of_demo_keys(lang))
    }
}

/// What must be said before published keys are used, wherever they lie.
#[must_use]
pub const fn announcement_of_demo_keys(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "DEMO KEYS: these master keys are published with this program. Cards made or read with them \
             are for trying out only; they protect nothing."
        }
        Lang::Zh => {
            "演示密钥：这些主密钥随本程序公开发布。用它们制作或读取的卡仅供试用，没有任何安全性。"
        }
    }
}
