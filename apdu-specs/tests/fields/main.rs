//! The items of the file tables against `docs/ssc-fields.tsv`: each row of the paper stands in the tables, in its order
//! and with its marks, and the tables have nothing else but what is listed here.

mod codes;

use std::collections::BTreeMap;
use std::path::Path;

use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::coding::{CODE_TABLES, Coding};
use apdu_specs::files::{Directory, ElementaryFile, Field, FileKind, Format};
use apdu_specs::{Evidence, Generation};

/// Chosen by the project: no row of the paper has them (its last paragraph, and its correction 6).
const OWN: &[(&str, &str, &str)] = &[
    ("DF01", "EF06", "2C"),
    ("DF01", "EF06", "2D"),
    ("SSSE", "EF0C", "F0"),
    ("SSSE", "EF0C", "F1"),
];
/// Files without items: no row of the paper has them.
const WITHOUT_ITEMS: &[(&str, &[u16])] = &[
    ("SSSE", &[0xEF0C]),
    ("DF01", &[0xEF16, 0xEF17, 0xEF18, 0xEF19, 0xEF1A]),
];

struct Row {
    directory: String,
    file: String,
    tag: String,
    chinese: String,
    english: String,
    format: String,
    length: u16,
    codes: String,
    generations: String,
    mark: String,
}

fn paper() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ssc-fields.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Row> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
            let cell = |at: usize| cells[at].clone();
            Row {
                directory: cell(0),
                file: cell(1),
                tag: cell(2),
                chinese: cell(3),
                english: cell(4),
                format: cell(5),
                length: u16::from_str_radix(&cells[6], 16).unwrap(),
                codes: cell(7),
                generations: cell(8),
                mark: cell(9),
            }
        })
        .collect();
    assert!(rows.len() > 300, "{} rows are not all", rows.len());
    rows
}

impl Row {
    /// English name and how often the item repeats: the paper writes the number behind some names.
    fn name(&self) -> (&str, Option<u8>) {
        let counts = [(" (two)", 2), (" (three)", 3), (" (four)", 4)];
        counts
            .into_iter()
            .find_map(|(word, times)| Some((self.english.strip_suffix(word)?, Some(times))))
            .unwrap_or((&self.english, None))
    }

    fn place(&self) -> String {
        format!(
            "{} {} {} of {}",
            self.directory, self.file, self.tag, self.generations
        )
    }

    /// Its tag without that of the template around it; none inside cyclic files and of a whole file.
    fn own_tag(&self) -> Option<u8> {
        if self.tag.starts_with('-') {
            return None;
        }
        let own = self.tag.rsplit('/').next().unwrap();
        Some(u8::from_str_radix(own, 16).unwrap())
    }
}

/// The generations of a field as the paper writes them.
fn generations(field: apdu_specs::Generations) -> String {
    let versions: Vec<_> = Generation::ALL
        .into_iter()
        .filter(|generation| field.contains(*generation))
        .map(|generation| {
            let assumed = if field.assumes(generation) { "p" } else { "" };
            format!("{generation}{assumed}")
        })
        .collect();
    versions.join(" ")
}

fn directory(label: &str) -> &'static Directory {
    DIRECTORIES.iter().find(|one| one.label == label).unwrap()
}

/// The shapes of an EF that hold in one of the row's generations.
fn shapes(row: &Row) -> Vec<&'static ElementaryFile> {
    let fid = 0xEF00 | u16::from_str_radix(&row.file[2..], 16).unwrap();
    let versions: Vec<_> = row
        .generations
        .split(' ')
        .map(|version| Generation::from_version(version.trim_end_matches('p')).unwrap())
        .collect();
    let shapes: Vec<_> = directory(&row.directory)
        .all_files
        .iter()
        .filter(|file| file.fid == fid)
        .filter(|file| {
            versions
                .iter()
                .any(|generation| file.generations.contains(*generation))
        })
        .collect();
    assert!(!shapes.is_empty(), "no file for {}", row.place());
    for generation in versions {
        let there = |file: &&ElementaryFile| file.generations.contains(generation);
        assert_eq!(shapes.iter().copied().filter(there).count(), 1);
    }
    shapes
}

fn mark(evidence: Option<Evidence>) -> &'static str {
    evidence.map_or("-", Evidence::mark)
}

