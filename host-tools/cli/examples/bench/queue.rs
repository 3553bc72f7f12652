//! A batch of so many rows checked and queued in a new register, by this process alone: time an order, and the most memory.

use std::sync::Arc;
use std::time::Instant;

use apdu_specs::Generation;
use ssc_bureau::batch::{BatchReader, ReadOptions};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::job::Creation;
use ssc_bureau::register::{Register, SystemClock};
use ssc_bureau::sample::{SampleOptions, write_sample};
use ssc_database::Store;
use ssc_keys::Vault;

use crate::Result;

/// Makes a batch of `rows` synthetic persons at `path`, with photos or without.
pub fn batch(path: &str, rows: u64, photos: bool) -> Result<()> {
    let of = SampleOptions {
        count: rows,
        seed: 42,
        pins: false,
        card_numbers: false,
        photos,
    };
    Ok(write_sample(path.as_ref(), &of)?)
}

/// Checks and queues the batch at `path`; prints rows, seconds, microseconds an order and kilobytes.
pub fn queue(path: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::file(folder.path().join("bureau.db"));
    let register = Register::open(&store, Arc::new(SystemClock))?;
    let model = CardModel::plain(Generation::V3);
    let options = crate::options(model);
    let vault = Vault::demo()?;
    let creation = Creation {
        name: "bench".into(),
        batch_name: "batch.csv".into(),
        decider: &options.decider(),
        skip_invalid: true,
        keys: &vault,
    };
    let begun = Instant::now();
    let read = ReadOptions {
        model: Some(model),
        ..ReadOptions::default()
    };
    let mut reader = BatchReader::open(path.as_ref(), &read)?;
    let made = creation.make(&mut reader, &register, &mut |_, _, _| Ok(()))?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} {seconds:.3} {:.2} {}",
        made.orders,
        seconds * 1e6 / made.orders.max(1) as f64,
        peak().ok_or("no /proc/self/status")?
    );
    Ok(())
}

/// The most memory of this process, in kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
