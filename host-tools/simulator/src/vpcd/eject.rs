//! Taking a card out while it is served.

use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Takes the card out of the reader from another thread (Ctrl-C, the end of a test).
#[derive(Clone, Debug, Default)]
pub struct Eject(Arc<EjectState>);

#[derive(Debug, Default)]
struct EjectState {
    ejected: AtomicBool,
    line: Mutex<Option<TcpStream>>,
}

impl Eject {
    /// Takes the card out: [`serve`](super::serve) returns after the command it is working on.
    pub fn eject(&self) {
        self.0.ejected.store(true, Ordering::SeqCst);
        if let Some(line) = self.line().as_ref() {
            // The other end may have gone already: then there is nothing to end.
            let _ = line.shutdown(Shutdown::Read);
        }
    }

    /// Whether it was taken out.
    #[must_use]
    pub fn ejected(&self) -> bool {
        self.0.ejected.load(Ordering::SeqCst)
    }

    pub(super) fn watch(&self, line: Option<TcpStream>) {
        *self.line() = line;
        if self.ejected() {
            self.eject();
        }
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Option<TcpStream>> {
        self.0.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
