//! The page of files: each directory, each EF, each field, with a column for every generation.

use apdu_specs::access::RecordGuard;
use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::coding::Coding;
use apdu_specs::files::{Directory, ElementaryFile, Field, FileKind, Format};
use apdu_specs::{Evidence, Generation, Generations};

use super::text;

pub fn page() -> String {
    let mut page = text::page("Files 文件");
    page.push_str(
        "Directories in the order in which they are created. The SFI of an EF is the low byte of its FID. Records of linear\n\
         variable EFs are `tag(1) length(1) value`; inside cyclic EFs there are no tags.\n\n\
         Formats: `an` GBK or ASCII, padded right with 00; `cn` packed BCD, padded right with F; `b` binary. Lengths are bytes\n\
         of the value in decimal, with hex beside; a column for each generation, – where it does not exist, p where nobody has\n\
         seen it and it is assumed (P). The first evidence mark is for tag, format and length, the second for the name, – where no\n\
         source has one. \"Value\" says what the value means beside its format, as the [code tables](codes.md) have it. An item that\n\
         continues another goes on where that one ends. Conditions name the [key](keys.md) and its identifier. The items are those of\n\
         [docs/ssc-fields.tsv](../../docs/ssc-fields.tsv), which a test compares.\n\n",
    );
    page.push_str(&text::head(&[
        "directory",
        "FID",
        "name or AID",
        "meaning",
        "含义",
        "evidence",
    ]));
    for directory in DIRECTORIES {
        page.push_str(&text::row(&[
            format!("[{0}](#{1})", directory.label, anchor(directory)),
            format!("{:04X}", directory.fid),
            format!(
                "`{}` {}",
                text::hex(directory.name),
                directory.name_evidence.mark()
            ),
            directory.english.to_owned(),
            directory.chinese.to_owned(),
            directory.evidence.mark().to_owned(),
        ]));
    }
    for directory in DIRECTORIES {
        page.push_str(&format!("\n## {}\n", heading(directory)));
        let mut fids: Vec<u16> = directory.all_files.iter().map(|file| file.fid).collect();
        fids.dedup();
        for fid in fids {
            page.push_str(&file_section(directory, fid));
        }
    }
    page
}

fn heading(directory: &Directory) -> String {
    format!(
        "{} {} {}",
        directory.label, directory.english, directory.chinese
    )
}

fn anchor(directory: &Directory) -> String {
    heading(directory).to_lowercase().replace(' ', "-")
}

/// One EF with all its generations' shapes.
fn file_section(directory: &Directory, fid: u16) -> String {
    let shapes: Vec<_> = directory
        .all_files
        .iter()
        .filter(|file| file.fid == fid)
        .collect();
    let Some(first) = shapes.first() else {
        return String::new();
    };
    let in_each = |cell: &dyn Fn(&ElementaryFile, Generation) -> String| {
        Generation::ALL.map(|generation| {
            directory
                .find_file(fid, generation)
                .map_or("–".to_owned(), |file| cell(file, generation))
        })
    };
    let mut page = format!(
        "\n### {} EF{:02X} {} {}\n\n",
        directory.label,
        first.sfi(),
        each_once(shapes.iter().map(|file| file.english)),
        each_once(shapes.iter().map(|file| file.chinese)),
    );
    let heading = ["", "1.00", "2.00", "3.00", "evidence"];
    page.push_str(&text::head(&heading));
    let evidence = each_once(shapes.iter().map(|file| file.evidence.mark()));
    let access = each_once(shapes.iter().map(|file| file.access_evidence.mark()));
    let mut line = |name: &str, cells: [String; 3], evidence: &str| {
        let mut row = vec![name.to_owned()];
        row.extend(cells);
        row.push(evidence.to_owned());
        page.push_str(&text::row(&row));
    };
    line("kind", in_each(&kind), &evidence);
    line(
        "read",
        in_each(&|file, generation| text::access(file.read(generation), directory)),
        &access,
    );
    line(
        "write",
        in_each(&|file, _| text::access(file.write, directory)),
        &access,
    );
    let clauses = each_once(shapes.iter().map(|file| file.clause));
    page.push_str(&format!("\nClause: {clauses}.\n"));
    for (at, shape) in shapes.iter().enumerate() {
        if let Some(conflict) = shape.conflict {
            page.push_str(&text::conflict(&versions(shape.generations), &conflict));
        }
        // A cyclic EF in two sizes has the same record in both.
        let shown = shapes.iter().take(at);
        let again = shown
            .clone()
            .any(|other| other.all_fields == shape.all_fields);
        if shape.all_fields.is_empty() || again {
            continue;
        }
        page.push('\n');
        page.push_str(&text::head(&[
            "tag", "times", "field", "name", "名称", "format", "value", "1.00", "2.00", "3.00",
            "evidence",
        ]));
        fields(shape.all_fields, 0, &mut page);
        for field in shape.all_fields {
            page.push_str(&remarks(field, directory));
        }
    }
    page
}

