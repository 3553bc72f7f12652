//! Blank simulated cards and synthetic batches for the bureau's tests.
#![allow(dead_code)] // each test program takes what it needs

use std::sync::Arc;

use ssc_bureau::batch::{Batch, BatchReader, ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::channel::{HostChannel, Level, select_domain};
use ssc_bureau::job::{CreateError, Created, Creation, Decided, Decider, OrderOptions, PinPolicy};
use ssc_bureau::register::{Register, SystemClock};
use ssc_bureau::sample::{SampleOptions, sample};
use ssc_bureau::steps::card_factor;
use ssc_database::Store;
use ssc_keys::{KeyService as _, Vault};
use ssc_person::Date;
use ssc_reader::{Card, CommandApdu};
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
        ..ReadOptions::default()
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
        pins: PinPolicy::Demo,
    };
    options.decide(&batch(1, 1)).unwrap().remove(0)
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

/// What an issuer's tool is told by GET STATUS.
pub fn is_secured(card: &mut dyn Card, vault: &Vault) -> bool {
    card.reset().unwrap();
    let factor = card_factor(card.atr()).unwrap();
    select_domain(card).unwrap();
    let issuer = vault.issuer_keys(&factor).unwrap();
    let Ok(mut channel) = HostChannel::open(card, &issuer, Level::Checking) else {
        return false;
    };
    let get = CommandApdu::new(0x80, 0xF2, 0x80, 0x02).data(&[0x4F, 0x00]);
    let answer = channel.send(&get).unwrap().ok().unwrap();
    answer
        .windows(4)
        .any(|part| part == [0x9F, 0x70, 0x01, 0x0F])
}

/// What `read` finds on a card that is SECURED.
pub fn genuine<T>(
    card: &mut dyn Card,
    vault: &Vault,
    read: impl FnOnce(&mut dyn Card) -> T,
) -> Option<T> {
    let is_genuine = is_secured(card, vault);
    card.reset().unwrap();
    is_genuine.then(|| read(card))
}

/// The name under which the register has a chip.
pub fn serial(card: &dyn Card) -> String {
    hex::encode_upper(card_factor(card.atr()).unwrap())
}

/// A register of its own, and the demo keys.
pub struct Bureau {
    pub register: Register,
    pub vault: Vault,
    _folder: tempfile::TempDir,
}

impl Bureau {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("bureau.db"));
        Self {
            register: Register::open(&store, Arc::new(SystemClock)).unwrap(),
            vault: Vault::demo().unwrap(),
            _folder: folder,
        }
    }

    /// Makes a job of a batch.
    pub fn make_job(
        &self,
        name: &str,
        batch: &str,
        decider: &Decider,
        skip_invalid: bool,
    ) -> Result<Created, CreateError> {
        let mut reader = BatchReader::of_bytes(batch.as_bytes(), &ReadOptions::default()).unwrap();
        let creation = Creation {
            name: name.into(),
            batch_name: format!("{name}.csv"),
            decider,
            skip_invalid,
            keys: &self.vault,
        };
        creation.make(&mut reader, &self.register, &mut |_, _, _| Ok(()))
    }
}
