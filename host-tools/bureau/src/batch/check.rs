//! Each row by itself.

use super::{
    COLUMNS, CardRequest, Column, Detail, Finding, ReadOptions, Rule, Violation, cell_text,
    draft::{Draft, listed},
    finding::{finding, shown},
    form::SEPARATORS,
    header::Header,
    lines::Line,
    photos::Wanted,
};
use ssc_person::{
    CardNumber, Cardholder, CitizenNumber, Date, EthnicGroup, FirstPin, Institution, Name, Region,
    Sex, name,
};

/// Ages above this are a warning, in years.
const OLD: u16 = 120;

/// What must not stand on two rows.
pub(super) struct Keys {
    pub number: Option<CitizenNumber>,
    pub card_number: Option<CardNumber>,
}

/// The keys of a row, where they are right.
pub(super) fn keys(header: &Header, line: &Line) -> Keys {
    let text = |column| {
        let (text, broken) = line.fields.get(header.index_of(column)?)?;
        let stands = broken.is_none() && shape(header, line).is_none();
        Some(text.as_str()).filter(|text| stands && !text.is_empty())
    };
    Keys {
        number: text(Column::Number)
            .and_then(|text| CitizenNumber::parse(&cell_text::number(text)).ok()),
        card_number: text(Column::CardNumber)
            .and_then(|text| CardNumber::parse(&cell_text::code(text)).ok()),
    }
}

/// Whether the first row has another separator than the headings.
pub(super) fn other_separator(header: &Header, line: &Line) -> Option<Finding> {
    let [(whole, None)] = &line.fields[..] else {
        return None;
    };
    let columns = header.names().len();
    let ch = SEPARATORS
        .map(char::from)
        .into_iter()
        .find(|ch| columns > 2 && whole.matches(*ch).count() + 1 == columns)?;
    let position = whole.chars().position(|found| found == ch)? + 1;
    let violation = Violation::with(Rule::Separator, Detail::Character { ch, position });
    Some(finding(line.number, None, "", violation))
}

/// What is wrong with the row as a whole: then its fields are not looked at.
fn shape(header: &Header, line: &Line) -> Option<Violation> {
    let (found, expected) = (line.fields.len(), header.names().len());
    let surplus = line.fields.get(expected..).unwrap_or_default();
    if line.too_long {
        Some(Rule::LineTooLong.into())
    } else if line.quote_open {
        Some(Rule::QuoteOpen.into())
    } else if found < expected || surplus.iter().any(|(field, _)| !field.is_empty()) {
        // Values have moved to other columns: what they are worth there says nothing
        Some(Violation::with(
            Rule::FieldCount,
            Detail::Fields { found, expected },
        ))
    } else {
        None
    }
}

/// A row's cells, and what has been found in them.
struct Cells<'a> {
    header: &'a Header,
    line: &'a Line,
    findings: Vec<Finding>,
}

impl<'a> Cells<'a> {
    fn report(&mut self, column: Column, value: &str, violation: Violation) {
        listed(column, &violation);
        let value = shown(Some(column), value);
        let place = self.header.place_of(column);
        self.findings
            .push(finding(self.line.number, place, &value, violation));
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
        let meant = match column {
            Column::Number => cell_text::number(text),
            Column::Name => cell_text::plain(text).into(),
            _ => cell_text::code(text),
        };
        match parse(&meant) {
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
pub(super) fn row(header: &Header, line: &Line, options: &ReadOptions) -> Draft {
    let mut draft = Draft::new(line.number);
    if let Some(violation) = shape(header, line) {
        draft
            .findings
            .push(finding(line.number, None, "", violation));
        return draft;
    }
    for (index, (text, broken)) in line.fields.iter().take(header.names().len()).enumerate() {
        if let Some(violation) = broken {
            let value = shown(header.column_at(index), text);
            let place = Some(header.place(index));
            draft
                .findings
                .push(finding(line.number, place, &value, violation.clone()));
        }
    }
    let mut cells = Cells {
        header,
        line,
        findings: draft.findings,
    };

    let today = options.today;
    let number = cells.parse_all(Column::Number, CitizenNumber::parse);
    let name = cells.parse_all(Column::Name, |text| Name::with(text, &options.rare));
    let doubts = name.iter().flat_map(|name| name::doubts(name.as_str()));
    let doubts = doubts.map(|doubt| (Column::Name, doubt));
    let doubts = doubts.chain(
        number
            .iter()
            .flat_map(|number| number.doubts())
            .map(|doubt| (Column::Number, doubt)),
    );
    for (column, doubt) in doubts.collect::<Vec<_>>() {
        let value = cells.text(column).unwrap_or_default();
        cells.report(column, value, doubt);
    }
    let sex = cells.parse(Column::Sex, Sex::parse);
    let ethnic_group = cells.parse(Column::EthnicGroup, EthnicGroup::parse);
    let own = number.and_then(|number| number.birth_date());
    let birth_date = cells.parse(Column::BirthDate, |text| Date::of_any_form(text, own));
    let region = cells.region(Column::Region);
    let birthplace = cells.region(Column::Birthplace);
    let card_number = cells.parse(Column::CardNumber, CardNumber::parse);
    let pin = cells.parse(Column::Pin, FirstPin::parse);
    if let Some(doubt) = pin.as_ref().and_then(FirstPin::doubt) {
        cells.report(Column::Pin, "", doubt.into());
    }
    let category = cells.parse(Column::Category, category);
    let institution = cells.institution();
    let issue_date = cells.parse(Column::IssueDate, |text| Date::of_any_form(text, None));
    let valid_to = cells.parse(Column::ValidTo, |text| Date::of_any_form(text, None));
    let named = cells.text(Column::Photo);
    draft.photo = match (named, number) {
        (Some(name), _) => Some(Wanted::Named(cell_text::plain(name).to_owned())),
        (None, Some(number)) if options.photos.is_some() => Some(Wanted::OfNumber(number)),
        (None, _) => None,
    };

    if let Some((name, model)) = name.as_ref().zip(options.model)
        && name.bytes() > model.name_bytes()
    {
        let violation = Violation::with(Rule::NameGeneration, Detail::Bytes(name.bytes()));
        cells.report(Column::Name, name.as_str(), violation);
    }
    if let Some(number) = &number {
        against_number(&mut cells, number, sex, birth_date);
    }
    if let Some(born) = birth_date.or(own) {
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

    let birthplace = birthplace.or_else(|| number?.region()).or(region);
    if number.is_some() && birthplace.is_none() {
        cells.report(Column::Birthplace, "", Rule::BirthplaceNeeded.into());
    }

    draft.findings = cells.findings;
    draft.number = number;
    draft.card_number = card_number;
    draft.request = (|| {
        // Sex and birth date agree with the number, or there is a fault and the person is dropped in `finish`
        let (number, sex, birth_date) = (number?, sex?, birth_date?);
        Some(Box::new(CardRequest {
            holder: Cardholder {
                number,
                name: name?,
                ethnic_group: ethnic_group?,
                sex,
                birth_date,
                birthplace: birthplace?,
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
    if let Some(sex) = sex.filter(|sex| number.sex().is_some_and(|own| own != *sex)) {
        let code = char::from(sex.code()).to_string();
        cells.report(Column::Sex, &code, Rule::SexNumber.into());
    }
    if let Some(date) =
        birth_date.filter(|date| number.birth_date().is_some_and(|own| own != *date))
    {
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
