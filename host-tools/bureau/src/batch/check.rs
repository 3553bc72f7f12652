//! From lines to rows: the header, each row by itself, then what only the whole batch shows.

use std::collections::HashMap;

use super::{
    Batch, BatchError, COLUMNS, CardRequest, Column, Detail, Encoding, Fault, Fields, ReadOptions,
    Row, Rule, Severity, Violation, Warning,
    draft::{Draft, listed},
    finding::{finding, shown},
    header::Header,
    lines::{Line, Lines},
    photos,
};
use ssc_person::{
    CardNumber, Cardholder, CitizenNumber, Date, EthnicGroup, FirstPin, Institution, Name, Region,
    Sex,
};

/// Ages above this are a warning, in years.
const OLD: u16 = 120;

/// Checks all of a batch. `lines` stands behind the header line.
pub(super) fn batch(
    encoding: Encoding,
    header_line: Line,
    lines: Lines<'_>,
    options: &ReadOptions,
) -> Result<Batch, BatchError> {
    let (header, faults) = Header::read(&header_line);
    let mut warnings = Vec::new();
    let again = lines.remaining();
    let mut drafts: Vec<Draft> = lines
        .map(|line| row(&header, &line, options, &mut warnings))
        .collect();
    duplicates(&header, &mut drafts, Column::Number, |draft| draft.number);
    duplicates(&header, &mut drafts, Column::CardNumber, |draft| {
        draft.card_number
    });
    photos::load_all(&header, &mut drafts, options.folder.as_deref());

    let mut rows: Vec<Row> = drafts.into_iter().map(finish).collect();
    // The text of a refused row is wanted again, that of a million good ones is not: so it is cut a second time
    if rows.iter().any(|row| row.request.is_err()) {
        for (row, line) in rows.iter_mut().zip(again) {
            if row.request.is_err() {
                row.fields = Fields(line.fields.into_iter().map(|(field, _)| field).collect());
            }
        }
    }
    Ok(Batch {
        encoding,
        faults,
        warnings,
        rows,
        header: header.into_names(),
    })
}

fn finish(draft: Draft) -> Row {
    let Draft {
        line,
        request,
        mut faults,
        ..
    } = draft;
    faults.sort_by_key(|fault| fault.column.as_ref().and_then(|place| place.index));
    Row {
        line,
        request: match request {
            Some(request) if faults.is_empty() => Ok(request),
            _ => Err(faults),
        },
        fields: Fields::default(),
    }
}

/// A row's cells, and what has been found in them.
struct Cells<'a> {
    header: &'a Header,
    line: &'a Line,
    faults: Vec<Fault>,
    warnings: &'a mut Vec<Warning>,
}

impl<'a> Cells<'a> {
    fn report(&mut self, column: Column, value: &str, violation: Violation) {
        listed(column, &violation);
        let value = shown(Some(column), value);
        let place = self.header.place_of(column);
        let finding = finding(self.line.number, place, &value, violation);
        match finding.severity() {
            Severity::Fault => self.faults.push(finding),
            Severity::Warning => self.warnings.push(finding),
        }
    }

    /// The text of a column that the batch has and the row fills.
    fn text(&mut self, column: Column) -> Option<&'a str> {
        let index = self.header.index_of(column)?;
        let (text, broken) = self.line.fields.get(index)?;
        if broken.is_some() {
            // Already reported, see `row`
            return None;
        }
        if text.is_empty() {
            if COLUMNS
                .iter()
                .any(|row| row.column == column && row.required)
            {
                self.report(column, "", Rule::Required.into());
            }
            return None;
        }
        Some(text)
    }

    fn parse_all<T>(
        &mut self,
        column: Column,
        parse: impl Fn(&str) -> Result<T, Vec<Violation>>,
    ) -> Option<T> {
        let text = self.text(column)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(broken) => {
                for violation in broken {
                    self.report(column, text, violation);
                }
                None
            }
        }
    }

    fn parse<T>(
        &mut self,
        column: Column,
        parse: impl Fn(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        self.parse_all(column, |text| {
            parse(text).map_err(|violation| vec![violation])
        })
    }

    fn region(&mut self, column: Column) -> Option<Region> {
        let region = self.parse(column, Region::parse)?;
        if !region.is_known() {
            self.report(column, region.as_str(), Rule::RegionUnknown.into());
        }
        Some(region)
    }

    fn institution(&mut self) -> Option<Institution> {
        let institution = self.parse(Column::Institution, Institution::parse)?;
        if !institution.is_usual() {
            let value = self
                .text(Column::Institution)
                .unwrap_or_default()
                .to_owned();
            self.report(Column::Institution, &value, Rule::InstitutionShape.into());
        }
        Some(institution)
    }
}

