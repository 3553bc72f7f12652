//! The scenario files for a blank card, in this process over each link and through a real pcscd.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use ssc_harness::pcscd::PrivatePcscd;
use ssc_reader::Card;
use ssc_scenarios::{CardThere, Runner, Scenario, Subject};
use ssc_simulator::{Identity, Inserted, Interface, SimulatedCard};

struct UnderTest<'a>(&'a mut dyn Card);

impl Subject for UnderTest<'_> {
    fn send(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        self.0.transmit(command).map_err(|error| error.to_string())
    }
    fn reset(&mut self) -> Result<(), String> {
        self.0.reset().map_err(|error| error.to_string())
    }
}

fn blank(serial: u8, interface: Interface) -> SimulatedCard {
    SimulatedCard::blank(&Identity::from_serial([0, 0, 0, 0, 0, serial]), interface).unwrap()
}

/// Runs all that fit and returns how many they were. All failures are told, not the first alone.
fn run_all(interface: Interface, run: impl Fn(&Runner, &Scenario) -> Option<String>) -> usize {
    let runners = Runner::clients(interface);
    let scenarios = Scenario::load_all().unwrap();
    let fitting: Vec<&Scenario> = scenarios
        .iter()
        .filter(|scenario| scenario.fits(CardThere::Blank, interface))
        .collect();
    let failures: Vec<String> = fitting
        .iter()
        .flat_map(|scenario| runners.iter().map(move |runner| (runner, scenario)))
        .filter_map(|(runner, scenario)| run(runner, scenario))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    fitting.len()
}

#[test]
fn in_this_process_over_each_link() {
    let links = [Interface::T0, Interface::T1, Interface::Contactless];
    for interface in links {
        let ran = run_all(interface, |runner, scenario| {
            let mut card = blank(1, interface);
            let done = runner.run(scenario, &mut UnderTest(&mut card));
            done.err().map(|failure| format!("{interface:?} {failure}"))
        });
        assert!(ran > 1, "{interface:?}: no scenario fits");
    }
}

/// One card for all of them: what a scenario does must not reach the next one's reset.
#[test]
fn one_card_stands_all_of_them_one_after_another() {
    let card = std::cell::RefCell::new(blank(2, Interface::T0));
    run_all(Interface::T0, |runner, scenario| {
        let mut card = card.borrow_mut();
        let done = runner.run(scenario, &mut UnderTest(&mut *card));
        done.err().map(|failure| failure.to_string())
    });
}

/// No terminal of ours sends fewer bytes than a header, and the card must stand them all the same.
#[test]
fn fewer_bytes_than_a_header_are_a_wrong_length() {
    for interface in [Interface::T0, Interface::T1, Interface::Contactless] {
        let mut card = blank(4, interface);
        assert_eq!(card.transmit(&[]).unwrap(), [0x67, 0x00]);
        for byte in 0..=0xFF {
            for command in [&[byte][..], &[byte, 0x84], &[byte, 0x84, 0x00]] {
                assert_eq!(
                    card.transmit(command).unwrap(),
                    [0x67, 0x00],
                    "{command:02X?}"
                );
            }
        }
    }
}

/// A client in Python's place: `opensc-tool` cannot reset between steps, so a second run of this program is the client.
#[test]
fn through_a_real_pcscd() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let card = Inserted::put(blank(3, Interface::T0), pcscd.ports()[0]).unwrap();
    let mut client = pcscd
        .client(std::env::current_exe().unwrap())
        .args(["--exact", "inside_pcscd", "--ignored", "--nocapture"])
        .env("READER", &pcscd.readers()[0])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(client.stderr.take().unwrap()).lines();
    let complaint: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(client.wait().unwrap().success(), "{}", complaint.join("\n"));
    card.take_out().unwrap();
    std::io::stdout().flush().unwrap();
}

#[test]
#[ignore = "run by through_a_real_pcscd"]
fn inside_pcscd() {
    use ssc_reader::Reader;
    use ssc_reader::pcsc::{PcscReader, Sharing};
    let name = std::env::var("READER").unwrap();
    let mut reader = PcscReader::open(&name, Sharing::Exclusive).unwrap();
    let card = std::cell::RefCell::new(reader.connect().unwrap());
    let ran = run_all(Interface::T0, |runner, scenario| {
        let mut card = card.borrow_mut();
        let done = runner.run(scenario, &mut UnderTest(&mut **card));
        done.err().map(|failure| failure.to_string())
    });
    assert!(ran > 1);
}
