//! The manual is what the tables say, and says all of it.

use apdu_specs::applications::ssc;
use std::path::Path;

use apdu_specs::Generation;
use apdu_specs::access::{Access, RecordRule};
use apdu_specs::applications::psam::{SAM_ENVIRONMENTS, SAM_FILES};
use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::applications::{described, find_file, tags};
use apdu_specs::files::Field;
use apdu_specs::items::ITEMS;
use apdu_specs::status::STATUS_WORDS;

fn stored(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("manual")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("manual/{name}: {fault}"))
}

#[test]
fn pages_are_up_to_date() {
    for (name, text) in manual_pages::all() {
        assert!(
            stored(name) == text,
            "manual/{name} is out of date: cargo run -p apdu-specs --example manual"
        );
    }
}

#[test]
fn index_names_every_page_and_mark() {
    let index = stored("README.md");
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("manual")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "README.md" || index.contains(&format!("({name})")),
            "{name}"
        );
    }
    for mark in [
        "| C | confirmed",
        "| S | a single",
        "| X | sources conflict",
        "| P | project-defined",
    ] {
        assert!(index.contains(mark), "{mark}");
    }
}

/// The part of a page under the heading that begins with `heading`, up to the next of its level.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let level = heading.split(' ').next().unwrap();
    let start = page
        .find(&format!("\n{heading}"))
        .unwrap_or_else(|| panic!("no section {heading}"));
    let body = &page[start + 1..];
    let next = (2..=level.len())
        .filter_map(|level| body.find(&format!("\n{} ", "#".repeat(level))))
        .min();
    &body[..next.unwrap_or(body.len())]
}

fn assert_has(section: &str, texts: &[&str]) {
    for text in texts {
        assert!(section.contains(text), "{text:?} is missing in\n{section}");
    }
}

#[test]
fn every_command_is_there() {
    let page = stored("commands.md");
    for (rule, words) in described() {
        let heading = format!("## {} {}", words.name, words.chinese);
        let section = section(&page, &heading);
        let mark = format!("| evidence | {} |", words.evidence.mark());
        let ins = format!("/ {:02X} |", rule.ins);
        assert_has(section, &[words.meaning, words.clause, &mark, &ins]);
        for status in words.status {
            let digits = format!("{:04X}", status.0);
            assert!(
                section.contains(&digits)
                    || section.contains(&format!("{}x", &digits[..3]))
                    || section.contains(&format!("{}xx", &digits[..2])),
                "{} {digits}",
                words.name
            );
        }
    }
}

/// The row of a page that has all these cells.
fn has_row(page: &str, cells: &[&str]) -> bool {
    page.lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| {
            line.split(" | ")
                .map(|cell| cell.trim_matches(['|', ' ', '`']))
        })
        .any(|row| {
            let row: Vec<_> = row.collect();
            cells.iter().all(|cell| row.contains(cell))
        })
}

#[test]
fn every_status_word_tag_and_item_is_there() {
    let page = stored("status-words.md");
    for row in STATUS_WORDS {
        let cells = [row.name, row.english, row.chinese, row.evidence.mark()];
        assert!(has_row(&page, &cells), "{}", row.name);
    }
    let page = stored("tags.md");
    for tag in tags() {
        let cells = [tag.english, tag.chinese, tag.clause, tag.evidence.mark()];
        assert!(has_row(&page, &cells), "{:04X}", tag.tag);
    }
    for item in ITEMS {
        let cells = [item.code, item.english, item.chinese, item.evidence.mark()];
        assert!(has_row(&page, &cells), "{}", item.code);
    }
}

#[test]
fn every_file_and_field_is_there() {
    let page = stored("files.md");
    for directory in DIRECTORIES {
        let heading = format!(
            "## {} {} {}",
            directory.label, directory.english, directory.chinese
        );
        assert!(page.contains(&format!("\n{heading}\n")), "{heading}");
        for file in directory.all_files {
            let heading = format!("### {} EF{:02X} ", directory.label, file.sfi());
            let section = section(&page, &heading);
            assert_has(section, &[file.english, file.chinese, file.clause]);
            if let Some(conflict) = file.conflict {
                assert_has(section, &[conflict.sources, conflict.choice]);
            }
            for field in file.all_fields {
                assert_field(section, field, &heading);
            }
        }
    }
}

fn assert_field(section: &str, field: &Field, place: &str) {
    let tag = field.tag.map_or("–".to_owned(), |tag| format!("{tag:02X}"));
    let length = format!("{} ({:02X})", field.length, field.length);
    let words = field.words.map_or("–", apdu_specs::Evidence::mark);
    let marks = format!("{} {words}", field.evidence.mark());
    if let Some(conflict) = field.conflict {
        assert_has(section, &[conflict.sources, conflict.choice]);
    }
    let cells = [
        field.id,
        field.chinese,
        &length,
        &marks,
        &field.repeat.to_string(),
    ];
    let found = has_row(section, &[cells.as_slice(), &[&tag]].concat())
        || has_row(
            section,
            &[cells.as_slice(), &[&format!("› {tag}")]].concat(),
        );
    assert!(found, "{place}: {} {tag}", field.id);
    for child in field.children {
        assert_field(section, child, place);
    }
}

#[test]
fn every_key_is_there() {
    let page = stored("keys.md");
    for directory in DIRECTORIES {
        let section = section(&page, &format!("## {} ", directory.label));
        for key in directory.keys {
            let identifier = format!("{:02X}", key.identifier);
            let psam = key
                .psam
                .map_or("?".to_owned(), |psam| format!("{psam:02X}"));
            let sam_use = key
                .sam_use
                .map_or("?".to_owned(), |sam_use| format!("{sam_use:02X}"));
            let cells = [
                key.name,
                &identifier,
                &psam,
                &sam_use,
                key.vault_id,
                key.chinese,
                key.evidence.mark(),
            ];
            assert!(has_row(section, &cells), "{}", key.vault_id);
        }
    }
}