/// Checks a row by itself.
fn row(header: &Header, line: &Line, options: &ReadOptions, warnings: &mut Vec<Warning>) -> Draft {
    let mut draft = Draft {
        line: line.number,
        request: None,
        number: None,
        card_number: None,
        photo_path: None,
        faults: Vec::new(),
    };
    let (found, expected) = (line.fields.len(), header.names().len());
    let surplus = line.fields.get(expected..).unwrap_or_default();
    if line.quote_open {
        draft
            .faults
            .push(finding(line.number, None, "", Rule::QuoteOpen.into()));
        return draft;
    }
    if found < expected || surplus.iter().any(|(field, _)| !field.is_empty()) {
        // Values have moved to other columns: what they are worth there says nothing
        let violation = Violation::with(Rule::FieldCount, Detail::Fields { found, expected });
        draft.faults.push(finding(line.number, None, "", violation));
        return draft;
    }

    for (index, (text, broken)) in line.fields.iter().take(expected).enumerate() {
        if let Some(violation) = broken {
            let value = shown(header.column_at(index), text);
            draft.faults.push(finding(
                line.number,
                Some(header.place(index)),
                &value,
                violation.clone(),
            ));
        }
    }
    let mut cells = Cells {
        header,
        line,
        faults: draft.faults,
        warnings,
    };

    let today = options.today;
    let number = cells.parse_all(Column::Number, CitizenNumber::parse);
    let name = cells.parse_all(Column::Name, Name::parse);
    let sex = cells.parse(Column::Sex, Sex::parse);
    let ethnic_group = cells.parse(Column::EthnicGroup, EthnicGroup::parse);
    let birth_date = cells.parse(Column::BirthDate, Date::parse);
    let region = cells.region(Column::Region);
    let birthplace = cells.region(Column::Birthplace);
    let card_number = cells.parse(Column::CardNumber, CardNumber::parse);
    let pin = cells.parse(Column::Pin, FirstPin::parse);
    let category = cells.parse(Column::Category, category);
    let institution = cells.institution();
    let issue_date = cells.parse(Column::IssueDate, Date::parse);
    let valid_to = cells.parse(Column::ValidTo, Date::parse);
    draft.photo_path = cells.text(Column::Photo).map(str::to_owned);

    if let Some((name, profile)) = name.as_ref().zip(options.profile)
        && name.bytes() > profile.name_bytes()
    {
        let violation = Violation::with(Rule::NameGeneration, Detail::Bytes(name.bytes()));
        cells.report(Column::Name, name.as_str(), violation);
    }
    if let Some(number) = &number {
        against_number(&mut cells, number, sex, birth_date);
    }
    if let Some(born) = birth_date.or(number.map(|number| number.birth_date())) {
        let column = if birth_date.is_some() {
            Column::BirthDate
        } else {
            Column::Number
        };
        if born > today {
            cells.report(column, &born.to_string(), Rule::BirthFuture.into());
        } else if born.plus_years(OLD).is_some_and(|limit| limit < today) {
            cells.report(column, &born.to_string(), Rule::BirthOld.into());
        }
    }
    if let Some(valid_to) = valid_to.filter(|day| *day < issue_date.unwrap_or(today)) {
        cells.report(Column::ValidTo, &valid_to.to_string(), Rule::ValidTo.into());
    }

    draft.faults = cells.faults;
    draft.number = number;
    draft.card_number = card_number;
    draft.request = (|| {
        // Sex and birth date agree with the number, or there is a fault and the person is dropped in `finish`
        let (number, _, _) = (number?, sex?, birth_date?);
        Some(Box::new(CardRequest {
            holder: Cardholder {
                number,
                name: name?,
                ethnic_group: ethnic_group?,
                birthplace: birthplace.or_else(|| number.region())?,
                photo: None,
            },
            region,
            card_number,
            pin,
            category,
            institution,
            issue_date,
            valid_to,
        }))
    })();
    draft
}

fn against_number(
    cells: &mut Cells<'_>,
    number: &CitizenNumber,
    sex: Option<Sex>,
    birth_date: Option<Date>,
) {
    if number.region().is_some_and(|region| !region.is_known()) {
        cells.report(Column::Number, number.as_str(), Rule::NumberRegion.into());
    }
    if let Some(sex) = sex.filter(|sex| *sex != number.sex()) {
        let code = char::from(sex.code()).to_string();
        cells.report(Column::Sex, &code, Rule::SexNumber.into());
    }
    if let Some(date) = birth_date.filter(|date| *date != number.birth_date()) {
        cells.report(
            Column::BirthDate,
            &date.to_string(),
            Rule::BirthNumber.into(),
        );
    }
}

/// One ASCII letter or digit.
fn category(text: &str) -> Result<u8, Violation> {
    match text.as_bytes() {
        [one] if one.is_ascii_alphanumeric() => Ok(*one),
        _ => Err(Rule::CategoryForm.into()),
    }
}

/// Refuses every row whose key another row has too: which of them is right, only a person can tell.
fn duplicates<K: std::hash::Hash + Eq + Copy + Shown>(
    header: &Header,
    drafts: &mut [Draft],
    column: Column,
    key_of: impl Fn(&Draft) -> Option<K>,
) {
    // The first index of each key, and whether its row has been refused for it
    let mut first: HashMap<K, (usize, bool)> = HashMap::with_capacity(drafts.len());
    for index in 0..drafts.len() {
        let Some(key) = key_of(&drafts[index]) else {
            continue;
        };
        let Some((earlier, refused)) = first.get_mut(&key) else {
            first.insert(key, (index, false));
            continue;
        };
        let (line, earlier_line) = (drafts[index].line, drafts[*earlier].line);
        let mut refuse = |index: usize, other: usize| {
            let violation = Violation::with(K::RULE, Detail::AlsoOnLine(other));
            drafts[index].refuse(header, column, key.text(), violation);
        };
        if !std::mem::replace(refused, true) {
            refuse(*earlier, line);
        }
        refuse(index, earlier_line);
    }
}

/// What a key that must not repeat says of itself.
trait Shown {
    const RULE: Rule;
    fn text(&self) -> &str;
}

impl Shown for CitizenNumber {
    const RULE: Rule = Rule::NumberDuplicate;
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl Shown for CardNumber {
    const RULE: Rule = Rule::CardNumberDuplicate;
    fn text(&self) -> &str {
        self.as_str()
    }
}
