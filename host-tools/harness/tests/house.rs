//! The rules of the house that no compiler sees.

use ssc_harness::house::{root, texts};

/// What two programs need is in a crate: a module that is compiled twice from one file is two modules.
#[test]
fn no_module_is_taken_from_another_crates_folder() {
    let attribute = concat!("#[pa", "th");
    let mut looked_at = 0;
    for text in texts().unwrap() {
        if text.path.ends_with(".rs") {
            assert!(!text.text.contains(attribute), "{}", text.path);
            looked_at += 1;
        }
    }
    assert!(looked_at > 300, "{looked_at} files are not the house");
}

/// `test-vectors` holds data and its loader; what runs a card or a program is a crate of its own.
#[test]
fn test_vectors_runs_nothing() {
    let manifest = std::fs::read_to_string(root().join("test-vectors/Cargo.toml")).unwrap();
    for room in ["ssc-", "card-", "simulated-flash"] {
        assert!(!manifest.contains(&format!("\n{room}")), "{room}");
    }
}

/// The folders of the workspace's crates.
fn members() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.split("members = [").nth(1).unwrap();
    let members = members.split(']').next().unwrap();
    let quoted = members.split('"').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// Every crate stands in ARCHITECTURE.md's rooms by its folder.
#[test]
fn architecture_names_every_crate() {
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rooms = architecture.split("```").nth(1).unwrap();
    let mut crates = 0;
    for member in members() {
        let folder = member.rsplit('/').next().unwrap();
        assert!(rooms.contains(&format!("{folder}/")), "{member}");
        crates += 1;
    }
    assert!(crates > 15, "{crates}");
}

/// Crates, from the ground up: each imports only from floors below its own. A new crate gets its floor here.
const FLOORS: [&[&str]; 6] = [
    &[
        "apdu-specs",
        "simulated-flash",
        "ssc-files",
        "ssc-harness",
        "ssc-words",
        "test-vectors",
    ],
    &[
        "card-crypto",
        "manual-pages",
        "ssc-database",
        "ssc-person",
        "ssc-reader",
    ],
    &["card-os", "ssc-keys"],
    &[
        "card-testbench",
        "ssc-bureau",
        "ssc-certificate",
        "ssc-simulator",
        "ssc-terminal",
    ],
    &["ssc-cli", "ssc-scenarios", "ssc-terminal-c"],
    &["firmware-lab"],
];
/// No product links them.
const FOR_TESTS: [&str; 5] = [
    "card-testbench",
    "firmware-lab",
    "ssc-harness",
    "ssc-scenarios",
    "test-vectors",
];

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

/// ARCHITECTURE.md draws the floors, the highest first, with a star at what is for tests.
#[test]
fn architecture_draws_these_floors() {
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let drawing = architecture.split("```").nth(3).unwrap();
    let floors = drawing.trim().lines().rev().zip(FLOORS);
    assert_eq!(drawing.trim().lines().count(), FLOORS.len());
    for (line, floor) in floors {
        let crates = line.split(" * ").next().unwrap();
        let mut drawn: Vec<&str> = crates.split_whitespace().collect();
        drawn.sort_unstable();
        let mut meant: Vec<String> = floor
            .iter()
            .map(|name| format!("{name}{}", if FOR_TESTS.contains(name) { "*" } else { "" }))
            .collect();
        meant.sort_unstable();
        assert_eq!(drawn, meant);
    }
}

/// What one crate's `[dependencies]` name of the house.
fn imports(manifest: &str) -> Vec<&str> {
    let section = manifest.split("\n[dependencies]\n").nth(1);
    let lines = section.unwrap_or_default().lines();
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ']).next())
        .filter(|name| floor(name).is_some())
        .collect()
}

#[test]
fn no_import_climbs() {
    let mut crates = 0;
    for member in members() {
        let manifest = std::fs::read_to_string(root().join(&member).join("Cargo.toml")).unwrap();
        let name = manifest.split('"').nth(1).unwrap();
        let own = floor(name).unwrap_or_else(|| panic!("{name} has no floor yet"));
        for import in imports(&manifest) {
            assert!(floor(import).unwrap() < own, "{name} imports {import}");
            let for_tests = FOR_TESTS.contains(&name) || !FOR_TESTS.contains(&import);
            assert!(for_tests, "{name} links {import}, which is for tests");
            // Everything else speaks APDUs to a card.
            let inside = ["card-os", "simulated-flash"].contains(&import);
            let knows = ["ssc-simulator", "card-testbench"].contains(&name);
            assert!(knows || !inside, "{name} knows the card's inside");
        }
        crates += 1;
    }
    assert_eq!(crates, FLOORS.concat().len());
}
