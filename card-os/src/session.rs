//! What an interface remembers between reset and reset: nothing of it outlives power.

use apdu_specs::Application;
use zeroize::Zeroize;

use crate::applications::domain::perso::Groupings;
use crate::applications::domain::secure_channel::SecureChannel;
use crate::applications::psam::state::SamState;
use crate::fs::FileState;
use crate::objects::Slot;
use crate::security::SecurityState;

/// The last challenge: 4, 8 or 16 bytes, good for one attempt to authenticate.
#[derive(Clone)]
pub struct Challenge {
    bytes: heapless::Vec<u8, 16>,
}

impl Challenge {
    /// A challenge as it was answered; at most 16 bytes are kept.
    pub fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.iter().copied().take(16).collect(),
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
    /// The selected application.
    pub application: Application,
    /// Current directory, PIN and key states.
    pub security: SecurityState,
    /// Whose commands the current directory knows; selected again with any of its files.
    home: Application,
    /// Whether the current directory's application is blocked.
    pub state: FileState,
    /// The current EF.
    pub file: Option<Slot>,
    challenge: Option<Challenge>,
    /// A challenge that has served an authentication of the certificate environment, for the MAC of the next change there.
    #[cfg(feature = "certificates")]
    served: Option<Challenge>,
    /// What INIT has left in a PSAM; any selection ends it.
    pub sam: SamState,
    /// The key of the envelope that was opened in the certificate environment.
    #[cfg(feature = "certificates")]
    pub envelope: Option<card_crypto::Key16>,
    /// The secure channel of the security domain.
    pub channel: SecureChannel,
    /// After which directory GET STATUS goes on.
    pub listed: Option<Slot>,
    /// The data groupings on their way in.
    pub groupings: Groupings,
}

impl Session {
    /// The state after reset.
    pub const fn new() -> Self {
        Self {
            application: Application::Ssc,
            security: SecurityState::new(),
            home: Application::Ssc,
            state: FileState::Activated,
            file: None,
            challenge: None,
            #[cfg(feature = "certificates")]
            served: None,
            sam: SamState::Idle,
            #[cfg(feature = "certificates")]
            envelope: None,
            channel: SecureChannel::closed(),
            listed: None,
            groupings: Groupings::new(),
        }
    }

    /// Makes `directory` of `environment` current, and with it its application.
    pub fn enter(&mut self, environment: Slot, directory: Slot, application: Application) {
        self.home = application;
        self.change_application(application);
        self.security.enter(environment, directory);
        #[cfg(feature = "certificates")]
        {
            self.security.own_pin = application == Application::Certificates;
        }
        self.file = None;
        self.forget_envelope();
    }

    /// Makes an EF of the current directory current.
    pub fn enter_file(&mut self, file: Slot) {
        self.change_application(self.home);
        self.file = Some(file);
    }

    /// Forgets where the session stood and what was shown to the card: the files, keys and PIN are about
    /// to go, and others may take their places in the store.
    pub fn forget_files(&mut self) {
        self.security = SecurityState::new();
        self.home = Application::Ssc;
        self.state = FileState::Activated;
        self.file = None;
        self.forget_challenge();
        self.sam = SamState::Idle;
        self.forget_envelope();
        self.groupings.reset();
    }

    fn forget_envelope(&mut self) {
        #[cfg(feature = "certificates")]
        {
            self.envelope = None;
        }
    }

    /// Selects an application. What was shown to another one ends, and a challenge belongs to the one that gave it; any
    /// selection ends a secure channel. The directories of the social security card and the MF are one application.
    pub fn change_application(&mut self, application: Application) {
        if self.application != application {
            self.forget_challenge();
            self.forget_envelope();
            self.security.forget_shown();
        }
        self.application = application;
        self.sam = SamState::Idle;
        self.channel.close();
        self.listed = None;
        self.groupings.reset();
    }

    fn forget_challenge(&mut self) {
        self.challenge = None;
        #[cfg(feature = "certificates")]
        {
            self.served = None;
        }
    }

    /// Keeps a new challenge in place of the last.
    pub fn set_challenge(&mut self, challenge: Challenge) {
        self.forget_challenge();
        self.challenge = Some(challenge);
    }

    /// Uses the challenge up.
    pub fn take_challenge(&mut self) -> Option<Challenge> {
        let challenge = self.challenge.take();
        self.forget_challenge();
        challenge
    }

    /// Keeps a challenge that has served an authentication for the MAC of the next change, and for nothing else.
    #[cfg(feature = "certificates")]
    pub fn keep_served(&mut self, challenge: Challenge) {
        self.served = Some(challenge);
    }

    /// Uses up the challenge, or the one that has served an authentication.
    #[cfg(feature = "certificates")]
    pub fn take_challenge_for_change(&mut self) -> Option<Challenge> {
        let served = self.served.take();
        self.take_challenge().or(served)
    }
}
