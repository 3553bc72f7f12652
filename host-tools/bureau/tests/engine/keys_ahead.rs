//! Keys from a device: they are derived, many at once, while the chip that needs them is written.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{Engine, Stop};
use ssc_bureau::run_event::RunEvent;
use ssc_keys::{KeyError, KeyService, Vault};
use ssc_reader::head::Head;
use zeroize::Zeroizing;

use super::floor::Floor;
use super::table::{Slot, Table};

/// Derivations that must be on their way at once.
const AT_ONCE: usize = 8;
/// The exchange of each chip that waits for them: PUT KEY, with which the chip is written for the first time.
const WRITES: usize = 3;
/// Nothing here waits as long, unless it would wait for ever.
const FOR_EVER: Duration = Duration::from_secs(30);
/// What the identification code is made with: the one key that is needed before the chip is touched.
const FIRST: &str = "SSSE/IRK";

/// A gate that derivations stand at until the card is at its first write, and the card there until enough of them do.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    open: bool,
    in_flight: usize,
    /// Cards that met derivations on their way.
    met: usize,
    prepared: usize,
}

impl Gate {
    fn wait<'g>(
        &self,
        state: MutexGuard<'g, State>,
        until: impl Fn(&State) -> bool,
    ) -> Option<MutexGuard<'g, State>> {
        let waited = self
            .changed
            .wait_timeout_while(state, FOR_EVER, |state| !until(state));
        let (state, timeout) = waited.unwrap();
        (!timeout.timed_out()).then_some(state)
    }

    /// The card is at this exchange.
    fn exchange(&self, exchange: usize) {
        let state = self.state.lock().unwrap();
        if exchange == WRITES
            && let Some(mut state) = self.wait(state, |state| state.in_flight >= AT_ONCE)
        {
            state.met += 1;
            state.open = true;
            self.changed.notify_all();
        }
    }

    /// The card is done: the next one's keys wait again.
    fn close(&self) {
        self.state.lock().unwrap().open = false;
    }

    fn derives(&self) -> Result<(), KeyError> {
        let mut state = self.state.lock().unwrap();
        state.in_flight += 1;
        self.changed.notify_all();
        let Some(mut state) = self.wait(state, |state| state.open) else {
            // The card was not written meanwhile.
            return Err(KeyError::NoDataKeys);
        };
        state.in_flight -= 1;
        Ok(())
    }
}

/// The demo vault as a device behind the gate.
struct Device {
    vault: Vault,
    gate: Arc<Gate>,
}

impl KeyService for Device {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> Result<Key16, KeyError> {
        if id != FIRST {
            self.gate.derives()?;
        }
        let vault = &self.vault;
        vault.card_key(id, version, algorithm, region, card_factor)
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.vault.issuer_keys(card_factor)
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> Result<KeySet, KeyError> {
        self.vault.initial_keys(card_factor)
    }

    fn key_over_data(&self, nonce: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.vault.key_over_data(nonce)
    }

    fn prepare(&self, _: &str, _: u8, _: Algorithm, _: &[u8; 6]) -> Result<(), KeyError> {
        self.gate.state.lock().unwrap().prepared += 1;
        Ok(())
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn is_demo(&self) -> bool {
        true
    }
}

/// If the keys were derived before the chip is touched, or one after the other, card and derivations would wait for each other for ever.
#[test]
fn many_keys_are_on_their_way_while_the_chip_is_written() {
    const CARDS: usize = 3;
    let gate = Arc::new(Gate::default());
    let at = Arc::clone(&gate);
    let table = Table::new(
        CARDS,
        Box::new(move |_, exchange| {
            at.exchange(exchange);
            None
        }),
    );
    let floor = Floor::new(CARDS as u64);
    let device = Device {
        vault: Vault::demo().unwrap(),
        gate: Arc::clone(&gate),
    };
    let slot: Box<dyn Head> = Box::new(Slot::new("head", &table));
    let (stop, line) = (Stop::new(), Line::Open);
    let tell = |event| {
        if matches!(event, RunEvent::Delivered { .. }) {
            gate.close();
        }
    };
    let engine = Engine::open(
        &floor.register,
        floor.job,
        &device,
        line,
        "machine",
        &stop,
        &tell,
    );
    engine.unwrap().run(&mut [slot]).unwrap();
    floor.check(&table);
    let state = gate.state.lock().unwrap();
    assert_eq!((state.met, state.in_flight), (CARDS, 0));
    assert!(state.prepared > AT_ONCE, "{} cities", state.prepared);
}
