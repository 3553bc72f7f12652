//! No CLA, INS, tag or status word is a number outside apdu-specs: product code of the card and of the host takes them from the
//! tables. Tests, and crates that are for tests, have numbers of their own: known answers must not come from what they judge.

mod allowed;
mod scan;
mod values;

use std::fs;
use std::path::{Path, PathBuf};

use scan::{Found, scan};

/// Crates and folders for tests alone.
const FOR_TESTS: &[&str] = &[
    "card-os/testbench",
    "card-os/fuzz",
    "host-tools/harness",
    "host-tools/scenarios",
    "host-tools/lab",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The sources of the product, with their paths from the root.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for place in ["card-os", "host-tools"] {
        collect(&root().join(place), place, &mut sources);
    }
    sources.sort();
    sources
}

fn collect(folder: &Path, name: &str, sources: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let file = entry.file_name().into_string().unwrap();
        let path = format!("{name}/{file}");
        if entry.file_type().unwrap().is_dir() {
            let skipped = ["tests", "examples", "target"].contains(&&*file);
            if !skipped && !FOR_TESTS.contains(&&*path) {
                collect(&entry.path(), &path, sources);
            }
        } else if file.ends_with(".rs") && file != "tests.rs" {
            sources.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

#[test]
fn product_code_takes_its_numbers_from_the_tables() {
    let sources = sources();
    assert!(
        sources.len() > 200,
        "{} files: the card and the host",
        sources.len()
    );
    let mut used = vec![0; allowed::ALLOWED.len()];
    let mut wrong = Vec::new();
    for (path, source) in &sources {
        for Found {
            line,
            written,
            what,
        } in scan(source)
        {
            match allowed::entry(path, &written) {
                Some(entry) => used[entry] += 1,
                None => wrong.push(format!("{path}:{line}: {written} is {what}")),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} numbers:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    for (row, used) in allowed::ALLOWED.iter().zip(used) {
        assert!(used > 0, "{row:?} allows what nobody writes");
        assert!(!row.why.is_empty(), "{row:?} does not say why");
    }
}

/// What the scan finds in one line of product code.
fn found(line: &str) -> Vec<String> {
    let source = format!("fn f() {{ {line}\n }}");
    let found = scan(&source).into_iter();
    found
        .map(|found| format!("{} {}", found.written, found.what))
        .collect()
}

#[test]
fn planted_numbers_are_found() {
    for (planted, expected) in [
        (
            "let c = [0x00, 0xA4, 0x04, 0x00];",
            &["0xA4 an INS", "0x04 a CLA"][..],
        ),
        (
            "send(CommandApdu::new(0, 164, 4, 0));",
            &["CommandApdu::new a header made by hand"],
        ),
        (
            "let c = Command::new(0x80, 0xCA);",
            &["0x80 a CLA", "0xCA an INS"],
        ),
        ("const GET: u8 = 0xC0_u8;", &["0xC0 an INS"]),
        ("if ins == 0xB2 {}", &["0xB2 an INS"]),
        (
            "matches!(ins, 0x20 | 0x5E)",
            &["0x20 an INS", "0x5E an INS"],
        ),
        ("if answer.sw == 0x6A82 {}", &["0x6A82 a status word"]),
        ("if sw & 0xFFF0 == 0x63C0 {}", &["0x63C0 a status word"]),
        ("matches!(answer, [.., 0x90, 0x00])", &["0x90 an SW1"]),
        ("match sw { 0x61FF => {} }", &["0x61FF a status word"]),
        ("reply.extend(&[0x6F]);", &["0x6F a tag"]),
        ("let tag: u16 = 0x9f7f;", &["0x9f7f a tag"]),
        ("let mac = [0x84, header];", &["0x84 an INS"]),
    ] {
        let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        let found: Vec<String> = found(planted)
            .into_iter()
            .map(|found| found.replace("0xC0_u8", "0xC0"))
            .collect();
        assert_eq!(found, expected, "{planted}");
    }
}

#[test]
fn bits_texts_comments_and_tests_are_not() {
    for line in [
        "let sfi = p1 & 0x80;",
        "let p1 = 0x80 | sfi;",
        "flags |= 0x40;",
        "let high = byte << 0x04;",
        "// 00 A4 04 00",
        "/// CLA 0x84\nlet x = 1;",
        "let text = \"0x9000\";",
        "#[cfg(test)] mod tests { const INS: u8 = 0xA4; }",
        "#[test] fn known() { assert_eq!(sw, 0x9000); }",
        "let length = 0xF3; let size = 0x1000;",
    ] {
        assert_eq!(found(line), [""; 0], "{line}");
    }
}

/// A row that allows too much would let a command through: the list names what it allows wherever it can.
#[test]
fn the_list_of_what_is_allowed_is_small() {
    let whole = allowed::ALLOWED.iter().filter(|row| row.written.is_empty());
    assert!(whole.count() <= 1 && allowed::ALLOWED.len() <= 16);
    assert_eq!(
        allowed::entry("host-tools/terminal/src/dialogue.rs", "0xA4"),
        None
    );
    assert_eq!(
        allowed::entry("card-os/crypto/src/padding.rs", "0xA4"),
        None
    );
}
