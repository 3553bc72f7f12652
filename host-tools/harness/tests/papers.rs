//! What the repository cites, it has: papers in `docs`, their sections and corrections, and paths of its own files.

use ssc_harness::house::{ROOMS, Text, root, texts};
use std::collections::BTreeSet;

/// Words behind the last hyphen of a paper's name.
const KINDS: [&str; 5] = ["conditions", "conformance", "facts", "fields", "notes"];

/// The words of a text, cut at what stands in no name or path.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_./".contains(c)))
        .map(|word| word.trim_end_matches(['.', '/']))
}

fn papers() -> BTreeSet<String> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    docs.map(|entry| {
        let path = entry.unwrap().path();
        path.file_stem().unwrap().to_string_lossy().into_owned()
    })
    .collect()
}

#[test]
fn every_cited_paper_is_in_the_repository() {
    let papers = papers();
    let (mut missing, mut cited) = (Vec::new(), 0);
    for Text { path: file, text } in texts().unwrap() {
        for word in words(&text) {
            let name = word.rsplit('/').next().unwrap();
            let name = name.trim_end_matches(".md").trim_end_matches(".tsv");
            let Some((before, kind)) = name.rsplit_once('-') else {
                continue;
            };
            let plain = before.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            if plain && !before.is_empty() && KINDS.contains(&kind) {
                cited += 1;
                if !papers.contains(name) {
                    missing.push(format!("{file}: {word}"));
                }
            }
        }
    }
    assert!(cited > 60, "{cited} citations are not all");
    assert!(missing.is_empty(), "no such paper in docs: {missing:#?}");
}

/// The headings of a paper, without their signs.
fn headings(paper: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs").join(paper)).unwrap();
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches(['#', ' ']).to_owned())
        .collect()
}

/// The digits that a text begins with.
fn number(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit());
    &text[..end.unwrap_or(text.len())]
}

/// The evidence of a scenario: `ssc-facts 3` names section 3, `correction 15` one of ssc-fields, `decisions, Commands` a heading.
#[test]
fn what_scenarios_cite_stands_in_the_papers() {
    let decisions = headings("decisions.md");
    let corrections = std::fs::read_to_string(root().join("docs/ssc-fields.md")).unwrap();
    let mut looked_at = 0;
    for Text { path: file, text } in texts().unwrap() {
        if !file.ends_with(".ron") {
            continue;
        }
        let evidence = text.lines().find_map(|line| {
            let line = line.trim().strip_prefix("evidence: \"")?;
            line.strip_suffix("\",")
        });
        let evidence = evidence.unwrap_or_else(|| panic!("{file}: no evidence on a line"));
        assert!(
            evidence.starts_with(['C', 'S', 'X', 'P']),
            "{file}: no mark"
        );
        assert!(
            !evidence.contains("issue "),
            "{file}: issues are not in the repository"
        );
        for paper in ["ssc-facts", "ssc-fields"] {
            let headings = headings(&format!("{paper}.md"));
            for behind in evidence.split(paper).skip(1) {
                let section = number(behind.trim_start());
                if section.is_empty() {
                    continue;
                }
                let start = format!("{section}. ");
                let found = headings.iter().any(|heading| heading.starts_with(&start));
                assert!(found, "{file}: {paper} has no section {section}");
                looked_at += 1;
            }
        }
        for behind in evidence.split("correction ").skip(1) {
            let correction = number(behind);
            let found = corrections.contains(&format!("\n{correction}. "));
            assert!(found, "{file}: no correction {correction}");
            looked_at += 1;
        }
        for behind in evidence.split("decisions, ").skip(1) {
            let found = decisions.iter().any(|heading| behind.starts_with(heading));
            assert!(found, "{file}: decisions has no {behind}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 30, "{looked_at} citations are not all");
}

/// A path that begins with a room of the house is one of its files, or a folder, or a file without its ending.
#[test]
fn every_path_that_is_named_is_there() {
    let (mut missing, mut named) = (BTreeSet::new(), 0);
    for Text { path: file, text } in texts().unwrap() {
        for word in words(&text) {
            let Some((room, below)) = word.split_once('/') else {
                continue;
            };
            // Not what is built, nor the begin of several names, nor a crate and its feature.
            let other = below.is_empty() || below.contains("target") || below.ends_with(['_', '-']);
            if !ROOMS.contains(&room) || other || file.ends_with("Cargo.toml") {
                continue;
            }
            named += 1;
            let path = root().join(word);
            let there = path.exists() || path.with_extension("rs").exists();
            if !there && !is_made_by_running(word) {
                missing.insert(format!("{file}: {word}"));
            }
        }
    }
    assert!(named > 150, "{named} paths are not all");
    assert!(missing.is_empty(), "no such file: {missing:#?}");
}

/// Places that a script makes.
fn is_made_by_running(path: &str) -> bool {
    path.starts_with("card-os/fuzz/artifacts") || path.starts_with("card-os/fuzz/corpus")
}
