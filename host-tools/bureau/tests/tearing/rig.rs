//! A card whose power may go, what survives it, and where it is cut.

use apdu_specs::Generation;
use card_os::objects::SEQUENCE_COUNTER;
use card_os::store::ObjectId;
use card_os::{Card as Os, Identity, Interface, PlainChip, Response};
pub use card_testbench::{Objects, objects};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use simulated_flash::{Cut, SimulatedFlash};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::contents::ForChip;
use ssc_bureau::plan::CardPlan;
use ssc_bureau::steps::card_factor;
use ssc_keys::Vault;
use ssc_reader::{Card, ReaderError};

use crate::support;

pub type Flash = SimulatedFlash<512, 4>;
type Chip = PlainChip<Flash, ChaCha12Rng>;

pub const PAGES: usize = 128;

/// A card whose power may go.
pub struct Rig {
    pub os: Os<Chip>,
    pub atr: Vec<u8>,
}

impl Rig {
    pub fn new(flash: Flash) -> Self {
        let mut os = Os::<Chip>::new(flash, ChaCha12Rng::seed_from_u64(5));
        let atr = os.power_on(Interface::T0).unwrap().to_vec();
        Self { os, atr }
    }

    pub fn send(&mut self, hex: &str) -> String {
        match self.transmit(&hex::decode(hex).unwrap()) {
            Ok(answer) => hex::encode_upper(answer),
            Err(_) => "torn".into(),
        }
    }

    pub fn into_flash(self) -> Flash {
        self.os.into_flash()
    }
}

impl Card for Rig {
    fn atr(&self) -> &[u8] {
        &self.atr
    }
    fn interface(&self) -> Interface {
        Interface::T0
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut response = Response::new();
        self.os.transmit(command, &mut response);
        if self.os.flash().is_off() {
            return Err(ReaderError::CardRemoved {
                reader: "Rig".into(),
            });
        }
        Ok(response.to_vec())
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.os.power_on(Interface::T0).unwrap();
        Ok(())
    }
}

pub fn blank() -> Flash {
    Os::<Chip>::manufacture(Flash::new(PAGES), &Identity::from_serial([9; 6]))
        .map_err(|(error, _)| error)
        .unwrap()
}

pub fn plan(vault: &Vault, generation: Generation) -> CardPlan {
    let factor = card_factor(&Rig::new(blank()).atr).unwrap();
    let decided = support::decided(CardModel::plain(generation));
    let target = ForChip::new(&decided, factor, vault).unwrap();
    CardPlan::new(&target, vault).unwrap()
}

/// Which operations of `count` are tried: all of them, or about `sample` spread over them.
pub fn tried(count: u64, sample: u64) -> impl Iterator<Item = u64> {
    let full = std::env::var("TEARING").is_ok_and(|value| value == "full");
    let step = if full { 1 } else { (count / sample).max(1) };
    (0..count).step_by(usize::try_from(step).unwrap())
}

pub fn cuts(seed: u64) -> [Cut; 4] {
    [
        Cut::Before,
        Cut::Middle { seed },
        Cut::Middle { seed: !seed },
        Cut::After,
    ]
}

pub fn differs_but_for_counter(a: &Objects, b: &Objects) -> Option<ObjectId> {
    a.keys()
        .chain(b.keys())
        .copied()
        .find(|id| *id != SEQUENCE_COUNTER && a.get(id) != b.get(id))
}
