//! The leases that this run holds: renewed while their heads work, so that no other head takes their orders.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::register::{Lease, Register};

/// How long a lease lasts: a head that is dead gives its order back after this time.
pub(super) const LASTS: Duration = Duration::from_secs(30);
/// How often it is renewed.
const EVERY: Duration = Duration::from_secs(10);

/// The leases of all heads, by worker.
#[derive(Default)]
pub(super) struct Leases {
    held: Mutex<Held>,
    ended: Condvar,
}

#[derive(Default)]
struct Held {
    leases: HashMap<String, Lease>,
    over: bool,
}

impl Leases {
    /// `worker` holds this lease from now on.
    pub fn hold(&self, lease: &Lease) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.leases.insert(lease.worker.clone(), lease.clone());
    }

    /// `worker` holds none.
    pub fn drop_of(&self, worker: &str) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.leases.remove(worker);
    }

    /// Whether any head of this run has an order.
    pub fn any(&self) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        !held.leases.is_empty()
    }

    /// All heads have ended.
    pub fn over(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.over = true;
        self.ended.notify_all();
    }

    /// Renews them until the run is over. A lease that cannot be renewed is left to end: its head finds out at its next note.
    pub fn keep(&self, register: &Register) {
        loop {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let (held, _) = self
                .ended
                .wait_timeout_while(held, EVERY, |held| !held.over)
                .unwrap_or_else(PoisonError::into_inner);
            if held.over {
                return;
            }
            let leases: Vec<Lease> = held.leases.values().cloned().collect();
            drop(held);
            for lease in leases {
                let _ = register.renew(&lease, LASTS);
            }
        }
    }
}
