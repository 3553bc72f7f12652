//! A batch a row at a time, in bounded memory.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::time::SystemTime;

use super::{
    BatchError, CardRequest, Column, Detail, Encoding, Fault, Fields, Finding, ReadOptions, Row,
    Rule, Severity, Totals, Violation, Warning, check,
    draft::Draft,
    header::Header,
    photos,
    source::{Meter, Source},
    table::{Rows, Table},
    twins::{Seen, Twins},
};

/// Rows that are checked together, so that their photos are made ready on all processors.
const TOGETHER: usize = 64;

/// Reads and checks a batch, a row at a time.
///
/// The file is read three times: once for what it is written in, once for what stands twice, then for the rows. Memory is 16 bytes for
/// each number while it looks for those that stand twice, and the rows in hand; a photo takes at most 4,096 bytes.
pub struct BatchReader {
    source: Source,
    stamp: Option<(u64, SystemTime)>,
    table: Table,
    header: Header,
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
    /// A fault of the file says all: those of its rows would only follow from it.
    unreadable: bool,
    options: ReadOptions,
    numbers: Twins,
    card_numbers: Twins,
    photo_hash: RandomState,
    /// The first line of each photo.
    photos: HashMap<u64, u32>,
    rows: Rows,
    ready: VecDeque<Row>,
    totals: Totals,
    meter: Meter,
    length: u64,
    ended: bool,
}

impl BatchReader {
    /// Looks through a batch file. Photos are looked for in its folder, unless the options name another.
    ///
    /// # Errors
    /// It cannot be read, or is no batch at all. Faults of the headings are no error: see [`faults`](Self::faults).
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, BatchError> {
        let mut options = options.clone();
        options.folder = options.folder.or_else(|| {
            path.parent().map(|parent| match parent.as_os_str().len() {
                0 => ".".into(),
                _ => parent.to_owned(),
            })
        });
        Self::of(Source::of(path)?, options)
    }

    /// The folder that paths of photos are from, where it is that of the batch.
    pub(super) fn folder_of_photos(&self) -> Option<&Path> {
        match self.options.photos {
            Some(_) => None,
            None => self.options.folder.as_deref(),
        }
    }

    /// Looks through a batch in memory.
    ///
    /// # Errors
    /// It is no batch at all.
    pub fn of_bytes(bytes: &[u8], options: &ReadOptions) -> Result<Self, BatchError> {
        Self::of(Source::Bytes(bytes.into()), options.clone())
    }

    fn of(source: Source, options: ReadOptions) -> Result<Self, BatchError> {
        let (meter, stamp) = (Meter::default(), source.stamp());
        let length = source.length().map_err(|error| source.failed(error))?;
        let (table, headings) = Table::of(&source, &meter)?;
        let (header, mut file) = Header::read(&headings);
        file.extend(table.findings());
        let columns = header.names().len();
        let (mut numbers, mut card_numbers) = (Seen::new(), Seen::new());
        let mut rows = table.rows(&source, &meter, columns)?;
        let mut is_first = true;
        while let Some(line) = rows.next(&source)? {
            if std::mem::take(&mut is_first) {
                file.extend(check::other_separator(&header, &line));
            }
            let keys = check::keys(&header, &line);
            if let Some(number) = keys.number {
                numbers.note(number.as_str().as_bytes(), line.number);
            }
            if let Some(number) = keys.card_number {
                card_numbers.note(number.bytes(), line.number);
            }
        }
        let mut totals = Totals::default();
        for finding in &file {
            totals.note(finding);
        }
        let is_fault = |finding: &Finding| finding.severity() == Severity::Fault;
        let (faults, warnings): (Vec<_>, Vec<_>) = file.into_iter().partition(is_fault);
        let no_rows = [
            Rule::NoHeadings,
            Rule::Separator,
            Rule::HeadingsMisread,
            Rule::MixedEncodings,
        ];
        let unreadable = faults.iter().any(|fault| no_rows.contains(&fault.rule()));
        Ok(Self {
            rows: table.rows(&source, &meter, columns)?,
            source,
            stamp,
            table,
            header,
            faults,
            warnings,
            unreadable,
            options,
            numbers: numbers.twins(),
            card_numbers: card_numbers.twins(),
            photo_hash: RandomState::new(),
            photos: HashMap::new(),
            ready: VecDeque::new(),
            totals,
            meter,
            length,
            ended: false,
        })
    }

