//! What was begun, between two steps with a host security module.

use apdu_specs::keys::CardKey;

use crate::Pin;
use crate::address::FileAddress;

/// What was begun.
#[derive(Clone, Debug)]
pub(crate) enum Pending {
    Basic {
        internal: [u8; 8],
        external: Option<&'static CardKey>,
    },
    Read {
        address: FileAddress,
        key: &'static CardKey,
    },
    Write {
        address: FileAddress,
        key: &'static CardKey,
    },
    Reload(Pin),
    ReloadSent,
    Unblock,
    UnblockSent,
}