/// One item of the tables in the paper's words; `tag` is the paper's, so that parts without tags compare.
fn same(row: &Row, field: &Field) {
    let place = row.place();
    assert_eq!(field.tag, row.own_tag(), "{place}");
    assert_eq!(field.length, row.length, "{place}");
    assert_eq!(mark(field.words), row.mark, "{place}: mark of the name");
    assert_eq!(generations(field.generations), row.generations, "{place}");
    let (english, times) = row.name();
    if field.words.is_some() {
        assert_eq!((field.english, field.chinese), (english, &*row.chinese));
    } else {
        assert!(row.chinese.is_empty(), "{place}");
        assert!(field.english.contains("name not known"), "{place}");
    }
    if let Some(times) = times {
        assert_eq!(field.repeat, times, "{place}");
    }
    let (format, template, amount) = match row.format.as_str() {
        "an" => (Format::An, false, false),
        "cn" => (Format::Cn, false, false),
        "cn (amount)" => (Format::Cn, false, true),
        "b" | "cn/b" => (Format::B, false, row.codes.starts_with("fen")),
        "template" => (Format::B, true, false),
        other => panic!("{place}: {other}"),
    };
    assert_eq!(field.format, format, "{place}");
    assert_eq!(!field.children.is_empty(), template, "{place}");
    assert_eq!(field.coding == Coding::Amount, amount, "{place}");
    let conflict = field.evidence == Evidence::X;
    assert_eq!(field.conflict.is_some(), conflict, "{place}: X");
    codes::compare(row, field);
}

/// The children of a template that the paper does not repeat are those of another.
fn template(row: &Row, field: &Field, rows: &[Row]) {
    let own: Vec<&Row> = rows
        .iter()
        .filter(|child| {
            (&child.directory, &child.file) == (&row.directory, &row.file)
                && child.generations == row.generations
                && child.tag.starts_with(&format!("{}/", row.tag))
        })
        .collect();
    if !own.is_empty() {
        assert_eq!(own.len(), field.children.len(), "{}", row.place());
        for (child, field) in own.into_iter().zip(field.children) {
            same(child, field);
        }
        return;
    }
    // "57:an:03 58:cn:03 59:an:28", "as 40", "as 43", "also in C4, C5"
    let shape: Vec<String> = field
        .children
        .iter()
        .map(|child| {
            let format = if child.format == Format::An {
                "an"
            } else {
                "cn"
            };
            format!("{:02X}:{format}:{:02X}", child.tag.unwrap(), child.length)
        })
        .collect();
    let told = match (&*row.directory, &*row.tag) {
        ("DF02", "40" | "41") => "57:an:03 58:cn:03 59:an:28",
        ("DF02", "44") => "5A:an:07 5B:an:01 5C:an:09 5D:cn:04",
        ("DF06", "C4" | "C5") => "E3:cn:01 E4:cn:04 E5:cn:04 E6:cn:04 E7:cn:03",
        _ => panic!("{}: no children", row.place()),
    };
    assert_eq!(shape.join(" "), told, "{}", row.place());
    assert!(field.children.iter().all(|child| child.words.is_some()));
}

