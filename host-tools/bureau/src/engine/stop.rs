//! The operator's wish to end a run.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether heads begin another card. Cards in hand are finished.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// A run that goes on.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// No card is begun any more.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether that was asked for.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
