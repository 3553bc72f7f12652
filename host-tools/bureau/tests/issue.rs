//! Cards issued in this process, and read as ssc-facts.md says a terminal does: APDUs typed by hand.

mod support;

use apdu_specs::Generation;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::issue_one;
use ssc_bureau::job::{OrderOptions, PinPolicy};
use ssc_keys::Vault;
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Meter, ReaderError, Shared, Tapped};
use ssc_simulator::SimulatedCard as Local;
use support::blank;

const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";

/// Blank cards, numbered on from 1.
struct Blanks(u64);

impl Feeder for Blanks {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.0 += 1;
        Ok(Box::new(blank(self.0)))
    }
}

/// The cards of a batch, one after the other.
fn issue(count: u64, generation: Generation, feeder: &mut dyn Feeder) {
    let options = OrderOptions {
        model: CardModel::plain(generation),
        region: None,
        first_card_number: Some(1),
        issue_date: support::today(),
        pins: PinPolicy::Demo,
    };
    let decided = options.decide(&support::batch(count, 7)).unwrap();
    let vault = Vault::demo().unwrap();
    for decided in decided {
        let mut card = feeder.next_card().unwrap();
        issue_one(&mut *card, &decided, &vault, Line::default()).unwrap();
    }
}

fn personalized(generation: Generation) -> Shared<Local> {
    let mut card = Shared::new(blank(0x0102_0304_0506));
    issue(1, generation, &mut card);
    card.reset().unwrap();
    card
}

fn send(card: &mut Shared<Local>, hex: &str) -> String {
    hex::encode_upper(card.transmit(&hex::decode(hex).unwrap()).unwrap())
}

#[test]
fn a_batch_is_issued_in_every_generation() {
    for generation in Generation::ALL {
        // Names beyond 30 bytes do not fit 1.00; the sample's first persons are shorter.
        let mut blanks = Blanks(0);
        issue(3, generation, &mut blanks);
        assert_eq!(blanks.0, 3);
    }
}

#[test]
fn a_terminal_reads_ef05_by_number_tag_and_sfi() {
    for (generation, fci, version) in [
        (Generation::V1, "6118", "0304312E3030"),
        (Generation::V2, "6118", "0304322E3030"),
        (Generation::V3, "611E", "0304332E3030"),
    ] {
        let mut card = personalized(generation);
        assert_eq!(send(&mut card, SSSE), fci);
        assert_eq!(send(&mut card, "00A4020002EF05"), "9000");
        assert_eq!(send(&mut card, "00B2030406"), format!("{version}9000"));
        assert_eq!(send(&mut card, "00B2030006"), format!("{version}9000"));
        assert_eq!(send(&mut card, "00B2032C06"), format!("{version}9000"));
        assert_eq!(send(&mut card, "00B2032806"), format!("{version}9000"));
        assert_eq!(send(&mut card, "00B2032C00"), format!("{version}9000"));
        assert_eq!(send(&mut card, "00B2032C05"), "6C06");
        assert_eq!(send(&mut card, "00B2032C07"), "6C06");
        let code = send(&mut card, "00B2012C12");
        assert!(code.starts_with("0110") && code.ends_with("9000"), "{code}");
        assert_eq!(&code[10..20], "D156000005");
        assert_eq!(&code[20..28], "03040506");
    }
}

#[test]
fn version_3_refuses_ef06_until_authenticated() {
    let mut card = personalized(Generation::V3);
    send(&mut card, SSSE);
    assert_eq!(send(&mut card, "00B2083014"), "6982");
    assert_eq!(send(&mut card, "00B2013414"), "6982");
    // Record 7 of EF05 answers nine zero bytes until then.
    assert_eq!(send(&mut card, "00B2072C0B"), "07090000000000000000009000");
    let mut card = personalized(Generation::V2);
    send(&mut card, SSSE);
    let number = send(&mut card, "00B2083014");
    assert!(
        number.starts_with("0812") && number.ends_with("9000"),
        "{number}"
    );
    assert_ne!(&send(&mut card, "00B2072C0B")[..8], "07090000");
}

#[test]
fn the_wire_carries_little_more_than_the_values() {
    let card = blank(9);
    let meter = Meter::default();
    let mut metered = Shared::new(Tapped::new(card, meter.clone()));
    issue(1, Generation::V3, &mut metered);
    let counts = meter.counts();
    println!("{counts:?}");
    assert!(counts.commands < 120);
}
