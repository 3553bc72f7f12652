//! The figures of `scripts/bench`: rates in this process, rates through pcscd beside an echo, and the line's bytes of one
//! card. Nothing here judges; ratios are of one run, in turns, so that a machine that slows down slows both.

mod hsm;
mod queue;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use apdu_specs::Generation;
use ssc_bureau::batch::{BatchReader, ReadOptions, read};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::contents::ForChip;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{Engine, Stop};
use ssc_bureau::job::{Creation, OrderOptions, PinPolicy};
use ssc_bureau::plan::CardPlan;
use ssc_bureau::register::{OrderState, Register, SystemClock};
use ssc_bureau::sample::{SampleOptions, write_sample};
use ssc_bureau::steps::{card_factor, personalize};
use ssc_database::Store;
use ssc_keys::Vault;
use ssc_person::Date;
use ssc_reader::head::{FeederHead, Head};
use ssc_reader::pcsc::{PcscReader, Sharing};
use ssc_reader::{Card, Meter, Reader, ReaderError, Tapped};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::vpcd::{self, Eject};
use ssc_simulator::{EchoCard, Identity, Interface, Serials, SimulatedCard};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Turns of what is compared.
const TURNS: usize = 7;
/// EF05 record 1 by SFI: 18 bytes.
const READ_RECORD: [u8; 5] = [0x00, 0xB2, 0x01, 0x2C, 0x12];
const USAGE: &str = "bench in-process | bench hsm | bench batch FILE ROWS [photos] | bench queue FILE | bench echo PORT | bench pcsc CARD-READER ECHO-READER";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["in-process"] => in_process(),
        ["hsm"] => hsm::hsm(),
        ["batch", file, rows] => queue::batch(file, rows.parse()?, false),
        ["batch", file, rows, "photos"] => queue::batch(file, rows.parse()?, true),
        ["queue", file] => queue::queue(file),
        ["echo", port] => echo(port.parse()?),
        ["pcsc", card, echo] => through_pcsc(card, echo),
        _ => Err(USAGE.into()),
    }
}

/// Serves an echo until this program is ended.
fn echo(port: u16) -> Result<()> {
    vpcd::serve(&mut EchoCard::new(), port, &Eject::default(), |_| {})?;
    Ok(())
}

fn in_process() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let batch = sample(folder.path(), 200, false)?;
    let with_photo = sample(folder.path(), 1, true)?;
    let vault = Vault::demo()?;

    let mut card = SimulatedCard::blank(&Identity::from_serial([1; 6]), Interface::T0)?;
    let (plan, _) = plan(&with_photo, &card, &vault)?;
    personalize(&mut card, &plan, &vault, Line::default())?;
    select_ssse(&mut card)?;
    let rate = rate(&mut card, Duration::from_secs(2))?;
    println!("READ RECORD in process                {rate:>10.0} APDU/s");

    for generation in Generation::ALL {
        let cards = issued(&batch, CardModel::plain(generation), &vault, None)?;
        println!("ssc issue in process, version {generation}    {cards:>10.1} cards/s");
    }
    let mut ratios = Vec::new();
    for _ in 0..TURNS {
        let model = CardModel::plain(Generation::V3);
        let images = tempfile::tempdir()?;
        let none = issued(&batch, model, &vault, None)?;
        let kept = issued(&batch, model, &vault, Some(images.path().to_owned()))?;
        ratios.push(none / kept);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "ssc issue with images kept, cost of one beside none    {:>8.2} (median of {TURNS})",
        ratios[TURNS / 2]
    );
    println!();
    println!(
        "one 3.00 card on a T=0 line            APDUs    bytes   of which SCP03   grouping values   bytes/values"
    );
    wire("without photo", &batch, &vault)?;
    wire("with photo", &with_photo, &vault)?;
    Ok(())
}

/// Cards a second of a job of one head, with its register, and with their images kept in `images`.
fn issued(
    batch: &Path,
    model: &'static CardModel,
    vault: &Vault,
    images: Option<PathBuf>,
) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let store = Store::file(folder.path().join("bureau.db"));
    let register = Register::open(&store, Arc::new(SystemClock))?;
    let options = options(model);
    let creation = Creation {
        name: "bench".into(),
        batch_name: "batch.csv".into(),
        decider: &options.decider(),
        skip_invalid: true,
        keys: vault,
    };
    // The names of one batch fit every generation.
    let read = ReadOptions {
        model: Some(CardModel::plain(Generation::V1)),
        ..ReadOptions::default()
    };
    let mut reader = BatchReader::open(batch, &read)?;
    let made = creation.make(&mut reader, &register, &mut |_, _, _| Ok(()))?;
    let feeder = SimulatedFeeder::new(Serials::random()?, images);
    let mut heads: [Box<dyn Head>; 1] = [Box::new(FeederHead::new("sim".into(), feeder))];
    let begun = Instant::now();
    let stop = Stop::new();
    let engine = Engine::open(
        &register,
        made.job,
        vault,
        Line::default(),
        "bench",
        &stop,
        &|_| {},
    )?;
    let run = engine.run(&mut heads)?;
    let delivered = run.counts.of(OrderState::Delivered);
    if run.counts.remaining() > 0 {
        return Err("not every card was made".into());
    }
    Ok(delivered as f64 / begun.elapsed().as_secs_f64())
}

