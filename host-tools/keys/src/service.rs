//! What the host asks of whoever keeps the master keys.

use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use ssc_reader::Lang;

use crate::KeyError;

/// A keeper of master keys: a [`Vault`](crate::Vault), or an HSM.
///
/// The root keys themselves never leave it; what it gives are keys of one card.
pub trait KeyService: Send + Sync {
    /// The key `id` (such as `SSSE/RK`) of one card: the root, diversified by province, city and card.
    ///
    /// `region` is the card's region, six ASCII digits; `card_factor` the last 8 historical bytes.
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`] where there is no such root.
    fn card_key(
        &self,
        id: &str,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError>;

    /// The issuer's SCP03 keys of one card (key version 31 hex).
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`] where there is no root for them.
    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError>;

    /// Whether these keys are published, so that cards made with them protect nothing.
    fn is_demo(&self) -> bool;

    /// What a command must print before it uses these keys: `None` unless they are published.
    fn announcement(&self, lang: Lang) -> Option<&'static str> {
        self.is_demo().then_some(match lang {
            Lang::En => {
                "DEMO KEYS: these master keys are published with this program. Cards made or read with them \
                 are for trying out only; they protect nothing."
            }
            Lang::Zh => "演示密钥：这些主密钥随本程序公开发布。用它们制作或读取的卡仅供试用，没有任何安全性。",
        })
    }
}