    /// What the file is written in.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.table.encoding()
    }

    /// The SHA-256 of the file.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.table.sha256()
    }

    /// Faults of the file as a whole, such as its headings. While there are any, no row can be trusted to be what it seems.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What somebody should look at in the file as a whole.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What has been found so far, of the file and of the rows that were given out.
    #[must_use]
    pub fn findings(&self) -> &Totals {
        &self.totals
    }

    /// Bytes read in this pass, and bytes of the file.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.meter.bytes().min(self.length), self.length)
    }

    /// The headings as the file has them.
    #[must_use]
    pub fn headings(&self) -> &[String] {
        self.header.names()
    }

    /// A field of a refused row. It may be a full number or a PIN.
    #[must_use]
    pub fn field<'f>(&self, fields: &'f Fields, column: Column) -> Option<&'f str> {
        let text = fields.texts().get(self.header.index_of(column)?)?;
        Some(text)
            .filter(|text| !text.is_empty())
            .map(String::as_str)
    }

    fn fill(&mut self) -> Result<(), BatchError> {
        let mut drafts = Vec::with_capacity(TOGETHER);
        while drafts.len() < TOGETHER {
            let Some(line) = self.rows.next(&self.source)? else {
                self.ended = true;
                break;
            };
            let mut draft = if self.unreadable {
                Draft::new(line.number)
            } else {
                check::row(&self.header, &line, &self.options)
            };
            self.against_others(&mut draft);
            drafts.push((draft, line));
        }
        photos::load_all(
            &self.header,
            drafts.iter_mut().map(|(draft, _)| draft),
            &self.options,
        );
        for (mut draft, line) in drafts {
            self.against_photos(&mut draft);
            let fields = line.fields.into_iter().map(|(field, _)| field);
            let row = finish(draft, || Fields(fields.collect()));
            for finding in row.findings() {
                self.totals.note(finding);
            }
            self.ready.push_back(row);
        }
        if self.ended && self.source.stamp() != self.stamp {
            return Err(self.source.changed());
        }
        Ok(())
    }

    /// A photo that an earlier row has too. Kept are 12 bytes of each.
    fn against_photos(&mut self, draft: &mut Draft) {
        let photo = draft
            .request
            .as_ref()
            .and_then(|request| request.holder.photo.clone());
        let Some(photo) = photo else {
            return;
        };
        let line = u32::try_from(draft.line).unwrap_or(u32::MAX);
        let hash = self.photo_hash.hash_one(&photo);
        let first = *self.photos.entry(hash).or_insert(line);
        if first != line {
            let violation = Violation::with(Rule::PhotoShared, Detail::AlsoOnLine(first as usize));
            draft.note(&self.header, Column::Photo, "", violation);
        }
    }

    /// Refuses a row whose number another row has too: which of them is right, only a person can tell.
    fn against_others(&self, draft: &mut Draft) {
        if let Some(number) = draft.number
            && let Some(other) = self.numbers.other(number.as_str().as_bytes(), draft.line)
        {
            let violation = Violation::with(Rule::NumberDuplicate, Detail::AlsoOnLine(other));
            draft.note(&self.header, Column::Number, number.as_str(), violation);
        }
        if let Some(number) = draft.card_number
            && let Some(other) = self.card_numbers.other(number.bytes(), draft.line)
        {
            let violation = Violation::with(Rule::CardNumberDuplicate, Detail::AlsoOnLine(other));
            draft.note(&self.header, Column::CardNumber, number.as_str(), violation);
        }
    }
}

impl Iterator for BatchReader {
    /// A row; or why the file cannot be read to its end, after which no row comes.
    type Item = Result<Row, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && !self.ended
            && let Err(error) = self.fill()
        {
            (self.ended, self.ready) = (true, VecDeque::new());
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok)
    }
}

fn finish(draft: Draft, fields: impl FnOnce() -> Fields) -> Row {
    let Draft {
        line,
        request,
        mut findings,
        ..
    } = draft;
    findings.sort_by_key(|finding| finding.column.as_ref().and_then(|place| place.index));
    let is_fault = |finding: &Finding| finding.severity() == Severity::Fault;
    let request: Option<Box<CardRequest>> = request.filter(|_| !findings.iter().any(is_fault));
    match request {
        Some(request) => Row::Request {
            line,
            request,
            warnings: findings,
        },
        None => Row::Refused {
            line,
            findings,
            fields: fields(),
        },
    }
}
