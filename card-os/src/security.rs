//! The security state of a session, and access conditions judged by it, for each directory (LD/T 32.3).

use apdu_specs::Status;
use apdu_specs::access::{Access, Rule};
use apdu_specs::keys::LOCAL_KEY_BIT;

use crate::objects::Slot;

/// Keys of one directory that have authenticated the terminal.
#[derive(Clone, Copy)]
struct KeyStates {
    directory: Option<Slot>,
    /// Bit n: the key whose identifier ends in n (low five bits).
    authenticated: u32,
}

impl KeyStates {
    const NONE: Self = Self {
        directory: None,
        authenticated: 0,
    };

    fn clear(&mut self, directory: Slot, kid: u8) {
        if self.directory == Some(directory) {
            self.authenticated &= !(1 << (kid & 0x1F));
        }
    }

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

/// What a command may do: what the session has shown to the card, and whether the command is a secure message.
#[derive(Clone, Copy)]
pub struct Rights {
    /// The session's state.
    pub state: SecurityState,
    /// Whether the command came with its MAC.
    pub messaged: bool,
}

impl Rights {
    /// Judges `rule` for a file of the current directory.
    ///
    /// # Errors
    /// 6982.
    pub fn check(&self, rule: Rule) -> Result<(), Status> {
        if rule.secured && !self.messaged {
            return Err(Status::SECURITY_NOT_SATISFIED);
        }
        self.state.check(rule.access)
    }
}

/// Where the session stands, and what has been shown to the card.
#[derive(Clone, Copy)]
pub struct SecurityState {
    /// The current directory; the MF after reset.
    pub directory: Slot,
    /// The DDF that the current directory is or belongs to; the MF where there is none.
    pub environment: Slot,
    /// Whether the PIN was verified.
    pub pin_verified: bool,
    /// The key that is the PIN of the current directory, where it is not the card's: that of the certificate environment.
    pub own_pin: Option<u8>,
    environment_keys: KeyStates,
    directory_keys: KeyStates,
}

impl SecurityState {
    /// The state after reset.
    pub const fn new() -> Self {
        Self {
            directory: Slot::MF,
            environment: Slot::MF,
            pin_verified: false,
            own_pin: None,
            environment_keys: KeyStates::NONE,
            directory_keys: KeyStates::NONE,
        }
    }

    /// Makes `directory` of `environment` current. Key states of another directory end; those of the
    /// environment and the PIN's last as long as the application (`docs/decisions.md`).
    pub fn enter(&mut self, environment: Slot, directory: Slot) {
        if self.directory_keys.directory != Some(directory) {
            self.leave_directory();
        }
        if environment != Slot::MF && self.environment_keys.directory != Some(environment) {
            self.environment_keys = KeyStates::NONE;
        }
        self.environment = environment;
        self.directory = directory;
    }

    /// Ends the key states of the current directory.
    pub fn leave_directory(&mut self) {
        self.directory_keys = KeyStates::NONE;
    }

    /// Ends all that was shown, by PIN and by keys: another application begins. Where the session stands stays.
    pub fn forget_shown(&mut self) {
        self.pin_verified = false;
        self.environment_keys = KeyStates::NONE;
        self.directory_keys = KeyStates::NONE;
    }

    /// Notes that `kid` has authenticated the terminal.
    pub fn authenticated(&mut self, kid: u8) {
        let directory = self.key_directory(kid);
        self.states(directory).set(directory, kid);
    }

    /// Takes back the state of `kid` before it is tried again.
    pub fn not_authenticated(&mut self, kid: u8) {
        let directory = self.key_directory(kid);
        self.states(directory).clear(directory, kid);
    }

    /// The directory whose key `kid` means: the current one for a local key, the environment (SSSE)
    /// otherwise.
    pub fn key_directory(&self, kid: u8) -> Slot {
        if kid & LOCAL_KEY_BIT != 0 {
            self.directory
        } else {
            self.environment
        }
    }

    /// Judges `rule` for a file of the current directory.
    ///
    /// # Errors
    /// 6982.
    pub fn check(&self, rule: Access) -> Result<(), Status> {
        let granted = match rule {
            Access::Free => true,
            Access::Pin => self.pin_shown(),
            Access::Key(kid) => self.is_authenticated(kid),
            Access::PinOrKey(kid) => self.pin_shown() || self.is_authenticated(kid),
            Access::PinAndKey(kid) => self.pin_shown() && self.is_authenticated(kid),
            Access::Never => false,
        };
        if granted {
            Ok(())
        } else {
            Err(Status::SECURITY_NOT_SATISFIED)
        }
    }

    /// Whether the PIN that a condition of the current directory means was verified.
    fn pin_shown(&self) -> bool {
        match self.own_pin {
            Some(kid) => self.is_authenticated(kid),
            None => self.pin_verified,
        }
    }

    /// Whether `kid` has authenticated the terminal.
    pub fn is_authenticated(&self, kid: u8) -> bool {
        let directory = self.key_directory(kid);
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
}
