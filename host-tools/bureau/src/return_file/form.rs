//! The two forms of a return file, as lines of bytes.

use apdu_specs::items;
use encoding_rs::GB18030;
use ssc_words::{Bilingual as _, Lang, clean};

use super::{Fate, ReturnRow};
use crate::cell;

/// The cell of a row that has its result.
const RESULT: usize = 5;

/// How a return file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Comma separated UTF-8 with its mark, headings by code, results as words for programs.
    #[default]
    Csv,
    /// Separated by `|`, GB18030, lines ended by CR LF, headings and results in Chinese (P): what programs of the field join with.
    Pipe,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Pipe];

    /// The word that is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Pipe => "pipe",
        }
    }

    pub(super) const fn separator(self) -> u8 {
        match self {
            Self::Csv => b',',
            Self::Pipe => b'|',
        }
    }

    const fn end(self) -> &'static str {
        match self {
            Self::Csv => "\n",
            Self::Pipe => "\r\n",
        }
    }

    /// The heading line. Spreadsheet programs take UTF-8 for the local encoding without the mark in front.
    pub(super) fn heading(self) -> Vec<u8> {
        match self {
            Self::Csv => {
                let heading = [
                    "line",
                    items::NUMBER.code,
                    items::CARD_NUMBER.code,
                    items::IDENTIFICATION_CODE.code,
                    items::ATR.code,
                    "result",
                    "reason",
                ];
                format!("\u{FEFF}{}\n", heading.join(",")).into_bytes()
            }
            Self::Pipe => self.joined(&[
                "行号",
                items::NUMBER.chinese,
                items::CARD_NUMBER.chinese,
                items::IDENTIFICATION_CODE.chinese,
                items::ATR.chinese,
                "结果",
                "原因",
            ]),
        }
    }

    /// The first cells of a row, which never change, with the separator behind them.
    pub(super) fn whose(self, row: &ReturnRow) -> Vec<u8> {
        let line = row.line.to_string();
        let mut bytes = self.joined(&[&line, &row.number, &row.card_number]);
        bytes.truncate(bytes.len() - self.end().len());
        bytes.push(self.separator());
        bytes
    }

    /// A row, with its line end.
    pub(super) fn line(self, row: &ReturnRow, lang: Lang) -> Vec<u8> {
        let line = row.line.to_string();
        let chip = row.named_chip();
        let result = self.result(row.fate);
        self.joined(&[
            &line,
            &row.number,
            &row.card_number,
            chip.map_or("", |chip| &chip.identification_code),
            chip.map_or("", |chip| &chip.atr),
            &result,
            row.reason.words(lang),
        ])
    }

    /// Whether this line of a file says that the card was delivered. What became of it later may stand behind.
    pub(super) fn is_delivered(self, line: &[u8]) -> bool {
        let result = self.result(Fate::Delivered);
        match self {
            Self::Csv => {
                let mut csv = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(line);
                let mut cells = csv::StringRecord::new();
                csv.read_record(&mut cells).is_ok() && cells.get(RESULT) == Some(&result)
            }
            Self::Pipe => {
                let (line, _, _) = GB18030.decode(line);
                line.split('|').nth(RESULT) == Some(&result)
            }
        }
    }

    fn result(self, fate: Fate) -> String {
        match self {
            Self::Csv => fate.name().into(),
            Self::Pipe => fate.say(Lang::Zh),
        }
    }

    /// Cells as one line. No cell has a line end in it.
    fn joined(self, cells: &[&str]) -> Vec<u8> {
        let cells = cells.iter().map(|cell| clean::line(cell));
        match self {
            Self::Csv => {
                let mut csv = csv::Writer::from_writer(Vec::new());
                // Writing to memory does not fail.
                let cells = cells.map(|cell| cell::written(&cell).into_owned());
                let _ = csv.write_record(cells);
                csv.into_inner().unwrap_or_default()
            }
            Self::Pipe => {
                let cells: Vec<String> = cells.map(|cell| cell.replace('|', "｜")).collect();
                let line = cells.join("|") + self.end();
                GB18030.encode(&line).0.into_owned()
            }
        }
    }
}
