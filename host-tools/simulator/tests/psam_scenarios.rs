//! The scenario files for a PSAM, issued here with the demo vault, over T=0 and T=1, and through a real pcscd. What it must
//! compute comes from the tests' own oracle.

use std::path::{Path, PathBuf};

use apdu_specs::Generation;
use apdu_specs::applications::ssc::DIRECTORIES;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{Levels, PsamOrder, issue};
use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::pcsc::{PcscReader, Sharing};
use ssc_reader::{Card, Reader};
use ssc_scenarios::issued::{FACTOR, REGION, UnderTest};
use ssc_scenarios::oracle::{Algorithm, OracleKey};
use ssc_scenarios::{CardThere, Names, Runner, Scenario};
use ssc_simulator::{Identity, Image, Inserted, Interface, SimulatedCard};

const TERMINAL: [u8; 6] = [0x11, 0x00, 0x00, 0x00, 0x00, 0x42];
const CHALLENGE: [u8; 8] = [0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8];
const SOURCE: [u8; 8] = *b"SCENARIO";

fn names() -> Names {
    let mut names = Names::new();
    for (name, bytes) in [
        ("card", &FACTOR[..]),
        ("city", b"110000sx"),
        ("province", b"110000sh"),
        ("challenge", &CHALLENGE),
        ("source", &SOURCE),
        ("terminal", &TERMINAL),
    ] {
        names.insert(name.into(), bytes.to_vec());
    }
    let keys = DIRECTORIES.iter().flat_map(|directory| directory.keys);
    for id in keys.map(|key| key.vault_id) {
        for (algorithm, name) in [(Algorithm::TripleDes, "des"), (Algorithm::Sm4, "sm4")] {
            let key = OracleKey::demo(algorithm, id, &REGION, &FACTOR);
            names.insert(format!("{name} {id}"), key.block(&CHALLENGE, &SOURCE));
        }
    }
    let stk = OracleKey::demo(Algorithm::TripleDes, "SSSE/STK", &REGION, &FACTOR);
    let mac = stk.mac(&CHALLENGE, &[0x84, 0x24, 0x00, 0x00, 0x04], &[]);
    names.insert("mac des".into(), mac.to_vec());
    names
}

/// The PSAMs that scenarios ask for.
const KINDS: [(CardThere<'_>, Levels); 2] = [
    (CardThere::Psam, Levels::Usual),
    (CardThere::CityPsam, Levels::City),
];

/// Issues a PSAM into `folder`, and returns its image.
fn issued(folder: &Path, levels: Levels) -> PathBuf {
    let path = folder.join(format!("{levels:?}.ssccard"));
    let identity = Identity::from_serial([0x90, 0, 0, 0, 0, 1]);
    let image = Image::create(&path, &identity).unwrap();
    let mut card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    let order = PsamOrder {
        region: Region::parse("110000").unwrap(),
        levels,
        terminal: TERMINAL,
        version: 1,
        line: Line::Trusted,
    };
    issue(&mut card, &order, &Vault::demo().unwrap()).unwrap();
    path
}

/// Runs all that fit `there` on what `card` gives, with each of `clients`, and returns how many they were.
fn run_all(
    there: CardThere<'_>,
    clients: Vec<Runner>,
    mut card: impl FnMut() -> Box<dyn Card>,
) -> usize {
    let mut failures = Vec::new();
    let interface = clients[0].link;
    let scenarios = Scenario::load_all().unwrap();
    let fitting: Vec<&Scenario> = scenarios
        .iter()
        .filter(|one| one.fits(there, interface))
        .collect();
    for mut runner in clients {
        runner.names.extend(names());
        for scenario in &fitting {
            let mut subject = UnderTest {
                card: &mut *card(),
                generation: Generation::V3,
            };
            if let Err(failure) = runner.run(scenario, &mut subject) {
                failures.push(format!("{interface:?} {failure}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    fitting.len()
}

#[test]
fn a_psam_over_each_contact_link() {
    let folder = tempfile::tempdir().unwrap();
    for (there, levels) in KINDS {
        let path = issued(folder.path(), levels);
        for interface in [Interface::T0, Interface::T1] {
            let copy = folder.path().join("copy.ssccard");
            let ran = run_all(there, Runner::clients(interface), || {
                std::fs::copy(&path, &copy).unwrap();
                let image = Image::open(&copy).unwrap();
                Box::new(SimulatedCard::from_image(image, interface).unwrap())
            });
            assert!(ran > 0, "{there:?} {interface:?}");
        }
    }
}

#[test]
fn through_a_real_pcscd() {
    let folder = tempfile::tempdir().unwrap();
    let image = Image::open(&issued(folder.path(), Levels::Usual)).unwrap();
    let card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    let pcscd = PrivatePcscd::start(1).unwrap();
    let card = Inserted::put(card, pcscd.ports()[0]).unwrap();
    let client = pcscd
        .client(std::env::current_exe().unwrap())
        .args(["--exact", "inside_pcscd", "--ignored", "--nocapture"])
        .env("READER", &pcscd.readers()[0])
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&client.stderr);
    assert!(client.status.success(), "{complaint}");
    card.take_out().unwrap();
}

#[test]
#[ignore = "run by through_a_real_pcscd"]
fn inside_pcscd() {
    let name = std::env::var("READER").unwrap();
    // One client: the card in the reader counts its debits on.
    let ran = run_all(CardThere::Psam, vec![Runner::new(Interface::T0)], || {
        let mut reader = PcscReader::open(&name, Sharing::Exclusive).unwrap();
        reader.connect().unwrap()
    });
    assert!(ran > 3, "{ran}");
}