#[test]
fn every_part_of_a_psam_is_there() {
    let page = stored("psam.md");
    for environment in SAM_ENVIRONMENTS {
        let cells = [environment.label, environment.evidence.mark()];
        assert!(has_row(&page, &cells), "{}", environment.label);
        assert!(page.contains(&pages_hex(environment.name)));
    }
    for file in SAM_FILES {
        let section = section(&page, &format!("### {:04X} ", file.fid));
        for field in file.all_fields {
            assert!(has_row(section, &[field.english, field.chinese]));
        }
    }
    for key in apdu_specs::applications::psam::keys() {
        let [identifier, sam_use] = [key.identifier, key.sam_use].map(|byte| format!("{byte:02X}"));
        let cells = [&identifier, &sam_use, key.vault_id, key.chinese];
        assert!(has_row(&page, &cells), "{}", key.vault_id);
    }
}

#[test]
fn every_code_table_is_there() {
    let page = stored("codes.md");
    for table in apdu_specs::coding::CODE_TABLES {
        let heading = format!("## {} {}", table.standard, table.english);
        let section = section(&page, &heading);
        for row in table.codes {
            assert!(has_row(section, &[row.code, row.english, row.chinese]));
        }
    }
}

fn pages_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn the_certificate_environment_is_there() {
    use apdu_specs::applications::certificates::{self, Operation};
    let page = stored("certificates.md");
    assert!(!page.contains('?'), "a condition without words");
    for directory in certificates::DIRECTORIES {
        assert!(has_row(&page, &[directory.label, directory.chinese]));
        for file in directory.all_files {
            let fid = format!("{:04X}", file.fid);
            assert!(has_row(&page, &[&fid, file.english, file.chinese]), "{fid}");
        }
        for key in directory.keys {
            assert!(has_row(&page, &[key.name, key.vault_id, key.chinese]));
        }
    }
    for operation in Operation::ALL {
        let (english, chinese) = operation.words();
        assert!(has_row(&page, &[english, chinese]), "{english}");
    }
}

/// The bytes of the worked example: on each line what stands before two spaces, without comments.
fn example() -> Vec<u8> {
    let page = stored("personalization.md");
    let block = page.split("\n```\n").nth(3).expect("the example's block");
    let digits: String = block
        .lines()
        .map(|line| line.trim_start().split("  ").next().unwrap_or_default())
        .filter(|line| line.chars().all(|c| c.is_ascii_hexdigit() || c == ' '))
        .flat_map(|line| line.chars().filter(|c| *c != ' '))
        .collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn groupings(stream: &[u8]) -> Vec<(u16, &[u8])> {
    let mut rest = stream;
    let mut found = Vec::new();
    while let [high, low, length, after @ ..] = rest {
        let (value, next) = after.split_at(usize::from(*length));
        found.push((u16::from_be_bytes([*high, *low]), value));
        rest = next;
    }
    assert!(rest.is_empty());
    found
}

fn objects(value: &[u8]) -> Vec<(u8, &[u8])> {
    let mut rest = value;
    let mut found = Vec::new();
    while let [tag, length, after @ ..] = rest {
        let (value, next) = after.split_at(usize::from(*length));
        found.push((*tag, value));
        rest = next;
    }
    assert!(rest.is_empty());
    found
}

/// The example is typed by hand: it must follow the grammar and describe the files of the table.
#[test]
fn example_agrees_with_the_tables() {
    let stream = example();
    let groupings = groupings(&stream);
    let identifiers: Vec<_> = groupings.iter().map(|(dgi, _)| *dgi).collect();
    assert_eq!(identifiers, [0x0062, 0x0062, 0xEF05, 0x8F01]);

    let [(0x62, fcp)] = objects(groupings[0].1)[..] else {
        panic!("FCP of SSSE")
    };
    let expected: [(u8, &[u8]); 4] = [
        (0x82, &[0x38]),
        (0x83, &[0xDD, 0xF1]),
        (0x84, ssc::names::SSSE),
        (0xA5, Generation::V3.fci_proprietary()),
    ];
    assert_eq!(objects(fcp), expected);

    let file = find_file(ssc::names::SSSE_FID, 0xEF05, Generation::V3).unwrap();
    let [(0x62, fcp)] = objects(groupings[1].1)[..] else {
        panic!("FCP of EF05")
    };
    let fcp = objects(fcp);
    let longest = file.longest_record(Generation::V3).to_be_bytes();
    let records = file.record_count(Generation::V3);
    assert_eq!(
        fcp[0],
        (
            0x82,
            [0x05, 0x21, longest[0], longest[1], records].as_slice()
        )
    );
    assert_eq!(
        fcp[1],
        (0x80, file.size(Generation::V3).to_be_bytes().as_slice())
    );
    assert_eq!(fcp[2].1, file.fid.to_be_bytes());
    let rules = fcp[3].1;
    assert_eq!(
        Access::decode([rules[0], rules[1]]),
        Some(file.read(Generation::V3))
    );
    assert_eq!(Access::decode([rules[2], rules[3]]), Some(file.write));
    let record = RecordRule::decode(rules[4..].try_into().unwrap());
    assert_eq!(record, file.record_rules(Generation::V3).next());

    let held: Vec<_> = objects(groupings[2].1)
        .into_iter()
        .map(|(tag, value)| (Some(tag), value.len() as u16))
        .collect();
    let fields: Vec<_> = file
        .records(Generation::V3)
        .map(|(_, field)| (field.tag, field.length))
        .collect();
    assert_eq!(held, fields);
    assert_eq!(groupings[3].1.len(), 32);
}
