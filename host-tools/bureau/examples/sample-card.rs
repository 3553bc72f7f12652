//! A sample card without a batch: a synthetic person, all decided, on a blank simulated card; then what a terminal may read freely.
//!
//! `cargo run -p ssc-bureau --example sample-card`

use apdu_specs::Generation;
use apdu_specs::applications::ssc::names;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::sample;
use ssc_keys::Vault;
use ssc_reader::commands::{any, ssc};
use ssc_reader::{Card as _, exchange};
use ssc_simulator::{Identity, Interface, SimulatedCard};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vault = Vault::demo()?;
    for generation in Generation::ALL {
        let identity = Identity::from_serial([0, 0, 0, 0, 0, 1]);
        let mut card = SimulatedCard::blank(&identity, Interface::T0)?;
        let decided = sample::issue(&mut card, CardModel::plain(generation), &vault)?;
        card.reset()?;
        exchange(&mut card, &any::select_by_name(names::SSSE))?.ok()?;
        exchange(&mut card, &any::select_file(0xEF05))?.ok()?;
        let version = exchange(&mut card, &ssc::read_record(3))?.ok()?;
        let version = String::from_utf8_lossy(version.get(2..).unwrap_or_default()).into_owned();
        println!(
            "card {} of version {version}, for {:?}",
            decided.card_number, decided.holder.number
        );
    }
    Ok(())
}
