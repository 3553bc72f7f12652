//! What a PSAM remembers between INIT and what follows it: a session key of one card, never a master key.

use apdu_specs::applications::psam::SamKeyType;
use card_crypto::SessionKey;

use crate::credential::sam_key::SamTries;

/// Bytes of the three amounts of a debit: account, self-pay, fund, 4 each.
pub const AMOUNTS: usize = 12;

/// The state of a PSAM's application. The session key is wiped when it is replaced: at reset, SELECT and every INIT.
pub enum State {
    /// No INIT.
    Idle,
    /// After INIT SAM.
    Cipher {
        /// Session key.
        session: SessionKey,
        /// The `use` of INIT.
        kind: SamKeyType,
    },
    /// After INIT SAM FOR DEBIT.
    Debit {
        /// Session key.
        session: SessionKey,
        /// Counter of the debit key.
        tries: SamTries,
        /// Amounts, over which MAC2 is.
        amounts: [u8; AMOUNTS],
    },
}

impl State {
    /// The state after its selection.
    pub const fn select() -> Self {
        Self::Idle
    }

    /// Forgets the session key.
    pub fn deselect(&mut self) {
        *self = Self::Idle;
    }
}
