//! Cards that an earlier release personalized must be loaded and answer what they did then.

use ssc_reader::Card;
use ssc_scenarios::issued::{SERIAL, issue_one};
use ssc_simulator::{Image, Interface, SimulatedCard};

const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";

/// What the images' names begin with: cards as the first tables of files had them, as the tables are since, and in the store's
/// format 2.
const SETS: [&str; 3] = ["format-1-card", "layout-2-card", "format-2-card"];

/// Opens a copy: a golden image is never written to.
fn golden(set: &str, version: &str) -> (SimulatedCard, tempfile::TempDir) {
    let name = format!("{set}-{version}.ssccard");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(&name);
    std::fs::copy(
        test_vectors::vectors::directory().join("images").join(name),
        &copy,
    )
    .unwrap();
    let image = Image::open(&copy).unwrap();
    let card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    (card, folder)
}

fn send(card: &mut SimulatedCard, hex: &str) -> String {
    hex::encode_upper(card.transmit(&hex::decode(hex).unwrap()).unwrap())
}

/// Every answer is typed by hand from people.csv and ssc-facts.md.
#[test]
fn golden_images_load_and_answer() {
    for set in SETS {
        images_of_a_set_load_and_answer(set);
    }
}

fn images_of_a_set_load_and_answer(set: &str) {
    for (version, fci, number) in [
        (
            "1.00",
            "6118",
            "08123131303130313139393030333037393936349000",
        ),
        (
            "2.00",
            "6118",
            "08123131303130313139393030333037393936349000",
        ),
        ("3.00", "611E", "6982"),
    ] {
        let (mut card, _folder) = golden(set, version);
        assert_eq!(send(&mut card, SSSE), fci, "{version}");
        let text: String = version.bytes().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(send(&mut card, "00B2032C06"), format!("0304{text}9000"));
        assert_eq!(send(&mut card, "00B2052C06"), "0504202611219000");
        assert_eq!(send(&mut card, "00B2062C06"), "0604203611219000");
        let card_number = match version {
            "3.00" => "0709000000000000000000",
            _ => "0709583030303030303139",
        };
        assert_eq!(send(&mut card, "00B2072C0B"), format!("{card_number}9000"));
        assert_eq!(send(&mut card, "00B2083014"), number, "{version}");
        // The PIN's counter is where it was left: none used up.
        assert_eq!(send(&mut card, "0020000000"), "63C3");
        assert_eq!(send(&mut card, "0020000003654321"), "63C2");
        assert_eq!(send(&mut card, "0020000003123456"), "9000");
        assert_eq!(send(&mut card, "0020000003654321"), "63C2");
        // Closed for good.
        assert_eq!(send(&mut card, "00A4040008A000000151000000"), "6112");
        assert_eq!(send(&mut card, "80E2880000"), "6985");
    }
}

/// Updates of an old card are kept over a power cycle.
#[test]
fn a_golden_card_can_be_used_on() {
    for set in SETS {
        for version in ["1.00", "2.00", "3.00"] {
            let (mut card, _folder) = golden(set, version);
            send(&mut card, SSSE);
            assert_eq!(send(&mut card, "805E010007123456FF654321"), "9000");
            card.power_cycle().unwrap();
            send(&mut card, SSSE);
            assert_eq!(send(&mut card, "0020000003123456"), "63C2");
            assert_eq!(send(&mut card, "0020000003654321"), "9000");
        }
    }
}

/// A terminal of today reads a card of the first tables, with today's keys: what that card does not have or keeps otherwise
/// is said, file by file, and nothing is blocked.
#[test]
fn a_terminal_reads_golden_cards_of_every_set() {
    let vault = ssc_keys::Vault::demo().unwrap();
    for set in SETS {
        for version in ["1.00", "2.00", "3.00"] {
            let (mut card, _folder) = golden(set, version);
            let mut session = ssc_terminal::Dialogue::open(&mut card, Some(&vault)).unwrap();
            let dump = session.read_all(Some(&"123456".parse().unwrap())).unwrap();
            let text = dump.to_text(ssc_words::Lang::En);
            for line in [
                "09 name: 王小明",
                "0A sex: 2 (female)",
                "0B ethnic group: 01 (Han)",
            ] {
                assert!(text.contains(line), "{set} {version}: {line}\n{text}");
            }
            let absent = text.contains("DF05 life and health: not read, 6A82");
            assert_eq!(
                absent,
                set == SETS[0] && version != "1.00",
                "{set} {version}"
            );
        }
    }
}

/// A vault that is older than some keys makes cards of 1.00, which have none of them; of a newer card it says which root it
/// lacks and what to do, and the card stays blank.
#[test]
fn a_vault_older_than_some_keys_makes_cards_of_1_00() {
    use apdu_specs::Generation;
    use ssc_simulator::Serials;
    use ssc_simulator::feeder::SimulatedFeeder;
    let path = test_vectors::vectors::directory().join("keys/demo-format-2.vault");
    let older = ssc_keys::Vault::open(&path, ssc_keys::demo::PASSPHRASE).unwrap();
    for generation in Generation::ALL {
        let folder = tempfile::tempdir().unwrap();
        let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.path().into()));
        let made = issue_one(generation, &mut feeder, &older);
        match generation {
            Generation::V1 => assert!(made.is_ok(), "{made:?}"),
            _ => {
                let said = made.unwrap_err();
                for words in ["DF01/UK7", "ssc keys complete"] {
                    assert!(said.contains(words), "{said}");
                }
            }
        }
    }
}
