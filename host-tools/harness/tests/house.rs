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

/// Every crate stands in ARCHITECTURE.md's rooms by its folder.
#[test]
fn architecture_names_every_crate() {
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rooms = architecture.split("```").nth(1).unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.split("members = [").nth(1).unwrap();
    let members = members.split(']').next().unwrap();
    let mut crates = 0;
    for member in members.split('"').skip(1).step_by(2) {
        let folder = member.rsplit('/').next().unwrap();
        assert!(rooms.contains(&format!("{folder}/")), "{member}");
        crates += 1;
    }
    assert!(crates > 15, "{crates}");
}
