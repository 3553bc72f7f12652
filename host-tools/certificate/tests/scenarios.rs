//! The scenario files for a card with its certificate environment, over each link. What it must compute comes from the tests'
//! own oracle.

mod support;

use apdu_specs::applications::certificates;
use ssc_reader::Card;
use ssc_scenarios::oracle::{Algorithm, OracleKey};
use ssc_scenarios::{CardNeeded, CardThere, Runner, Scenario, Subject};
use ssc_simulator::{Interface, SimulatedCard};

/// `printf 123456 | xxd -r -p | openssl dgst -sm3`, its first half.
const PIN_KEY: [u8; 16] = [
    0x3D, 0xE7, 0x41, 0xF4, 0x45, 0xDD, 0x35, 0x7B, 0xEA, 0x4E, 0x6C, 0x3F, 0xE6, 0x43, 0x70, 0x36,
];

struct UnderTest<'a>(&'a mut SimulatedCard);

impl Subject for UnderTest<'_> {
    fn send(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        self.0.transmit(command).map_err(|error| error.to_string())
    }

    fn reset(&mut self) -> Result<(), String> {
        self.0.reset().map_err(|error| error.to_string())
    }

    fn key(&mut self, directory: &str, identifier: u8) -> Option<OracleKey> {
        if (directory, identifier) == ("CERT", 0x81) {
            return Some(OracleKey::new(Algorithm::Sm4, PIN_KEY));
        }
        let directory = certificates::DIRECTORIES
            .iter()
            .find(|one| one.label == directory)?;
        let row = directory.find_key(identifier)?;
        // The serial of `support::card`; the ATR has 86 FF before it.
        let factor = [0x86, 0xFF, 0x20, 0x26, 0, 0, 0, 1];
        Some(OracleKey::demo(
            Algorithm::Sm4,
            row.vault_id,
            b"110000",
            &factor,
        ))
    }
}

#[test]
fn in_this_process_over_each_link() {
    let folder = tempfile::tempdir().unwrap();
    let scenarios = Scenario::load_all().unwrap();
    let (mut failures, mut ran) = (Vec::new(), std::collections::BTreeSet::new());
    for interface in [Interface::T0, Interface::T1, Interface::Contactless] {
        let runner = Runner::new(interface);
        for (number, scenario) in scenarios
            .iter()
            .filter(|one| one.fits(CardThere::Certificates, interface))
            .enumerate()
        {
            let place = folder.path().join(format!("{interface:?}{number}"));
            std::fs::create_dir(&place).unwrap();
            let mut card = support::card(&place, 1, true, interface);
            if let Err(failure) = runner.run(scenario, &mut UnderTest(&mut card)) {
                failures.push(format!("{interface:?} {failure}"));
            }
            ran.insert(&scenario.file);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    let meant = scenarios
        .iter()
        .filter(|one| one.card == CardNeeded::Certificates);
    assert_eq!(meant.count(), ran.len());
    assert!(ran.len() >= 5);
}
