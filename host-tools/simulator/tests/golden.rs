//! Cards that an earlier release personalized must be loaded and answer what they did then.

use ssc_reader::Card;
use ssc_simulator::{Image, Interface, SimulatedCard};

const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";

/// Opens a copy: a golden image is never written to.
fn golden(version: &str) -> (SimulatedCard, tempfile::TempDir) {
    let name = format!("format-1-card-{version}.ssccard");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(&name);
    std::fs::copy(
        test_vectors::vectors::directory().join("images").join(name),
        &copy,
    )
    .unwrap();
    let image = Image::open(&copy).unwrap();
    let card = SimulatedCard::from_image(image, Interface::ContactT0).unwrap();
    (card, folder)
}

fn send(card: &mut SimulatedCard, hex: &str) -> String {
    hex::encode_upper(card.transmit(&hex::decode(hex).unwrap()).unwrap())
}

/// Every answer is typed by hand from people.csv and ssc-facts.md.
#[test]
fn golden_images_load_and_answer() {
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
        let (mut card, _folder) = golden(version);
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
    let (mut card, _folder) = golden("2.00");
    send(&mut card, SSSE);
    assert_eq!(send(&mut card, "805E010007123456FF654321"), "9000");
    card.power_cycle().unwrap();
    send(&mut card, SSSE);
    assert_eq!(send(&mut card, "0020000003123456"), "63C2");
    assert_eq!(send(&mut card, "0020000003654321"), "9000");
}
