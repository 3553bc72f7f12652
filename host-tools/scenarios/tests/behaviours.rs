//! The table of behaviours in `scenarios/README.md`: each has a scenario, and each scenario for a card in use stands there.

use std::collections::BTreeSet;

use ssc_scenarios::{CardNeeded, Scenario};

#[test]
fn every_behaviour_has_its_scenarios_and_every_scenario_its_behaviour() {
    let folder = test_vectors::vectors::directory().join("scenarios");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let there: BTreeSet<String> = Scenario::load_all()
        .unwrap()
        .iter()
        .filter(|scenario| scenario.card != CardNeeded::Blank)
        .map(|scenario| {
            scenario
                .file
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let (mut named, mut rows) = (BTreeSet::new(), 0);
    for row in readme.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [behaviour, scenarios] = cells[..] else {
            panic!("a row has two cells: {row}");
        };
        let scenarios: Vec<String> = scenarios
            .split_whitespace()
            .map(|name| name.trim_matches('`').to_string())
            .collect();
        assert!(!scenarios.is_empty(), "{behaviour} has no scenario");
        named.extend(scenarios);
        rows += 1;
    }
    assert!(rows > 20, "{rows} rows are not the table");
    assert_eq!(named, there, "left: the table, right: the folder");
}
