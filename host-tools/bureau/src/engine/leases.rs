//! The leases that this run holds: renewed while their heads work, so that no other head takes their orders.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

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

/// How long a head that had cards keeps an order while it is empty and another head has a card and no order.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Default)]
struct Held {
    leases: HashMap<String, Lease>,
    /// Heads that have an order and no card: since when.
    empty: HashMap<String, Empty>,
    over: bool,
}

/// A head that waits for its card.
struct Empty {
    since: Instant,
    /// Whether it had a card in this run, so that somebody feeds it.
    fed: bool,
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
        held.empty.remove(worker);
    }

    /// `worker` has an order and waits for its card.
    pub fn waits(&self, worker: &str, fed: bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = || Empty {
            since: Instant::now(),
            fed,
        };
        held.empty.entry(worker.to_owned()).or_insert_with(now);
    }

    /// A card lies in the head of `worker`.
    pub fn has_card(&self, worker: &str) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.empty.remove(worker);
    }

    /// The order that another head of this run can spare for one that somebody feeds: of heads that nobody has fed the one that waits
    /// longest; where a card lies here already, else of those that wait for long.
    pub fn spare(&self, worker: &str, card_here: bool) -> Option<usize> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let others = held.empty.iter().filter(|(other, empty)| {
            *other != worker && (!empty.fed || card_here && empty.since.elapsed() >= PATIENCE)
        });
        let (other, _) = others.min_by_key(|(_, empty)| (empty.fed, empty.since))?;
        held.leases.get(other).map(|lease| lease.row)
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
