//! The scenario files for personalized cards: one card of each generation is issued to a person whose data stand here
//! by hand, and every scenario gets a copy of it, over each link.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use apdu_specs::{Generation, key_table};
use ssc_bureau::batch::{ReadOptions, read_bytes};
use ssc_bureau::order::{IssueOptions, issue};
use ssc_bureau::person::Date;
use ssc_bureau::pins::{PinPolicy, SecretPins};
use ssc_bureau::return_file::ReturnFile;
use ssc_keys::{KeyService, Vault};
use ssc_reader::pcsc::{Access, PcscReader};
use ssc_reader::{Card, Lang, Protocol, Reader};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::vpcd::{Eject, serve};
use ssc_simulator::{Image, Interface, Serials, SimulatedCard};
use test_vectors::pcscd::PrivatePcscd;
use test_vectors::scenario::oracle::{Algorithm, cryptogram};
use test_vectors::scenario::{Authentication, CardThere, Link, Names, Runner, Scenario, Subject};

const SERIAL: [u8; 6] = [0x20, 0x26, 0x11, 0x21, 0x00, 0x01];
const REGION: [u8; 6] = *b"110000";

/// Synthetic: the first row of `test-vectors/batches/good-utf8.csv`.
const ROW: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,birthplace,category,institution,issue_date,valid_to,pin,photo\n\
                   110105199003079978,张三,1,01,19900307,110000,A00000011,110105,1,123456789012,20250601,20350601,123456,photos/good.jpg\n";

/// The same as a card must hold it (ssc-facts 2): `an` in GBK padded with 00, `cn` in BCD padded with F.
fn names(identification_code: Vec<u8>) -> Names {
    let padded = |mut bytes: Vec<u8>, length| {
        bytes.resize(length, 0);
        bytes
    };
    let given: [(&str, Vec<u8>); 15] = [
        ("identification_code", identification_code),
        ("category", b"1".to_vec()),
        (
            "institution",
            hex::decode("123456789012FFFFFFFFFFFF").unwrap(),
        ),
        ("issue_date", vec![0x20, 0x25, 0x06, 0x01]),
        ("valid_to", vec![0x20, 0x35, 0x06, 0x01]),
        ("card_number", b"A00000011".to_vec()),
        ("number", b"110105199003079978".to_vec()),
        ("name", padded(vec![0xD5, 0xC5, 0xC8, 0xFD], 30)),
        ("name_extension", padded(Vec::new(), 20)),
        ("sex", b"1".to_vec()),
        ("ethnic_group", vec![0x01]),
        ("birthplace", vec![0x11, 0x01, 0x05]),
        ("birth_date", vec![0x19, 0x90, 0x03, 0x07]),
        ("pin", vec![0x12, 0x34, 0x56]),
        ("wrong_pin", vec![0x65, 0x43, 0x21]),
    ];
    given
        .into_iter()
        .map(|(name, bytes)| (name.to_string(), bytes))
        .collect()
}

struct UnderTest<'a> {
    card: &'a mut dyn Card,
    generation: Generation,
    vault: &'a Vault,
}

impl Subject for UnderTest<'_> {
    fn send(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        self.card
            .transmit(command)
            .map_err(|error| error.to_string())
    }

    fn reset(&mut self) -> Result<(), String> {
        self.card.reset().map_err(|error| error.to_string())
    }

    fn cryptogram(&mut self, asked: &Authentication<'_>) -> Option<[u8; 8]> {
        let table = match asked.directory {
            "SSSE" => key_table::SSSE,
            "DF01" => key_table::DF01,
            "DF02" => key_table::DF02,
            "DF03" => key_table::DF03,
            "DF04" => key_table::DF04,
            "DF07" => key_table::DF07,
            _ => return None,
        };
        let id = table.iter().find(|key| key.identifier == asked.key)?;
        let (for_vault, algorithm) = match self.generation {
            Generation::V3 => (card_crypto::Algorithm::Sm4, Algorithm::Sm4),
            _ => (card_crypto::Algorithm::TripleDes, Algorithm::TripleDes),
        };
        let factor = [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01];
        let key = self
            .vault
            .card_key(id.vault_id, for_vault, &REGION, &factor)
            .ok()?;

        Some(cryptogram(
            algorithm,
            key.as_bytes(),
            asked.challenge,
            asked.source,
        ))
    }
}

