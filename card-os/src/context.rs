//! What a handler works with.

use apdu_specs::life_cycle::LifeCycle;

use crate::identity::Identity;
use crate::platform::Platform;
use crate::security::Rights;
use crate::session::Session;
use crate::store::Store;
use apdu_specs::Interface;

/// What a handler works with.
pub struct Context<'c, P: Platform> {
    /// The store.
    pub store: &'c mut Store<P::Flash>,
    /// The session of the active interface.
    pub session: &'c mut Session,
    /// The random source.
    pub rng: &'c mut P::Random,
    /// The card's historical bytes.
    pub identity: &'c Identity,
    /// The active interface.
    pub interface: Interface,
    /// The card's life cycle.
    pub life_cycle: LifeCycle,
    /// Whether the command came through the secure channel.
    pub secured: bool,
    /// Whether the command is a secure message under STK.
    pub messaged: bool,
}

impl<P: Platform> Context<'_, P> {
    /// What the command may do with files.
    pub fn rights(&self) -> Rights {
        Rights {
            state: self.session.security,
            messaged: self.messaged,
        }
    }
}
