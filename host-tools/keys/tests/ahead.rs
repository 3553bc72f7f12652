//! Keys ahead of their use: the keeper's own, each derived once, and nothing of a card that is done.

use std::sync::atomic::{AtomicUsize, Ordering};

use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use ssc_keys::ahead::{Ahead, Wanted};
use ssc_keys::{KeyError, KeyService, Vault, roots};

const FACTOR: [u8; 8] = [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01];
const REGION: &[u8; 6] = b"110105";

/// A vault that counts what it is asked for, and dies of one key.
struct Counted {
    vault: Vault,
    asked: AtomicUsize,
    cities: AtomicUsize,
    deadly: Option<&'static str>,
}

impl Counted {
    fn new() -> Self {
        Self {
            vault: Vault::generate(roots::all()).unwrap(),
            asked: AtomicUsize::new(0),
            cities: AtomicUsize::new(0),
            deadly: None,
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn count(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
    }
}

impl KeyService for Counted {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        self.count();
        assert!(self.deadly != Some(id), "dies of {id}");
        let vault = &self.vault;
        vault.card_key(id, version, algorithm, region, card_factor)
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.count();
        self.vault.issuer_keys(card_factor)
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.count();
        self.vault.initial_keys(card_factor)
    }

    fn prepare(&self, _: &str, _: u8, _: Algorithm, _: &[u8; 6]) -> Result<(), KeyError> {
        self.cities.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn is_demo(&self) -> bool {
        false
    }
}

/// Every key of version 1 with SM4.
fn wanted() -> Vec<Wanted> {
    let sm4 =
        roots::all().filter(|(_, version, kind)| (*version, *kind) == (1, ssc_keys::RootKind::Sm4));
    let wanted = |(id, version, _)| Wanted {
        id,
        version,
        algorithm: Algorithm::Sm4,
        region: *REGION,
    };
    sm4.map(wanted).collect()
}

fn key(keys: &dyn KeyService, of: &Wanted, factor: &[u8; 8]) -> Result<[u8; 16], KeyError> {
    let key = keys.card_key(of.id, of.version, of.algorithm, &of.region, factor);
    key.map(|key| *key.as_bytes())
}

/// Whether threads help, many or none, the keys are the keeper's, and each is derived once however often it is asked for.
#[test]
fn each_key_is_the_keepers_and_derived_once() {
    for threads in [0, 1, 16] {
        let keys = Counted::new();
        let ahead = Ahead::new(&keys);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| ahead.work());
            }
            let wanted = wanted();
            let card = ahead.card(FACTOR, wanted.clone());
            for _ in 0..3 {
                for of in &wanted {
                    let expected = key(&keys.vault, of, &FACTOR).unwrap();
                    assert_eq!(key(&card, of, &FACTOR).unwrap(), expected);
                }
                let (vault, factor) = (&keys.vault, &FACTOR);
                assert!(card.issuer_keys(factor).unwrap() == vault.issuer_keys(factor).unwrap());
                assert!(card.initial_keys(factor).unwrap() == vault.initial_keys(factor).unwrap());
            }
            assert_eq!(keys.asked(), wanted.len() + 2, "{threads} threads");
            // Another chip's key, and one that nobody wanted, are the keeper's too.
            let other = [7; 8];
            let expected = key(&keys.vault, &wanted[0], &other).unwrap();
            assert_eq!(key(&card, &wanted[0], &other).unwrap(), expected);
            let old = Wanted {
                version: 2,
                ..wanted[0]
            };
            let expected = key(&keys.vault, &old, &FACTOR).unwrap();
            assert_eq!(key(&card, &old, &FACTOR).unwrap(), expected);
            assert_eq!(keys.asked(), wanted.len() + 4);
            drop(card);
            ahead.over();
        });
    }
}

#[test]
fn what_the_keeper_says_is_heard() {
    let keys = Counted::new();
    let ahead = Ahead::new(&keys);
    let missing = Wanted {
        id: "NO/SUCH",
        ..wanted()[0]
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ahead.work());
        }
        let card = ahead.card(FACTOR, vec![missing, wanted()[0]]);
        for _ in 0..2 {
            let error = key(&card, &missing, &FACTOR).unwrap_err();
            assert!(matches!(error, KeyError::MissingRoot { .. }), "{error}");
        }
        assert!(key(&card, &wanted()[0], &FACTOR).is_ok());
        drop(card);
        ahead.over();
    });
}

/// A keeper that dies of one key takes nobody with it who does not ask for that key; whoever does, dies of it and does not hang.
#[test]
fn a_thread_that_dies_leaves_nobody_waiting() {
    let wanted = wanted();
    let keys = Counted {
        deadly: Some(wanted[3].id),
        ..Counted::new()
    };
    let ahead = Ahead::new(&keys);
    std::thread::scope(|scope| {
        scope.spawn(|| ahead.work());
        let card = ahead.card(FACTOR, wanted.clone());
        let asks = |of: &Wanted| {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| key(&card, of, &FACTOR)))
        };
        for (place, of) in wanted.iter().enumerate() {
            assert_eq!(asks(of).is_ok(), place != 3);
        }
        drop(card);
        ahead.over();
    });
}

/// What waits for a card that was taken away is not derived any more, and a city is made ready once.
#[test]
fn a_card_that_is_done_leaves_no_work_and_a_city_is_ready_once() {
    let keys = Counted::new();
    let ahead = Ahead::new(&keys);
    drop(ahead.card(FACTOR, wanted()));
    for _ in 0..3 {
        ahead.expect(&wanted());
    }
    std::thread::scope(|scope| {
        scope.spawn(|| ahead.work());
        // It comes after whatever else is in the queue.
        while keys.cities.load(Ordering::SeqCst) < wanted().len() {
            std::thread::yield_now();
        }
        ahead.over();
    });
    assert_eq!(keys.asked(), 0);
    assert_eq!(keys.cities.load(Ordering::SeqCst), wanted().len());
    // Over is over: nothing is queued any more, and whoever asks is answered.
    let card = ahead.card(FACTOR, wanted());
    assert!(key(&card, &wanted()[0], &FACTOR).is_ok());
}
