//! The scenario files for a PSAM, issued here with the demo vault, over T=0 and T=1. What it must compute comes from the tests'
//! own oracle.

mod support;

use apdu_specs::files::DIRECTORIES;
use ssc_bureau::person::Region;
use ssc_bureau::psam::{PsamOrder, issue};
use ssc_keys::Vault;
use ssc_simulator::{Identity, Image, Interface, SimulatedCard};
use support::{FACTOR, REGION};
use test_vectors::scenario::oracle::{Algorithm, CardKey};
use test_vectors::scenario::{CardNeeded, CardThere, Link, Names, Runner, Scenario};

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
            let key = CardKey::demo(algorithm, id, &REGION, &FACTOR);
            names.insert(format!("{name} {id}"), key.block(&CHALLENGE, &SOURCE));
        }
    }
    let stk = CardKey::demo(Algorithm::TripleDes, "SSSE/STK", &REGION, &FACTOR);
    let mac = stk.mac(&CHALLENGE, &[0x84, 0x24, 0x00, 0x00, 0x04], &[]);
    names.insert("mac des".into(), mac.to_vec());
    names
}

#[test]
fn a_psam_over_each_contact_link() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("psam.ssccard");
    let identity = Identity::from_serial([0x90, 0, 0, 0, 0, 1]);
    let image = Image::create(&path, &identity).unwrap();
    let mut card = SimulatedCard::from_image(image, Interface::ContactT0).unwrap();
    let order = PsamOrder {
        region: Region::parse("110000").unwrap(),
        terminal: TERMINAL,
        version: 1,
    };
    issue(&mut card, &order, &Vault::demo().unwrap()).unwrap();
    drop(card);

    let scenarios = Scenario::load_all().unwrap();
    let (mut failures, mut ran) = (Vec::new(), std::collections::BTreeSet::new());
    for (link, interface) in [
        (Link::T0, Interface::ContactT0),
        (Link::T1, Interface::ContactT1),
    ] {
        let mut runner = Runner::new(link);
        runner.names.extend(names());
        for scenario in scenarios
            .iter()
            .filter(|one| one.fits(CardThere::Psam, link))
        {
            let copy = folder.path().join("copy.ssccard");
            std::fs::copy(&path, &copy).unwrap();
            let image = Image::open(&copy).unwrap();
            let mut card = SimulatedCard::from_image(image, interface).unwrap();
            let mut subject = support::UnderTest {
                card: &mut card,
                generation: apdu_specs::Generation::V3,
            };
            if let Err(failure) = runner.run(scenario, &mut subject) {
                failures.push(format!("{link:?} {failure}"));
            }
            ran.insert(&scenario.file);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    let meant = scenarios.iter().filter(|one| one.card == CardNeeded::Psam);
    assert_eq!(meant.count(), ran.len());
    assert!(!ran.is_empty());
}