/// The versions of a set.
fn versions(generations: Generations) -> String {
    let versions: Vec<_> = Generation::ALL
        .into_iter()
        .filter(|generation| generations.contains(*generation))
        .map(Generation::version)
        .collect();
    versions.join(", ")
}

/// The texts in their order, none twice: the shapes of an EF mostly agree.
fn each_once<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut texts: Vec<_> = texts.collect();
    texts.dedup();
    texts.join("; ")
}

fn kind(file: &ElementaryFile, generation: Generation) -> String {
    match file.kind {
        FileKind::Transparent { size } => format!("transparent, {size} bytes"),
        FileKind::LinearVariable if file.all_fields.is_empty() => {
            format!("linear variable, room for {} bytes", file.size(generation))
        }
        FileKind::LinearVariable => format!(
            "linear variable, {} records, {} bytes",
            file.record_count(generation),
            file.size(generation)
        ),
        FileKind::LinearFixed { record, records } => {
            format!("linear fixed, {records} records of {record} bytes")
        }
        FileKind::Cyclic { record, records } => {
            format!("cyclic, {records} records of {record} bytes")
        }
    }
}

fn fields(fields: &[Field], depth: usize, page: &mut String) {
    for field in fields {
        let length = |generation| {
            if field.generations.contains(generation) {
                let assumed = if field.generations.assumes(generation) {
                    " p"
                } else {
                    ""
                };
                format!("{} ({:02X}){assumed}", field.length, field.length)
            } else {
                "–".to_owned()
            }
        };
        let [first, second, third] = Generation::ALL.map(length);
        let item = field.item.map_or(String::new(), |item| {
            let also = item.also.map_or(String::new(), |also| format!(", {also}"));
            format!(" ({}{also})", item.code)
        });
        page.push_str(&text::row(&[
            field.tag.map_or("–".to_owned(), |tag| {
                format!("{}{tag:02X}", "› ".repeat(depth))
            }),
            field.repeat.to_string(),
            field.id.to_owned(),
            format!("{}{item}", field.english),
            field.chinese.to_owned(),
            match field.format {
                Format::An => "an",
                Format::Cn => "cn",
                Format::B if !field.children.is_empty() => "template",
                Format::B => "b",
            }
            .to_owned(),
            value(field),
            first,
            second,
            third,
            format!(
                "{} {}",
                field.evidence.mark(),
                field.words.map_or("–", Evidence::mark)
            ),
        ]));
        self::fields(field.children, depth + 1, page);
    }
}

/// What its value means beside the format.
fn value(field: &Field) -> String {
    let coded = match field.coding {
        Coding::Plain => String::new(),
        Coding::Date => "YYYYMMDD".to_owned(),
        Coding::Month => "YYYYMM".to_owned(),
        Coding::DateTime => "YYYYMMDDhhmmss".to_owned(),
        Coding::Amount => "fen (P)".to_owned(),
        Coding::Region => "GB/T 2260".to_owned(),
        Coding::Institution => "see [codes](codes.md)".to_owned(),
        Coding::Code(table) => table.standard.to_owned(),
    };
    let assumed = if field.coding_evidence == Evidence::P {
        " (P)"
    } else {
        ""
    };
    let continues = field
        .continues
        .map_or(String::new(), |tag| format!("continues {tag:02X}"));
    format!("{coded}{assumed}{continues}")
}

/// What is to be said of a field below its table: its read rule, its absence, the conflict.
fn remarks(field: &Field, directory: &Directory) -> String {
    let mut text = String::new();
    if let Some(rule) = field.rule {
        let guard = match rule.guard {
            RecordGuard::Refused => "is refused (6982)",
            RecordGuard::Masked => "answers 9000 and a value of zero bytes",
        };
        text.push_str(&format!(
            "\nIn {} the record of {} {guard} before {}.\n",
            versions(rule.generations),
            field.id,
            text::access(rule.read, directory)
        ));
    }
    if !field.at_first {
        text.push_str(&format!(
            "\nA new card has no record of {}, but room for it behind the others.\n",
            field.id
        ));
    }
    for field in std::iter::once(field).chain(field.children) {
        if let Some(conflict) = field.conflict {
            text.push_str(&text::conflict(field.id, &conflict));
        }
    }
    text
}
