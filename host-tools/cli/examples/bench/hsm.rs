//! Cards an hour with 8 heads whose keys come from a device that waits before each answer, beside a vault, which does not.
//!
//! Everything that the device's time is made of stands here. The cards take a real chip's and line's time; register and engine are those of
//! `ssc job run`.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use apdu_specs::Generation;
use card_crypto::scp03::KeySet;
use card_crypto::{Algorithm, Key16};
use ssc_bureau::batch::{BatchReader, ReadOptions};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{Engine, Stop};
use ssc_bureau::job::Creation;
use ssc_bureau::register::{Register, SystemClock};
use ssc_bureau::sample::{SampleOptions, write_sample};
use ssc_database::Store;
use ssc_keys::{KeyError, KeyService, Vault};
use ssc_reader::feeder::Feeder;
use ssc_reader::head::{FeederHead, Head};
use ssc_reader::tap::real_time::{RealTime, TimeSpent};
use ssc_reader::{Card, ReaderError, Shared, Tapped};
use ssc_simulator::{Identity, Interface, Serials, SimulatedCard};
use zeroize::Zeroizing;

use crate::Result;

/// What the device takes for each derivation.
const ANSWER: Duration = Duration::from_millis(20);
const HEADS: usize = 8;
/// Cards that each head makes in a turn.
const EACH: usize = 4;
/// Turns; the middle one counts.
const TURNS: usize = 3;

/// Prints the table.
pub fn hsm() -> Result<()> {
    println!(
        "8 heads, keys of a device that takes {} ms each            cards/h   of a vault's   late",
        ANSWER.as_millis()
    );
    for (generation, photos) in [(Generation::V2, false), (Generation::V3, true)] {
        let model = CardModel::plain(generation);
        let keepers: [(&str, Box<dyn KeyService>); 3] = [
            ("a vault", Box::new(Vault::demo()?)),
            ("a device, derived ahead", Box::new(Device::new(true)?)),
            ("a device, one by one", Box::new(Device::new(false)?)),
        ];
        // In turns, so that a machine that slows down slows all.
        let mut rates = [const { Vec::new() }; 3];
        let mut late = [0; 3];
        for _ in 0..TURNS {
            for ((rates, late), (_, keys)) in rates.iter_mut().zip(&mut late).zip(&keepers) {
                let (rate, more) = run(model, photos, &**keys)?;
                rates.push(rate);
                *late += more;
            }
        }
        let rates = rates.map(|mut rates| {
            rates.sort_by(f64::total_cmp);
            rates[TURNS / 2]
        });
        for ((rate, late), (name, _)) in rates.iter().zip(late).zip(&keepers) {
            let share = rate / rates[0];
            println!("  {generation}, {name:<40} {rate:>19.0} {share:>14.3} {late:>6}");
        }
    }
    Ok(())
}

/// Cards an hour, and exchanges that were late.
fn run(model: &'static CardModel, photos: bool, keys: &dyn KeyService) -> Result<(f64, u64)> {
    let folder = tempfile::tempdir()?;
    let store = Store::file(folder.path().join("bureau.db"));
    let register = Register::open(&store, Arc::new(SystemClock))?;
    let persons = SampleOptions {
        count: (HEADS * EACH) as u64,
        seed: 42,
        photos,
        ..SampleOptions::default()
    };
    let batch = folder.path().join("batch.csv");
    write_sample(&batch, &persons)?;
    let options = crate::options(model);
    let creation = Creation {
        name: "bench".into(),
        batch_name: "batch.csv".into(),
        decider: &options.decider(),
        skip_invalid: true,
        keys,
    };
    let mut reader = BatchReader::open(&batch, &ReadOptions::default())?;
    let made = creation.make(&mut reader, &register, &mut |_, _, _| Ok(()))?;
    let (spent, stop) = (TimeSpent::default(), Stop::new());
    let stack = Stack {
        serials: Arc::new(Mutex::new(Serials::random()?)),
        spent: spent.clone(),
    };
    let mut heads: Vec<Box<dyn Head>> = (1..=HEADS)
        .map(|head| Box::new(FeederHead::new(format!("head {head}"), stack.clone())) as _)
        .collect();
    let engine = Engine::open(
        &register,
        made.job,
        keys,
        Line::default(),
        "bench",
        &stop,
        &|_| {},
    )?;
    let begun = Instant::now();
    let done = engine.run(&mut heads)?;
    let took = begun.elapsed();
    if done.counts.remaining() > 0 {
        return Err("orders are left".into());
    }
    Ok((
        made.orders as f64 / took.as_secs_f64() * 3_600.0,
        spent.late(),
    ))
}

/// Blank cards that take their time.
#[derive(Clone)]
struct Stack {
    serials: Arc<Mutex<Serials>>,
    spent: TimeSpent,
}

impl Feeder for Stack {
    fn next_card(&mut self) -> std::result::Result<Box<dyn Card>, ReaderError> {
        let mut serials = self.serials.lock().unwrap_or_else(PoisonError::into_inner);
        let serial = serials.next().unwrap_or_default();
        let card = SimulatedCard::blank(&Identity::from_serial(serial), Interface::T1)?;
        let card = Shared::new(card);
        let counted = card.clone();
        let flash = move || counted.card().flash_work();
        Ok(Box::new(Tapped::new(
            card,
            RealTime::new(flash, self.spent.clone()),
        )))
    }
}

/// The demo vault behind a slow line.
struct Device {
    vault: Vault,
    /// Whether it says so.
    remote: bool,
}

impl Device {
    fn new(remote: bool) -> Result<Self> {
        let vault = Vault::demo()?;
        Ok(Self { vault, remote })
    }
}

impl KeyService for Device {
    fn card_key(
        &self,
        id: &str,
        version: u8,
        algorithm: Algorithm,
        region: &[u8; 6],
        card_factor: &[u8; 8],
    ) -> std::result::Result<Key16, KeyError> {
        sleep(ANSWER);
        let vault = &self.vault;
        vault.card_key(id, version, algorithm, region, card_factor)
    }

    fn issuer_keys(&self, card_factor: &[u8; 8]) -> std::result::Result<KeySet, KeyError> {
        sleep(ANSWER);
        self.vault.issuer_keys(card_factor)
    }

    fn initial_keys(&self, card_factor: &[u8; 8]) -> std::result::Result<KeySet, KeyError> {
        sleep(ANSWER);
        self.vault.initial_keys(card_factor)
    }

    fn key_over_data(
        &self,
        nonce: &[u8; 16],
    ) -> std::result::Result<Zeroizing<[u8; 32]>, KeyError> {
        sleep(ANSWER);
        self.vault.key_over_data(nonce)
    }

    fn prepare(
        &self,
        _: &str,
        _: u8,
        _: Algorithm,
        _: &[u8; 6],
    ) -> std::result::Result<(), KeyError> {
        sleep(ANSWER);
        Ok(())
    }

    fn is_remote(&self) -> bool {
        self.remote
    }

    fn is_demo(&self) -> bool {
        true
    }
}
