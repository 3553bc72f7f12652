//! A profile is read: every fault in one run, in the order of the file.

use apdu_specs::{Application, Generation};
use ssc_person::{Date, Institution, Region};
use toml::de::{DeTable, DeValue};

use super::Profile;
use super::fault::{Fault, FaultKind};
use super::keys::{
    APPLICATIONS, CARD_NUMBERS, CATEGORY, FIRST, GENERATION, INSTITUTION, ISSUE_DATE, KEYS, KIND,
    LAST, NAME, PHOTO, PIN, RANGE_KEYS, REGION, REPLACEMENT, VALID_YEARS,
};
use super::range::{NumberRange, serial_of};
use super::rare;
use super::rules::{IssueDate, NumberRule, PhotoRule, PinRule};
use super::table::{Span, Table};
use crate::card_model::CardModel;

/// The word for the day when the job is made.
pub const TODAY: &str = "today";
/// The applications by their words.
pub const APPLICATION_WORDS: &[(&str, Application)] = &[
    ("ssc", Application::Ssc),
    ("certificates", Application::Certificates),
];
/// Characters of a name or kind, at most.
const NAME_CHARACTERS: usize = 64;
/// Years of validity, at most.
const MOST_YEARS: i64 = 50;

/// Reads the text of a profile.
pub fn profile(text: &str) -> Result<Profile, Vec<Fault>> {
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().to_owned();
        vec![Fault::at(text, span, FaultKind::Syntax { message })]
    })?;
    let mut table = Table::new(document.get_ref(), 0..0, KEYS);
    let profile = all(&mut table);
    let mut found = table.found;
    found.sort_by_key(|(span, _)| span.start);
    match profile {
        Some(profile) if found.is_empty() => Ok(profile),
        _ => Err(found
            .into_iter()
            .map(|(span, kind)| Fault::at(text, span, kind))
            .collect()),
    }
}

fn all(table: &mut Table<'_, '_>) -> Option<Profile> {
    let name = table.needed(NAME);
    let name = name.and_then(|(span, name)| table.kept(span, name_of(NAME, name)));
    let model = model(table);
    let mut profile = Profile::of_model(model.unwrap_or_else(|| CardModel::plain(Generation::V3)));
    if let Some(kind) = table.parsed(KIND, |kind| name_of(KIND, kind)) {
        profile.kind = kind;
    }
    profile.region = table.parsed(REGION, region);
    profile.institution = table.parsed(INSTITUTION, institution);
    if let Some(years) = years(table) {
        profile.valid_years = years;
    }
    if let Some(date) = issue_date(table) {
        profile.issue_date = date;
    }
    if let Some(category) = table.parsed(CATEGORY, category) {
        profile.category = category;
    }
    if let Some(pin) = table.word(PIN, PinRule::WORDS, PinRule::of_word) {
        profile.pin = pin;
    }
    if let Some(photo) = photo(table, model) {
        profile.photo = photo;
    }
    if let Some(rare) = rare::read(table) {
        profile.rare = rare;
    }
    if let Some(rule) = table.word(REPLACEMENT, NumberRule::WORDS, NumberRule::of_word) {
        profile.replacement = rule;
    }
    profile.card_numbers = ranges(table);
    profile.name = name?;
    model.map(|_| profile)
}

fn name_of(key: &'static str, text: &str) -> Result<String, FaultKind> {
    let is_plain = !text.trim().is_empty()
        && text.trim() == text
        && text.chars().count() <= NAME_CHARACTERS
        && !text.chars().any(char::is_control);
    if is_plain {
        Ok(text.to_owned())
    } else {
        Err(FaultKind::Name {
            key,
            most: NAME_CHARACTERS,
        })
    }
}

fn model(table: &mut Table<'_, '_>) -> Option<&'static CardModel> {
    const VERSIONS: &[&str] = &["1.00", "2.00", "3.00"];
    let generation = table.needed(GENERATION).and_then(|(span, text)| {
        let generation = Generation::from_version(text);
        let generation =
            generation.ok_or_else(|| FaultKind::not_one_of(GENERATION, text, VERSIONS));
        table.kept(span, generation)
    });
    let wanted = applications(table);
    let generation = generation?;
    let Some((span, wanted)) = wanted else {
        return Some(CardModel::plain(generation));
    };
    let found = CardModel::with(generation, &wanted);
    table.kept(
        span,
        found.map_err(|_| FaultKind::NoSuchModel {
            generation: generation.version(),
        }),
    )
}

/// The applications, in the order of the card models; `None`: the file names none, or wrong ones.
fn applications(table: &mut Table<'_, '_>) -> Option<(Span, Vec<Application>)> {
    let value = table.value(APPLICATIONS)?;
    let Some(words) = value.get_ref().as_array() else {
        table.wrong_type(
            APPLICATIONS,
            value,
            ["a list, such as [\"ssc\"]", "列表，如 [\"ssc\"]"],
        );
        return None;
    };
    let names: Vec<&'static str> = APPLICATION_WORDS.iter().map(|(word, _)| *word).collect();
    let (mut wanted, before) = (Vec::new(), table.found.len());
    for word in words.iter() {
        let text = word.get_ref().as_str().unwrap_or_default();
        match APPLICATION_WORDS.iter().find(|(name, _)| *name == text) {
            Some((_, application)) if wanted.contains(application) => table.fault(
                word.span(),
                FaultKind::Twice {
                    word: text.to_owned(),
                },
            ),
            Some((_, application)) => wanted.push(*application),
            None => table.fault(
                word.span(),
                FaultKind::not_one_of(APPLICATIONS, text, &names),
            ),
        }
    }
    // A wrong word says enough: that no card has the other ones alone is the same cause.
    if table.found.len() > before {
        return None;
    }
    let known = APPLICATION_WORDS
        .iter()
        .map(|(_, application)| *application);
    let ordered = known.filter(|one| wanted.contains(one)).collect();
    Some((value.span(), ordered))
}