/// What one card costs on the line.
fn wire(what: &str, batch: &Path, vault: &Vault) -> Result<()> {
    let card = SimulatedCard::blank(&Identity::from_serial([2; 6]), Interface::T0)?;
    let (plan, photo) = plan(batch, &card, vault)?;
    let mut metered = Tapped::new(card, Meter::default());
    let cost = personalize(&mut metered, &plan, vault, Line::default())?;
    let counts = metered.tap().counts();
    let values = plan.value_bytes();
    println!(
        "  {what:<34} {:>7} {:>8} {:>16} {values:>17} {:>14.3}",
        counts.commands,
        counts.bytes(),
        cost.secure_channel,
        counts.bytes() as f64 / values as f64,
    );
    if photo > 0 {
        println!("  (photo of {photo} bytes)");
    }
    Ok(())
}

/// READ RECORD on the card and on the echo, in turns, on the same pcscd.
fn through_pcsc(card: &str, echo: &str) -> Result<()> {
    let turn = Duration::from_millis(700);
    let mut card = PcscReader::open(card, Sharing::Shared)?.connect()?;
    let mut echo = PcscReader::open(echo, Sharing::Shared)?.connect()?;
    select_ssse(&mut *card)?;
    rate(&mut *card, turn)?;
    rate(&mut *echo, turn)?;
    let mut rates = Vec::new();
    for _ in 0..TURNS {
        rates.push((rate(&mut *card, turn)?, rate(&mut *echo, turn)?));
    }
    let median = |of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = rates.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[TURNS / 2]
    };
    println!(
        "READ RECORD, ssc sim through pcscd    {:>10.0} APDU/s",
        median(|r| r.0)
    );
    println!(
        "READ RECORD, echo through pcscd       {:>10.0} APDU/s",
        median(|r| r.1)
    );
    println!(
        "ratio, turn by turn                   {:>10.2} (median of {TURNS})",
        median(|r| r.0 / r.1)
    );
    Ok(())
}

fn rate(card: &mut dyn Card, how_long: Duration) -> Result<f64> {
    let begun = Instant::now();
    let mut commands = 0u32;
    while begun.elapsed() < how_long {
        for _ in 0..100 {
            let answer = card.transmit(&READ_RECORD)?;
            if !answer.ends_with(&[0x90, 0x00]) {
                return Err(
                    "READ RECORD was refused: the card in the reader is not personalized".into(),
                );
            }
        }
        commands += 100;
    }
    Ok(f64::from(commands) / begun.elapsed().as_secs_f64())
}

fn select_ssse(card: &mut dyn Card) -> std::result::Result<(), ReaderError> {
    let mut select = vec![0x00, 0xA4, 0x04, 0x00, 0x0F];
    select.extend(apdu_specs::applications::ssc::names::SSSE);
    card.transmit(&select).map(|_| ())
}

/// A batch of synthetic persons.
fn sample(folder: &Path, count: u64, photos: bool) -> Result<PathBuf> {
    let path = folder.join(format!("batch-{count}.csv"));
    let options = SampleOptions {
        count,
        seed: 42,
        pins: false,
        card_numbers: true,
        photos,
    };
    write_sample(&path, &options)?;
    Ok(path)
}

fn options(model: &'static CardModel) -> OrderOptions {
    OrderOptions {
        model,
        region: None,
        first_card_number: Some(1),
        issue_date: Date::today(),
        pins: PinPolicy::Demo,
    }
}

/// The plan of the batch's first card in version 3.00, and the bytes of its photo.
fn plan(batch: &Path, card: &dyn Card, vault: &Vault) -> Result<(CardPlan, usize)> {
    let model = CardModel::plain(Generation::V3);
    let decided = options(model).decide(&read(batch, Some(model))?)?;
    let decided = decided.first().ok_or("an empty sample")?;
    let target = ForChip::new(decided, card_factor(card.atr())?, vault)?;
    let photo = decided.holder.photo.as_ref();
    Ok((
        CardPlan::new(&target, vault)?,
        photo.map_or(0, |photo| photo.len()),
    ))
}
