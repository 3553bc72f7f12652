//! What an interface remembers between reset and reset: nothing of it outlives power. What one application alone remembers
//! is in its room.

use apdu_specs::Application;
use zeroize::Zeroize;

use crate::fs::FileState;
use crate::objects::Slot;
use crate::security::SecurityState;

/// The last challenge: 4, 8 or 16 bytes, good for one attempt to authenticate.
#[derive(Clone)]
pub struct Challenge {
    bytes: heapless::Vec<u8, 16>,
    /// Whether it has served an authentication of the certificate environment: then it serves the MAC of the next change
    /// there and nothing else.
    pub served: bool,
}

impl Challenge {
    /// A challenge as it was answered; at most 16 bytes are kept.
    pub fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.iter().copied().take(16).collect(),
            served: false,
        }
    }

    /// The bytes as they were answered.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Challenge {
    fn drop(&mut self) {
        self.bytes.as_mut_slice().zeroize();
    }
}

/// One interface's session.
pub struct Session {
    /// Current directory, PIN and key states.
    pub security: SecurityState,
    /// Whose commands the current directory knows; selected again with any of its files.
    pub home: Application,
    /// Whether the current directory's application is blocked.
    pub state: FileState,
    /// The current EF.
    pub file: Option<Slot>,
    /// The last challenge; see [`Self::take_challenge`].
    pub challenge: Option<Challenge>,
}

impl Session {
    /// The state after reset.
    pub const fn new() -> Self {
        Self {
            security: SecurityState::new(),
            home: Application::Ssc,
            state: FileState::Activated,
            file: None,
            challenge: None,
        }
    }

    /// Makes `directory` of `environment` current, whose commands are those of `application`.
    pub fn enter(&mut self, environment: Slot, directory: Slot, application: Application) {
        self.home = application;
        self.security.enter(environment, directory);
        self.file = None;
    }

    /// Forgets what was shown, and the challenge: another application is selected.
    pub fn leave_application(&mut self) {
        self.challenge = None;
        self.security.forget_shown();
    }

    /// Forgets where the session stood and what was shown to the card: the files, keys and PIN are about
    /// to go, and others may take their places in the store.
    pub fn forget_files(&mut self) {
        *self = Self::new();
    }

    /// Keeps a new challenge in place of the last.
    pub fn set_challenge(&mut self, challenge: Challenge) {
        self.challenge = Some(challenge);
    }

    /// Uses the challenge up. One that has served an authentication already is none.
    pub fn take_challenge(&mut self) -> Option<Challenge> {
        self.challenge.take().filter(|challenge| !challenge.served)
    }
}