/// Issues one card into `folder` and returns its image and its identification code as the return file has it.
fn issued(generation: Generation, folder: &Path, vault: &Vault) -> (PathBuf, Vec<u8>) {
    let options = ReadOptions {
        today: Date::new(2026, 1, 1).unwrap(),
        folder: Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/batches")),
    };
    let batch = read_bytes(ROW.as_bytes(), &options).unwrap();
    let order = IssueOptions {
        generation,
        region: None,
        first_card_number: None,
        issue_date: Date::new(2025, 6, 1).unwrap(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
        lang: Lang::En,
    };
    let return_file = folder.join("return.csv");
    let mut rows = ReturnFile::create(&return_file).unwrap();
    let summary = issue(
        &batch,
        &order,
        vault,
        &mut SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.into())),
        &mut rows,
        &mut SecretPins::default(),
        &mut |_| {},
    )
    .unwrap();
    assert!(summary.is_complete(), "{summary:?}");
    drop(rows);
    // Region 110000, RID, the last four bytes of the serial, and four bytes of MAC that only IRK's holder can check.
    let text = std::fs::read_to_string(return_file).unwrap();
    let start = text
        .find("110000D15600000511210001")
        .expect("an identification code in the return file");
    let code = hex::decode(&text[start..start + 32]).unwrap();
    (folder.join("202611210001.ssccard"), code)
}

#[test]
fn every_generation_over_each_link() {
    let vault = Vault::demo().unwrap();
    let scenarios = Scenario::load_all().unwrap();
    let links = [
        (Link::T0, Interface::ContactT0),
        (Link::T1, Interface::ContactT1),
        (Link::Contactless, Interface::Contactless),
    ];
    let mut failures = Vec::new();
    let mut ran = std::collections::BTreeSet::new();
    for generation in Generation::ALL {
        let folder = tempfile::tempdir().unwrap();
        let (image, code) = issued(generation, folder.path(), &vault);
        for (link, interface) in links {
            let mut runner = Runner::new(link);
            runner.names.extend(names(code.clone()));
            let there = CardThere::Personalized(generation.version());
            for scenario in scenarios.iter().filter(|one| one.fits(there, link)) {
                let copy = folder.path().join("copy.ssccard");
                std::fs::copy(&image, &copy).unwrap();
                let image = Image::open(&copy).unwrap();
                let mut card = SimulatedCard::from_image(image, interface).unwrap();
                let mut subject = UnderTest {
                    card: &mut card,
                    generation,
                    vault: &vault,
                };
                if let Err(failure) = runner.run(scenario, &mut subject) {
                    failures.push(format!("{generation} {link:?} {failure}"));
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
        .filter(|one| one.card != test_vectors::scenario::CardNeeded::Blank);
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
    let mut card = SimulatedCard::from_image(image, Interface::ContactT0).unwrap();
    let mut runner = Runner::new(Link::T0);
    runner.names.extend(names(code));
    let there = CardThere::Personalized(generation.version());
    for scenario in &Scenario::load_all().unwrap() {
        if scenario.spends.is_some() || !scenario.fits(there, Link::T0) {
            continue;
        }
        for _ in 0..2 {
            let mut subject = UnderTest {
                card: &mut card,
                generation,
                vault: &vault,
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
        (Generation::V1, Interface::ContactT0),
        (Generation::V2, Interface::ContactT0),
        (Generation::V3, Interface::ContactT0),
        (Generation::V3, Interface::Contactless),
    ];
    let pcscd = PrivatePcscd::start(4).unwrap();
    for (index, (generation, interface)) in cards.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let (image, code) = issued(generation, folder.path(), &vault);
        let mut card = SimulatedCard::from_image(Image::open(&image).unwrap(), interface).unwrap();
        let (port, eject) = (pcscd.ports()[index], Eject::default());
        let (told, inserted) = channel();
        let served = {
            let eject = eject.clone();
            std::thread::spawn(move || {
                serve(&mut card, port, &eject, |event| {
                    // Nobody listens any more once the card is in.
                    let _ = told.send(event);
                })
            })
        };
        inserted.recv().unwrap();
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
        eject.eject();
        served.join().unwrap().unwrap();
    }
}

#[test]
#[ignore = "run by through_a_real_pcscd"]
fn inside_pcscd() {
    let given = |name| std::env::var(name).unwrap();
    let generation = Generation::from_version(&given("GENERATION")).unwrap();
    let mut reader = PcscReader::open(&given("READER"), Access::Exclusive).unwrap();
    let mut card = reader.connect().unwrap();
    let link = match card.protocol() {
        Protocol::T0 => Link::T0,
        Protocol::T1 => Link::T1,
        Protocol::Contactless => Link::Contactless,
    };
    let mut runner = Runner::new(link);
    runner
        .names
        .extend(names(hex::decode(given("CODE")).unwrap()));
    let vault = Vault::demo().unwrap();
    let there = CardThere::Personalized(generation.version());
    let mut ran = 0;
    for scenario in &Scenario::load_all().unwrap() {
        if scenario.spends.is_some() || !scenario.fits(there, link) {
            continue;
        }
        let mut subject = UnderTest {
            card: &mut *card,
            generation,
            vault: &vault,
        };
        if let Err(failure) = runner.run(scenario, &mut subject) {
            panic!("{failure}");
        }
        ran += 1;
    }
    assert!(ran > 5, "only {ran} scenarios fit {link:?}");
}
