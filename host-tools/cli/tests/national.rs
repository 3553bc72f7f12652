//! One terminal with a national PSAM on PC/SC, and cards of three provinces, issued here, one after the other in its reader.

mod support;

use apdu_specs::Generation;
use ssc_harness::pcscd::PrivatePcscd;
use ssc_simulator::{Image, Inserted, Interface, SimulatedCard};
use support::pcsc::{card_in, run, run_with};
use support::{Order, err, json, text};

/// The PSAM's region, and two of other provinces.
const REGIONS: [&str; 3] = ["330100", "110100", "440300"];

/// One card of each region, by `ssc issue`: images in the order of the regions.
fn cards(generation: Generation) -> Order {
    let order = Order::of("3");
    let batch = order.read("batch.csv");
    let mut lines = batch.lines();
    let heading = lines.next().unwrap();
    let column = heading
        .split(',')
        .position(|name| name == "AAB301")
        .unwrap();
    let rows = lines.zip(REGIONS).map(|(row, region)| {
        let mut values: Vec<&str> = row.split(',').collect();
        values[column] = region;
        values.join(",")
    });
    let rows: Vec<String> = std::iter::once(heading.to_owned()).chain(rows).collect();
    std::fs::write(order.path("batch.csv"), rows.join("\n")).unwrap();
    let [batch, images] = ["batch.csv", "cards"].map(|name| order.path(name));
    let issue = ["issue", &batch, "--generation", generation.version()];
    let rest = ["--images", &images, "--first-card-number", "1"];
    support::run(&[&issue[..], &rest].concat(), 0);
    order
}

#[test]
fn a_terminal_with_a_national_psam_reads_cards_of_three_provinces() {
    let pcscd = PrivatePcscd::start(2).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [reader, second] = [0, 1].map(|index| pcscd.readers()[index].clone());
    let image = text(&folder.path().join("psam.ssccard"));
    let issue = ["psam", "issue", "--national", "--region", REGIONS[0]];
    let rest = ["--terminal-id", "330100000001", "--image", &image];
    support::run(&[&issue[..], &rest].concat(), 0);
    let psam = Image::open(image.as_ref()).unwrap();
    let psam = SimulatedCard::from_image(psam, Interface::T0).unwrap();
    let _psam = Inserted::put(psam, pcscd.ports()[1]).unwrap();
    card_in(&pcscd, 1);
    let data = folder.path().join("data.txt");
    std::fs::write(&data, "SSSEEF06|1|$").unwrap();
    let data = text(&data);

    for generation in Generation::ALL {
        let order = cards(generation);
        let numbers = order.numbers();
        for ((image, region), number) in order.images().iter().zip(REGIONS).zip(&numbers) {
            let card = Image::open(image).unwrap();
            let card = SimulatedCard::from_image(card, Interface::T0).unwrap();
            let card = Inserted::put(card, pcscd.ports()[0]).unwrap();
            card_in(&pcscd, 0);
            let terminal = |words: &[&str], code: i32| {
                let readers = ["--reader", &reader, "--psam", &second, "--json"];
                let output = run_with(
                    &pcscd,
                    &[words, &readers].concat(),
                    &[("SSC_PIN", "123456")],
                    code,
                );
                assert!(!err(&output).contains("DEMO KEYS"), "the terminal has none");
                json(&output)
            };
            let basic = terminal(&["terminal", "read-basic"], 0);
            let line = basic["line"].as_str().unwrap();
            let place = format!("{generation} {region}: {line}");
            assert!(line.starts_with(&format!("{region}|{number}|")), "{place}");
            assert_eq!(terminal(&["verify"], 0)["verdict"], "genuine", "{place}");
            // medical insurance: PIN and RK1, with three levels
            let read = terminal(&["terminal", "read", "DF04EF06|90|$", "--by", "pin"], 0);
            let words = read["line"].as_str().unwrap();
            assert!(words.starts_with("DF04EF06|"), "{place}: {words}");
            // Writing stays with the region's own.
            let write = ["terminal", "write", "SSSEEF06|0A|$", "--data", &data];
            if region == REGIONS[0] {
                terminal(&write, 0);
            } else {
                assert_eq!(terminal(&write, 6)["return_code"], -24, "{place}");
            }
            // No try was spent, says the card: of fifteen, this wrong cryptogram is the first.
            let wrong = format!("0082000410{}", "5A".repeat(16));
            let sent = ["apdu", "--reader", &reader, "--json"];
            let apdus = [
                "00A404000F7378312E73682EC9E7BBE1B1A3D5CF",
                "0084000008",
                &wrong,
            ];
            let answer = run(&pcscd, &[&sent[..], &apdus].concat(), 5);
            let said = support::out(&answer);
            assert!(said.contains("63CE"), "{place}: {said}");
            card.take_out().unwrap();
        }
    }
}
