//! Blank simulated cards and synthetic batches for the bureau's tests.
#![allow(dead_code)] // each test program takes what it needs

use ssc_bureau::batch::{Batch, ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::job::{Decided, Job, OrderOptions, PinPolicy};
use ssc_bureau::sample::{SampleOptions, sample};
use ssc_person::Date;
use ssc_simulator::{Identity, Interface, SimulatedCard};

/// A blank card with this serial.
pub fn blank(serial: u64) -> SimulatedCard {
    let [_, _, serial @ ..] = serial.to_be_bytes();
    SimulatedCard::blank(&Identity::from_serial(serial), Interface::T0).unwrap()
}

/// The day on which the tests' orders are issued.
pub fn today() -> Date {
    Date::new(2026, 11, 21).unwrap()
}

/// Reads a batch as on [`today`].
pub fn read(csv: &[u8]) -> Batch {
    let options = ReadOptions {
        today: today(),
        photos: None,
        folder: None,
        model: None,
    };
    read_bytes(csv, &options).unwrap()
}

/// The first card of [`batch`], all decided.
pub fn decided(model: &'static CardModel) -> Decided {
    let options = OrderOptions {
        model,
        region: None,
        first_card_number: Some(1),
        issue_date: today(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
    };
    Job::decide(&batch(1, 1), &options).unwrap().cards.remove(0)
}

/// Synthetic persons without photos.
pub fn batch(count: u64, seed: u64) -> Batch {
    let mut csv = Vec::new();
    let options = SampleOptions {
        count,
        seed,
        pins: false,
        card_numbers: false,
        photos: false,
    };
    sample(&options, &mut csv).unwrap();
    read(&csv)
}
