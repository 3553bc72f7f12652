//! A card of a synthetic person, personalized at once, and a terminal's PSAM for it: for `ssc sim --generation --psam`.

use std::sync::{Arc, Mutex, PoisonError};

use apdu_specs::Generation;
use apdu_specs::keys::FIRST_KEY_VERSION;
use ssc_bureau::batch::{Batch, ReadOptions, SampleOptions, read_bytes, sample, sample_photo};
use ssc_bureau::domain_keys::Line;
use ssc_bureau::error::CardError;
use ssc_bureau::order::{self, Event, IssueOptions};
use ssc_bureau::pins::PinPolicy;
use ssc_bureau::psam::{self, Levels, PsamOrder, TerminalIdentifier};
use ssc_bureau::return_file::ReturnFile;
use ssc_keys::KeyService;
use ssc_person::{Date, photo};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Interface, ReaderError};
use ssc_words::Lang;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;

/// Which synthetic person: always the same one.
const SEED: u64 = 1;
/// The sample PSAM's terminal identifier.
const TERMINAL: TerminalIdentifier = [0x00, 0x00, 0x00, 0x00, 0x00, 0x01];

/// The synthetic person, as a batch of one.
fn sample_batch() -> Result<Batch, Failure> {
    let mut csv = Vec::new();
    let options = SampleOptions {
        count: 1,
        seed: SEED,
        card_numbers: true,
        ..SampleOptions::default()
    };
    sample(&options, &mut csv)?;
    Ok(read_bytes(&csv, &ReadOptions::default())?)
}

/// Makes `card` a PSAM for the province of the synthetic person.
///
/// # Errors
/// The card is not blank, or the keys do not open it.
pub fn make_psam(card: &mut dyn Card, keys: &dyn KeyService) -> Result<(), Failure> {
    let batch = sample_batch()?;
    let region = batch.people().find_map(|(_, person)| person.region);
    let region = region.ok_or_else(|| Failure::of_card(&CardError::NoRegion))?;
    let order = PsamOrder {
        region,
        levels: Levels::Usual,
        terminal: TERMINAL,
        version: FIRST_KEY_VERSION,
        line: Line::Trusted,
    };
    psam::issue(card, &order, keys).map_err(|error| Failure::of_card(&error))?;
    Ok(card.reset()?)
}

/// Personalizes `card` for a synthetic person, with the published PIN, and gives it back. Where a card may be `there` already, one
/// that was finished, by these keys or others, is given back as it is, after a reset.
///
/// # Errors
/// The card is not blank, or the keys do not open it.
pub fn personalize(
    card: Box<dyn Card>,
    generation: Generation,
    keys: &dyn KeyService,
    there: bool,
) -> Result<Box<dyn Card>, Failure> {
    let mut batch = sample_batch()?;
    for person in batch
        .rows
        .iter_mut()
        .filter_map(|row| row.person.as_mut().ok())
    {
        let drawn = photo::to_card(&sample_photo(SEED, 0)).ok();
        person.photo = drawn.map(Vec::into_boxed_slice);
    }
    let options = IssueOptions {
        certificates: false,
        generation,
        region: None,
        first_card_number: None,
        issue_date: Date::today(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
        lang: Lang::En,
        line: Line::Trusted,
    };
    let no_folder = |error: std::io::Error| {
        Failure::new(
            Exit::Output,
            text(
                format!(
                    "no temporary folder can be made: {error}; set TMPDIR to one that can be written"
                ),
                format!("无法创建临时文件夹：{error}；请将 TMPDIR 设为可写的文件夹"),
            ),
        )
    };
    // The order wants a return file; nobody needs this one.
    let folder = tempfile::tempdir().map_err(no_folder)?;
    let mut return_file = ReturnFile::create(&folder.path().join("return.csv"))?;
    let shared = Arc::new(Mutex::new(card));
    let mut failure = None;
    let pins = order::draw_pins(&batch, &options)?;
    order::issue(
        &batch,
        &options,
        keys,
        &mut One(Arc::clone(&shared)),
        &mut return_file,
        &pins,
        &mut |event| {
            if let Event::Failed { error, .. } = event {
                let finished = matches!(
                    error,
                    CardError::AlreadyPersonalized | CardError::WrongDomainKeys { .. }
                );
                if !(there && finished) {
                    failure = Some(Failure::of_card(error));
                }
            }
        },
    )?;
    match (failure, Arc::into_inner(shared)) {
        (Some(failure), _) => Err(failure),
        (None, Some(card)) => {
            let mut card = card.into_inner().unwrap_or_else(PoisonError::into_inner);
            if there {
                card.reset()?;
            }
            Ok(card)
        }
        (None, None) => Err(ReaderError::Mute {
            reader: ssc_simulator::READER_NAME.into(),
        }
        .into()),
    }
}

/// Feeds the one card there is.
struct One(Arc<Mutex<Box<dyn Card>>>);

impl Feeder for One {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        let card = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Box::new(Lent {
            atr: card.atr().to_vec(),
            interface: card.interface(),
            card: Arc::clone(&self.0),
        }))
    }
}

/// The card, lent to the order.
struct Lent {
    card: Arc<Mutex<Box<dyn Card>>>,
    atr: Vec<u8>,
    interface: Interface,
}

impl Card for Lent {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.interface
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        card.transmit(command)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        card.reset()?;
        self.atr = card.atr().to_vec();
        Ok(())
    }
}
