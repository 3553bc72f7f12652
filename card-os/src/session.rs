//! What an interface remembers between reset and reset: nothing of it outlives power.

use apdu_specs::commands::Application;
use zeroize::Zeroize;

use crate::objects::Slot;
use crate::perso::Groupings;
use crate::secure_channel::SecureChannel;

/// Keys of one directory that have authenticated the terminal.
#[derive(Clone, Copy, Default)]
struct KeyStates {
    directory: Option<Slot>,
    /// Bit n: the key whose identifier ends in n (low five bits).
    authenticated: u32,
}

impl KeyStates {
    fn set(&mut self, directory: Slot, kid: u8) {
        if self.directory != Some(directory) {
            *self = Self {
                directory: Some(directory),
                authenticated: 0,
            };
        }
        self.authenticated |= 1 << (kid & 0x1F);
    }

    fn has(&self, directory: Slot, kid: u8) -> bool {
        self.directory == Some(directory) && self.authenticated & (1 << (kid & 0x1F)) != 0
    }
}

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
    /// The current directory; the MF after reset.
    pub directory: Slot,
    /// The DDF that the current directory is or belongs to; the MF where there is none.
    pub environment: Slot,
    /// The current EF.
    pub file: Option<Slot>,
    /// Whether the PIN was verified.
    pub pin_verified: bool,
    environment_keys: KeyStates,
    directory_keys: KeyStates,
    challenge: Option<Challenge>,
    /// The secure channel of the security domain.
    pub channel: SecureChannel,
    /// The data groupings on their way in.
    pub groupings: Groupings,
}

impl Session {
    /// The state after reset.
    pub const fn new() -> Self {
        Self {
            application: Application::Ssc,
            directory: Slot::MF,
            environment: Slot::MF,
            file: None,
            pin_verified: false,
            environment_keys: KeyStates {
                directory: None,
                authenticated: 0,
            },
            directory_keys: KeyStates {
                directory: None,
                authenticated: 0,
            },
            challenge: None,
            channel: SecureChannel::closed(),
            groupings: Groupings::new(),
        }
    }

    /// Makes `directory` of `environment` current. Key states of another directory end; those of
    /// the environment and the PIN's last for the session (`decisions.md`).
    pub fn enter(&mut self, environment: Slot, directory: Slot) {
        self.change_application(Application::Ssc);
        if self.directory_keys.directory != Some(directory) {
            self.directory_keys = KeyStates::default();
        }
        if environment != Slot::MF && self.environment_keys.directory != Some(environment) {
            self.environment_keys = KeyStates::default();
        }
        self.environment = environment;
        self.directory = directory;
        self.file = None;
    }

    /// Selects an application; a challenge belongs to the one that gave it, and any selection ends
    /// a secure channel.
    pub fn change_application(&mut self, application: Application) {
        if self.application != application {
            self.challenge = None;
            self.directory_keys = KeyStates::default();
        }
        self.application = application;
        self.channel.close();
        self.groupings.reset();
    }

    /// Notes that `kid` of `directory` has authenticated the terminal.
    pub fn authenticated(&mut self, directory: Slot, kid: u8) {
        self.states(directory).set(directory, kid);
    }

    /// Takes back the state of `kid` after a failed attempt.
    pub fn not_authenticated(&mut self, directory: Slot, kid: u8) {
        let states = self.states(directory);
        if states.directory == Some(directory) {
            states.authenticated &= !(1 << (kid & 0x1F));
        }
    }

    /// Whether `kid` of `directory` has authenticated the terminal.
    pub fn is_authenticated(&self, directory: Slot, kid: u8) -> bool {
        if directory == self.environment {
            self.environment_keys.has(directory, kid)
        } else {
            self.directory_keys.has(directory, kid)
        }
    }

    fn states(&mut self, directory: Slot) -> &mut KeyStates {
        if directory == self.environment {
            &mut self.environment_keys
        } else {
            &mut self.directory_keys
        }
    }

    /// Keeps a new challenge in place of the last.
    pub fn set_challenge(&mut self, challenge: Challenge) {
        self.challenge = Some(challenge);
    }

    /// Uses the challenge up.
    pub fn take_challenge(&mut self) -> Option<Challenge> {
        self.challenge.take()
    }
}