fn region(text: &str) -> Result<Region, FaultKind> {
    let region = Region::parse(text).map_err(FaultKind::Value)?;
    if region.is_known() {
        Ok(region)
    } else {
        Err(FaultKind::UnknownRegion {
            code: text.to_owned(),
        })
    }
}

fn institution(text: &str) -> Result<Institution, FaultKind> {
    Institution::parse(text).map_err(FaultKind::Value)
}

fn years(table: &mut Table<'_, '_>) -> Option<u16> {
    let value = table.value(VALID_YEARS)?;
    let Some(number) = value.get_ref().as_integer() else {
        table.wrong_type(VALID_YEARS, value, ["a number", "数字"]);
        return None;
    };
    let years = i64::from_str_radix(number.as_str(), number.radix()).ok();
    let years = years
        .filter(|years| (1..=MOST_YEARS).contains(years))
        .and_then(|years| u16::try_from(years).ok());
    table.kept(
        value.span(),
        years.ok_or(FaultKind::Years { most: MOST_YEARS }),
    )
}

fn issue_date(table: &mut Table<'_, '_>) -> Option<IssueDate> {
    let value = table.value(ISSUE_DATE)?;
    let text = match value.get_ref() {
        DeValue::String(text) if text == TODAY => return Some(IssueDate::Today),
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        _ => {
            table.wrong_type(
                ISSUE_DATE,
                value,
                [
                    "\"today\" or a day, 2026-12-01",
                    "\"today\" 或日期，如 2026-12-01",
                ],
            );
            return None;
        }
    };
    let date = Date::parse(&text).map_err(FaultKind::Value);
    table.kept(value.span(), date).map(IssueDate::Day)
}

fn category(text: &str) -> Result<u8, FaultKind> {
    match text.as_bytes() {
        [one] if one.is_ascii_alphanumeric() => Ok(*one),
        _ => Err(FaultKind::Category),
    }
}

fn photo(table: &mut Table<'_, '_>, model: Option<&'static CardModel>) -> Option<PhotoRule> {
    let rule = table.word(PHOTO, PhotoRule::WORDS, PhotoRule::of_word)?;
    let has_room = model.is_none_or(|model| model.photo_bytes() > 0);
    if rule == PhotoRule::Demanded && !has_room {
        let span = table.value(PHOTO).map(toml::Spanned::span)?;
        table.fault(span, FaultKind::NoRoomForPhoto);
    }
    Some(rule)
}

fn ranges(table: &mut Table<'_, '_>) -> Vec<NumberRange> {
    let Some(value) = table.value(CARD_NUMBERS) else {
        return Vec::new();
    };
    let items = value.get_ref().as_array();
    let tables: Option<Vec<_>> = items.and_then(|items| {
        let tables = items
            .iter()
            .map(|item| item.get_ref().as_table().map(|table| (item.span(), table)));
        tables.collect()
    });
    let Some(tables) = tables else {
        table.wrong_type(
            CARD_NUMBERS,
            value,
            [
                "tables, each under [[card_numbers]]",
                "若干表，各以 [[card_numbers]] 起始",
            ],
        );
        return Vec::new();
    };
    let mut ranges: Vec<(Span, NumberRange)> = Vec::new();
    for (span, one) in tables {
        let mut of_range = Table::new(one, span.clone(), RANGE_KEYS);
        let range = range(&mut of_range);
        table.found.append(&mut of_range.found);
        let Some((at, range)) = range else { continue };
        let beside = ranges
            .iter()
            .find(|(_, other)| other.first <= range.last && range.first <= other.last);
        if let Some((_, other)) = beside {
            let kind = FaultKind::Overlap {
                first: ends(other)[0].clone(),
                last: ends(other)[1].clone(),
            };
            table.fault(at, kind);
        } else {
            ranges.push((at, range));
        }
    }
    ranges.into_iter().map(|(_, range)| range).collect()
}

fn ends(range: &NumberRange) -> [String; 2] {
    range
        .ends()
        .map(|number| number.map(|number| number.to_string()).unwrap_or_default())
}

/// A range, and where its last number stands.
fn range(table: &mut Table<'_, '_>) -> Option<(Span, NumberRange)> {
    let institution = table.parsed(INSTITUTION, institution);
    let mut end = |key| {
        let (span, text) = table.needed(key)?;
        let serial = serial_of(text).map_err(FaultKind::CardNumber);
        table
            .kept(span.clone(), serial)
            .map(|serial| (span, serial))
    };
    let (first, last) = (end(FIRST), end(LAST));
    let ((_, first), (span, last)) = (first?, last?);
    if last < first {
        table.fault(span, FaultKind::Backwards);
        return None;
    }
    let range = NumberRange {
        institution,
        first,
        last,
    };
    Some((span, range))
}
