//! Keys ahead of their use: where a keeper of master keys answers slowly, as a host security module over a line does, the keys of a card
//! are derived while its chip is still being taken over, several at once, and nobody waits for them one by one.
//!
//! Every key of a card depends on the chip's serial number, so nothing of it can be had before the chip lies in its head. What does not
//! depend on it, the key of the city that gives them, is made ready as soon as an order is taken ([`Ahead::expect`]).
//!
//! The threads are the caller's ([`Ahead::work`]), so they end with its scope. What was derived is kept for one card in one head
//! ([`OfCard`]), and wiped when that card is done. An answer that is asked for and not begun is computed by whoever asks; so nothing depends
//! on a thread that is busy elsewhere, and errors come from the keeper itself.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use zeroize::Zeroizing;

use crate::{KeyError, KeyService, data_key};

/// A key that a card will need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The root's name in a vault, such as `SSSE/RK`.
    pub id: &'static str,
    /// Its version, 1 to 3.
    pub version: u8,
    /// The algorithm of the card's key.
    pub algorithm: Algorithm,
    /// The card's region, six ASCII digits.
    pub region: [u8; 6],
}

/// A queue of what is to be derived before somebody asks for it.
pub struct Ahead<'k> {
    keys: &'k dyn KeyService,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// What a head waits for first: the domain's keys, and the first key of a card.
    soon: VecDeque<Task>,
    /// The other keys of cards that lie in heads; at most one card a head.
    then: VecDeque<Task>,
    /// Keys of cities, for cards that are still to come.
    cities: VecDeque<Wanted>,
    /// Cities that were made ready, or are about to be.
    known: Vec<Wanted>,
    over: bool,
}

/// One key of a card that lies in a head.
struct Task {
    card: Arc<Slots>,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Issuer,
    Initial,
    /// By its place among those that were wanted.
    Card(usize),
}

/// The keys of one card.
struct Slots {
    factor: [u8; 8],
    wanted: Vec<Wanted>,
    found: Mutex<Found>,
    ready: Condvar,
}

struct Found {
    issuer: Slot<KeySet>,
    initial: Slot<KeySet>,
    cards: Vec<Slot<Key16>>,
}

/// A key that is wiped when it goes.
enum Slot<T> {
    /// Nobody derives it yet.
    Open,
    /// Somebody does.
    InHand,
    Ready(T),
    /// Whoever asks hears from the keeper itself why; or the card is done, and nothing is kept.
    Not,
}

