//! The scenario files for personalized cards: one card of each generation is issued to a person whose data stand here
//! by hand, and every scenario gets a copy of it, over each link.

use std::path::{Path, PathBuf};

use apdu_specs::Generation;
use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_reader::pcsc::{PcscReader, Sharing};
use ssc_reader::{Card, Interface, Reader};
use ssc_scenarios::issued::{SERIAL, UnderTest, issue_one, names};
use ssc_scenarios::{CardNeeded, CardThere, Runner, Scenario};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Image, Inserted, Serials, SimulatedCard};

/// Issues one card into `folder` and returns its image and its identification code as the return file has it.
fn issued(generation: Generation, folder: &Path, vault: &Vault) -> (PathBuf, Vec<u8>) {
    let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.into()));
    let code = issue_one(generation, &mut feeder, vault).unwrap();
    (folder.join("202611210001.ssccard"), code)
}

#[test]
fn every_generation_over_each_link() {
    let vault = Vault::demo().unwrap();
    let scenarios = Scenario::load_all().unwrap();
    let links = [Interface::T0, Interface::T1, Interface::Contactless];
    let mut failures = Vec::new();
    let mut ran = std::collections::BTreeSet::new();
    for generation in Generation::ALL {
        let folder = tempfile::tempdir().unwrap();
        let (image, code) = issued(generation, folder.path(), &vault);
        for interface in links {
            let there = CardThere::Personalized(generation.version());
            let clients = Runner::clients(interface).into_iter().map(|mut runner| {
                runner.names.extend(names(code.clone()));
                runner
            });
            let clients: Vec<Runner> = clients.collect();
            for (scenario, runner) in scenarios
                .iter()
                .filter(|one| one.fits(there, interface))
                .flat_map(|one| clients.iter().map(move |runner| (one, runner)))
            {
                let copy = folder.path().join("copy.ssccard");
                std::fs::copy(&image, &copy).unwrap();
                let image = Image::open(&copy).unwrap();
                let mut card = SimulatedCard::from_image(image, interface).unwrap();
                let mut subject = UnderTest {
                    card: &mut card,
                    generation,
                };
                if let Err(failure) = runner.run(scenario, &mut subject) {
                    failures.push(format!("{generation} {interface:?} {failure}"));
                }
                ran.insert(&scenario.file);
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    let meant_for_them = scenarios
        .iter()
        .filter(|one| matches!(one.card, CardNeeded::Personalized(_)));
    for scenario in meant_for_them {
        assert!(
            ran.contains(&scenario.file),
            "{} never runs",
            scenario.file.display()
        );
    }
}

/// What a scenario does not say that it spends, it leaves as it was: all of them run on one card, one after another,
/// each twice.
#[test]
fn scenarios_that_spend_nothing_can_be_repeated() {
    let vault = Vault::demo().unwrap();
    let generation = Generation::V3;
    let folder = tempfile::tempdir().unwrap();
    let (image, code) = issued(generation, folder.path(), &vault);
    let image = Image::open(&image).unwrap();
    let mut card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    let mut runner = Runner::new(Interface::T0);
    runner.names.extend(names(code));
    let there = CardThere::Personalized(generation.version());
    for scenario in &Scenario::load_all().unwrap() {
        if scenario.spends.is_some() || !scenario.fits(there, Interface::T0) {
            continue;
        }
        for _ in 0..2 {
            let mut subject = UnderTest {
                card: &mut card,
                generation,
            };
            if let Err(failure) = runner.run(scenario, &mut subject) {
                panic!("{failure}");
            }
        }
    }
}

/// The same files through a real pcscd: cards of each generation over contacts, and 3.00 contactless as well.
#[test]
fn through_a_real_pcscd() {
    let vault = Vault::demo().unwrap();
    let cards = [
        (Generation::V1, Interface::T0),
        (Generation::V2, Interface::T0),
        (Generation::V3, Interface::T0),
        (Generation::V3, Interface::Contactless),
    ];
    let pcscd = PrivatePcscd::start(4).unwrap();
    for (index, (generation, interface)) in cards.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let (image, code) = issued(generation, folder.path(), &vault);
        let card = SimulatedCard::from_image(Image::open(&image).unwrap(), interface).unwrap();
        let card = Inserted::put(card, pcscd.ports()[index]).unwrap();
        let client = pcscd
            .client(std::env::current_exe().unwrap())
            .args(["--exact", "inside_pcscd", "--ignored", "--nocapture"])
            .env("READER", &pcscd.readers()[index])
            .env("GENERATION", generation.version())
            .env("CODE", hex::encode(code))
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&client.stderr);
        assert!(
            client.status.success(),
            "{generation} {interface:?}: {complaint}"
        );
        card.take_out().unwrap();
    }
}

#[test]
#[ignore = "run by through_a_real_pcscd"]
fn inside_pcscd() {
    let given = |name| std::env::var(name).unwrap();
    let generation = Generation::from_version(&given("GENERATION")).unwrap();
    let mut reader = PcscReader::open(&given("READER"), Sharing::Exclusive).unwrap();
    let mut card = reader.connect().unwrap();
    let interface = card.interface();
    let mut runner = Runner::new(interface);
    runner
        .names
        .extend(names(hex::decode(given("CODE")).unwrap()));
    let there = CardThere::Personalized(generation.version());
    let mut ran = 0;
    for scenario in &Scenario::load_all().unwrap() {
        if scenario.spends.is_some() || !scenario.fits(there, interface) {
            continue;
        }
        let mut subject = UnderTest {
            card: &mut *card,
            generation,
        };
        if let Err(failure) = runner.run(scenario, &mut subject) {
            panic!("{failure}");
        }
        ran += 1;
    }
    assert!(ran > 5, "only {ran} scenarios fit {interface:?}");
}
