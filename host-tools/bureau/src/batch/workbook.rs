//! An XLSX workbook: its first sheet that can be seen, a row at a time.
//!
//! The rows come from a thread of their own, since the reader of cells borrows the workbook. Its shared texts are in memory, at most
//! [`TEXTS`] bytes of them; the sheet is not.

use std::io::{self, Read as _};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use sha2::{Digest, Sha256};

use super::lines::Line;
use super::source::{Meter, Parts, Source};

/// Largest sheet, in bytes of XML.
const SHEET: u64 = 512 * 1024 * 1024;
/// Largest part but a sheet, in bytes of XML: the texts that cells share.
const TEXTS: u64 = 64 * 1024 * 1024;
/// Most parts.
const PARTS: usize = 4096;
/// Columns that are looked at.
const COLUMNS: u32 = 256;
/// Rows on their way.
const AHEAD: usize = 256;

/// What a file begins with that is a ZIP, as XLSX is.
pub(super) const ZIP: [u8; 4] = *b"PK\x03\x04";
/// What a file begins with that is a workbook of before 2007, or one with a password.
pub(super) const OLD: [u8; 4] = *b"\xD0\xCF\x11\xE0";

/// A workbook, looked at once.
pub(super) struct Workbook {
    sheet: String,
    /// Sheets behind it that hold something too.
    pub others: Vec<String>,
    pub sha256: [u8; 32],
}

/// A pass over the rows of a sheet.
pub(super) struct SheetRows(Receiver<Result<Line, String>>);

impl Workbook {
    /// Looks at it. The headings are the first row that is not blank.
    pub fn of(source: &Source, meter: &Meter) -> io::Result<Result<Self, String>> {
        let mut hash = Sha256::new();
        let mut input = source.open(meter)?;
        loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            hash.update(buffer);
            let length = buffer.len();
            input.consume(length);
        }
        if let Err(reason) = bounded(source, meter)? {
            return Ok(Err(reason));
        }
        let mut book = match open(source, meter)? {
            Ok(book) => book,
            Err(reason) => return Ok(Err(reason)),
        };
        let seen = |sheet: &&calamine::Sheet| {
            sheet.visible == SheetVisible::Visible && sheet.typ == calamine::SheetType::WorkSheet
        };
        let names: Vec<String> = book
            .sheets_metadata()
            .iter()
            .filter(seen)
            .map(|sheet| sheet.name.clone())
            .collect();
        let Some((sheet, rest)) = names.split_first() else {
            return Ok(Err("no sheet".into()));
        };
        let others = rest
            .iter()
            .filter(|name| holds_something(&mut book, name))
            .cloned()
            .collect();
        Ok(Ok(Self {
            sheet: sheet.clone(),
            others,
            sha256: hash.finalize().into(),
        }))
    }

    /// Begins a pass, from the headings on.
    pub fn rows(&self, source: &Source, meter: &Meter) -> io::Result<SheetRows> {
        let book = open(source, meter)?.map_err(io::Error::other)?;
        let (send, receive) = sync_channel(AHEAD);
        let sheet = self.sheet.clone();
        thread::Builder::new()
            .name("workbook".into())
            .spawn(move || {
                let mut book = book;
                let give = |row| send.send(row).is_ok();
                // Whoever reads has gone where a row is not taken
                let _ = each_row(&mut book, &sheet, give);
            })?;
        Ok(SheetRows(receive))
    }
}

impl SheetRows {
    /// The next row that is not blank.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        match self.0.recv() {
            Ok(row) => row.map(Some).map_err(io::Error::other),
            Err(_) => Ok(None),
        }
    }
}

fn open(source: &Source, meter: &Meter) -> io::Result<Result<Xlsx<Box<dyn Parts>>, String>> {
    let parts = source.open_parts(meter)?;
    Ok(Xlsx::new(parts).map_err(|error| error.to_string()))
}

/// A few kilobytes can be gigabytes of zeros: every part is unpacked once and counted before anything of it is kept.
fn bounded(source: &Source, meter: &Meter) -> io::Result<Result<(), String>> {
    let mut zip = match zip::ZipArchive::new(source.open_parts(meter)?) {
        Ok(zip) => zip,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if zip.len() > PARTS {
        return Ok(Err(format!("more than {PARTS} parts")));
    }
    for index in 0..zip.len() {
        let part = match zip.by_index(index) {
            Ok(part) => part,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let Ok(name) = part.name().map(|name| name.to_ascii_lowercase()) else {
            return Ok(Err("a part has no name".into()));
        };
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let most = if name.contains("worksheets/") {
            SHEET
        } else {
            TEXTS
        };
        let length = match io::copy(&mut part.take(most + 1), &mut io::sink()) {
            Ok(length) => length,
            Err(error) => return Ok(Err(error.to_string())),
        };
        if length > most {
            return Ok(Err(format!(
                "{name} is more than {} MB",
                most / 1024 / 1024
            )));
        }
    }
    Ok(Ok(()))
}

fn holds_something(book: &mut Xlsx<Box<dyn Parts>>, sheet: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else {
        return false;
    };
    // A sheet that nobody has written on has no cells, or a few that were formatted
    std::iter::from_fn(|| cells.next_cell().ok().flatten())
        .take(1000)
        .any(|cell| !text(cell.get_value()).is_empty())
}

fn each_row(
    book: &mut Xlsx<Box<dyn Parts>>,
    sheet: &str,
    mut give: impl FnMut(Result<Line, String>) -> bool,
) -> Option<()> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        Err(error) => {
            give(Err(error.to_string()));
            return None;
        }
    };
    let mut line = blank(0);
    loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            Err(error) => {
                give(Err(error.to_string()));
                return None;
            }
        };
        let (row, column) = cell.get_position();
        let number = row as usize + 1;
        if number != line.number {
            let full = std::mem::replace(&mut line, blank(number));
            if !full.is_blank() && !give(Ok(full)) {
                return None;
            }
        }
        if column >= COLUMNS {
            continue;
        }
        let column = column as usize;
        if line.fields.len() <= column {
            line.fields.resize(column + 1, (String::new(), None));
        }
        if let Some((field, _)) = line.fields.get_mut(column) {
            *field = text(cell.get_value());
        }
    }
    if !line.is_blank() {
        give(Ok(line));
    }
    Some(())
}

fn blank(number: usize) -> Line {
    Line {
        number,
        fields: Vec::new(),
        quote_open: false,
        too_long: false,
    }
}

/// A cell as a CSV file would have it. A number that a spreadsheet keeps as one has lost all but 15 digits, and shows it.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if (1e15..1e21).contains(number) => fifteen_digits(*number),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e20 => {
            format!("{number:.0}")
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Error(error) => error.to_string(),
    }
}

/// A number beyond fifteen digits, written so that nobody takes it for whole.
fn fifteen_digits(number: f64) -> String {
    format!("{number:.14e}").replace('e', "E+")
}

#[cfg(test)]
mod tests {
    use super::fifteen_digits;

    #[test]
    fn a_number_shows_what_it_lost() {
        assert_eq!(
            fifteen_digits(420_106_199_001_029_917.0),
            "4.20106199001030E+17"
        );
        assert_eq!(fifteen_digits(1e15), "1.00000000000000E+15");
    }
}