#[test]
fn the_tables_have_every_item_of_the_paper_and_no_other() {
    let rows = paper();
    let mut seen: BTreeMap<(&str, u16), usize> = BTreeMap::new();
    for directory in DIRECTORIES {
        for file in directory.all_files {
            let name = format!("EF{:02X}", file.sfi());
            let top = rows.iter().filter(|row| {
                (row.directory.as_str(), &row.file) == (directory.label, &name)
                    && !row.tag.contains('/')
                    && shapes(row).iter().any(|shape| std::ptr::eq(*shape, file))
            });
            let top: Vec<&Row> = top.collect();
            if matches!(file.kind, FileKind::Transparent { .. }) {
                for row in &top {
                    whole_file(row, file);
                }
            }
            let own = |field: &&Field| {
                let tag = field
                    .tag
                    .map(|tag| format!("{tag:02X}"))
                    .unwrap_or_default();
                let listed = OWN.contains(&(directory.label, &name, &tag));
                !(listed && generations(field.generations) == "1.00")
            };
            let fields: Vec<&Field> = file.all_fields.iter().filter(own).collect();
            if !matches!(file.kind, FileKind::Transparent { .. }) {
                let place = format!(
                    "{} {name} of {}",
                    directory.label,
                    generations(file.generations)
                );
                assert_eq!(top.len(), fields.len(), "{place}");
                for (row, field) in top.iter().zip(&fields) {
                    same(row, field);
                    if row.format == "template" {
                        template(row, field, &rows);
                    }
                }
            }
            if top.is_empty() && fields.is_empty() && file.all_fields.is_empty() {
                let listed = WITHOUT_ITEMS
                    .iter()
                    .any(|(label, fids)| *label == directory.label && fids.contains(&file.fid));
                assert!(
                    listed,
                    "{} {name} has no items in the paper",
                    directory.label
                );
            }
            *seen.entry((directory.label, file.fid)).or_default() += top.len();
        }
    }
    // and none of the paper's rows was passed over: a row of all generations counts once for each shape
    for row in &rows {
        let fid = 0xEF00 | u16::from_str_radix(&row.file[2..], 16).unwrap();
        assert!(seen[&(row.directory.as_str(), fid)] > 0, "{}", row.place());
        assert!(!shapes(row).is_empty());
    }
}

/// A transparent file: its name and its size.
fn whole_file(row: &Row, file: &ElementaryFile) {
    let place = row.place();
    assert_eq!(
        file.kind,
        FileKind::Transparent { size: row.length },
        "{place}"
    );
    assert_eq!((file.english, file.chinese), (&*row.english, &*row.chinese));
    assert_eq!(generations(file.generations), row.generations, "{place}");
    let conflict = row.codes.starts_with("X:");
    let mark = if conflict { "X" } else { &row.mark };
    assert_eq!(file.evidence.mark(), mark, "{place}");
    assert_eq!(file.conflict.is_some(), conflict, "{place}");
}

/// "Rule behind them": a record value of 1.00 has 62 bytes at the most, and longer items go on in a second or third record.
#[test]
fn what_goes_on_in_a_second_record() {
    // section 2 of the paper, typed by hand: tags in hex, the whole length in decimal
    let stated = [
        ("DF01", "21 22", 80),
        ("DF01", "25 26", 80),
        ("DF01", "2E 2F", 70),
        ("DF02", "53 94", 70),
        ("DF02", "56 95", 70),
        ("DF04", "81 82", 70),
        ("DF04", "84 85", 70),
        ("DF04", "87 88", 70),
        ("DF03", "68 69 6A", 140),
        ("SSSE", "09 4E", 50),
    ];
    let mut found = Vec::new();
    for directory in DIRECTORIES {
        for file in directory.all_files {
            for first in file.all_fields {
                let more = || {
                    let goes_on = |field: &&Field| field.continues == first.tag;
                    file.all_fields.iter().filter(goes_on)
                };
                if first.tag.is_none() || more().next().is_none() {
                    continue;
                }
                let parts: Vec<_> = [first].into_iter().chain(more()).collect();
                let tags: Vec<_> = parts
                    .iter()
                    .map(|field| format!("{:02X}", field.tag.unwrap()))
                    .collect();
                let whole: u16 = parts.iter().map(|field| field.length).sum();
                assert!(parts.iter().all(|field| field.format == Format::An));
                found.push((directory.label, tags.join(" "), whole));
            }
            for field in file.all_fields.iter().filter(|field| {
                field.generations.contains(Generation::V1)
                    && field.tag.is_some()
                    && field.children.is_empty()
            }) {
                assert!(field.length <= 62, "{} {}", directory.label, field.id);
            }
        }
    }
    found.sort();
    let mut stated = stated.map(|(label, tags, whole)| (label, tags.to_owned(), whole));
    stated.sort();
    assert_eq!(found, stated);
}

/// A code stands in its table once; a table's values have both languages.
#[test]
fn code_tables_are_sound() {
    for table in CODE_TABLES {
        for (at, row) in table.codes.iter().enumerate() {
            let twice = table.codes[..at].iter().any(|other| other.code == row.code);
            assert!(!twice, "{} {}", table.standard, row.code);
            assert!(!row.english.is_empty() && !row.chinese.is_empty());
        }
    }
}