impl<'k> Ahead<'k> {
    /// With these keys; nothing is done before a thread [works](Self::work).
    #[must_use]
    pub fn new(keys: &'k dyn KeyService) -> Self {
        Self {
            keys,
            queue: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Derives what is in the queue until it is [over](Self::over). A thread for each call.
    pub fn work(&self) {
        loop {
            let mut queue = self.queue();
            let task = loop {
                if queue.over {
                    return;
                }
                let soon = queue.soon.pop_front();
                if let Some(task) = soon.or_else(|| queue.then.pop_front()) {
                    break Ok(task);
                }
                if let Some(city) = queue.cities.pop_front() {
                    break Err(city);
                }
                let woken = self.changed.wait(queue);
                queue = woken.unwrap_or_else(PoisonError::into_inner);
            };
            drop(queue);
            match task {
                Ok(task) => task.card.derive(task.what, self.keys),
                Err(city) => {
                    // Whoever asks for a key of the city hears why it cannot be had.
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        let (id, version) = (city.id, city.version);
                        self.keys.prepare(id, version, city.algorithm, &city.region)
                    }));
                }
            }
        }
    }

    /// Ends all [work](Self::work); what is asked for afterwards is computed by whoever asks.
    pub fn over(&self) {
        let mut queue = self.queue();
        queue.over = true;
        queue.soon.clear();
        queue.then.clear();
        queue.cities.clear();
        drop(queue);
        self.changed.notify_all();
    }

    /// An order was taken: what its card's keys come from is made ready, once for each city.
    pub fn expect(&self, wanted: &[Wanted]) {
        let mut queue = self.queue();
        if queue.over {
            return;
        }
        for one in wanted {
            if !queue.known.contains(one) {
                queue.known.push(*one);
                queue.cities.push_back(*one);
            }
        }
        drop(queue);
        self.changed.notify_all();
    }

    /// The chip with this factor lies in a head, and its card will need these keys, the first one soon.
    pub fn card(&self, factor: [u8; 8], wanted: Vec<Wanted>) -> OfCard<'_, 'k> {
        let card = Arc::new(Slots::new(factor, wanted));
        let task = |what| Task {
            card: Arc::clone(&card),
            what,
        };
        let mut queue = self.queue();
        if !queue.over {
            let (first, others) = (0..card.wanted.len().min(1), 1..card.wanted.len());
            let first = first.map(What::Card);
            let soon = first.chain([What::Issuer, What::Initial]);
            queue.soon.extend(soon.map(task));
            queue.then.extend(others.map(What::Card).map(task));
        }
        drop(queue);
        self.changed.notify_all();
        OfCard { ahead: self, card }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn new(factor: [u8; 8], wanted: Vec<Wanted>) -> Self {
        let found = Found {
            issuer: Slot::Open,
            initial: Slot::Open,
            cards: wanted.iter().map(|_| Slot::Open).collect(),
        };
        Self {
            factor,
            wanted,
            found: Mutex::new(found),
            ready: Condvar::new(),
        }
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn derive(&self, what: What, keys: &dyn KeyService) {
        match what {
            What::Issuer => self.fill(|found| Some(&mut found.issuer), || self.issuer(keys)),
            What::Initial => self.fill(|found| Some(&mut found.initial), || self.initial(keys)),
            What::Card(place) => {
                if let Some(of) = self.wanted.get(place) {
                    self.fill(
                        |found| found.cards.get_mut(place),
                        || self.of_card(of, keys),
                    );
                }
            }
        }
    }

    fn issuer(&self, keys: &dyn KeyService) -> Result<KeySet, KeyError> {
        keys.issuer_keys(&self.factor)
    }

    fn initial(&self, keys: &dyn KeyService) -> Result<KeySet, KeyError> {
        keys.initial_keys(&self.factor)
    }

    fn of_card(&self, of: &Wanted, keys: &dyn KeyService) -> Result<Key16, KeyError> {
        keys.card_key(of.id, of.version, of.algorithm, &of.region, &self.factor)
    }

    /// Derives what nobody has begun.
    fn fill<T>(
        &self,
        slot: impl Fn(&mut Found) -> Option<&mut Slot<T>>,
        derive: impl FnOnce() -> Result<T, KeyError>,
    ) {
        match slot(&mut self.found()) {
            Some(slot @ Slot::Open) => *slot = Slot::InHand,
            _ => return,
        }
        let derived = catch_unwind(AssertUnwindSafe(derive));
        let derived = derived.ok().and_then(Result::ok);
        self.put(slot, derived);
    }

    /// Keeps what was derived, unless the card is done meanwhile.
    fn put<T>(&self, slot: impl Fn(&mut Found) -> Option<&mut Slot<T>>, derived: Option<T>) {
        if let Some(slot @ Slot::InHand) = slot(&mut self.found()) {
            *slot = derived.map_or(Slot::Not, Slot::Ready);
        }
        self.ready.notify_all();
    }

    /// What was derived, what is being derived, or what the keeper says now.
    fn get<T: Clone>(
        &self,
        slot: impl Fn(&mut Found) -> Option<&mut Slot<T>>,
        derive: impl FnOnce() -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let mut found = self.found();
        loop {
            match slot(&mut found) {
                Some(Slot::Ready(key)) => return Ok(key.clone()),
                Some(Slot::InHand) => {
                    let woken = self.ready.wait(found);
                    found = woken.unwrap_or_else(PoisonError::into_inner);
                }
                Some(open @ Slot::Open) => {
                    *open = Slot::InHand;
                    drop(found);
                    let derived = derive();
                    self.put(slot, derived.as_ref().ok().cloned());
                    return derived;
                }
                Some(Slot::Not) | None => {
                    drop(found);
                    return derive();
                }
            }
        }
    }
}

/// The keys of one card that lies in a head. Dropped, it leaves nothing behind.
pub struct OfCard<'a, 'k> {
    ahead: &'a Ahead<'k>,
    card: Arc<Slots>,
}

impl Drop for OfCard<'_, '_> {
    fn drop(&mut self) {
        let others = |task: &Task| !Arc::ptr_eq(&task.card, &self.card);
        let mut queue = self.ahead.queue();
        queue.soon.retain(others);
        queue.then.retain(others);
        drop(queue);
        // What a thread still derives is dropped, and wiped, when it is there.
        let mut found = self.card.found();
        found.issuer = Slot::Not;
        found.initial = Slot::Not;
        found.cards.clear();
    }
}

impl KeyService for OfCard<'_, '_> {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        let keys = self.ahead.keys;
        let derive = || keys.card_key(id, version, algorithm, region, card_factor);
        let wanted = |one: &Wanted| {
            (one.id, one.version, one.algorithm, &one.region) == (id, version, algorithm, region)
        };
        match self.card.wanted.iter().position(wanted) {
            Some(place) if *card_factor == self.card.factor => {
                self.card.get(|found| found.cards.get_mut(place), derive)
            }
            _ => derive(),
        }
    }

    fn sam_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        levels: u8,
    ) -> Result<Key16, KeyError> {
        let keys = self.ahead.keys;
        keys.sam_key(id, version, algorithm, region, levels)
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        let keys = self.ahead.keys;
        let derive = || keys.issuer_keys(card_factor);
        if *card_factor == self.card.factor {
            self.card.get(|found| Some(&mut found.issuer), derive)
        } else {
            derive()
        }
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        let keys = self.ahead.keys;
        let derive = || keys.initial_keys(card_factor);
        if *card_factor == self.card.factor {
            self.card.get(|found| Some(&mut found.initial), derive)
        } else {
            derive()
        }
    }

    fn key_over_data(
        &self,
        nonce: &[u8; data_key::NONCE],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.ahead.keys.key_over_data(nonce)
    }

    fn is_remote(&self) -> bool {
        self.ahead.keys.is_remote()
    }

    fn is_demo(&self) -> bool {
        self.ahead.keys.is_demo()
    }
}
