//! The card computes with the ciphers of its chip, and with nothing else: read from its sources.
//!
//! A function of `card-crypto` that has a sibling ending in `_with` computes in software, for a host. On a chip with engines it would
//! give the right answer, slowly and past the engine, so no scenario sees it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Words of Rust: names and numbers.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file, without its comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source");
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |all, line| all + line + "\n")
}

/// What statements `use` and paths take from `card_crypto`: the last names of each path.
fn taken(code: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for part in code.split("card_crypto::").skip(1) {
        let end = part.find([';', '(', '<', '?']).unwrap_or(part.len());
        let paths = part[..end].split(|c: char| c.is_whitespace() || "{},".contains(c));
        found.extend(paths.filter_map(|path| path.rsplit("::").next()));
    }
    found
}

#[test]
fn no_function_in_software_is_used_on_the_card() {
    let crypto = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut software, mut methods) = (BTreeSet::new(), BTreeSet::new());
    for path in sources(&crypto.join("src")) {
        for line in code(&path).lines() {
            let Some(declared) = line.trim_start().strip_prefix("pub fn ") else {
                continue;
            };
            let name = words(declared).next().expect("a function has a name");
            let method = line.starts_with(' ');
            match name.strip_suffix("_with") {
                Some(sibling) if method => methods.insert(format!(".{sibling}(")),
                Some(sibling) => software.insert(sibling.to_owned()),
                None => false,
            };
            if path.ends_with("block.rs") && !method {
                software.insert(name.to_owned());
            }
        }
    }
    assert!(software.len() > 20, "{software:?}");
    assert!(methods.len() > 5, "{methods:?}");
    // Called by its path, as what makes a value is.
    methods.insert("SessionKeys::derive(".into());

    let card = crypto.parent().expect("the card's folder");
    let mut faults = Vec::new();
    for path in [card.join("src"), card.join("firmware/src")]
        .iter()
        .flat_map(|folder| sources(folder))
    {
        let code = code(&path);
        let used = taken(&code);
        let named = software
            .iter()
            .filter(|name| used.contains(name.as_str()) || code.contains(&format!("::{name}(")));
        faults.extend(named.map(|name| format!("{}: {name}", path.display())));
        if words(&code).any(|word| word == "Software") && !path.ends_with("platform.rs") {
            faults.push(format!("{}: Software", path.display()));
        }
        let called = methods.iter().filter(|method| code.contains(*method));
        faults.extend(called.map(|method| format!("{}: {method}", path.display())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
