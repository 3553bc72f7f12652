//! What the certificate environment remembers while one of its directories is current.

use card_crypto::Key16;

/// The state of the certificate environment.
pub struct State {
    /// The key of the envelope that was opened.
    pub envelope: Option<Key16>,
}

impl State {
    /// The state after its selection.
    pub const fn select() -> Self {
        Self { envelope: None }
    }

    /// Forgets the key of the envelope.
    pub fn deselect(&mut self) {
        self.envelope = None;
    }
}
