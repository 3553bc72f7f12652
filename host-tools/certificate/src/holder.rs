//! Who shows something to the card.

use apdu_specs::applications::certificates::PIN_KEY;
use apdu_specs::applications::certificates::parameters::ADMINISTRATOR;

/// Who shows something to the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The cardholder, by the PIN.
    Cardholder,
    /// The issuer, by the administrator's key.
    Administrator,
}

impl Holder {
    pub(crate) const fn english(self) -> &'static str {
        match self {
            Self::Cardholder => "the PIN of the certificate environment",
            Self::Administrator => {
                "the administrator's key (the card was issued with another vault)"
            }
        }
    }

    pub(crate) const fn chinese(self) -> &'static str {
        match self {
            Self::Cardholder => "证书环境密码",
            Self::Administrator => "管理员密钥（此卡由另一密钥库发行）",
        }
    }

    /// P2 of VERIFY.
    pub(crate) const fn reference(self) -> u8 {
        match self {
            Self::Cardholder => PIN_KEY,
            Self::Administrator => ADMINISTRATOR,
        }
    }
}
